/** The core runtime as the host puts it on cores. */
import type { IsaName } from '../../boards/board.ts';
import { readElf } from '../../boards/elf/read-elf.ts';
import { runtimeBytes } from './runtime-bytes.ts';

export interface RuntimeImage {
  readonly segments: readonly { readonly address: number; readonly bytes: Uint8Array }[];
  /** Local addresses of its functions: what entry stubs and checks of kernels use. */
  readonly symbols: ReadonlyMap<string, number>;
  /** First local address behind its code and variables. */
  readonly endAddress: number;
}

const images = new Map<IsaName, RuntimeImage>();

/** Reads the runtime's image, once. Throws FILE_NOT_FOUND if it was not built, ELF_INVALID if it is damaged. */
export function loadRuntimeImage(isa: IsaName): RuntimeImage {
  const known = images.get(isa);
  if (known !== undefined) return known;
  const image = readRuntimeImage(runtimeBytes(isa));
  images.set(isa, image);
  return image;
}

/** The image in the bytes of an ELF file. Throws ELF_INVALID. */
export function readRuntimeImage(bytes: Uint8Array): RuntimeImage {
  const elf = readElf(bytes);
  const segments = elf.segments.filter((segment) => segment.memoryBytes > 0);
  return {
    segments: segments.filter((segment) => segment.bytes.length > 0),
    symbols: new Map(elf.symbols.map((symbol) => [symbol.name, symbol.value])),
    endAddress: Math.max(0, ...segments.map((segment) => segment.address + segment.memoryBytes)),
  };
}

/**
 * `kernels.shoal`: compiled kernel modules in a file. The file is one CBOR value (RFC 8949) behind the tag of
 * self-described CBOR (d9d9f7), a map:
 *
 *     { format: "shoal-kernels", version: 1, name: text, targets: [target, …] }
 *
 * with one target for each instruction set the module was compiled for:
 *
 *     { isa: text, localMemoryBytes: uint, elf: bytes, kernels: […], trapSites: […], logFormats: […],
 *       data: […] }
 *
 * `elf` is an ELF32 file with symbols, relocations and line tables, placed at 0; kernels, trapSites, logFormats and data
 * are `CompiledKernel`, `TrapSite`, `LogFormat` and `DataItem` as plain maps. Reading needs no compiler.
 */
import type { IsaName } from '../boards/board.ts';
import { ByteReader, ByteWriter, readValue, writeValue } from '../protocol/index.ts';
import type { CompiledKernel, CompiledModule, CompiledParameter, DataItem } from './compiled-module.ts';
import { ContainerMap, invalidContainer, readPosition } from './container-map.ts';
import type { TrapSite } from './kernel-tree/tree.ts';
import { readModuleElf, writeModuleElf } from './link/module-elf.ts';
import { placeModule, undefinedSymbols } from './link/place-module.ts';
import { logFormatMap, readLogFormat } from './log-format-container.ts';

const FORMAT = 'shoal-kernels';
const VERSION = 1;
const SELF_DESCRIBED: readonly number[] = [0xd9, 0xd9, 0xf7];
/** No core of a known board has more local memory; a file that says so is not one of ours. */
const MAXIMUM_FILE_BYTES = 0x100_0000;

/** A module for one kind of board. */
export interface ContainerTarget {
  /** Local memory that the code was compiled for; it may not be placed above. */
  readonly localMemoryBytes: number;
  readonly module: CompiledModule;
}

/** The bytes of a `.shoal` file. All targets are the same source, so they have one name. */
export function writeContainer(targets: readonly ContainerTarget[]): Uint8Array {
  const name = targets[0]?.module.name ?? '';
  const writer = new ByteWriter();
  writer.bytes(Uint8Array.from(SELF_DESCRIBED));
  writeValue(writer, {
    format: FORMAT,
    version: VERSION,
    name,
    targets: targets.map(({ module, localMemoryBytes }) => ({
      isa: module.isa,
      localMemoryBytes,
      elf: moduleElf(module),
      kernels: module.kernels.map((kernel) => ({
        ...kernel,
        parameters: kernel.parameters.map((parameter) => ({ ...parameter })),
      })),
      trapSites: module.trapSites.map((site) => ({ ...site, position: { ...site.position } })),
      logFormats: module.logFormats.map(logFormatMap),
      data: module.data.map((item) => ({ ...item, position: item.position && { ...item.position } })),
    })),
  });
  return writer.view().slice();
}

/** The module as an ELF file with its relocations, placed at 0 with every outside symbol at 0. */
export function moduleElf(module: CompiledModule): Uint8Array {
  const object = { ...module.object, lines: module.lines };
  const nowhere = new Map(undefinedSymbols(object).map((symbol) => [symbol, 0]));
  return writeModuleElf(module.name, object, placeModule(object, 0, nowhere));
}

/** Reads a `.shoal` file. Throws PROTOCOL_INVALID, or ELF_INVALID for the code inside, whatever the bytes are. */
export function readContainer(bytes: Uint8Array): readonly ContainerTarget[] {
  if (bytes.length > MAXIMUM_FILE_BYTES) throw invalidContainer(`${bytes.length} bytes, over ${MAXIMUM_FILE_BYTES}`);
  if (SELF_DESCRIBED.some((byte, index) => bytes[index] !== byte)) {
    throw invalidContainer('it does not begin with d9 d9 f7');
  }
  const reader = new ByteReader(bytes.subarray(SELF_DESCRIBED.length));
  const root = new ContainerMap(readValue(reader), 'the file');
  if (reader.remaining > 0) throw invalidContainer(`${reader.remaining} bytes behind the end`);
  if (root.text('format') !== FORMAT) throw invalidContainer('it is another format');
  if (root.integer('version') !== VERSION) throw invalidContainer(`its version is not ${VERSION}`);
  const name = root.text('name');
  return root.list('targets').map((target) => ({
    localMemoryBytes: target.integer('localMemoryBytes'),
    module: readTarget(name, target),
  }));
}

function readTarget(name: string, target: ContainerMap): CompiledModule {
  const { sections, symbols, lines } = readModuleElf(target.bytes('elf'));
  const kernels = target.list('kernels').map(readKernel);
  const functions = new Set(symbols.map((symbol) => symbol.name));
  for (const { entrySymbol } of kernels) {
    if (!functions.has(entrySymbol)) throw invalidContainer(`its code has no ${entrySymbol}`);
  }
  return {
    name,
    isa: target.oneOf<IsaName>('isa', ['epiphany']),
    kernels,
    object: { sections, symbols },
    lines,
    trapSites: target.list('trapSites').map(readTrapSite),
    logFormats: target.list('logFormats').map(readLogFormat),
    data: target.list('data').map(readDataItem),
  };
}

function readKernel(kernel: ContainerMap): CompiledKernel {
  return {
    name: kernel.text('name'),
    parameters: kernel.list('parameters').map(readParameter),
    result: kernel.oneOf('result', ['i32', 'u32', 'f32', 'bool', 'void']),
    entrySymbol: kernel.text('entrySymbol'),
    stackBytes: kernel.integer('stackBytes'),
  };
}

function readParameter(parameter: ContainerMap): CompiledParameter {
  const name = parameter.text('name');
  if (parameter.has('scalar')) return { name, scalar: parameter.oneOf('scalar', ['i32', 'u32', 'f32', 'bool']) };
  return {
    name,
    element: parameter.oneOf('element', ['i8', 'u8', 'i16', 'u16', 'i32', 'u32', 'f32']),
    direction: parameter.oneOf('direction', ['unused', 'in', 'out', 'in-out']),
  };
}

const TRAP_KINDS: readonly TrapSite['kind'][] = [
  'index-out-of-range',
  'division-by-zero',
  'throw',
  'length-mismatch',
  'unreachable',
  'wait',
];

function readTrapSite(site: ContainerMap): TrapSite {
  return {
    kind: site.oneOf('kind', TRAP_KINDS),
    position: readPosition(site.map('position')),
    text: site.text('text'),
    ...(site.has('errorClass') ? { errorClass: site.text('errorClass') } : {}),
    ...(site.has('message') ? { message: site.text('message') } : {}),
  };
}

function readDataItem(item: ContainerMap): DataItem {
  return {
    name: item.text('name'),
    section: item.text('section'),
    lengthBytes: item.integer('lengthBytes'),
    position: item.has('position') ? readPosition(item.map('position')) : null,
  };
}

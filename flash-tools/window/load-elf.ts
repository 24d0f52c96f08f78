/** Puts a linked program into cores through a memory window, checked: what is started is what stands there. */
import { ELF_MACHINE_EPIPHANY, type ElfFile } from '../../boards/elf/elf-file.ts';
import { ShoalError } from '../../protocol/errors.ts';
import { type BoardWindow, CORE_WINDOW_BYTES, type CoreGroup, checkRange, coresOf, hex } from './board-window.ts';
import { resetCore, startCore } from './core-control.ts';
import { type CopyOptions, copyInto, verify } from './verified-copy.ts';
import { workgroupParts } from './workgroup.ts';

const TYPE_EXECUTABLE = 2;

/** Bytes for a mesh address; zeros of .bss included. */
interface Part {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/** What will be written, and which cores it is for. Making one touches nothing. */
export interface LoadPlan {
  readonly cores: readonly number[];
  readonly parts: readonly Part[];
  /** Bytes that are written and compared: all local memory of the cores, and what goes to shared memory. */
  readonly totalBytes: number;
  /** Where cores start, or null if the program has a vector at address 0. */
  readonly entry: number | null;
}

/**
 * Lays a program out for a group of cores. Segments below 1 MB go to each of the cores, whose other memory becomes
 * zero; others to their mesh address, once. Throws ELF_INVALID, MEMORY_OVERFLOW for a segment where there is no memory.
 */
export function planLoad(window: BoardWindow, elf: ElfFile, group: CoreGroup): LoadPlan {
  checkProgram(elf);
  const { board } = window;
  const cores = coresOf(board, group);
  const isLocal = ({ address }: { readonly address: number }): boolean => address < CORE_WINDOW_BYTES;
  const locals = cores.map((core, index): Part => {
    const bytes = new Uint8Array(board.localMemoryBytes);
    const own = workgroupParts(elf, board, group, Math.floor(index / group.columns), index % group.columns);
    for (const segment of elf.segments.filter(isLocal)) {
      const { address, memoryBytes } = segment;
      checkRange(window, window.coreAddress(core, address), memoryBytes);
      bytes.set(segment.bytes, address);
    }
    for (const part of own) {
      checkRange(window, window.coreAddress(core, part.address), part.bytes.length);
      bytes.set(part.bytes, part.address);
    }
    return { address: window.coreAddress(core, 0), bytes };
  });
  const others = elf.segments
    .filter((segment) => !isLocal(segment))
    .map((segment): Part => {
      checkRange(window, segment.address, segment.memoryBytes);
      const bytes = new Uint8Array(segment.memoryBytes);
      bytes.set(segment.bytes);
      return { address: segment.address, bytes };
    });
  // Segments for the memory of a certain core come behind the zeros of that core.
  const parts = mergeInto(locals, others);
  return {
    cores,
    parts,
    totalBytes: parts.reduce((sum, { bytes }) => sum + bytes.length, 0),
    entry: elf.segments.some(({ address }) => address === 0) ? null : elf.entry,
  };
}

/** Puts parts that lie within others into those, so that no address is written and compared twice. */
function mergeInto(wholes: readonly Part[], parts: readonly Part[]): Part[] {
  const separate: Part[] = [];
  for (const part of parts) {
    const whole = wholes.find(
      ({ address, bytes }) => part.address >= address && part.address + part.bytes.length <= address + bytes.length,
    );
    if (whole === undefined) separate.push(part);
    else whole.bytes.set(part.bytes, part.address - whole.address);
  }
  return [...wholes, ...separate];
}

/**
 * Stops and resets the cores, writes everything, reads it back. `onProgress` gets bytes of twice `totalBytes`: written,
 * then compared. Nothing runs afterwards; {@link startProgram} starts it. Rejects with FLASH_VERIFY, BOARD_START, the
 * reason of the signal; then the cores stay stopped.
 */
export async function loadElf(window: BoardWindow, plan: LoadPlan, options: CopyOptions): Promise<void> {
  for (const core of plan.cores) await resetCore(window, core);
  for (const { address, bytes } of plan.parts) await copyInto(window, address, bytes, options);
  await verifyLoaded(window, plan, options);
}

/** Compares what a board holds with a plan, and changes nothing. Rejects with FLASH_VERIFY, the reason of the signal. */
export async function verifyLoaded(window: BoardWindow, { parts }: LoadPlan, options: CopyOptions): Promise<void> {
  for (const { address, bytes } of parts) await verify(window, address, bytes, options);
}

/** Starts the cores of a program that was loaded. */
export function startProgram(window: BoardWindow, { cores, entry }: LoadPlan): void {
  for (const core of cores) startCore(window, core, entry);
}

function checkProgram({ machine, type, segments }: ElfFile): void {
  if (machine !== ELF_MACHINE_EPIPHANY) {
    throw new ShoalError('ELF_INVALID', `the ELF file is for machine ${hex(machine)}, not Epiphany (0x1223)`);
  }
  if (type !== TYPE_EXECUTABLE) {
    throw new ShoalError('ELF_INVALID', 'the ELF file is not an executable', { hint: 'Link it first.' });
  }
  if (segments.length === 0) throw new ShoalError('ELF_INVALID', 'the ELF file has nothing that could be loaded');
}

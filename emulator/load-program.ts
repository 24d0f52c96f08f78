/** Puts a linked program into a core and starts it, the way a loader on the host does. */
import { ELF_MACHINE_EPIPHANY, type ElfFile, type ElfSymbol, SYMBOL_KIND } from '../boards/elf/elf-file.ts';
import { LineTable } from '../boards/elf/line-table.ts';
import { readLineTable } from '../boards/elf/read-debug-line.ts';
import { isShoalError, ShoalError } from '../protocol/errors.ts';
import { WINDOW_BYTES } from './bus.ts';
import { hex } from './core-exception.ts';
import type { Machine } from './machine.ts';
import type { Locator } from './report.ts';

const TYPE_EXECUTABLE = 2;
const ILATST = 0xf042c;
const PC = 0xf0408;
const FSTATUS = 0xf0440;
const STATUS_ACTIVE = 1;

/**
 * Copies the segments of `elf`: addresses below 1 MB to core `core`, others where they say. Symbols become known to
 * reports. Throws ELF_INVALID if the file is for another processor or not linked, MEMORY_OVERFLOW if a segment lies
 * where the board has no memory.
 */
export function loadProgram(machine: Machine, core: number, elf: ElfFile): void {
  if (elf.machine !== ELF_MACHINE_EPIPHANY) {
    throw new ShoalError('ELF_INVALID', `the ELF file is for machine ${hex(elf.machine)}, not Epiphany (0x1223)`);
  }
  if (elf.type !== TYPE_EXECUTABLE) {
    throw new ShoalError('ELF_INVALID', 'the ELF file is not an executable', { hint: 'Link it first.' });
  }
  for (const segment of elf.segments) {
    const address = segment.address < WINDOW_BYTES ? machine.coreAddress(core, segment.address) : segment.address;
    const image = new Uint8Array(memoryLength(machine, segment.address, segment.memoryBytes));
    image.set(segment.bytes);
    machine.writeMemory(address, image);
  }
  machine.addLocator(locatorOf(core, elf));
}

/** Names symbol and source line of addresses in the segments of a program. */
function locatorOf(core: number, elf: ElfFile): Locator {
  let symbols: readonly ElfSymbol[] | undefined;
  let lines: LineTable | undefined;
  return (index, address) => {
    const isHere = elf.segments.some(
      ({ address: from, memoryBytes }) => address >= from && address < from + memoryBytes,
    );
    if (index !== core || !isHere) return undefined;
    symbols ??= elf.symbols
      .filter((symbol) => symbol.kind <= SYMBOL_KIND.function && symbol.section !== '')
      .sort((a, b) => a.value - b.value);
    lines ??= linesOf(elf);
    const symbol = symbols.findLast(({ value }) => value <= address);
    const source = lines.find(address);
    const distance = address - (symbol?.value ?? 0);
    const name = symbol === undefined ? '' : distance === 0 ? symbol.name : `${symbol.name}+0x${distance.toString(16)}`;
    const place = source === null ? '' : `(${source.file}:${source.line})`;
    return `${name} ${place}`.trim() || undefined;
  };
}

/** The line table; empty if the file has none that can be read, since it only serves reports. */
function linesOf(elf: ElfFile): LineTable {
  try {
    return readLineTable(elf);
  } catch (error) {
    if (isShoalError(error, 'ELF_INVALID')) return new LineTable([]);
    throw error;
  }
}

/** Checks that the board has memory for a segment; returns its length in bytes. */
function memoryLength(machine: Machine, address: number, lengthBytes: number): number {
  const { localMemoryBytes, sharedMemory } = machine.board;
  const fits = (start: number, length: number): boolean => address >= start && address + lengthBytes <= start + length;
  const onChip = machine.cores.some((_, index) => fits(machine.coreAddress(index), localMemoryBytes));
  const shared = sharedMemory !== undefined && fits(sharedMemory.address, sharedMemory.lengthBytes);
  if (fits(0, localMemoryBytes) || onChip || shared) return lengthBytes;
  throw new ShoalError(
    'MEMORY_OVERFLOW',
    `the program wants ${lengthBytes} bytes at ${hex(address)}, where ${machine.board.name} has no memory for them`,
    { hint: `A core has ${localMemoryBytes} bytes from address 0.` },
  );
}

/**
 * Starts a loaded program: by SYNC through the vector at 0 if something was loaded there, else at the entry point.
 */
export function startProgram(machine: Machine, core: number, elf: ElfFile): void {
  if (elf.segments.some(({ address }) => address === 0)) {
    machine.writeWord(machine.coreAddress(core, ILATST), 1);
    return;
  }
  machine.writeWord(machine.coreAddress(core, PC), elf.entry);
  machine.writeWord(machine.coreAddress(core, FSTATUS), STATUS_ACTIVE);
}

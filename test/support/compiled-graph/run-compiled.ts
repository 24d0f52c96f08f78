/** Runs compiled object code on core 0 of an emulated board: places it, calls a function, reads the outcome. */

import type { BoardDescription } from '../../../boards/board.ts';
import { E16G301 } from '../../../boards/e16g301.ts';
import { encode, formNamed } from '../../../boards/isa/epiphany/instruction-table.ts';
import { ARGUMENT_REGISTERS } from '../../../compiler/back-ends/epiphany/registers.ts';
import { type PlacedModule, placeModule, type RelocatableObject } from '../../../compiler/link/place-module.ts';
import { Machine } from '../../../emulator/index.ts';

/** Boards are made by the thousand here: no shared memory, no idle cores. */
const ONE_CORE: BoardDescription = { ...E16G301, rows: 1, columns: 1 };
const RAISE_ADDRESS = 0x300;
const CODE_ADDRESS = 0x400;
/** Start code reads all argument words, and fills callee-saved registers to see that they are kept. */
const KEPT = [8, 9, 10, 11, 15, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43];
const KEPT_PATTERN = 0x5a00;
const STACK_TOP = 0x8000;
const CONFIG_AT_START = 0x00400000;

export interface Outcome {
  /** r0 after the return, or undefined after a trap. */
  readonly result: number | undefined;
  /** Site id and the two words of a trap. */
  readonly trap: readonly [number, number, number] | undefined;
  readonly instructions: number;
  readonly machine: Machine;
  readonly placed: PlacedModule;
}

class StartCode {
  readonly bytes: Uint8Array = new Uint8Array(RAISE_ADDRESS);
  private at = 0x40;
  private readonly view = new DataView(this.bytes.buffer);

  put(mnemonic: string, form: string, fields: Parameters<typeof encode>[1]): void {
    const row = formNamed(mnemonic, form);
    const word = encode(row, fields);
    if (row.widthBytes === 2) this.view.setUint16(this.at, word, true);
    else this.view.setUint32(this.at, word, true);
    this.at += row.widthBytes;
  }

  load(rd: number, word: number): void {
    this.put('mov', 'imm.long', { rd, immediate: word & 0xffff });
    this.put('movt', 'imm.long', { rd, immediate: word >>> 16 });
  }

  finish(): Uint8Array {
    // The reset vector.
    this.view.setUint32(0, encode(formNamed('b', 'long'), { displacement: 0x40 }), true);
    return this.bytes;
  }
}

/** Calls `symbol` with argument words. `prepare` may fill memory first. Throws if the core faults or does not end. */
export function runCompiled(
  code: RelocatableObject,
  symbol: string,
  words: readonly number[],
  prepare: (machine: Machine, placed: PlacedModule) => void = () => {},
  maxInstructions: number = 2_000_000,
): Outcome {
  const placed = placeModule(code, CODE_ADDRESS, new Map([['traps.raise', RAISE_ADDRESS]]));
  const machine = new Machine(ONE_CORE);
  const start = new StartCode();
  start.load(63, CONFIG_AT_START);
  start.put('movts', 'core.long', { rd: 63, special: 0 });
  words.forEach((word, index) => {
    start.load(ARGUMENT_REGISTERS[index] as number, word);
  });
  for (const register of KEPT) start.load(register, KEPT_PATTERN + register);
  start.load(13, STACK_TOP);
  start.load(62, placed.symbols.get(symbol) as number);
  start.put('jalr', 'long', { rn: 62 });
  start.put('movfs', 'core.long', { rd: 63, special: 0 });
  start.put('bkpt', 'short', {});
  const base = machine.coreAddress(0);
  machine.writeMemory(base, start.finish());
  machine.writeMemory(base + RAISE_ADDRESS, Uint8Array.of(0xc2, 0x01));
  for (const segment of placed.segments) {
    if (segment.bytes.length > 0) machine.writeMemory(base + segment.address, segment.bytes);
  }
  prepare(machine, placed);
  machine.writeWord(machine.coreAddress(0, 0xf042c), 1);
  const run = machine.run({ maxInstructions });
  const core = machine.cores[0];
  if (core === undefined || run.reason !== 'halted')
    throw new Error(`${symbol} ended by ${run.reason}\n${machine.report()}`);
  const register = (index: number): number => core.registers[index] as number;
  if ((core.config & 0x000e0001) !== 0) throw new Error(`${symbol} left CONFIG as ${core.config.toString(16)}`);
  if (core.pc === RAISE_ADDRESS) {
    const trap = [register(0), register(1), register(2)] as const;
    return { result: undefined, trap, instructions: core.instructions, machine, placed };
  }
  for (const kept of KEPT) {
    if (register(kept) !== KEPT_PATTERN + kept) throw new Error(`${symbol} changed r${kept}`);
  }
  if (register(13) !== STACK_TOP) throw new Error(`${symbol} moved sp to ${register(13).toString(16)}`);
  return { result: register(0), trap: undefined, instructions: core.instructions, machine, placed };
}

/** Bytes of a symbol's data. */
export function readData(outcome: Outcome, symbol: string, lengthBytes: number): Uint8Array {
  const address = outcome.placed.symbols.get(symbol);
  if (address === undefined) throw new Error(`there is no ${symbol}`);
  return outcome.machine.readMemory(outcome.machine.coreAddress(0, address), lengthBytes);
}

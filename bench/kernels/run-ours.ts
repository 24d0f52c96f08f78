/** Compiles a kernel and runs it on one emulated core, without the core runtime. */
import { fileURLToPath } from 'node:url';
import { assemble, findBoard } from 'shoal/boards';
import { compileKernels, placeModule, undefinedSymbols } from 'shoal/compiler';
import { Machine } from 'shoal/emulator';
import type { KernelArgument, KernelCase } from './cases.ts';

export interface Cost {
  readonly instructions: number;
  readonly bytes: number;
}

const board = findBoard('parallella-16');
const CODE_ADDRESS = 0x200;
const STOP_ADDRESS = 0x1f0;
const STACK_TOP = 0x8000;
const ILATST = 0xf042c;
const ARGUMENT_REGISTERS = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];

/** Instructions from the kernel's entry to its return, callees included; bytes of the kernel and its callees. */
export async function runOurs(test: KernelCase): Promise<Cost> {
  const module = await compileKernels(fileURLToPath(new URL(test.file, import.meta.url)), { board });
  // Each kernel has a module of its own: all its functions but the entry stub are the kernel and what it calls.
  const functions = module.object.symbols.filter(({ section }) => section === '.text');
  const bytes = functions
    .filter(({ name }) => !name.endsWith('.entry'))
    .reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);

  const runtime = new Map(undefinedSymbols(module.object).map((name) => [name, STOP_ADDRESS]));
  const placed = placeModule(module.object, CODE_ADDRESS, runtime);
  const machine = new Machine(board);
  const write = (address: number, content: Uint8Array): void => {
    machine.writeMemory(machine.coreAddress(0, address), content);
  };
  for (const segment of placed.segments) if (segment.bytes.length > 0) write(segment.address, segment.bytes);
  const words: number[] = [];
  const arrays: { readonly address: number; readonly bytes: Uint8Array }[] = [];
  let free = placed.endAddress;
  for (const value of test.arguments) {
    if ('i32' in value) words.push(value.i32);
    else if ('f32' in value) words.push(new Int32Array(Float32Array.of(value.f32).buffer)[0] as number);
    else {
      free = (free + 7) & ~7;
      const content = bytesOf(value);
      words.push(free, value.length);
      arrays.push({ address: free, bytes: content });
      write(free, content);
      free += content.length;
    }
  }
  const symbol = functions.find(({ name }) => name.endsWith(`.${test.kernel}`))?.name ?? '';
  const entry = placed.symbols.get(symbol) ?? 0;
  const start = startCode(words, entry);
  write(0, start.bytes);
  write(STOP_ADDRESS, Uint8Array.of(0xc2, 0x01));
  machine.writeWord(machine.coreAddress(0, ILATST), 1);
  machine.run({ maxInstructions: start.instructions });
  const [core] = machine.cores;
  if (core?.pc !== entry) throw new Error(`${test.name} was not entered\n${machine.report()}`);
  const before = core.instructions;
  machine.run({ maxInstructions: 10_000_000 });
  if (core.state !== 'halted' || core.pc === STOP_ADDRESS) throw new Error(`${test.name} failed\n${machine.report()}`);
  const instructions = core.instructions - before - start.instructionsAfter;
  for (const { address, bytes: content } of arrays) {
    content.set(machine.readMemory(machine.coreAddress(0, address), content.length));
  }
  test.verify(core.registers[0] as number);
  return { instructions, bytes };
}

/** Float mode, the stack, the argument words, and a call; afterwards the core stops. */
function startCode(
  words: readonly number[],
  entry: number,
): { readonly bytes: Uint8Array; readonly instructions: number; readonly instructionsAfter: number } {
  const load = (register: number, word: number): string[] => [
    `mov.l r${register}, ${word & 0xffff}`,
    `movt r${register}, ${word >>> 16}`,
  ];
  const lines = [
    'b.l start\nstart:',
    ...load(63, 0x00400000),
    'movts config, r63',
    ...words.flatMap((word, index) => load(ARGUMENT_REGISTERS[index] as number, word)),
    ...load(13, STACK_TOP),
    ...load(62, entry),
    'jalr.l r62',
    'bkpt',
  ];
  const text = assemble(lines.join('\n'), 'start.s').sections.find(({ name }) => name === '.text');
  return { bytes: text?.bytes ?? new Uint8Array(), instructions: lines.length - 1, instructionsAfter: 0 };
}

function bytesOf(array: Exclude<KernelArgument, { readonly i32: number } | { readonly f32: number }>): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/**
 * Suite `emulator`: millions of emulated instructions per second (MIPS) of host time, on one host core, for the programs
 * that GCC compiled with -O3, on both engines; and for sixteen cores at once. Only `run` is timed, not loading.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { findBoard, readElf } from 'shoal/boards';
import { type EngineName, loadProgram, Machine, startProgram } from 'shoal/emulator';

const KERNELS = ['bubble', 'conv5x5', 'crc32bit', 'crc32tab', 'dot', 'fft256', 'matmul32', 'quick', 'saxpy', 'sha256'];
const RESETCORE = 0xf070c;
/** Host time per figure, after as much to warm up. */
const MEASURE_MS = 700;

interface Measured {
  readonly mips: number;
  readonly instructions: number;
}

/** One line for each kernel and engine, then the slowest kernel of each engine, then all cores at once. */
export async function* emulator(): AsyncGenerator<Readonly<Record<string, string | number>>> {
  for (const engine of ['generated', 'interpreted'] as const) {
    let slowest = { kernel: '', mips: Number.POSITIVE_INFINITY };
    for (const kernel of KERNELS) {
      const { mips, instructions } = measure(kernel, engine, 'e16g301', 1);
      if (mips < slowest.mips) slowest = { kernel, mips };
      yield { suite: 'emulator', kernel, engine, cores: 1, instructions, mips: round(mips) };
    }
    yield { suite: 'emulator', slowest: slowest.kernel, engine, mips: round(slowest.mips) };
  }
  for (const kernel of ['matmul32', 'quick']) {
    const { mips, instructions } = measure(kernel, 'generated', 'parallella-16', 16);
    yield { suite: 'emulator', kernel, engine: 'generated', cores: 16, instructions, mips: round(mips) };
  }
}

function measure(kernel: string, engine: EngineName, board: string, cores: number): Measured {
  const packed = readFileSync(new URL(`../test/conformance/data/gcc-kernels/O3/${kernel}.elf.gz`, import.meta.url));
  const elf = readElf(gunzipSync(packed));
  const machine = new Machine(findBoard(board), { engine });
  for (let core = 0; core < cores; core++) loadProgram(machine, core, elf);
  const image = machine.cores.slice(0, cores).map(({ index }) => machine.readMemory(machine.coreAddress(index), 32768));
  let milliseconds = 0;
  let instructions = 0;
  const once = (): number => {
    for (const [core, bytes] of image.entries()) {
      machine.writeWord(machine.coreAddress(core, RESETCORE), 1);
      machine.writeWord(machine.coreAddress(core, RESETCORE), 0);
      machine.writeMemory(machine.coreAddress(core), bytes);
      startProgram(machine, core, elf);
    }
    const start = performance.now();
    const result = machine.run({ maxInstructions: 1e9 });
    milliseconds += performance.now() - start;
    instructions += result.instructions;
    if (machine.cores[0]?.exitStatus !== 0) throw new Error(`${kernel}: ${machine.report()}`);
    return result.instructions;
  };
  while (milliseconds < MEASURE_MS) once();
  milliseconds = 0;
  instructions = 0;
  let each = 0;
  while (milliseconds < MEASURE_MS) each = once();
  return { mips: instructions / milliseconds / 1e3, instructions: each };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

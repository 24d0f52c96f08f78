/**
 * Suite `host`: what a call costs on the host, without the time in which the emulator executes instructions; how often
 * the bytes of arguments are copied; how well transfers and compute overlap. On `emu:parallella-16`.
 */
import { type Board, type Kernels, open } from 'shoal';
import { Machine } from 'shoal/emulator';

type Module = typeof import('./kernels.ts');
type Figures = Readonly<Record<string, string | number>>;

const WARM_UP_CALLS = 3000;
const MEASURED_CALLS = 10_000;
const TILES = 640;

export async function* host(): AsyncGenerator<Figures> {
  await using board = await open('emu:parallella-16');
  const k = await board.load<Module>(new URL('./kernels.ts', import.meta.url));
  yield* nullCalls(k);
  yield await copies(k);
  for (const elements of [64, 256, 1024]) yield await overlap(board, k, elements);
}

/** Of null calls, one after another and 32 at a time. */
async function* nullCalls(k: Kernels<Module>): AsyncGenerator<Figures> {
  const single = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) await k.nothing();
  };
  const many = async (count: number): Promise<void> => {
    let left = count;
    const next = async (): Promise<void> => {
      while (left-- > 0) await k.nothing();
    };
    await Promise.all(Array.from({ length: 32 }, next));
  };
  for (const [inFlight, run] of [
    [1, single],
    [32, many],
  ] as const) {
    await run(WARM_UP_CALLS);
    const emulator = timeOf('run');
    const start = performance.now();
    await run(MEASURED_CALLS);
    const all = performance.now() - start;
    const emulated = emulator.stop();
    yield {
      suite: 'host',
      figure: 'null call',
      inFlight,
      callsPerSecond: Math.round((1000 * MEASURED_CALLS) / (all - emulated)),
      microsecondsPerCall: round((1000 * (all - emulated)) / MEASURED_CALLS),
      emulatorMicrosecondsPerCall: round((1000 * emulated) / MEASURED_CALLS),
    };
  }
}

/** Adds up the time inside a method of the emulator until `stop`. */
function timeOf(method: 'run'): { stop(): number } {
  const original = Machine.prototype[method];
  let milliseconds = 0;
  Machine.prototype[method] = function (this: Machine, ...values) {
    const start = performance.now();
    try {
      return original.apply(this, values);
    } finally {
      milliseconds += performance.now() - start;
    }
  };
  return {
    stop: () => {
      Machine.prototype[method] = original;
      return milliseconds;
    },
  };
}

/** Bytes that the host copies between its own arrays, for each byte of argument; the way over the link not counted. */
async function copies(k: Kernels<Module>): Promise<Figures> {
  const x = new Int32Array(2500).fill(7);
  const y = new Int32Array(2500);
  await k.scale(x, y);
  const prototype = Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array;
  const { set, slice } = prototype;
  const { writeMemory, readMemory } = Machine.prototype;
  let bytes = 0;
  let isOnLink = false;
  const outside =
    <Values extends unknown[], Result>(method: (this: Machine, ...values: Values) => Result) =>
    (...values: Values): Result => {
      isOnLink = true;
      try {
        return method.apply(machine, values);
      } finally {
        isOnLink = false;
      }
    };
  let machine = null as unknown as Machine;
  Machine.prototype.writeMemory = function (this: Machine, address, content) {
    machine = this;
    outside(writeMemory)(address, content);
  };
  Machine.prototype.readMemory = function (this: Machine, address, lengthBytes) {
    machine = this;
    return outside(readMemory)(address, lengthBytes);
  };
  prototype.set = function (this: Uint8Array, values, offset) {
    if (!isOnLink && ArrayBuffer.isView(values)) bytes += values.byteLength;
    set.call(this, values, offset);
  };
  prototype.slice = function (this: Uint8Array, start, end) {
    const copy = slice.call(this, start, end);
    if (!isOnLink) bytes += copy.byteLength;
    return copy;
  } as typeof slice;
  try {
    await k.scale(x, y);
  } finally {
    Object.assign(prototype, { set, slice });
    Object.assign(Machine.prototype, { writeMemory, readMemory });
  }
  return {
    suite: 'host',
    figure: 'copies',
    argumentBytes: x.byteLength + y.byteLength,
    copiedPerByte: round(bytes / (x.byteLength + y.byteLength)),
  };
}

/**
 * Share of the board's time in which cores compute while `map` goes through tiles. The kernel executes two to
 * three instructions for each byte that is transferred.
 */
async function overlap(board: Board, k: Kernels<Module>, elements: number): Promise<Figures> {
  const rounds = 3;
  const tiles = (count: number): [number, Int32Array, Int32Array][] =>
    Array.from({ length: count }, () => [rounds, new Int32Array(elements), new Int32Array(elements)]);
  await board.map(k.scaleOften, tiles(64));
  const one = await k.scaleOften.explain(rounds, new Int32Array(elements), new Int32Array(elements));
  const before = await board.stats();
  const busyTime = (stats: typeof before): number => stats.reduce((sum, core) => sum + core.instructions, 0);
  /** Instructions of a core that never sleeps, since the board was opened. */
  const elapsed = (stats: typeof before): number => Math.max(...stats.map((core) => core.instructions / core.busy));
  await board.map(k.scaleOften, tiles(TILES));
  const after = await board.stats();
  const share = (busyTime(after) - busyTime(before)) / (board.cores * (elapsed(after) - elapsed(before)));
  return {
    suite: 'host',
    figure: 'overlap of map',
    tileBytes: 8 * elements,
    instructionsPerByte: round(one.instructions / (one.bytesIn + one.bytesOut)),
    computeShare: round(share),
  };
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}

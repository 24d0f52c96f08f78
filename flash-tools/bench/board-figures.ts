/** What `shoal bench` measures of an open board. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Board, BoardArray, Kernels } from '../../host/index.ts';
import { packageRoot } from '../../host/package-root.ts';
import { ShoalError } from '../../protocol/errors.ts';

/** Kernels of device/kernel/bench/figures.ts. */
interface BenchKernels {
  nothing(): void;
  dotCycles(x: Float32Array, y: Float32Array): number;
  lastDot(): number;
}

export interface CallFigure {
  readonly inFlight: number;
  readonly calls: number;
  readonly callsPerSecond: number;
  readonly microsecondsPerCall: number;
}

export interface TransferFigure {
  /** 1 MiB, or as much as the time was enough for. */
  readonly bytes: number;
  readonly bytesPerSecond: number;
}

export interface BoardFigures {
  readonly board: string;
  readonly cores: number;
  /** Calls of a kernel that does nothing: one after another, and 64 at a time. */
  readonly nullCalls: readonly [CallFigure, CallFigure];
  readonly toBoard: TransferFigure;
  readonly fromBoard: TransferFigure;
  /** A dot product in the memory of a core; by the core's own counter. */
  readonly dot: { readonly elements: number; readonly cycles: number; readonly microseconds: number };
}

const IN_FLIGHT = 64;
const WARM_UP_CALLS = 100;
const MIB = 1024 * 1024;
const PIECE_BYTES = 8 * 1024;
const DOT_ELEMENTS = 1024;

/**
 * Measures a board, each figure for about `limitMs`. Throws FLASH_VERIFY if the board does not give back what it was
 * given, the reason of the signal, and what calls throw.
 */
export async function measureBoard(board: Board, limitMs: number, signal: AbortSignal): Promise<BoardFigures> {
  const kernels = await board.load<BenchKernels>(figuresUrl(), { signal });
  const one = await nullCalls(kernels, 1, limitMs, signal);
  const many = await nullCalls(kernels, IN_FLIGHT, limitMs, signal);
  // Every board has memory of its cores; what all share, not all have.
  using array = await board.core(0).alloc(Uint8Array, PIECE_BYTES);
  const piece = Uint8Array.from({ length: PIECE_BYTES }, (_, index) => Math.imul(index, 0x9e37_79b1) >>> 24);
  const toBoard = await transfer(() => array.write(piece, 0, { signal }), limitMs);
  const fromBoard = await transfer(() => readBack(array, piece, signal), limitMs);
  const dot = await measureDot(board, kernels);
  return { board: board.info.name, cores: board.cores, nullCalls: [one, many], toBoard, fromBoard, dot };
}

function figuresUrl(): URL {
  return pathToFileURL(join(packageRoot(), 'device/kernel/bench/figures.ts'));
}

async function nullCalls(
  kernels: Kernels<BenchKernels>,
  inFlight: number,
  limitMs: number,
  signal: AbortSignal,
): Promise<CallFigure> {
  let calls = 0;
  const callUntil = async (isOver: () => boolean): Promise<void> => {
    while (!isOver()) {
      await kernels.nothing();
      signal.throwIfAborted();
      calls++;
    }
  };
  const all = (isOver: () => boolean): Promise<unknown> =>
    Promise.all(Array.from({ length: inFlight }, () => callUntil(isOver)));
  const warmEnd = performance.now() + limitMs / 2;
  await all(() => calls >= WARM_UP_CALLS || performance.now() >= warmEnd);
  calls = 0;
  const start = performance.now();
  await all(() => performance.now() - start >= limitMs);
  const seconds = (performance.now() - start) / 1000;
  return {
    inFlight,
    calls,
    callsPerSecond: Math.round(calls / seconds),
    microsecondsPerCall: rounded((seconds * 1e6) / calls),
  };
}

/** `move` takes {@link PIECE_BYTES} to the board or back. */
async function transfer(move: () => Promise<unknown>, limitMs: number): Promise<TransferFigure> {
  let bytes = 0;
  const start = performance.now();
  do {
    await move();
    bytes += PIECE_BYTES;
  } while (bytes < MIB && performance.now() - start < limitMs);
  return { bytes, bytesPerSecond: Math.round((bytes * 1000) / (performance.now() - start)) };
}

async function readBack(array: BoardArray<Uint8Array>, written: Uint8Array, signal: AbortSignal): Promise<void> {
  const read = await array.read(0, PIECE_BYTES, { signal });
  if (Buffer.compare(read, written) !== 0) {
    throw new ShoalError('FLASH_VERIFY', 'memory of core 0 does not hold what was written to it', {
      hint: 'Is the board cooled and its supply sound? `shoal run` with a test program shows whether it repeats.',
    });
  }
}

async function measureDot(board: Board, kernels: Kernels<BenchKernels>): Promise<BoardFigures['dot']> {
  const x = Float32Array.from({ length: DOT_ELEMENTS }, (_, index) => index % 7);
  const y = Float32Array.from({ length: DOT_ELEMENTS }, (_, index) => index % 5);
  const cycles = await kernels.at(0).dotCycles(x, y);
  // Small whole numbers: exact in any order.
  const expected = x.reduce((sum, value, index) => sum + value * (y[index] ?? 0), 0);
  const dot = await kernels.at(0).lastDot();
  if (dot !== expected) throw new ShoalError('FLASH_VERIFY', `core 0 computes ${dot}, not ${expected}`);
  return { elements: DOT_ELEMENTS, cycles, microseconds: rounded((cycles * 1e6) / board.info.coreClockHz) };
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

/** Compiled by `tsc -b`, never run: what must compile does, and each `@ts-expect-error` line must not. */
import { type Board, type BoardArray, type CallOptions, isShoalError, type Kernels, open, split } from 'shoal';

declare const x: Float32Array;
declare const bytes: Uint8Array;
declare const unknownError: unknown;

type Module = typeof import('./kernels-under-test.ts');

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function holds<_T extends true>(): void {}

export async function calls(): Promise<void> {
  await using board: Board = await open('emu:parallella-16', { signal: AbortSignal.timeout(1000) });
  const k: Kernels<Module> = await board.load<Module>(new URL('./kernels-under-test.ts', import.meta.url));

  holds<Equal<Awaited<ReturnType<typeof k.saxpy>>, void>>();
  await k.saxpy(2, x, x);
  const n: number = await k.count(1, 2, true);
  const even: boolean = await k.isEven(n);
  const many: number[] = await k.everywhere.half(1.5);
  await k.everywhere.saxpy(2, split(x), split(x));
  await k.at(3).saxpy(2, x, x);
  await k.at([1, 2]).half(n);
  const options: CallOptions = { timeoutMs: 100, signal: new AbortController().signal };
  await k.with(options).at(0).half(1);
  await k.with({ timeoutMs: 5 }).everywhere.isEven(1);
  holds<Equal<Awaited<ReturnType<typeof k.isEven>>, boolean>>();
  holds<Equal<'LIMIT' extends keyof typeof k ? true : false, false>>();
  if (isShoalError(unknownError, 'KERNEL_TRAP')) unknownError.code.toLowerCase();
  const rows: readonly [number, number][] = (await board.stats()).map((core) => [core.core[0], core.busy]);
  console.log(even, many, rows);

  // @ts-expect-error one argument too few
  k.saxpy(2, x);
  // @ts-expect-error one argument too many
  k.half(1, 2);
  // @ts-expect-error a string is not a number
  k.half('1');
  // @ts-expect-error a number is not a boolean
  k.count(1, 2, 0);
  // @ts-expect-error another element type
  k.saxpy(2, bytes, x);
  // @ts-expect-error an ordinary array
  k.saxpy(2, [1, 2], x);
  // @ts-expect-error split is for everywhere
  k.saxpy(2, split(x), x);
  // @ts-expect-error a split of another element type
  k.everywhere.saxpy(2, split(bytes), split(x));
  // @ts-expect-error there is no such kernel
  k.saxby(2, x, x);
  // @ts-expect-error a constant is not a kernel
  k.LIMIT;
  // @ts-expect-error the result is a promise of a boolean
  const wrong: number = await k.isEven(1);
  // @ts-expect-error everywhere gives an array
  const one: number = await k.everywhere.half(1);
  // @ts-expect-error a core has a row and a column
  k.at([1]);
  // @ts-expect-error no such option
  k.with({ timeout: 5 });
  // @ts-expect-error split takes typed arrays
  split([1, 2]);
  console.log(wrong, one);
}

export async function workLists(board: Board, k: Kernels<Module>, tiles: readonly Float32Array[]): Promise<void> {
  const halves: number[] = await board.map(k.half, [[1], [2]]);
  await board.map(
    k.saxpy,
    tiles.map((tile) => [2, tile, x]),
    { onProgress: ({ done, total }) => console.log(done, total), concurrency: 4, timeoutMs: 5 },
  );
  async function* pairs(): AsyncGenerator<[number]> {
    yield [1];
  }
  holds<Equal<Awaited<ReturnType<typeof board.map<typeof k.isEven, 'stop'>>>, boolean[]>>();
  const settled = await board.map(k.isEven, pairs(), { onError: 'continue' });
  for (const each of settled) if (each.status === 'fulfilled') holds<Equal<typeof each.value, boolean>>();
  await board.forEach(k.half, pairs(), (result, [from], index) => console.log(result + from + index));
  const total = await board.reduce(k.half, pairs(), (sum, result) => sum + result, 0);
  holds<Equal<typeof total, number>>();
  console.log(halves);

  // The item is told as it was given: here it is an array of this process, not one in board memory.
  async function* own(): AsyncGenerator<[number, Float32Array, Float32Array]> {}
  await board.forEach(k.saxpy, own(), (_, [, tile]) => tile.fill(0));
  await board.reduce(k.saxpy, own(), (sum, _, [, tile]) => sum + tile.byteOffset, 0);

  // @ts-expect-error an item is a list of arguments
  board.map(k.half, [1, 2]);
  // @ts-expect-error of the right types
  board.map(k.half, [['1']]);
  // @ts-expect-error and number
  board.map(k.half, [[1, 2]]);
  // @ts-expect-error a kernel, not its name
  board.map('half', [[1]]);
  // @ts-expect-error no such mode
  board.map(k.half, [[1]], { onError: 'ignore' });
  // @ts-expect-error the result is a number
  board.forEach(k.half, [[1]], (result: string) => result);
}

export async function boardMemory(board: Board, k: Kernels<Module>): Promise<void> {
  using big: BoardArray<Float32Array> = await board.alloc(Float32Array, 1 << 20);
  await using near = await board.core([1, 2]).alloc(Float32Array, 10);
  const bytesThere = await board.alloc(Uint8Array, 10);
  await k.saxpy(2, big, x);
  await k.at(3).saxpy(2, near, big.subarray(0, 10));
  await k.everywhere.saxpy(2, big, split(x));
  await board.map(k.saxpy, [[2, big, x]]);
  const back: Float32Array = await near.read(1, 3);
  await near.write(back, 5);
  await near.copyTo(big);

  // @ts-expect-error another element type
  k.saxpy(2, bytesThere, x);
  // @ts-expect-error another element type
  near.copyTo(bytesThere);
  // @ts-expect-error another element type
  near.write(bytes);
  await k.everywhere.saxpy(2, split(x), split(big));
  // @ts-expect-error a split of another element type in board memory
  k.everywhere.saxpy(2, split(x), split(await board.alloc(Int32Array, 5)));
  // @ts-expect-error kernels take no doubles
  board.alloc(Float64Array, 5);
  // @ts-expect-error an array is no number
  k.half(big);
}

export async function explanations(board: Board, k: Kernels<Module>): Promise<void> {
  const call = await k.half.explain(3);
  const result: number = call.result;
  console.log(
    result,
    String(call),
    call.core[0],
    String(await board.explain()),
    (await board.explain()).kernels[0]?.waitedMs,
  );

  // @ts-expect-error as the kernel
  k.half.explain('3');
  const each: number[] = (await k.everywhere.half.explain(3)).map((one) => one.result);
  const since = await board.stats(await board.stats());
  for await (const { cores, waiting } of board.samples({ everyMs: 10 }))
    console.log(cores[0]?.busy, waiting, each, since);
  const off: () => void = board.on('coreReset', ({ coreIndex, reason }) => console.log(coreIndex, reason));
  off();
  const edited: Kernels<Module> = await board.reload(k, { signal: AbortSignal.timeout(5) });
  edited.half(1);

  // @ts-expect-error no such event
  board.on('reset', () => {});
  // @ts-expect-error an event of another kind
  board.on('close', ({ coreIndex }) => console.log(coreIndex));
}

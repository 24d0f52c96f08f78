/** The host API on an emulated board: calls, arrays, cores, and what goes wrong. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Board, isShoalError, type Kernels, open, split } from 'shoal';
import { compileKernels, writeContainer } from 'shoal/compiler';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PARALLELLA_16 } from '../../boards/parallella-16.ts';
import { isWatched, openBoard } from '../support/boards/open-board.ts';

type Module = typeof import('./kernels/host-kernels.ts');
const FILE = new URL('./kernels/host-kernels.ts', import.meta.url);

let board: Board;
let k: Kernels<Module>;

beforeAll(async () => {
  board = await openBoard('parallella-16');
  k = await board.load<Module>(FILE);
});

afterAll(() => board.close());

async function failure(promise: Promise<unknown>): Promise<Error & { code?: string; core?: unknown; hint?: string }> {
  return promise.then(
    () => expect.unreachable('the call should have failed'),
    (error) => error,
  );
}

/** Resets of all cores so far. */
const resets = async (): Promise<number> => (await board.stats()).reduce((all, core) => all + core.resets, 0);

describe('calls', () => {
  test('change the arrays that they write', async () => {
    const x = Float32Array.of(1, 2, 3);
    const y = Float32Array.of(10, 20, 30);
    expect(await k.saxpy(2, x, y)).toBeUndefined();
    expect([...y]).toStrictEqual([12, 24, 36]);
    expect([...x]).toStrictEqual([1, 2, 3]);
  });

  test.each([0, 1, -1, 23, 24, -24, -25, 255, 256, 65535, 65536, 2 ** 31 - 1, -(2 ** 31)])('i32 %d', async (x) => {
    expect(await k.echoSigned(x)).toBe(x);
  });

  test.each([0, 24, 256, 65536, 2 ** 31, 2 ** 32 - 1])('u32 %d', async (x) => {
    expect(await k.echoUnsigned(x)).toBe(x);
  });

  test.each([0, -0, 1, -1.5, 1e-45, -3.4028234663852886e38, Infinity, -Infinity, NaN])('f32 %d', async (x) => {
    expect(await k.echoFloat(x)).toBe(Math.fround(x));
  });

  test('f32 arguments are rounded once', async () => {
    expect(await k.echoFloat(0.1)).toBe(Math.fround(0.1));
  });

  test('boolean', async () => {
    expect(await k.invert(true)).toBe(false);
    expect(await k.invert(false)).toBe(true);
  });

  test('typed arrays of every kind, aligned or not, also empty', async () => {
    const y8 = new Uint8Array(5);
    await k.copy8(Int8Array.of(-1, 0, 1, 127, -128), y8);
    expect([...y8]).toStrictEqual([255, 0, 1, 127, 128]);
    const y16 = new Uint16Array(3);
    await k.copy16(Int16Array.of(-1, 0, -32768), y16);
    expect([...y16]).toStrictEqual([65535, 0, 32768]);
    const y32 = new Uint32Array(2);
    await k.copy32(Int32Array.of(-1, 7), y32);
    expect([...y32]).toStrictEqual([4294967295, 7]);
    await k.copy32(new Int32Array(0), new Uint32Array(0));
    expect(await k.sum(new Int32Array(0))).toBe(0);
    const buffer = new Uint8Array(64).fill(9);
    const inside = buffer.subarray(3, 8);
    await k.copy8(Int8Array.of(1, 2, 3, 4, 5), inside);
    expect([...buffer.subarray(2, 9)]).toStrictEqual([9, 1, 2, 3, 4, 5, 9]);
  });

  test('NaNs arrive as one, other bits stay', async () => {
    const bits = Uint32Array.of(0xffc12345, 0x7f800001, 0x00000001, 0x80000000, 0x7f800000);
    const y = new Float32Array(5);
    await k.copyFloats(new Float32Array(bits.buffer), y);
    expect([...new Uint32Array(y.buffer)]).toStrictEqual([0x7fc00000, 0x7fc00000, 1, 0x80000000, 0x7f800000]);
  });

  test('as large as a core holds', async () => {
    const x = Int32Array.from({ length: 5000 }, (_, i) => i * i);
    expect(await k.sum(x)).toBe(x.reduce((a, b) => (a + b) | 0, 0));
  });

  test('more than there are cores, at once', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, (_, i) => k.add(i, 1000)));
    expect(answers).toStrictEqual(Array.from({ length: 100 }, (_, i) => i + 1000));
  });
});

describe('cores', () => {
  test('at(core) runs there', async () => {
    expect(await k.at(5).where()).toBe(5016);
    expect(await k.at([2, 3]).where()).toBe(11016);
    expect(() => k.at(16)).toThrow(expect.objectContaining({ code: 'CALL_ARGUMENT' }));
  });

  test('everywhere runs on each, in core order', async () => {
    expect(await k.everywhere.where()).toStrictEqual(Array.from({ length: 16 }, (_, i) => i * 1000 + 16));
  });

  test('split deals an array out', async () => {
    const x = Float32Array.from({ length: 1003 }, (_, i) => i);
    const y = Float32Array.from({ length: 1003 }, (_, i) => 2 * i);
    await k.everywhere.saxpy(3, split(x), split(y));
    expect(y).toStrictEqual(Float32Array.from({ length: 1003 }, (_, i) => 5 * i));
  });

  test('module state is each core’s own, and a second load is another module', async () => {
    const before = await k.everywhere.count();
    await k.at(3).count();
    const after = await k.everywhere.count();
    expect(after.map((n, i) => n - (before[i] as number))).toStrictEqual(before.map((_, i) => (i === 3 ? 2 : 1)));
    const again = await board.load<Module>(FILE);
    expect(await again.at(3).count()).toBe(1);
    expect(await k.at(3).count()).toBe((after[3] as number) + 1);
    await board.unload(again);
    expect(await failure(again.where())).toMatchObject({ code: 'KERNEL_NOT_FOUND' });
    expect(await k.at(3).where()).toBe(3016);
  });

  test.runIf(isWatched())('stats tell calls, bytes, instructions', async () => {
    const before = (await board.stats())[7];
    await k.at(7).fill(5, new Int32Array(100));
    const after = (await board.stats())[7];
    expect((after?.calls ?? 0) - (before?.calls ?? 0)).toBe(1);
    expect((after?.bytesOut ?? 0) - (before?.bytesOut ?? 0)).toBeGreaterThan(400);
    // The array is only written: its content does not travel to the core.
    expect((after?.bytesIn ?? 0) - (before?.bytesIn ?? 0)).toBeLessThan(40);
    expect((after?.instructions ?? 0) - (before?.instructions ?? 0)).toBeGreaterThan(100);
    expect(after?.busy).toBeGreaterThan(0);
    expect(after?.busy).toBeLessThan(1);
    expect(after?.core).toStrictEqual([1, 3]);
  });
});

describe('traps', () => {
  test('an index out of range: RangeError with place, core and both stacks; the core goes on', async () => {
    const before = await resets();
    const error = await failure(k.at([2, 1]).element(new Int32Array(128), 130));
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toMatch(/^x\[i\] with i=130, length 128 at host-kernels\.ts:\d+:\d+ \(core 2,1\)$/);
    expect(error).toMatchObject({ code: 'KERNEL_TRAP', core: [2, 1] });
    expect(isShoalError(error)).toBe(true);
    expect(error.stack).toContain('host-kernels.ts');
    expect(error.stack).toContain('host.test.ts');
    expect(await k.at([2, 1]).element(Int32Array.of(7), 0)).toBe(7);
    expect(await resets()).toBe(before);
  });

  test('a negative index', async () => {
    const error = await failure(k.element(new Int32Array(3), -1));
    expect(error.message).toContain('x[i] with i=-1, length 3');
  });

  test('division by zero where the language says so', async () => {
    const error = await failure(k.remainder(1, 0));
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toContain('division by zero at host-kernels.ts:');
    expect(await k.remainder(-7, 3)).toBe(-1);
  });

  test('throw: Error with its message; nothing is written', async () => {
    const y = new Int32Array(2);
    const error = await failure(k.writeThenThrow(y));
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(RangeError);
    expect(error.message).toMatch(/^on purpose at host-kernels\.ts:\d+:\d+ \(core \d,\d\)$/);
    expect([...y]).toStrictEqual([0, 0]);
    await k.fill(3, y);
    expect([...y]).toStrictEqual([3, 3]);
  });

  test('an unaligned access is told with its core, and the core takes the next call', async () => {
    const error = await failure(k.at(9).loadWord(0x4001));
    expect(error).toMatchObject({
      code: 'KERNEL_TRAP',
      core: [2, 1],
      message: expect.stringContaining('unaligned access'),
    });
    expect(await k.at(9).where()).toBe(9016);
  });

  test.runIf(isWatched())(
    'an access that nothing answers stops the core; it is reset and takes the next call',
    async () => {
      const before = await resets();
      const error = await failure(k.at(9).loadWord(0x00700000));
      expect(error).toMatchObject({
        code: 'KERNEL_TRAP',
        message: expect.stringContaining('0x00700000'),
        core: [2, 1],
      });
      expect(error.message).toMatch(/^loadWord stopped: .*host-kernels\.ts:\d+:\d+ \(core 2,1\)/);
      expect(await k.at(9).where()).toBe(9016);
      expect(await resets()).toBe(before + 1);
    },
  );

  test('a write to a protected page is told with its place', async () => {
    await k.at(9).protectPages(1 << 6);
    const error = await failure(k.at(9).storeWord(0x6000, 1));
    expect(error).toMatchObject({ code: 'KERNEL_TRAP', core: [2, 1] });
    expect(error.message).toMatch(
      /^write to protected memory in storeWord before host-kernels\.ts:\d+:\d+ \(core 2,1\)$/,
    );
    await k.at(9).protectPages(0);
    await k.at(9).storeWord(0x6000, 1);
  });

  test.runIf(isWatched())('a core that others have destroyed is started again before its next call', async () => {
    // Core 12 gets nonsense in place of its main loop; its own state is lost, core 11's call is fine.
    await k.at(12).count();
    const other = ((board.info.firstRow + 3) * 64 + board.info.firstColumn) * 0x100000;
    for (let offset = 0x1c0; offset < 0x900; offset += 4) await k.at(11).storeWord(other + offset, 0x000f000f);
    const first = await k
      .at(12)
      .count()
      .catch((error) => error.code);
    expect(['KERNEL_TRAP', 'CALL_DEADLOCK']).toContain(first);
    expect(await k.at(12).count()).toBe(1);
  });

  test.runIf(isWatched())('a kernel that sleeps for ever is a deadlock at once, with who waits on what', async () => {
    const error = await failure(k.at(4).sleepForever());
    expect(error).toMatchObject({ code: 'CALL_DEADLOCK', hint: expect.stringContaining('core 4') });
    expect(await k.at(4).where()).toBe(4016);
  });

  test('a kernel that never ends: CALL_TIMEOUT, its core loses its state, others go on', async () => {
    const events: unknown[] = [];
    const off = board.on('coreReset', (event) => events.push(event.coreIndex));
    const [before] = await Promise.all([k.at(2).count(), k.at(6).count()]);
    const stuck = failure(k.with({ timeoutMs: 100 }).at(6).spin());
    expect(await k.at(2).count()).toBe(before + 1);
    expect(await stuck).toMatchObject({
      code: 'CALL_TIMEOUT',
      message: expect.stringContaining('spin did not answer within 100 ms (core 1,2)'),
    });
    expect(await k.at(6).count()).toBe(1);
    expect(await k.at(2).count()).toBe(before + 2);
    expect(events).toStrictEqual([6]);
    off();
  });

  test('an abort ends a kernel that runs', async () => {
    const controller = new AbortController();
    const call = failure(k.with({ signal: controller.signal }).at(6).spin());
    const waiting = k.at(6).where();
    setTimeout(() => controller.abort(new Error('enough')), 20);
    expect((await call).message).toBe('enough');
    expect(await waiting).toBe(6016);
  });
});

describe('bad input', () => {
  test('unknown board: did you mean', async () => {
    const error = await failure(open('emu:paralella-16'));
    expect(error).toMatchObject({ code: 'BOARD_UNKNOWN', hint: expect.stringContaining("'parallella-16'") });
  });

  test('an aborted open', async () => {
    const error = await failure(openBoard('parallella-16', { signal: AbortSignal.abort(new Error('no')) }));
    expect(error.message).toBe('no');
  });

  test('missing file', async () => {
    const error = await failure(board.load(new URL('./kernels/none.ts', import.meta.url)));
    expect(error).toMatchObject({ code: 'FILE_NOT_FOUND', message: expect.stringContaining('none.ts') });
  });

  test('a file that is no kernel module', async () => {
    expect(await failure(board.load(new URL('../../package.json', import.meta.url)))).toMatchObject({
      code: 'FILE_NOT_FOUND',
    });
  });

  test('a kernel module with errors', async () => {
    const error = await failure(board.load(new URL('./kernels/wrong.ts', import.meta.url)));
    expect(error).toMatchObject({ code: 'COMPILE_FAILED' });
    expect((error as { details?: { diagnostics?: unknown[] } }).details?.diagnostics).not.toHaveLength(0);
  });

  test('a kernel that does not fit', async () => {
    const error = await failure(board.load(new URL('./kernels/too-large.ts', import.meta.url)));
    expect(error).toMatchObject({
      code: 'MEMORY_OVERFLOW',
      message: expect.stringMatching(
        /too-large needs 3\d \d{3} of 32 768 bytes: runtime .*`table` 30\.5 KB \(too-large\.ts:4:\d+\)/,
      ),
    });
    expect(await k.at(0).where()).toBe(16);
  });

  test('arguments that do not fit', async () => {
    const error = await failure(k.sum(new Int32Array(8000)));
    expect(error).toMatchObject({ code: 'MEMORY_OVERFLOW', message: expect.stringContaining('sum needs 32') });
  });

  test('wrong array type, wrong number, too few', async () => {
    const wrong = k as unknown as Record<string, (...values: unknown[]) => Promise<unknown>>;
    const call = (name: string, ...values: unknown[]): Promise<unknown> =>
      (wrong[name] as (...all: unknown[]) => Promise<unknown>)(...values);
    expect(await failure(call('sum', new Uint32Array(3)))).toMatchObject({
      code: 'CALL_ARGUMENT',
      message: expect.stringContaining('sum takes an Int32Array for x, not Uint32Array(3)'),
      hint: 'The kernel is sum(x: Int32Array): i32.',
    });
    expect(await failure(call('add', 1))).toMatchObject({ code: 'CALL_ARGUMENT' });
    expect(await failure(call('add', 1, 2.5))).toMatchObject({ code: 'CALL_ARGUMENT' });
    expect(await failure(call('add', 1, undefined))).toMatchObject({ code: 'CALL_ARGUMENT' });
    expect(await failure(call('invert', 1))).toMatchObject({ code: 'CALL_ARGUMENT' });
  });

  test('lengths that disagree trap as in Node', async () => {
    const error = await failure(k.saxpy(1, new Float32Array(5), new Float32Array(3)));
    expect(error).toBeInstanceOf(RangeError);
  });

  test('aliased arrays', async () => {
    const buffer = new ArrayBuffer(32);
    const whole = new Float32Array(buffer);
    expect(await failure(k.saxpy(1, whole, whole))).toMatchObject({ code: 'CALL_ALIASED_ARGUMENT' });
    expect(await failure(k.saxpy(1, whole.subarray(0, 5), whole.subarray(4)))).toMatchObject({
      code: 'CALL_ALIASED_ARGUMENT',
    });
    await k.saxpy(1, whole.subarray(0, 4), whole.subarray(4));
    const first = k.saxpy(1, new Float32Array(8), whole);
    expect(await failure(k.saxpy(1, new Float32Array(8), whole))).toMatchObject({ code: 'CALL_ALIASED_ARGUMENT' });
    await first;
  });

  test('everywhere with a whole array that is written', async () => {
    const error = await failure(k.everywhere.fill(1, new Int32Array(16)));
    expect(error).toMatchObject({ code: 'CALL_ARGUMENT', hint: expect.stringContaining('split(y)') });
  });
});

test('close: pending calls are cancelled, later ones refused', async () => {
  const other = await openBoard('e16g301');
  const kernels = await other.load<Module>(FILE);
  const running = failure(kernels.at(1).spin());
  const queued = failure(kernels.at(1).where());
  await kernels.at(0).where();
  await other[Symbol.asyncDispose]();
  expect(await running).toMatchObject({ code: 'CALL_CANCELLED' });
  expect(await queued).toMatchObject({ code: 'CALL_CANCELLED' });
  expect(await failure(kernels.where())).toMatchObject({ code: 'BOARD_CLOSED' });
  expect(await failure(other.load(FILE))).toMatchObject({ code: 'BOARD_CLOSED' });
  expect(other.isClosed).toBe(true);
  other.close();
});

test('a compiled module: a .shoal file loads without the source, for the boards that it was compiled for', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'shoal-'));
  try {
    const module = await compileKernels(fileURLToPath(FILE), { board: PARALLELLA_16 });
    const file = join(folder, 'kernels.shoal');
    writeFileSync(file, writeContainer([{ module, localMemoryBytes: PARALLELLA_16.localMemoryBytes }]));
    const other = await openBoard('e64g401');
    const kernels = await other.load<Module>(pathToFileURL(file));
    expect(await kernels.at(63).where()).toBe(63064);
    const error = await failure(kernels.element(new Int32Array(2), 2));
    expect(error.message).toMatch(/^x\[i\] with i=2, length 2 at host-kernels\.ts:\d+:\d+ \(core 0,0\)$/);
    writeFileSync(file, Uint8Array.of(1, 2, 3));
    expect(await failure(other.load(file))).toMatchObject({ code: 'PROTOCOL_INVALID' });
    writeFileSync(file, writeContainer([{ module, localMemoryBytes: 1 << 20 }]));
    expect(await failure(other.load(file))).toMatchObject({
      code: 'FILE_NOT_FOUND',
      message: expect.stringContaining('holds no code for e64g401'),
    });
    other.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('kernels are only the exported functions', () => {
  expect(Object.keys(k).sort()).toStrictEqual(
    [
      ...['add', 'at', 'copy16', 'copy32', 'copy8', 'copyFloats', 'count', 'echoFloat', 'echoSigned', 'echoUnsigned'],
      ...[
        'element',
        'everywhere',
        'fill',
        'invert',
        'loadWord',
        'protectPages',
        'remainder',
        'saxpy',
        'sleepForever',
        'spin',
        'storeWord',
        'sum',
      ],
      ...['where', 'with', 'work', 'writeThenThrow'],
    ].sort(),
  );
});

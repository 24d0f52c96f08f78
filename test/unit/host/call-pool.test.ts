import { setImmediate as turn } from 'node:timers/promises';
import { isShoalError } from 'shoal/protocol';
import { describe, expect, test, vi } from 'vitest';
import { CallPool, type CoreResetEvent } from '../../../host/cores/call-pool.ts';
import { WindowCores } from '../../../host/cores/window-cores.ts';
import { split } from '../../../host/kernels/split.ts';
import { check, reading } from '../core/simulated-core.ts';
import { IMAGE, openSimulated, type SimulatedBoard, type SimulatedKernel, SimulatedLink } from './simulated-board.ts';

/** `where(x: i32): i32` answers 100 * core + x. */
const where: SimulatedKernel = {
  signature: { name: 'where', parameters: [{ name: 'x', scalar: 'i32' }], result: 'i32' },
  stub: (core) => {
    const x = reading.readInteger();
    reading.end();
    reading.writeInteger(100 * core + x);
  },
};

/** `double(x: Float32Array, y: Float32Array)`: y[i] = 2 * x[i], over the shorter. */
function double(board: () => SimulatedBoard): SimulatedKernel {
  return {
    signature: {
      name: 'double',
      parameters: [
        { name: 'x', array: 'Float32Array', read: true, written: false },
        { name: 'y', array: 'Float32Array', read: false, written: true },
      ],
      result: 'void',
    },
    stub: (core) => {
      const { memory } = board().link.core(core);
      const x = reading.readArray(85);
      const xLength = reading.lastLength();
      const y = reading.readArray(85);
      const length = Math.min(xLength, reading.lastLength());
      reading.end();
      for (let i = 0; i < length; i++) memory.setFloat32(y + 4 * i, 2 * memory.getFloat32(x + 4 * i, true), true);
      reading.writeVoid();
    },
  };
}

const named = (name: string, stub: (core: number) => void): SimulatedKernel => ({
  signature: { name, parameters: [], result: 'void' },
  stub,
});

const stuck = named('stuck', () => SimulatedLink.stuck());
const trap = named('trap', () => {
  reading.end();
  check(0, 130, 128);
});
/** Goes to sleep without having answered. */
const sleeper = named('sleeper', () => {
  reading.end();
});

async function failure(promise: Promise<unknown>): Promise<Error & { code?: string; core?: unknown; hint?: string }> {
  return promise.then(
    () => expect.unreachable('the call should have failed'),
    (error) => error,
  );
}

async function openAll(): Promise<SimulatedBoard> {
  const board: SimulatedBoard = await openSimulated([where, double(() => board), stuck, trap, sleeper]);
  return board;
}

describe('calls', () => {
  test('visit the cores in turn, and more calls than cores all end', async () => {
    const { kernels } = await openAll();
    const answers: number[] = await Promise.all(Array.from({ length: 40 }, (_, i) => kernels.where(i)));
    expect(answers.map((answer) => answer % 100)).toStrictEqual(Array.from({ length: 40 }, (_, i) => i));
    for (let core = 0; core < 4; core++) {
      expect(answers.filter((answer) => Math.floor(answer / 100) === core)).toHaveLength(10);
    }
  });

  test('one after another visit all cores too', async () => {
    const { kernels } = await openAll();
    const cores = new Set<number>();
    for (let i = 0; i < 8; i++) cores.add(Math.floor((await kernels.where(0)) / 100));
    expect(cores.size).toBe(4);
  });

  test('at(core) stays on that core, by index and by [row, column]', async () => {
    const { kernels } = await openAll();
    expect(
      await Promise.all([kernels.at(3).where(1), kernels.at([1, 0]).where(2), kernels.at(3).where(4)]),
    ).toStrictEqual([301, 202, 304]);
    for (const selector of [4, -1, 1.5, [2, 0], [0, 2], [0], 'x', null]) {
      expect(() => kernels.at(selector)).toThrow(expect.objectContaining({ code: 'CALL_ARGUMENT' }));
    }
  });

  test('everywhere answers in core order', async () => {
    const { kernels } = await openAll();
    expect(await kernels.everywhere.where(5)).toStrictEqual([5, 105, 205, 305]);
  });

  test('inputs are copied at the call, outputs arrive with the promise', async () => {
    const { kernels } = await openAll();
    const x = Float32Array.of(1, 2, 3);
    const y = new Float32Array(3);
    const call = kernels.double(x, y);
    x.fill(9);
    expect([...y]).toStrictEqual([0, 0, 0]);
    await call;
    expect([...y]).toStrictEqual([2, 4, 6]);
  });

  test('split gives each core its share, remainders first', async () => {
    const { kernels } = await openAll();
    const x = Float32Array.from({ length: 10 }, (_, i) => i);
    const y = new Float32Array(10);
    await kernels.everywhere.double(split(x), split(y));
    expect([...y]).toStrictEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18]);
    const short = Float32Array.of(1, 2);
    await kernels.everywhere.double(split(Float32Array.of(5, 6)), split(short));
    expect([...short]).toStrictEqual([10, 12]);
  });

  test('nothing is scheduled when nothing is pending', async () => {
    const { kernels, link } = await openAll();
    await kernels.where(1);
    const { advances } = link;
    for (let i = 0; i < 10; i++) await turn();
    expect(link.advances).toBe(advances);
  });
});

describe('arrays', () => {
  test('a written array in flight is refused, and free afterwards, whether the call succeeds or fails', async () => {
    const { kernels, inFlight } = await openAll();
    const x = new Float32Array(4);
    const buffer = new ArrayBuffer(64);
    const y = new Float32Array(buffer, 0, 8);
    const overlapping = new Float32Array(buffer, 28, 8);
    const beside = new Float32Array(buffer, 32, 8);
    const first = kernels.double(x, y);
    expect(await failure(kernels.double(x, overlapping))).toMatchObject({ code: 'CALL_ALIASED_ARGUMENT' });
    await kernels.double(x, beside);
    await first;
    await kernels.double(x, overlapping);
    expect(inFlight.size).toBe(0);
  });

  test('a written array that overlaps another argument is refused', async () => {
    const { kernels, inFlight } = await openAll();
    const buffer = new ArrayBuffer(64);
    const call = kernels.double(new Float32Array(buffer, 0, 8), new Float32Array(buffer, 28, 4));
    expect(await failure(call)).toMatchObject({
      code: 'CALL_ALIASED_ARGUMENT',
      message: 'double writes y, which overlaps x [CALL_ALIASED_ARGUMENT]',
    });
    expect(inFlight.size).toBe(0);
  });

  test('everywhere refuses a whole array that is written, and aliased splits', async () => {
    const { kernels } = await openAll();
    const x = new Float32Array(8);
    const whole = await failure(kernels.everywhere.double(x, new Float32Array(8)));
    expect(whole).toMatchObject({ code: 'CALL_ARGUMENT', hint: expect.stringContaining('split(y)') });
    expect(await failure(kernels.everywhere.double(split(x), split(x)))).toMatchObject({
      code: 'CALL_ALIASED_ARGUMENT',
    });
  });

  test('an array that lost its memory while the kernel ran rejects the call', async () => {
    const { kernels } = await openAll();
    const y = new Float32Array(4);
    const call = kernels.double(new Float32Array(4), y);
    structuredClone(y.buffer, { transfer: [y.buffer] });
    expect(await failure(call)).toMatchObject({ code: 'CALL_ARGUMENT', message: expect.stringContaining('detached') });
  });
});

describe('wrong arguments', () => {
  test.each<[string, unknown[], string]>([
    ['none', [], 'where takes 1 argument, not 0'],
    ['too many', [1, 2], 'where takes 1 argument, not 2'],
    ['a string', ['7'], "where takes an integer of -2147483648 … 2147483647 for x, not '7'"],
    ['a fraction', [1.5], 'where takes an integer of -2147483648 … 2147483647 for x, not 1.5'],
    ['2^31', [2 ** 31], 'for x, not 2147483648'],
    ['NaN', [Number.NaN], 'for x, not NaN'],
    ['undefined', [undefined], 'for x, not undefined'],
    ['a bigint', [1n], 'for x, not 1n'],
  ])('%s', async (_, values, message) => {
    const { kernels } = await openAll();
    const error = await failure(kernels.where(...values));
    expect(error).toMatchObject({ code: 'CALL_ARGUMENT', message: expect.stringContaining(message) });
    expect(isShoalError(error)).toBe(true);
    expect(error.hint).toBe('The kernel is where(x: i32): i32.');
  });

  test.each<[unknown, string]>([
    [new Float64Array(2), 'a Float32Array for x, not Float64Array(2)'],
    [[1, 2], 'a Float32Array for x, not an array of 2'],
    [null, 'a Float32Array for x, not null'],
    [new DataView(new ArrayBuffer(4)), 'not an instance of DataView'],
    [new Map(), 'not an instance of Map'],
    [split(new Float32Array(2)), 'not split(Float32Array(2))'],
  ])('%o for a Float32Array', async (value, message) => {
    const { kernels, inFlight } = await openAll();
    const error = await failure(kernels.double(value, new Float32Array(2)));
    expect(error).toMatchObject({ code: 'CALL_ARGUMENT', message: expect.stringContaining(message) });
    expect(inFlight.size).toBe(0);
  });

  test('options', async () => {
    const { kernels } = await openAll();
    for (const options of [{ timeoutMs: 0 }, { timeoutMs: '1' }, { timeoutMs: Number.NaN }, { signal: {} }]) {
      expect(() => kernels.with(options)).toThrow(expect.objectContaining({ code: 'CALL_ARGUMENT' }));
    }
  });

  test('more bytes than a core has free', async () => {
    const { kernels } = await openAll();
    const error = await failure(kernels.double(new Float32Array(4000), new Float32Array(4000)));
    expect(error).toMatchObject({ code: 'MEMORY_OVERFLOW', message: expect.stringContaining('double needs 32') });
    expect(await kernels.at(0).where(1)).toBe(1);
  });
});

describe('what goes wrong on a core', () => {
  test('a trap is the error of exact Node, with code, core, place and both stacks', async () => {
    const { kernels } = await openAll();
    const error = await failure(kernels.at(2).trap());
    expect(error).toBeInstanceOf(RangeError);
    expect(isShoalError(error, 'KERNEL_TRAP')).toBe(true);
    expect(error.message).toBe('x[i] with i=130, length 128 at kernels.ts:5:44 (core 1,0)');
    expect(error.core).toStrictEqual([1, 0]);
    const [head, kernelFrame, ...frames] = (error.stack ?? '').split('\n');
    expect(head).toBe(`RangeError: ${error.message}`);
    expect(kernelFrame).toBe('    at trap (/app/kernels.ts:5:44)');
    expect(frames.join('\n')).toContain('call-pool.test.ts');
    expect(await kernels.at(2).where(1)).toBe(201);
  });

  test('a kernel that never ends: CALL_TIMEOUT, that core alone is reset, others go on', async () => {
    const { kernels, pool, inFlight } = await openAll();
    const events: CoreResetEvent[] = [];
    pool.onCoreReset = (event) => events.push(event);
    const stuckCall = failure(kernels.with({ timeoutMs: 30 }).at(1).stuck());
    const queued = kernels.at(1).where(7);
    expect(await kernels.at(0).where(3)).toBe(3);
    const error = await stuckCall;
    expect(error).toMatchObject({
      code: 'CALL_TIMEOUT',
      message: expect.stringContaining('stuck did not answer within 30 ms (core 0,1)'),
    });
    expect(error.stack).toContain('call-pool.test.ts');
    expect(await queued).toBe(107);
    expect(events).toStrictEqual([{ core: [0, 1], coreIndex: 1, reason: error }]);
    expect(pool.slots.map((slot) => slot.resets)).toStrictEqual([0, 1, 0, 0]);
    expect(inFlight.size).toBe(0);
  });

  test('a core that never starts ends the board', async () => {
    const link = new SimulatedLink([]);
    link.advance = () => 'working';
    const pool = new CallPool(new WindowCores(link), IMAGE);
    const now = performance.now();
    const clock = vi.spyOn(performance, 'now').mockReturnValue(now);
    try {
      const held = failure(pool.hold());
      await turn();
      clock.mockReturnValue(now + 60_000);
      expect(await held).toMatchObject({
        code: 'BOARD_START',
        message: expect.stringContaining('core 0,0 did not start: within 30000 ms'),
      });
      expect(await failure(pool.hold())).toMatchObject({ code: 'BOARD_START' });
    } finally {
      clock.mockRestore();
    }
  });

  test('an abort ends a running call with its reason, and one that waits without a reset', async () => {
    const { kernels, pool } = await openAll();
    const controller = new AbortController();
    const running = failure(kernels.with({ signal: controller.signal }).at(1).stuck());
    const waiting = failure(kernels.with({ signal: controller.signal }).at(1).where(1));
    await turn();
    const reason = new Error('enough');
    controller.abort(reason);
    expect(await running).toBe(reason);
    expect(await waiting).toBe(reason);
    expect(await failure(kernels.with({ signal: controller.signal }).where(1))).toBe(reason);
    expect(await kernels.at(1).where(1)).toBe(101);
    expect(pool.slots[1]?.resets).toBe(1);
  });

  test('many calls with one signal: no warning of a leak, all end', async () => {
    const { kernels } = await openAll();
    const warnings: Error[] = [];
    const warn = (warning: Error): unknown => warnings.push(warning);
    process.on('warning', warn);
    const controller = new AbortController();
    const own = kernels.with({ signal: controller.signal });
    await Promise.all(Array.from({ length: 50 }, () => own.where(1)));
    const calls = Array.from({ length: 50 }, () => failure(own.at(1).stuck()));
    await turn();
    controller.abort('stop');
    expect(await Promise.all(calls)).toStrictEqual(calls.map(() => 'stop'));
    await turn();
    process.off('warning', warn);
    expect(warnings).toStrictEqual([]);
    expect(await kernels.at(1).where(1)).toBe(101);
  });

  test('a kernel that sleeps for ever is a deadlock, told at once', async () => {
    const { kernels } = await openAll();
    const error = await failure(kernels.at(3).sleeper());
    expect(error).toMatchObject({ code: 'CALL_DEADLOCK', hint: 'every core sleeps' });
    expect(await kernels.at(3).where(1)).toBe(301);
  });

  test('a core that stops for good rejects its call and is started again', async () => {
    const { kernels, link } = await openAll();
    const call = failure(kernels.at(1).stuck());
    link.setFault(1, 'nothing answers at 0x00500000');
    expect(await call).toMatchObject({
      code: 'KERNEL_TRAP',
      message: expect.stringContaining('stuck stopped: nothing answers at 0x00500000 (core 0,1)'),
    });
    expect(await kernels.at(1).where(1)).toBe(101);
  });

  test('a core that writes garbage into its ring is started again', async () => {
    const board: SimulatedBoard = await openSimulated([
      where,
      named('garbage', (core) => {
        const { memory } = board.link.core(core);
        const head = memory.getUint32(0x68, true);
        memory.setUint8(0xb0 + (head % 256), 0xff);
        memory.setUint32(0x68, head + 1, true);
      }),
      named('head', (core) => board.link.core(core).memory.setUint32(0x68, 0x7000_0000, true)),
    ]);
    for (const name of ['garbage', 'head']) {
      expect(await failure(board.kernels.at(1)[name]())).toMatchObject({ code: 'PROTOCOL_INVALID' });
      expect(await board.kernels.at(1).where(1)).toBe(101);
    }
  });

  test('one failing core of everywhere: rejects after all have ended, writes nothing', async () => {
    const board: SimulatedBoard = await openSimulated([
      {
        signature: {
          name: 'partly',
          parameters: [{ name: 'y', array: 'Int8Array', read: false, written: true }],
          result: 'void',
        },
        stub: (core) => {
          const y = reading.readArray(72);
          reading.end();
          board.link.core(core).memory.setInt8(y, 5);
          if (core === 2) check(0, 130, 128);
          reading.writeVoid();
        },
      },
    ]);
    const y = new Int8Array(8);
    expect(await failure(board.kernels.everywhere.partly(split(y)))).toMatchObject({ core: [1, 0] });
    expect([...y]).toStrictEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });

  test('a module that does not fit says what takes the room', async () => {
    const error = await failure(openSimulated([where], { lengthBytes: 30_000 }));
    expect(error).toMatchObject({ code: 'MEMORY_OVERFLOW' });
    expect(error.message).toBe('simulated needs 4096 and more [MEMORY_OVERFLOW]');
  });
});

describe('the next call of a core', () => {
  /** Notes each run of a kernel, and the core it ran on. */
  async function openNoting(): Promise<{ board: SimulatedBoard; runs: [x: number, core: number][] }> {
    const runs: [number, number][] = [];
    const note: SimulatedKernel = {
      signature: { name: 'note', parameters: [{ name: 'x', scalar: 'i32' }], result: 'i32' },
      stub: (core) => {
        const x = reading.readInteger();
        reading.end();
        runs.push([x, core]);
        reading.writeInteger(x);
      },
    };
    const board: SimulatedBoard = await openSimulated([note, stuck, sleeper, double(() => board), trap]);
    return { board, runs };
  }

  test('is in its memory while the first runs; a third waits', async () => {
    const { board } = await openNoting();
    const calls = Array.from({ length: 5 }, (_, i) => board.kernels.at(2).note(i));
    expect(board.pool.slots.map((slot) => slot.posted.length)).toStrictEqual([0, 0, 2, 0]);
    expect(board.pool.queuedFor(2)).toBe(3);
    expect(await Promise.all(calls)).toStrictEqual([0, 1, 2, 3, 4]);
    expect(board.pool.slots.map((slot) => slot.posted.length)).toStrictEqual([0, 0, 0, 0]);
  });

  test('no core gets a second one while another is idle', async () => {
    const { board } = await openNoting();
    const calls = Array.from({ length: 6 }, (_, i) => board.kernels.note(i));
    expect(board.pool.slots.map((slot) => slot.posted.length)).toStrictEqual([2, 2, 1, 1]);
    await Promise.all(calls);
  });

  test('runs, once, after the first was given up and its core was reset', async () => {
    const { board, runs } = await openNoting();
    const first = failure(board.kernels.with({ timeoutMs: 20 }).at(1).stuck());
    const calls = [board.kernels.at(1).note(1), board.kernels.at(1).note(2)];
    expect(board.pool.slots[1]?.posted).toHaveLength(2);
    expect(await first).toMatchObject({ code: 'CALL_TIMEOUT' });
    expect(await Promise.all(calls)).toStrictEqual([1, 2]);
    expect(runs).toStrictEqual([
      [1, 1],
      [2, 1],
    ]);
    expect(board.pool.slots[1]?.resets).toBe(1);
  });

  test('goes to an idle core if the first takes long', async () => {
    const { board, runs } = await openNoting();
    const controller = new AbortController();
    const long = Array.from({ length: 4 }, (_, core) =>
      failure(board.kernels.with({ signal: controller.signal }).at(core).stuck()),
    );
    await turn();
    const waiting = Array.from({ length: 4 }, (_, i) => board.kernels.note(i));
    expect(board.pool.slots.map((slot) => slot.posted.length)).toStrictEqual([2, 2, 2, 2]);
    const alone = failure(board.kernels.with({ timeoutMs: 20 }).at(3).stuck());
    board.link.setFault(3, 'nothing answers');
    expect(await Promise.all(waiting)).toStrictEqual([0, 1, 2, 3]);
    expect(runs.map(([x]) => x).sort()).toStrictEqual([0, 1, 2, 3]);
    expect(new Set(runs.map(([, core]) => core))).toStrictEqual(new Set([3]));
    controller.abort('enough');
    await Promise.all([...long, alone]);
    expect(await board.kernels.everywhere.note(7)).toStrictEqual([7, 7, 7, 7]);
    for (const slot of board.pool.slots) {
      expect(slot.posted).toHaveLength(0);
      expect(slot.memory.usedBytes).toBe(board.pool.slots[0]?.memory.usedBytes);
    }
  });

  test('an abort takes it back: it never runs, and its core is not reset', async () => {
    const { board, runs } = await openNoting();
    const controller = new AbortController();
    const calls = [
      board.kernels.at(1).note(1),
      failure(board.kernels.with({ signal: controller.signal }).at(1).note(2)),
      board.kernels.at(1).note(3),
    ];
    controller.abort('not this');
    expect(await Promise.all(calls)).toStrictEqual([1, 'not this', 3]);
    expect(runs.map(([x]) => x)).toStrictEqual([1, 3]);
    expect(board.pool.slots[1]?.resets).toBe(0);
  });

  test('its deadline begins when the first has ended', async () => {
    const { board } = await openNoting();
    const first = failure(board.kernels.with({ timeoutMs: 60 }).at(1).stuck());
    const second = board.kernels.with({ timeoutMs: 30 }).at(1).note(2);
    expect(await first).toMatchObject({ code: 'CALL_TIMEOUT' });
    expect(await second).toBe(2);
  });

  test('waits for room if the first leaves too little', async () => {
    const { board } = await openNoting();
    const x = new Float32Array(2500).fill(3);
    const y = [new Float32Array(2500), new Float32Array(2500)] as const;
    const calls = y.map((each) => board.kernels.at(0).double(x, each));
    expect(board.pool.slots[0]?.posted).toHaveLength(1);
    await Promise.all(calls);
    expect(y.map((each) => each[2499])).toStrictEqual([6, 6]);
  });

  test('a trap of the first leaves it as it is', async () => {
    const { board } = await openNoting();
    const calls = [failure(board.kernels.at(1).trap()), board.kernels.at(1).note(5)];
    expect(await Promise.all(calls)).toMatchObject([{ code: 'KERNEL_TRAP' }, 5]);
  });

  test('close rejects it, a load waits for it', async () => {
    const { board } = await openNoting();
    const calls = Array.from({ length: 3 }, (_, i) => board.kernels.at(1).note(i));
    await board.pool.hold();
    expect(board.pool.slots[1]?.posted).toHaveLength(0);
    board.pool.release();
    await Promise.all(calls);
    const last = Array.from({ length: 3 }, (_, i) => failure(board.kernels.at(1).note(i)));
    board.pool.close(new Error('closed'));
    for (const error of await Promise.all(last)) expect(error.message).toBe('closed');
  });

  test('a refusal that comes from a call taken back too late lets it run', async () => {
    const { board, runs } = await openNoting();
    const call = board.kernels.at(1).note(9);
    const [posted] = board.pool.slots[1]?.posted ?? [];
    // As if the core had moved its tail, and not read the message yet.
    board.link.write(board.link.coreAddress(1, posted?.block ?? 0), Uint8Array.of(18));
    expect(await call).toBe(9);
    expect(runs).toStrictEqual([[9, 1]]);
  });

  test('many calls too large that wait for a load are all refused', async () => {
    const { board } = await openNoting();
    const held = board.pool.hold();
    const calls = Array.from({ length: 9 }, () =>
      failure(board.kernels.double(new Float32Array(4000), new Float32Array(4000))),
    );
    await held;
    board.pool.release();
    for (const error of await Promise.all(calls)) expect(error.code).toBe('MEMORY_OVERFLOW');
  });
});

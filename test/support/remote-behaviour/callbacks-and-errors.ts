/** Callbacks, errors, cancellation. */
import { set, withOptions } from 'shoal/protocol';
import { expect } from 'vitest';
import { type BehaviourTest, failure, NEEDS_AWAIT } from './behaviour-test.ts';
import { DiskError } from './exports.ts';

export function callbacksBehave(check: BehaviourTest): void {
  check('callbacks get arguments and give results', async ({ far }) => {
    const { call } = far('callbacks');
    expect(await call((a, b) => (a as number) + (b as number), 7, 35)).toBe(42);
    expect(await call(() => undefined)).toBeUndefined();
  });

  check(
    'callbacks give promises',
    async ({ far }) => {
      const { call } = far('callbacks');
      expect(await call(async () => 'later')).toBe('later');
      expect(await failure(() => call(() => Promise.reject(new DiskError('async', 3))))).toMatchObject({ sector: 3 });
    },
    NEEDS_AWAIT,
  );

  check(
    'callbacks nest twenty deep, both ways',
    async ({ far }) => {
      const callbacks = far('callbacks');
      const up = async (depth: number): Promise<number> =>
        depth === 0 ? 0 : 1 + (await callbacks.down(depth - 1, up));
      expect(await callbacks.down(20, up)).toBe(20);
    },
    NEEDS_AWAIT,
  );

  check('a callback is kept and called later', async ({ far, near }) => {
    const callbacks = far('callbacks');
    const calls: unknown[] = [];
    await callbacks.keep((...values) => calls.push(...values));
    await callbacks.callKept('a');
    await callbacks.callKept('b', 'c');
    expect(calls).toEqual(['a', 'b', 'c']);
    expect(near.counts.exported).toBe(1);
    await callbacks.drop();
  });

  check('a callback that throws throws for whoever called it, there and back', async ({ far }) => {
    const { call } = far('callbacks');
    const original = new RangeError('from here');
    const error = await failure(() =>
      call(() => {
        throw original;
      }),
    );
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toBe('from here');
  });
}

export function errorsBehave(check: BehaviourTest): void {
  check('errors of known classes keep class, message, fields and cause', async ({ far }) => {
    const errors = far('errors');
    const range = await failure(() => errors.range());
    expect(range).toBeInstanceOf(RangeError);
    expect(range.message).toBe('out of range');
    const disk = await failure(() => errors.disk());
    expect(disk).toBeInstanceOf(DiskError);
    expect(disk).toMatchObject({ name: 'DiskError', message: 'bad sector', sector: 17 });
    const caused = await failure(() => errors.caused());
    expect(caused).toBeInstanceOf(TypeError);
    expect(caused.cause).toBeInstanceOf(RangeError);
    expect((caused.cause as Error).message).toBe('inner');
    expect(await failure(() => errors.later())).toBeInstanceOf(SyntaxError);
  });

  check('errors of unknown classes keep what can be kept', async ({ far }) => {
    const error = await failure(() => far('errors').unknown());
    expect(error.constructor).toBe(Error);
    expect(error).toMatchObject({ name: 'Strange', message: 'never seen', code: 'E_STRANGE', list: [1, { a: 2 }] });
    expect('socket' in error).toBe(false);
  });

  check(
    'errors go by value under every policy',
    async ({ far }) => {
      expect(await failure(() => far('errors').unknown())).toMatchObject({ list: [1, { a: 2 }] });
      const { call } = far('callbacks');
      const thrower = (): never => {
        throw Object.assign(new DiskError('from here', 3), { list: [1, { a: 2 }] });
      };
      expect(await failure(() => call(thrower))).toMatchObject({ sector: 3, list: [1, { a: 2 }] });
    },
    { passing: 'by-reference' },
  );

  check('the stack tells of both sides', async ({ far }) => {
    const { stack } = await failure(() => far('errors').range());
    const [there, here] = (stack ?? '').split('-- called from the other side of a link --');
    expect(there).toMatch(/RangeError: out of range\n.*range/);
    expect(here).toContain('callbacks-and-errors');
  });

  check(
    'the stack tells of both sides for each of many calls at a time',
    async ({ far }) => {
      const { range } = await far('errors');
      const errors = await Promise.all(Array.from({ length: 200 }, () => failure(() => range())));
      for (const { stack } of errors) {
        const [there, here] = (stack ?? '').split('-- called from the other side of a link --');
        expect(there).toContain('out of range');
        expect(here).toContain('callbacks-and-errors');
      }
    },
    NEEDS_AWAIT,
  );

  check('anything can be thrown', async ({ far }) => {
    expect(await failure(() => far('errors').value())).toEqual({ not: 'an error' });
    const { call } = far('callbacks');
    const thrower = (value: unknown) => (): never => {
      throw value;
    };
    expect(await failure(() => call(thrower(null)))).toBeNull();
    const unsendable = await failure(() => call(thrower(Symbol('s'))));
    expect(unsendable.message).toContain('Symbol(s)');
  });

  check('errors are values too', async ({ far }) => {
    const sent = new TypeError('as an argument', { cause: 5 });
    const back = (await far('values').echo(sent)) as Error;
    expect(back).toBeInstanceOf(TypeError);
    expect(back.message).toBe('as an argument');
    expect(back.cause).toBe(5);
    const many = (await far('values').echo(new AggregateError([sent], 'many'))) as AggregateError;
    expect(many).toBeInstanceOf(AggregateError);
    expect(many.errors[0]).toBeInstanceOf(TypeError);
  });
}

export function cancellationBehaves(check: BehaviourTest): void {
  check(
    'an aborted call rejects at once, and the other side is told',
    async ({ far, near }) => {
      const jobs = far('jobs');
      const controller = new AbortController();
      const call = withOptions(jobs, { signal: controller.signal }).forever();
      await near.import('journal');
      controller.abort(new RangeError('enough'));
      const error = await failure(() => call);
      expect(error).toBeInstanceOf(RangeError);
      expect(await jobs.wasCancelled()).toBe(true);
      expect(near.counts.lateAnswers).toBe(1);
    },
    NEEDS_AWAIT,
  );

  check(
    'a signal that was aborted before sends nothing',
    async ({ far, near }) => {
      const jobs = await far('jobs');
      const error = await failure(() =>
        withOptions(jobs, { signal: AbortSignal.abort(new Error('before')) }).forever(),
      );
      expect(error.message).toBe('before');
      expect(near.counts.calling).toBe(0);
    },
    NEEDS_AWAIT,
  );

  check(
    'a deadline rejects with CALL_TIMEOUT; the late answer is discarded and counted',
    async ({ far, near, pair }) => {
      const error = await failure(() => withOptions(far('jobs'), { timeoutMs: 20 }).forever());
      expect(error).toMatchObject({ code: 'CALL_TIMEOUT', details: { timeoutMs: 20 } });
      await near.import('journal');
      expect(near.counts.lateAnswers).toBe(1);
      expect((await pair.farCounts()).answering).toBe(0);
    },
  );

  check(
    'the deadline of the session holds for every call',
    async ({ far }) => {
      expect(await failure(() => far('jobs').forever())).toMatchObject({ code: 'CALL_TIMEOUT' });
    },
    { timeoutMs: 80 },
  );

  check(
    'objects in a late answer are given back',
    async ({ far, near, pair }) => {
      let open = (_: unknown): void => {};
      const gate = new Promise((resolve) => {
        open = resolve;
      });
      const make = withOptions(far('journalAfter'), { timeoutMs: 20 });
      expect(await failure(() => make(gate))).toMatchObject({ code: 'CALL_TIMEOUT' });
      open(1);
      // The first turn brings the answer here, the second one takes the release there.
      for (let turn = 0; turn < 3; turn++) await far('values').echo(turn);
      expect(near.counts.lateAnswers).toBe(1);
      expect((await pair.farCounts()).exported).toBe(near.counts.imported);
    },
    NEEDS_AWAIT,
  );

  check(
    'an AbortSignal is an argument like any other',
    async ({ far }) => {
      const controller = new AbortController();
      const waiting = far('jobs').until(controller.signal);
      setTimeout(() => controller.abort('stop it'), 5);
      expect(await waiting).toBe('stop it');
      expect(await far('jobs').until(AbortSignal.abort('early'))).toMatch(/early/);
    },
    NEEDS_AWAIT,
  );

  check('a field that cannot be set rejects', async ({ far }) => {
    const shared = await far('geometry').shared();
    expect(await failure(() => set(shared, 'plus', 1))).toMatchObject({ code: 'REMOTE_REFUSED' });
  });
}

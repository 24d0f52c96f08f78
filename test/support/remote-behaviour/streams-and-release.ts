/** Streams with back-pressure; explicit release, scopes, garbage collection. */
import { has, isRemote, release, stream, withOptions } from 'shoal/protocol';
import { expect } from 'vitest';
import { collectGarbage } from '../collect-garbage.ts';
import { type BehaviourTest, failure, NEEDS_AWAIT } from './behaviour-test.ts';

/** A stream of chunks that counts how many were asked for. */
function countedStream(
  chunks: number,
  size: number,
): { readonly readable: ReadableStream<Uint8Array>; taken(): number } {
  let taken = 0;
  const readable = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (taken === chunks) controller.close();
        else controller.enqueue(new Uint8Array(size).fill(taken++ & 1));
      },
    },
    { highWaterMark: 0 },
  );
  return { readable, taken: () => taken };
}

export function streamsBehave(check: BehaviourTest): void {
  check(
    'a ReadableStream is an argument',
    async ({ far }) => {
      const { readable } = countedStream(100, 500);
      expect(await far('streams').sum(readable as unknown as AsyncIterable<Uint8Array>)).toBe(50 * 500);
    },
    NEEDS_AWAIT,
  );

  check('a stream is a result, in chunks no larger than the reader takes', async ({ far }) => {
    const readable = (await far('streams').bytes(3, 20_000)) as unknown as ReadableStream<Uint8Array>;
    expect(readable).toBeInstanceOf(ReadableStream);
    let length = 0;
    for await (const chunk of readable) {
      length += chunk.length;
      expect(chunk.length).toBeLessThan(4096);
    }
    expect(length).toBe(60_000);
  });

  check(
    'the source is read no faster than the reader reads',
    async ({ far, near }) => {
      const { readable, taken } = countedStream(1000, 1000);
      // There and back: a stream of the far side that reads from one of this side; an engine without streams has an
      // AsyncIterable there, which is what comes back.
      const there = (await far('values').echo(readable)) as AsyncIterable<Uint8Array>;
      await near.import('journal');
      expect(taken()).toBe(0);
      const reader = there[Symbol.asyncIterator]();
      expect((await reader.next()).value).toHaveLength(1000);
      // Each of the two readers has two questions on their way.
      expect(taken()).toBeLessThanOrEqual(5);
      await reader.return?.();
    },
    NEEDS_AWAIT,
  );

  check('an error of the source reaches the reader', async ({ far }) => {
    const readable = (await far('streams').failing()) as unknown as ReadableStream<number>;
    const reader = readable.getReader();
    expect(await reader.read()).toEqual({ done: false, value: 1 });
    expect(await failure(() => reader.read())).toBeInstanceOf(RangeError);
  });

  check(
    'a WritableStream takes chunks from the other side, no more at a time than its window',
    async ({ far }) => {
      const received: number[] = [];
      let pending = 0;
      let most = 0;
      const writable = new WritableStream<Uint8Array>({
        async write(chunk) {
          pending += chunk.length;
          most = Math.max(most, pending);
          await new Promise((resolve) => setTimeout(resolve, 1));
          pending -= chunk.length;
          received.push(chunk.length);
        },
      });
      await far('streams').fill(writable as never, 20, 1000);
      expect(received.reduce((sum, length) => sum + length, 0)).toBe(20_000);
      expect(most).toBeLessThanOrEqual(4096);
    },
    NEEDS_AWAIT,
  );

  check(
    'an error of the sink reaches the writer',
    async ({ far }) => {
      const writable = new WritableStream<Uint8Array>({
        write() {
          throw new RangeError('disk full');
        },
      });
      expect(await failure(() => far('streams').fill(writable as never, 20, 1000))).toBeInstanceOf(RangeError);
    },
    NEEDS_AWAIT,
  );

  check('an iterable becomes a stream by name', async ({ far }) => {
    const chunks = stream([new Uint8Array([1, 2]), new Uint8Array([3])]);
    expect(await far('streams').sum(chunks)).toBe(6);
  });
}

export function releaseBehaves(check: BehaviourTest): void {
  check('release, and use afterwards', async ({ far, near }) => {
    const point = await new (far('geometry').Point)(1, 2);
    const held = near.counts.imported;
    release(point);
    release(point);
    expect(near.counts.imported).toBe(held - 1);
    expect(await failure(() => point.x)).toMatchObject({ code: 'REFERENCE_RELEASED' });
    expect(await failure(() => far('values').echo(point))).toMatchObject({ code: 'REFERENCE_RELEASED' });
  });

  check('using', async ({ far, near, pair }) => {
    const geometry = await far('geometry');
    release(await new geometry.Point(0, 0));
    const before = near.counts.imported;
    {
      using point = await new geometry.Point(1, 2);
      expect(await point.x).toBe(1);
    }
    expect(near.counts.imported).toBe(before);
    await near.import('geometry');
    expect((await pair.farCounts()).exported).toBe(before);
  });

  check('a result that nobody needs any more is released when it comes', async ({ far, near }) => {
    const geometry = await far('geometry');
    release(await new geometry.Point(0, 0));
    await geometry.isShared(1);
    const before = near.counts.imported;
    {
      using point = new geometry.Point(3, 4);
      expect(await point.length).toBe(5);
    }
    await geometry.isShared(1);
    expect(near.counts.imported).toBe(before);
  });

  check(
    'await using lets the object dispose itself',
    async ({ far }) => {
      const file = await far('fs').open('hello.txt');
      await file[Symbol.asyncDispose]();
      expect(await failure(() => file.read())).toMatchObject({ code: 'REFERENCE_RELEASED' });
    },
    NEEDS_AWAIT,
  );

  check('a scope releases what was reached through it, and nothing else', async ({ near, scope }) => {
    const outer = await scope.import<{ shared(): Promise<object> }>('geometry');
    const kept = await outer.shared();
    const inner = near.scope();
    const first = await inner.import('journal');
    const again = await inner.import<{ shared(): Promise<object> }>('geometry').shared();
    expect(again).toBe(kept);
    const saved = inner.keep(await inner.import<{ make(): Promise<{ reading: Promise<number> }> }>('sensors').make());
    inner.end();
    expect(await saved.reading).toBe(20.5);
    release(saved);
    expect(await failure(() => (first as unknown as () => Promise<void>)())).toMatchObject({
      code: 'REFERENCE_RELEASED',
    });
    expect(await has(kept, 'plus')).toBe(true);
    expect(isRemote(kept)).toBe(true);
  });

  check('what came of an object keeps it from the garbage collector', async ({ near }) => {
    interface Values {
      echo(value: number): Promise<number>;
      count(to: number): AsyncIterable<number>;
    }
    // In functions of their own, so that no variable keeps the object alive.
    const made = await (async () => {
      const values = await near.import<Values>('values');
      const geometry = await near.import<{ isShared(point: unknown): Promise<boolean> }>('geometry');
      return { echo: values.echo, patient: withOptions(geometry, { timeoutMs: 5000 }) };
    })();
    for (let round = 0; round < 3; round++) await collectGarbage();
    expect(await made.echo(7)).toBe(7);
    expect(await made.patient.isShared(1)).toBe(false);
    const numbers = await (async () => ({ counted: (await near.import<Values>('values')).count(5000) }))();
    let sum = 0;
    for await (const value of numbers.counted) {
      sum += value;
      if (value % 1000 === 1) await collectGarbage();
    }
    expect(sum).toBe(12_502_500);
  });

  check('the garbage collector releases what was forgotten', async ({ near }) => {
    await (async () => {
      const fs = await near.import<{ open(name: string): Promise<object> }>('fs');
      await fs.open('hello.txt');
    })();
    const held = near.counts.imported;
    expect(held).toBeGreaterThanOrEqual(2);
    for (let attempt = 0; attempt < 20 && near.counts.imported > 0; attempt++) await collectGarbage();
    expect(near.counts.imported).toBe(0);
    expect(near.counts.collected).toBe(held);
  });
}

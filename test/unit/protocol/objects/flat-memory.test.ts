import { connect, release, type Session } from 'shoal/protocol';
import { expect, test } from 'vitest';
import { collectGarbage } from '../../../support/collect-garbage.ts';
import { Line } from '../../../support/remote-behaviour/controlled-channel.ts';

const CALLS = Number(process.env.CALLS ?? 1_000_000);

class Thing {
  touch(): number {
    return 1;
  }
}

interface Far {
  get(): Promise<{ touch(): Promise<number> }>;
  call(callback: (value: number) => number): Promise<number>;
  data(): Promise<{ list: number[] }>;
}

/** Calls of several kinds, some at a time. */
async function work(near: Session, line: Line, calls: number): Promise<void> {
  const far = (await near.import<Far>('far')) as unknown as Far;
  const twice = (value: number): number => value * 2;
  for (let done = 0; done < calls; done += 40) {
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        const thing = await far.get();
        await thing.touch();
        release(thing);
        await far.call(twice);
        await far.data();
      }),
    );
    for (const end of line.ends) end.sent.length = 0;
    if (done % 4000 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

async function heapBytes(): Promise<number> {
  for (let round = 0; round < 3; round++) await collectGarbage();
  return process.memoryUsage().heapUsed;
}

test(`${CALLS} calls leave memory and tables as they were`, { timeout: 600_000 }, async () => {
  const line = new Line();
  const far = connect(line.ends[1], {
    exports: {
      far: {
        get: () => new Thing(),
        call: (callback: (value: number) => unknown) => callback(21),
        data: () => ({ list: [1, 2, 3] }),
      },
    },
  });
  const near = connect(line.ends[0]);
  await work(near, line, CALLS / 10);
  const before = await heapBytes();
  await work(near, line, CALLS);
  expect((await heapBytes()) - before).toBeLessThan(1_000_000);
  expect(near.counts.imported + near.counts.exported).toBeLessThanOrEqual(2);
  expect(near.counts.calling + far.counts.answering).toBe(0);
  near.close();
});

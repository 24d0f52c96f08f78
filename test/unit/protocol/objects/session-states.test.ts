import { connect, type Session } from 'shoal/protocol';
import { describe, expect, test } from 'vitest';
import { failure } from '../../../support/remote-behaviour/behaviour-test.ts';
import { Line } from '../../../support/remote-behaviour/controlled-channel.ts';

interface Counter {
  next(): Promise<number>;
  never(): Promise<void>;
  make(): Promise<{ value(): Promise<number> }>;
}

function counterPair(options: { readonly timeoutMs?: number } = {}): { line: Line; near: Session; far: Session } {
  const line = new Line();
  let count = 0;
  const counter = {
    next: () => ++count,
    never: () => new Promise<void>(() => {}),
    make: () => ({ value: () => 5 }),
  };
  const far = connect(line.ends[1], { exports: { counter } });
  return { line, far, near: connect(line.ends[0], options) };
}

describe('a session whose line', () => {
  test('is interrupted lets calls wait, and answers each once when it goes on', async () => {
    const { line, near } = counterPair();
    const events: string[] = [];
    for (const event of ['interrupted', 'resumed'] as const) near.on(event, () => events.push(event));
    const counter = near.import<Counter>('counter');
    expect(await counter.next()).toBe(1);
    const underWay = counter.next();
    line.interrupt();
    const later = counter.next();
    await new Promise((resolve) => setTimeout(resolve, 5));
    line.resume();
    expect(await Promise.all([underWay, later])).toEqual([2, 3]);
    expect(events).toEqual(['interrupted', 'resumed']);
  });

  test('is interrupted lets deadlines run', async () => {
    const { line, near } = counterPair({ timeoutMs: 40 });
    line.interrupt();
    expect(await failure(() => near.import<Counter>('counter').next())).toMatchObject({ code: 'CALL_TIMEOUT' });
  });

  test('begins anew makes every old reference and call fail with STALE_REFERENCE, and new calls work', async () => {
    const { line, near, far } = counterPair();
    const counter = await near.import<Counter>('counter');
    const made = await counter.make();
    const waiting = counter.never();
    const pending = near.import<Counter>('counter');
    line.reset();
    for (const promise of [waiting, pending.next(), counter.next(), made.value()]) {
      expect(await failure(() => promise)).toMatchObject({ code: 'STALE_REFERENCE' });
    }
    expect(await near.import<Counter>('counter').next()).toBe(1);
    expect(far.counts).toMatchObject({ exported: 1, answering: 0 });
    expect(near.counts).toMatchObject({ imported: 1, calling: 0 });
  });

  test('begins anew discards answers of calls that began before', async () => {
    const line = new Line();
    let finish = (_: string): void => {};
    const slow = (): Promise<string> =>
      new Promise((resolve) => {
        finish = resolve;
      });
    connect(line.ends[1], { exports: { slow } });
    const near = connect(line.ends[0]);
    const old = near.import<typeof slow>('slow')();
    await new Promise((resolve) => setTimeout(resolve, 1));
    const finishOld = finish;
    line.reset();
    expect(await failure(() => old)).toMatchObject({ code: 'STALE_REFERENCE' });
    const fresh = near.import<typeof slow>('slow')();
    await new Promise((resolve) => setTimeout(resolve, 1));
    finishOld('old');
    finish('new');
    expect(await fresh).toBe('new');
  });

  test('is closed rejects everything with LINK_CLOSED, on both sides', async () => {
    const { near, far } = counterPair();
    const counter = await near.import<Counter>('counter');
    const waiting = counter.never();
    far.close();
    expect(await failure(() => waiting)).toMatchObject({ code: 'LINK_CLOSED' });
    expect(await failure(() => counter.next())).toMatchObject({ code: 'LINK_CLOSED' });
    expect(await failure(() => near.import('counter'))).toMatchObject({ code: 'LINK_CLOSED' });
    expect(near.isClosed && far.isClosed).toBe(true);
    near.close();
  });
});

test('messages of cores pass through with one byte in front', async () => {
  const line = new Line();
  const got: [number, string][] = [];
  const far = connect(line.ends[1], {
    onNodeMessage: (node, message) => {
      got.push([node, Buffer.from(message).toString('hex')]);
      far.sendToNode(node, Uint8Array.of(0x09, 0x01));
    },
  });
  const near = connect(line.ends[0], {
    onNodeMessage: (node, message) => got.push([-node, Buffer.from(message).toString('hex')]),
  });
  near.sendToNode(8, Uint8Array.of(0x00, 0x01, 0x00));
  await new Promise((resolve) => setTimeout(resolve, 1));
  expect(line.ends[0].sent.map((message) => Buffer.from(message).toString('hex'))).toEqual(['27000100']);
  expect(got).toEqual([
    [8, '000100'],
    [-8, '0901'],
  ]);
});

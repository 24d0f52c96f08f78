/** What calls take on the wire, counted in messages; a frame of a serial line adds five bytes to what one turn sends. */
import { connect, release } from 'shoal/protocol';
import { expect, test } from 'vitest';
import { Line } from '../../../support/remote-behaviour/controlled-channel.ts';

class Thing {
  touch(): void {}
}

interface Far {
  null(): Promise<void>;
  add(a: number, b: number): Promise<number>;
  get(): Promise<{ touch(): Promise<void> }> & { touch(): Promise<void> };
}

const FRAME_BYTES = 5;

/** A release alone shares the frame of the call behind it: the link packs what is sent in one turn. */
const frameBytes = (message: Uint8Array): number => (message.length === 2 && message[0] === 23 ? 0 : FRAME_BYTES);

async function warm(): Promise<{ line: Line; far: Far; cost(action: () => Promise<void>): Promise<number> }> {
  const line = new Line();
  connect(line.ends[1], {
    exports: { far: { null: () => {}, add: (a: number, b: number) => a + b, get: () => new Thing() } },
  });
  const near = connect(line.ends[0]);
  const far = (await near.import<Far>('far')) as unknown as Far;
  const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
  const cost = async (action: () => Promise<void>): Promise<number> => {
    // Names and shapes are bound at their first use.
    for (let turn = 0; turn < 3; turn++) await action();
    await settle();
    for (const end of line.ends) end.sent.length = 0;
    const turns = 50;
    for (let turn = 0; turn < turns; turn++) await action();
    await settle();
    const all = line.ends.flatMap((end) => end.sent);
    return all.reduce((sum, message) => sum + message.length + frameBytes(message), 0) / turns;
  };
  return { line, far, cost };
}

test('null call: 4 bytes and 2 bytes back', async () => {
  const { far, cost } = await warm();
  expect(await cost(() => far.null())).toBe(4 + 2 + 2 * FRAME_BYTES);
});

test('add(7, 35): 7 bytes and 4 bytes back', async () => {
  const { far, cost } = await warm();
  const add = async (): Promise<void> => {
    await far.add(7, 35);
  };
  expect(await cost(add)).toBe(7 + 4 + 2 * FRAME_BYTES);
});

test('get, call and release: at most 40 bytes awaited, 30 pipelined', async () => {
  const { far, cost } = await warm();
  const awaited = await cost(async () => {
    const thing = await far.get();
    await thing.touch();
    release(thing);
  });
  expect(awaited).toBeLessThanOrEqual(40);
  const pipelined = await cost(async () => {
    const thing = far.get();
    await thing.touch();
    release(thing);
  });
  expect(pipelined).toBeLessThanOrEqual(30);
});

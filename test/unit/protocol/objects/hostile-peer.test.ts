/** Whatever bytes a peer sends, only its own session may end, and nothing but what was exported may be reached. */
import { ByteWriter, connect, isShoalError } from 'shoal/protocol';
import { expect, test } from 'vitest';

import { Line } from '../../../support/remote-behaviour/controlled-channel.ts';
import { withoutStacks } from '../../../support/without-stacks.ts';
import { xorshift } from '../../../support/xorshift.ts';

const RUNS = Number(process.env.FUZZ_RUNS ?? 100_000);

/** What an exported object does must not be a way out. */
const makeExports = (): Record<string, unknown> => ({
  far: {
    echo: (value: unknown) => value,
    call: (callback: unknown, value: unknown) => (typeof callback === 'function' ? callback(value) : undefined),
    list: [1, { a: 2 }],
    later: async (value: unknown) => value,
  },
});

/** Messages of a usual session, to be damaged. */
async function recorded(): Promise<Uint8Array[]> {
  const line = new Line();
  connect(line.ends[1], { exports: makeExports() });
  const near = connect(line.ends[0]);
  const far = near.import<{
    echo(value: unknown): Promise<unknown>;
    call(f: unknown, value: unknown): Promise<unknown>;
  }>('far');
  await far.echo([1, 'text', { a: new Uint8Array(5) }, new Map([[1, 2]]), 5n, new Error('e')]);
  await far.call(
    (value: unknown) => value,
    () => 1,
  );
  await far.echo(far.echo(Promise.resolve(1)));
  near.import<{ list: unknown }>('far');
  await new Promise((resolve) => setTimeout(resolve, 1));
  return [...line.ends[0].sent, ...line.ends[1].sent];
}

const rejections: unknown[] = [];
const noteRejection = (reason: unknown): void => {
  rejections.push(reason);
};
process.on('unhandledRejection', noteRejection);

/** A session that is given the bytes; it may live on or have ended with a declared error. */
function feed(messages: readonly Uint8Array[]): void {
  const line = new Line();
  line.isHeldUp = true;
  const session = connect(line.ends[1], { exports: makeExports(), limits: { references: 64, calls: 32 } });
  let reason: unknown;
  session.on('closed', (error) => {
    reason = error;
  });
  for (const message of messages) line.ends[1].onMessage(message);
  if (session.isClosed && reason !== undefined) {
    expect(isShoalError(reason, 'PROTOCOL_INVALID') || isShoalError(reason, 'VALUE_REFUSED'), String(reason)).toBe(
      true,
    );
  }
  expect(session.counts.imported).toBeLessThanOrEqual(64);
  session.close();
}

test(`${RUNS} messages of random bytes`, () => {
  const imported = Uint8Array.of(0x18, 31, 1, 0x63, 0x66, 0x61, 0x72);
  const random = xorshift(21);
  withoutStacks(() => {
    for (let run = 0; run < RUNS; run++) feed([imported, Uint8Array.from({ length: 1 + (random() % 40) }, random)]);
  });
});

test(`${RUNS} sessions with damaged messages`, async () => {
  const messages = await recorded();
  const random = xorshift(22);
  withoutStacks(() => {
    for (let run = 0; run < RUNS; run++) {
      const copies = messages.map((message) => message.slice());
      for (let edits = 1 + (random() % 4); edits > 0; edits--) {
        const message = copies[random() % copies.length] as Uint8Array;
        message[random() % message.length] = random();
      }
      feed(copies.slice(random() % 3));
    }
  });
});

test('forged references and calls end the session or are answered with an error', () => {
  const write = (...numbers: readonly number[]): Uint8Array => {
    const writer = new ByteWriter();
    for (const number of numbers) writer.head(number < 0 ? 1 : 0, number < 0 ? -1 - number : number);
    return writer.view().slice();
  };
  const line = new Line();
  line.isHeldUp = true;
  const session = connect(line.ends[1], { exports: makeExports() });
  line.ends[1].onMessage(write(0, 1, 77));
  line.ends[1].onMessage(write(0, 2, -9));
  line.ends[1].onMessage(write(0, 3, -3));
  session.flush();
  expect(session.isClosed).toBe(false);
  const answers = line.ends[1].sent.map((message) => Buffer.from(message).toString('latin1')).join();
  expect(answers.match(/STALE_REFERENCE/g)?.length).toBeGreaterThanOrEqual(3);
  // Gives back what was never introduced.
  line.ends[1].onMessage(write(23, 0));
  expect(session.isClosed).toBe(true);
});

test('nothing of that was reported as an unhandled rejection', async () => {
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(rejections).toEqual([]);
  process.off('unhandledRejection', noteRejection);
});

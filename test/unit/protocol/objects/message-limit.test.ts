/** An end that takes small messages only, as a board does, and another one that would send larger ones. */
import { simulateLine, VirtualClock } from 'shoal/emulator';
import { connect, ReliableLink } from 'shoal/protocol';
import { expect, test } from 'vitest';
import { failure } from '../../../support/remote-behaviour/behaviour-test.ts';

const MAX_MESSAGE_BYTES = 2000;

interface Sink {
  take(bytes: Uint8Array): Promise<number>;
}

function sessions() {
  const clock = new VirtualClock();
  const line = simulateLine(clock, { kind: 'stream', baud: 100_000_000 });
  let seed = 1;
  const random = (): number => seed++ / 1000;
  const links = [
    new ReliableLink('stream', clock, { random }),
    new ReliableLink('stream', clock, { random, maxMessageBytes: MAX_MESSAGE_BYTES }),
  ] as const;
  for (const index of [0, 1] as const) links[index].attach(line.ends[index]);
  const far = connect(links[1], { exports: { sink: { take: (bytes: Uint8Array) => bytes.length } } });
  const near = connect(links[0]);
  const run = async (turns = 50): Promise<void> => {
    for (let turn = 0; turn < turns; turn++) {
      clock.pass(10);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { near, far, links, run };
}

test('a call that is too large for the other side fails before it is sent, and the session goes on', async () => {
  const { near, links, run } = sessions();
  await run();
  const sink = near.import<Sink>('sink');
  const before = links[0].counters.bytesSent;
  const error = failure(() => sink.take(new Uint8Array(5000)));
  const fits = sink.take(new Uint8Array(1500));
  await run();
  expect(await error).toMatchObject({
    code: 'LIMIT_EXCEEDED',
    message: expect.stringMatching(/a message of 50\d\d bytes, the other side takes 2000 at most/),
    details: { limit: 'messageBytes' },
  });
  expect(await fits).toBe(1500);
  expect(links[0].counters.bytesSent - before).toBeLessThan(2000);
});

test('one that was sent before the other side could say what it takes ends the session, with the reason', async () => {
  const { near, links, run } = sessions();
  const error = failure(() => near.import<Sink>('sink').take(new Uint8Array(5000)));
  await run();
  expect(await error).toMatchObject({ code: 'LINK_CLOSED', cause: { code: 'LIMIT_EXCEEDED' } });
  expect((await error).message).toContain('the other side takes 2000 at most');
  expect(near.isClosed).toBe(true);
  expect(links[0].counters.bytesSent).toBeLessThan(500);
});

test('the session tells when the other side has answered', async () => {
  const { near, run } = sessions();
  const events: string[] = [];
  near.on('open', () => events.push('open'));
  await run();
  expect(events).toEqual(['open']);
});

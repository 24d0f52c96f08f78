/** The link over lines that lose nothing while they last: streams, where frames have a length, and message lines. */
import { describe, expect, test } from 'vitest';
import { numberedMessage, sendNumbered } from '../../../support/numbered-messages.ts';
import { xorshift } from '../../../support/xorshift.ts';
import { observedEnd, type SimulatedEnds, simulatedEnds } from './simulated-ends.ts';

/** Fast, with chunks that fit no frame. */
const line = { baud: 10_000_000, chunkBytes: 1009, latencyMs: 1 };

/** Lets time pass until everything is acknowledged. */
function settle({ clock, ends }: SimulatedEnds): void {
  expect(clock.run(() => ends.every(({ link }) => link.queuedBytes === 0), clock.now() + 600_000)).toBe(true);
}

describe.each(['stream', 'messages'] as const)('on a line of kind %s', (kind) => {
  test('messages come in order, large ones, too', () => {
    const simulated = simulatedEnds({ ...line, kind });
    const { ends } = simulated;
    const lengths = [8, 3_000_000, 9, 20_000, 1_048_576, 40];
    for (const { link } of ends)
      for (const [number, length] of lengths.entries()) link.send(numberedMessage(number, length));
    settle(simulated);
    for (const { receiver, states } of ends) {
      expect(receiver).toMatchObject({ count: lengths.length, fault: undefined });
      expect(states).toEqual(['open']);
    }
  });

  test('messages of one turn share a frame, and what a call costs beside its bytes is small', () => {
    const { clock, line: wire, ends } = simulatedEnds({ ...line, kind });
    const before = wire.sentBytes[0];
    for (let number = 0; number < 50; number++) ends[0].link.send(numberedMessage(number, 10));
    clock.pass(10);
    expect(ends[1].receiver.count).toBe(50);
    expect(wire.sentBytes[0] - before - 500).toBe(kind === 'stream' ? 5 : 1);
  });

  test('after a cut the same session goes on, and every message comes once', () => {
    const simulated = simulatedEnds({ ...line, kind });
    const { clock, ends, connect } = simulated;
    for (const { link } of ends) sendNumbered(link, 3000, (number) => 8 + (number % 900), 100_000);
    for (let cut = 0; cut < 15; cut++) {
      clock.pass(3 + 7 * cut);
      simulated.line.hangUp();
      clock.pass(20);
      connect();
    }
    settle(simulated);
    for (const { receiver, states } of ends) {
      expect(receiver).toMatchObject({ count: 3000, fault: undefined });
      expect(states.filter((state) => state === 'resumed').length).toBeGreaterThan(10);
      expect(states).not.toContain('reset');
    }
  });

  test('an end that begins anew resets the session', () => {
    const simulated = simulatedEnds({ ...line, kind });
    const { clock, ends } = simulated;
    sendNumbered(ends[0].link, 100, () => 50_000, 10_000_000);
    clock.pass(100);
    simulated.line.hangUp();
    const fresh = observedEnd(clock, 3, {}, kind);
    simulated.connect();
    fresh.link.attach(simulated.line.ends[1]);
    fresh.link.start();
    ends[0].link.onState = (state) => {
      if (state === 'reset') sendNumbered(ends[0].link, 5, () => 60);
    };
    clock.pass(5000);
    expect(fresh.receiver).toMatchObject({ count: 5, fault: undefined });
  });

  test('a silent line is given up, so that a new one can be made', () => {
    const simulated = simulatedEnds({ ...line, kind });
    const { clock, ends } = simulated;
    const lost: string[] = [];
    ends[0].link.onLineLost = ({ code }) => lost.push(code);
    simulated.line.ends[0].onBytes = () => {};
    clock.pass(14_000);
    expect(lost).toEqual([]);
    clock.pass(3000);
    expect(lost).toEqual(['LINK_LOST']);
    expect(ends[0].states).toEqual(['open', 'interrupted']);
  });

  test('what an end holds for the case of a cut is bounded by the window', () => {
    const { clock, ends } = simulatedEnds({ ...line, kind }, [{}, { windowBytes: 10_000, maxFrameBytes: 1000 }]);
    ends[1].link.onMessage = () => {};
    let mostOnWay = 0;
    ends[0].link.send(new Uint8Array(200_000));
    const before = ends[0].link.counters.bytesSent;
    clock.run(() => {
      const acknowledged = 200_000 - ends[0].link.queuedBytes;
      mostOnWay = Math.max(mostOnWay, ends[0].link.counters.bytesSent - before - acknowledged);
      return acknowledged === 200_000;
    }, 60_000);
    // Frames of 1000 bytes, their heads included.
    expect(mostOnWay).toBeLessThan(10_000 + 2000 + 200 * 5);
    expect(ends[0].link.queuedBytes).toBe(0);
  });

  test('any bytes end the line or the session, and throw nothing', () => {
    const random = xorshift(5);
    for (let run = 0; run < 300; run++) {
      const { clock, line: wire, ends } = simulatedEnds({ ...line, kind });
      for (let part = 0; part < 5; part++) {
        wire.inject(
          0,
          Uint8Array.from({ length: 1 + (random() % 40) }, () => random() >>> (random() % 32)),
        );
      }
      clock.pass(1000);
      // Whatever it made of that: the other end, if it still has the session, gets messages in order or none.
      if (!ends[0].states.includes('closed')) ends[1].link.send(numberedMessage(0, 30));
      clock.pass(1000);
    }
  });
});

test('another protocol on a stream is noticed at once', () => {
  const { clock } = simulatedEnds({ kind: 'stream' });
  const end = observedEnd(clock, 8, {}, 'stream');
  const simulated = simulatedEnds({ kind: 'stream' });
  end.link.attach(simulated.line.ends[0]);
  const lost: string[] = [];
  end.link.onLineLost = ({ code }) => lost.push(code);
  end.link.start();
  simulated.line.inject(0, new Uint8Array(Buffer.from('HTTP/1.1 400 Bad Request\r\n')));
  simulated.clock.pass(100);
  expect(lost).toEqual(['PROTOCOL_INVALID']);
});

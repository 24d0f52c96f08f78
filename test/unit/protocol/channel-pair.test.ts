import { type ChannelState, createChannelPair, type MessageChannel, ShoalError } from 'shoal/protocol';
import { describe, expect, test } from 'vitest';

interface Recorded {
  readonly messages: number[][];
  readonly states: ChannelState[];
}

function record(channel: MessageChannel): Recorded {
  const recorded: Recorded = { messages: [], states: [] };
  channel.onMessage = (message) => recorded.messages.push([...message]);
  channel.onState = (state) => recorded.states.push(state);
  return recorded;
}

/** Long enough for everything that is only microtasks away. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a channel within the process', () => {
  test('gives messages in order, those that were sent before the start, too', async () => {
    const [a, b] = createChannelPair();
    const [atA, atB] = [record(a), record(b)];
    a.send(Uint8Array.of(1));
    a.start();
    await settled();
    expect(atA.states).toEqual([]);
    b.start();
    a.send(Uint8Array.of(2, 3));
    b.send(Uint8Array.of(4));
    await settled();
    expect(atB).toEqual({ messages: [[1], [2, 3]], states: ['open'] });
    expect(atA).toEqual({ messages: [[4]], states: ['open'] });
    expect(a.peer?.nonce).not.toBe(b.peer?.nonce);
  });

  test('never delivers within send', async () => {
    const [a, b] = createChannelPair();
    const atB = record(b);
    a.start();
    b.start();
    await settled();
    a.send(Uint8Array.of(1));
    expect(atB.messages).toEqual([]);
    await settled();
    expect(atB.messages).toEqual([[1]]);
  });

  test('counts what is queued and tells when it has gone', async () => {
    const [a, b] = createChannelPair();
    record(b);
    let drained = 0;
    a.send(new Uint8Array(100));
    expect(a.queuedBytes).toBe(100);
    a.onDrained(100, () => drained++);
    expect(drained).toBe(1);
    a.onDrained(99, () => drained++);
    a.start();
    b.start();
    await settled();
    expect([a.queuedBytes, drained]).toEqual([0, 2]);
  });

  test('takes neither an empty message nor one over the limit', () => {
    const [a] = createChannelPair();
    for (const length of [0, a.maxMessageBytes + 1]) {
      expect(() => a.send(new Uint8Array(length))).toThrow(expect.objectContaining({ code: 'PROTOCOL_INVALID' }));
    }
  });

  test('is closed at both ends, with the reason, and drops what comes after', async () => {
    const [a, b] = createChannelPair();
    const reasons: unknown[] = [];
    const atB = record(b);
    a.onState = (_state, reason) => reasons.push(reason);
    a.start();
    b.start();
    await settled();
    const reason = new ShoalError('BOARD_CLOSED', 'enough');
    b.close(reason);
    b.close();
    a.send(Uint8Array.of(1));
    await settled();
    expect(reasons).toEqual([undefined, reason]);
    expect(atB).toEqual({ messages: [], states: ['open', 'closed'] });
  });
});

import { simulateLine } from 'shoal/emulator';
import { CRC_32, CRC_START, encodeFrame, encodeHello, ShoalError } from 'shoal/protocol';
import { describe, expect, test } from 'vitest';
import { numberedMessage, sendNumbered } from '../../../support/numbered-messages.ts';
import { xorshift } from '../../../support/xorshift.ts';
import { observedEnd, simulatedEnds } from './simulated-ends.ts';

const text = (characters: string): Uint8Array => new Uint8Array(Buffer.from(characters));

describe('a session', () => {
  test('opens at both ends, and each knows the other', () => {
    const { ends } = simulatedEnds({}, [
      { bootCount: 7, interfaceHash: 0xdeadbeef },
      { maxCalls: 8, maxReferences: 9 },
    ]);
    expect(ends.map(({ states }) => states)).toEqual([['open'], ['open']]);
    expect(ends[1].link.peer).toMatchObject({ bootCount: 7, interfaceHash: 0xdeadbeef });
    expect(ends[0].link.peer).toMatchObject({ bootCount: 0, maxCalls: 8, maxReferences: 9 });
    expect(ends[0].link.peer?.nonce).not.toBe(ends[1].link.peer?.nonce);
  });

  test('carries what was sent before it was open', () => {
    const { clock, ends } = simulatedEnds({ latencyMs: 5000 });
    expect(ends[0].states).toEqual([]);
    for (const [number, { link }] of ends.entries()) link.send(numberedMessage(0, 10 + number));
    clock.pass(60_000);
    expect(ends.map(({ receiver }) => receiver.count)).toEqual([1, 1]);
  });

  test('puts messages of one turn into one frame', () => {
    const { clock, ends } = simulatedEnds();
    const before = ends[0].link.counters.framesSent;
    for (let number = 0; number < 20; number++) ends[0].link.send(numberedMessage(number, 12));
    clock.pass(10);
    expect(ends[0].link.counters.framesSent - before).toBe(1);
    clock.pass(1000);
    expect(ends[1].receiver).toMatchObject({ count: 20, fault: undefined });
  });

  test('cuts a large message into frames and puts it together again', () => {
    const { clock, ends } = simulatedEnds();
    const lengths = [100_000, 1024, 1025, 8, 2049];
    for (const [number, length] of lengths.entries()) ends[1].link.send(numberedMessage(number, length));
    expect(clock.run(() => ends[1].link.queuedBytes === 0, 60_000)).toBe(true);
    expect(ends[0].receiver).toMatchObject({ count: lengths.length, fault: undefined });
  });

  test('refuses a message that the other end does not take, and an empty one', () => {
    const { ends } = simulatedEnds({}, [{}, { maxMessageBytes: 500 }]);
    expect(ends[0].link.maxMessageBytes).toBe(500);
    for (const length of [0, 501]) {
      expect(() => ends[0].link.send(new Uint8Array(length))).toThrow(
        expect.objectContaining({ code: 'PROTOCOL_INVALID' }),
      );
    }
    ends[0].link.send(numberedMessage(0, 500));
  });

  test('ends with a reason when the other end sends a longer message than agreed', () => {
    const { clock, ends } = simulatedEnds({}, [{}, { maxMessageBytes: 500 }]);
    Object.defineProperty(ends[0].link, 'maxMessageBytes', { value: 10_000 });
    ends[0].link.send(numberedMessage(0, 5000));
    clock.pass(2000);
    for (const { states, reason } of ends) {
      expect(states).toEqual(['open', 'closed']);
      expect(reason?.code).toBe('PROTOCOL_INVALID');
    }
    expect(ends[1].receiver.count).toBe(0);
  });

  test('is closed at both ends, with the reason; nothing comes after', () => {
    const { clock, ends } = simulatedEnds();
    ends[0].link.close(new ShoalError('BOARD_CLOSED', 'enough'));
    ends[0].link.send(numberedMessage(0, 10));
    ends[1].link.onDrained(-1, () => expect.unreachable('called after the end'));
    clock.pass(10_000);
    for (const { states, reason } of ends) {
      expect(states).toEqual(['open', 'closed']);
      expect(reason?.code).toBe('BOARD_CLOSED');
      expect(reason?.message).toContain('enough');
    }
  });

  test('with an end of another version is closed at both ends', () => {
    const { clock, line, ends } = simulatedEnds();
    const payload = encodeHello({
      minVersion: 7,
      maxVersion: 9,
      isDone: false,
      isNoisy: false,
      keepsEarlyFrames: true,
      nonce: 99,
      sessionWith: 0,
      challenge: 98,
      response: 0,
      received: 0,
      maxFrameBytes: 64,
      windowBytes: 64,
      maxMessageBytes: 64,
      maxReferences: 0,
      maxCalls: 0,
      bootCount: 0,
      interfaceHash: 0,
    });
    line.inject(0, Uint8Array.of(0, ...encodeFrame(3, payload, CRC_32, CRC_START)));
    clock.pass(100);
    expect(ends[0].states).toEqual(['open', 'closed']);
    expect(ends[0].reason).toMatchObject({ code: 'LINK_VERSION', message: expect.stringContaining('7 to 9') });
  });
});

describe('after a cut', () => {
  test('the same session goes on, and every message comes once', () => {
    const { clock, line, ends, connect } = simulatedEnds();
    const cuts = { clock, line };
    for (const { link } of ends) sendNumbered(link, 2000, (number) => 8 + (number % 300));
    for (let cut = 0; cut < 12; cut++) {
      // Anywhere: within frames, within acknowledgements, within hellos.
      cuts.clock.pass(37 + 61 * cut);
      cuts.line.hangUp();
      cuts.clock.pass(100);
      connect();
      if (cut % 3 === 2) {
        cuts.clock.pass(2 * cut);
        connect();
      }
    }
    expect(clock.run(() => ends.every(({ link }) => link.queuedBytes === 0), 600_000)).toBe(true);
    for (const { receiver, states } of ends) {
      expect(receiver).toMatchObject({ count: 2000, fault: undefined });
      expect(states[0]).toBe('open');
      expect(states).toContain('resumed');
      expect(states).not.toContain('reset');
    }
  });

  test('tells that it is interrupted, and resumed', () => {
    const simulated = simulatedEnds();
    const { clock, ends, connect } = simulated;
    const lost: unknown[] = [];
    ends[0].link.onLineLost = (reason) => lost.push(reason.code);
    simulated.line.hangUp();
    clock.pass(10);
    expect(ends.map(({ states }) => states.at(-1))).toEqual(['interrupted', 'interrupted']);
    expect(lost).toEqual(['LINK_LOST']);
    ends[0].link.send(numberedMessage(0, 8));
    clock.pass(10_000);
    connect();
    clock.pass(1000);
    expect(ends.map(({ states }) => states.at(-1))).toEqual(['resumed', 'resumed']);
    expect(ends[1].receiver.count).toBe(1);
  });

  test('in silence, without anybody telling, the line counts as interrupted and heals by itself', () => {
    const simulated = simulatedEnds();
    const { clock, ends } = simulated;
    const [first] = simulated.line.ends;
    const take = first.onBytes;
    const takeOther = simulated.line.ends[1].onBytes;
    first.onBytes = () => {};
    simulated.line.ends[1].onBytes = () => {};
    sendNumbered(ends[0].link, 50, () => 100);
    clock.pass(6500);
    expect(ends.map(({ states }) => states)).toEqual([
      ['open', 'interrupted'],
      ['open', 'interrupted'],
    ]);
    first.onBytes = take;
    simulated.line.ends[1].onBytes = takeOther;
    clock.pass(5000);
    expect(ends.map(({ states }) => states.at(-1))).toEqual(['resumed', 'resumed']);
    expect(ends[1].receiver).toMatchObject({ count: 50, fault: undefined });
  });

  test('an end that was given a limit waits no longer', () => {
    const simulated = simulatedEnds({}, [{ abandonMs: 3000 }, {}]);
    const { clock, ends } = simulated;
    simulated.line.hangUp();
    clock.pass(2900);
    expect(ends[0].states).toEqual(['open', 'interrupted']);
    clock.pass(200);
    expect(ends[0].states).toEqual(['open', 'interrupted', 'closed']);
    expect(ends[0].reason?.code).toBe('LINK_LOST');
    expect(ends[0].reason?.hint).toContain('port');
  });

  test('an end that nobody answers gives up at its limit', () => {
    const { clock } = simulatedEnds();
    const lonely = observedEnd(clock, 9, { abandonMs: 2000 });
    lonely.link.attach(simulateLine(clock).ends[0]);
    lonely.link.start();
    clock.pass(2100);
    expect(lonely.states).toEqual(['closed']);
    expect(lonely.reason?.message).toContain('nothing has answered');
  });
});

describe('an end that begins anew', () => {
  /** A line on which the second end is replaced, in mid-frame, by a new one. */
  function restarted() {
    const simulated = simulatedEnds();
    const { clock, ends, line } = simulated;
    const heard: Uint8Array[] = [];
    const take = line.ends[0].onBytes;
    line.ends[0].onBytes = (bytes) => {
      heard.push(bytes.slice());
      take(bytes);
    };
    simulated.line = line;
    for (const { link } of ends) sendNumbered(link, 500, () => 100, 1_000_000);
    clock.pass(500);
    const fresh = observedEnd(clock, 3, { bootCount: 1 });
    fresh.link.attach(line.ends[1]);
    fresh.link.start();
    return { ...simulated, fresh, heard };
  }

  test('voids the session: its messages never come, those after the reset do', () => {
    const { clock, ends, fresh } = restarted();
    const drains: number[] = [];
    ends[0].link.onDrained(0, () => drains.push(ends[0].link.queuedBytes));
    const before = ends[0].receiver.count;
    let atReset = -1;
    ends[0].link.onState = (state) => {
      ends[0].states.push(state);
      if (state !== 'reset') return;
      atReset = ends[0].link.queuedBytes;
      ends[0].receiver.count = 0;
      sendNumbered(ends[0].link, 10, () => 50);
    };
    sendNumbered(fresh.link, 10, () => 50);
    clock.pass(10_000);
    expect(ends[0].states).toEqual(['open', 'reset']);
    expect(before).toBeGreaterThan(0);
    expect([atReset, drains]).toEqual([0, []]);
    expect(ends[0].link.peer?.bootCount).toBe(1);
    expect(fresh.states).toEqual(['open']);
    expect(fresh.receiver).toMatchObject({ count: 10, fault: undefined });
    expect(ends[0].receiver).toMatchObject({ count: 10, fault: undefined });
  });

  test('is not confused by frames and hellos from before', () => {
    const { clock, ends, line, fresh, heard } = restarted();
    clock.pass(5000);
    expect(ends[0].states).toEqual(['open', 'reset']);
    ends[0].receiver.count = 0;
    // All that the first end ever heard, the old session and both hellos, comes again.
    for (const bytes of heard.splice(0)) line.ends[0].onBytes(bytes.slice());
    for (const end of [ends[0].link, fresh.link]) sendNumbered(end, 20, () => 40);
    clock.pass(20_000);
    expect(ends[0].states.filter((state) => state === 'reset')).toHaveLength(1);
    expect(ends[0].receiver).toMatchObject({ count: 20, fault: undefined });
    expect(fresh.receiver).toMatchObject({ count: 20, fault: undefined });
  });
});

describe('the receiver of 256 bytes', () => {
  test.each([
    [0, true],
    [0.002, true],
    [0.002, false],
  ])('is never overrun at %d faults per byte, early frames kept: %s', (rate, keepsEarlyFrames) => {
    const windowBytes = 256;
    const simulated = simulatedEnds({ seed: 5, latencyMs: 4, noise: { flip: rate, lose: rate }, isNoisy: rate > 0 }, [
      {},
      { windowBytes, maxFrameBytes: 128, keepsEarlyFrames },
    ]);
    const { clock, ends, line } = simulated;
    const take = line.ends[1].onBytes;
    let held = 0;
    let most = 0;
    // It looks at what has come only now and then.
    line.ends[1].onBytes = (bytes) => {
      held += bytes.length;
      most = Math.max(most, held);
      clock.setTimer(40, () => {
        held -= bytes.length;
        take(bytes);
      });
    };
    for (const { link } of ends) sendNumbered(link, 600, (number) => 8 + (number % 100));
    expect(clock.run(() => ends.every(({ link }) => link.queuedBytes === 0), 600_000)).toBe(true);
    for (const { receiver } of ends) expect(receiver).toMatchObject({ count: 600, fault: undefined });
    expect(most).toBeLessThanOrEqual(windowBytes);
    expect(most).toBeGreaterThan(windowBytes * 0.75);
  });
});

describe('budgets on the simulated line', () => {
  test('a call of 4 bytes and an answer of 2 cost 16.1 bytes at most, everything counted', () => {
    const { clock, line, ends } = simulatedEnds();
    const [caller, answerer] = [ends[0].link, ends[1].link];
    let answered = 0;
    answerer.onMessage = () => answerer.send(Uint8Array.of(9, 1));
    caller.onMessage = () => {
      if (++answered < 1000) caller.send(Uint8Array.of(0, 1, 2, 3));
    };
    const before = line.sentBytes[0] + line.sentBytes[1];
    caller.send(Uint8Array.of(0, 1, 2, 3));
    clock.run(() => answered === 1000);
    clock.pass(100);
    expect(line.sentBytes[0] + line.sentBytes[1] - before).toBeLessThanOrEqual(16_100);
  });

  test.each([115_200, 921_600])('large messages both ways at once reach 97 %% of the line rate at %i baud', (baud) => {
    const { clock, ends } = simulatedEnds({ baud, latencyMs: 16 });
    const bytes = 256 * 1024;
    const start = clock.now();
    const random = xorshift(1);
    for (const { link } of ends) {
      link.onMessage = () => {};
      link.send(Uint8Array.from({ length: bytes }, random));
    }
    expect(clock.run(() => ends.every(({ link }) => link.queuedBytes === 0), 600_000)).toBe(true);
    expect((bytes * 10_000) / baud / (clock.now() - start)).toBeGreaterThan(0.97);
  });
});

describe('on the line there may be', () => {
  test('text before the first frame, and a panic in mid-session: it is shown, line by line', () => {
    const { clock, line, ends } = simulatedEnds({ latencyMs: 1000 });
    line.inject(0, text('U-Boot 2020.01\r\nStarting '));
    line.inject(0, text('kernel\n'));
    clock.pass(20_000);
    expect(ends[0].states).toEqual(['open']);
    line.inject(0, text('\0Oops: 0002\nrebooting\0'));
    clock.pass(2000);
    expect(ends[0].texts.join('')).toBe('U-Boot 2020.01\r\nStarting kernel\nOops: 0002\nrebooting');
  });

  test('log text of the other end, when there is one', () => {
    const { clock, ends } = simulatedEnds();
    ends[1].link.sendText(text('ünder way'));
    clock.pass(100);
    expect(ends[0].texts).toEqual(['ünder way']);
  });

  test('an echo of our own voice: nothing is opened by it', () => {
    const { clock } = simulatedEnds();
    const { ends } = simulateLine(clock);
    const alone = observedEnd(clock, 5);
    ends[1].onBytes = (bytes) => ends[1].write(bytes);
    alone.link.attach(ends[0]);
    alone.link.start();
    clock.pass(10_000);
    expect(alone.states).toEqual([]);
  });

  test('an echo of everything under an open session: it goes on', () => {
    const simulated = simulatedEnds();
    const { clock, ends, line } = simulated;
    const take = line.ends[1].onBytes;
    line.ends[1].onBytes = (bytes) => {
      take(bytes.slice());
      line.inject(0, Uint8Array.of(0, ...bytes));
    };
    for (const { link } of ends) sendNumbered(link, 200, () => 60);
    clock.pass(60_000);
    for (const { receiver } of ends) expect(receiver).toMatchObject({ count: 200, fault: undefined });
  });

  test('nothing but garbage for an hour: nothing opens, nothing is thrown, and a good line opens it', () => {
    const { clock } = simulatedEnds();
    const line = simulateLine(clock);
    const alone = observedEnd(clock, 6);
    alone.link.attach(line.ends[0]);
    alone.link.start();
    const random = xorshift(3);
    for (let burst = 0; burst < 3600; burst++) {
      const bytes = Uint8Array.from({ length: random() % 200 }, () => random() >>> (burst % 25));
      line.inject(0, bytes);
      clock.pass(1000);
    }
    expect(alone.states).toEqual([]);
    const other = observedEnd(clock, 7);
    other.link.attach(line.ends[1]);
    other.link.start();
    clock.pass(3000);
    expect([alone.states, other.states]).toEqual([['open'], ['open']]);
  });
});

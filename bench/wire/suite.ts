/**
 * Bytes and time on a simulated serial line: counted from what was put on it, in virtual time, so the figures are the
 * same on every machine; calls on a core in the time of this one, and its time for plain values.
 */
import { evenNoise } from 'shoal/emulator';
import { coreCalls } from './core-calls.ts';
import { objectCalls } from './object-calls.ts';
import { plainValues } from './plain-values.ts';
import { openSession, type SimulatedSession } from './simulated-session.ts';

const MIB = 1024 * 1024;
/** A byte on a serial line: start bit, eight bits, stop bit. */
const BITS_PER_BYTE = 10;

type Figures = Readonly<Record<string, string | number | boolean>>;

const rounded = (value: number, digits = 4): number => Number(value.toFixed(digits));

/** Random bytes: the usual cost of byte stuffing. */
function randomBytes(length: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

/** Sends `bytes` from the given ends at once; returns the seconds until they have all come. */
function transfer({ clock, ends }: SimulatedSession, senders: readonly (0 | 1)[], bytes: Uint8Array): number {
  let left = senders.length * bytes.length;
  for (const end of ends) {
    end.onMessage = (message) => {
      left -= message.length;
    };
  }
  const start = clock.now();
  for (const sender of senders) ends[sender].send(bytes);
  if (!clock.run(() => left === 0, start + 3_600_000)) throw new Error(`${left} bytes have not come within an hour`);
  return (clock.now() - start) / 1000;
}

/** A megabyte each way, one after the other and both at once. */
function* bulk(): Generator<Figures> {
  const bytes = randomBytes(MIB);
  const ways = { out: [0], back: [1], 'both at once': [0, 1] } as const;
  for (const baud of [115_200, 921_600]) {
    for (const [way, senders] of Object.entries(ways)) {
      const session = openSession({ baud, latencyMs: 16 });
      const seconds = transfer(session, senders, bytes);
      const lineRate = (bytes.length * BITS_PER_BYTE) / baud / seconds;
      yield {
        suite: 'wire',
        case: 'bulk 1 MiB',
        baud,
        latencyMs: 16,
        way,
        seconds: rounded(seconds),
        lineRate: rounded(lineRate),
        bar: 0.97,
      };
    }
  }
}

/** A receiver with 256 bytes of memory for what comes: how much of them is used, and how much of what they allow. */
function* smallReceiver(): Generator<Figures> {
  const windowBytes = 256;
  const latencyMs = 16;
  const bytes = randomBytes(64 * 1024);
  for (const baud of [115_200, 921_600]) {
    const session = openSession({ baud, latencyMs }, [{}, { windowBytes, maxFrameBytes: 128 }]);
    const before = session.line.sentBytes;
    const framesBefore = session.ends[0].counters.framesSent;
    const seconds = transfer(session, [0], bytes);
    const onLine = session.line.sentBytes[0] - before[0];
    const frameBytes = onLine / (session.ends[0].counters.framesSent - framesBefore);
    // The first frame of a window must have come and its acknowledgement must be back before the next window.
    const roundTrip = (frameBytes * BITS_PER_BYTE) / baud + (2 * latencyMs) / 1000 + (5 * BITS_PER_BYTE) / baud;
    const allowed = Math.min(baud / BITS_PER_BYTE, windowBytes / roundTrip);
    yield {
      suite: 'wire',
      case: 'bulk to a 256-byte receiver',
      baud,
      latencyMs,
      bytesPerSecond: Math.round(onLine / seconds),
      allowedBytesPerSecond: Math.round(allowed),
      ofAllowed: rounded(onLine / seconds / allowed),
      bar: 0.95,
    };
  }
}

/** A call of four bytes that is answered by two, again and again: what the wire adds to them, acknowledgements too. */
function* sequential(): Generator<Figures> {
  const calls = 1000;
  for (const isNoisy of [false, true]) {
    const session = openSession({ isNoisy });
    const [caller, answerer] = session.ends;
    const call = Uint8Array.of(0, 1, 2, 3);
    const answer = Uint8Array.of(9, 1);
    let answered = 0;
    answerer.onMessage = () => answerer.send(answer);
    caller.onMessage = () => {
      if (++answered < calls) caller.send(call);
    };
    const before = session.line.sentBytes[0] + session.line.sentBytes[1];
    caller.send(call);
    session.clock.run(() => answered === calls);
    session.clock.pass(100);
    const bytes = session.line.sentBytes[0] + session.line.sentBytes[1] - before;
    yield {
      suite: 'wire',
      case: 'calls of 4 bytes, answers of 2, one after another',
      crc: isNoisy ? 32 : 16,
      calls,
      bytesPerCall: rounded(bytes / calls, 3),
    };
  }
}

/** On a line with a thousandth of its bytes damaged: what a receiver gains that keeps frames which come early. */
function* noisyLine(): Generator<Figures> {
  const bytes = randomBytes(256 * 1024);
  for (const baud of [115_200, 921_600]) {
    for (const keepsEarlyFrames of [true, false]) {
      const session = openSession({ baud, latencyMs: 4, noise: evenNoise(0.001) }, [{}, { keepsEarlyFrames }]);
      const seconds = transfer(session, [0], bytes);
      const lineRate = rounded((bytes.length * BITS_PER_BYTE) / baud / seconds);
      yield { suite: 'wire', case: 'a thousandth of faults', baud, keepsEarlyFrames, lineRate };
    }
  }
}

export async function* wire(): AsyncGenerator<Figures> {
  yield* sequential();
  yield* objectCalls();
  yield* coreCalls();
  yield* plainValues();
  yield* bulk();
  yield* smallReceiver();
  yield* noisyLine();
}

/**
 * Messages over lines that damage them. Each line is worse than it need be: bytes are flipped, lost, doubled and
 * invented, and chunks come twice and in another order. `LINK_SEEDS` and `LINK_MESSAGES` ask for more than CI runs.
 */
import { evenNoise, type SimulatedLineOptions } from 'shoal/emulator';
import { describe, expect, test } from 'vitest';
import { openSession } from '../../bench/wire/simulated-session.ts';
import { NumberedReceiver, sendNumbered } from '../support/numbered-messages.ts';

const SEEDS = Number(process.env.LINK_SEEDS ?? 10);
const MESSAGES = Number(process.env.LINK_MESSAGES ?? 100_000);

/** Half of the messages each way, at once; returns what each end noticed. */
function exchange(options: SimulatedLineOptions, messages: number): { faults: number; repeated: number } {
  const { clock, line, ends } = openSession(options);
  const states: string[] = [];
  const receivers = ends.map((end) => {
    end.onState = (state) => states.push(state);
    return new NumberedReceiver(end);
  });
  for (const end of ends) sendNumbered(end, messages / 2, (number) => 8 + ((number * 7) % 25));
  const arrived = (): boolean => receivers.every(({ count, fault }) => count === messages / 2 || fault !== undefined);
  const isDone = clock.run(arrived, clock.now() + 24 * 3_600_000);
  expect(receivers.map(({ fault }) => fault)).toEqual([undefined, undefined]);
  expect(isDone, `${receivers.map(({ count }) => count)} have come within a day`).toBe(true);
  expect(clock.run(() => ends.every(({ queuedBytes }) => queuedBytes === 0), clock.now() + 60_000)).toBe(true);
  expect(states.filter((state) => state === 'reset' || state === 'closed')).toEqual([]);
  return { faults: line.faults, repeated: ends[0].counters.framesRepeated };
}

describe(`${MESSAGES} messages at a thousandth of faults: none lost, doubled, changed or out of order`, () => {
  test.each(Array.from({ length: SEEDS }, (_, index) => index + 1))('seed %i', (seed) => {
    const options = { seed, noise: evenNoise(0.001), doubleChunk: 0.001, reorderChunk: 0.001, reorderChunks: 6 };
    const { faults, repeated } = exchange(options, MESSAGES);
    expect(faults).toBeGreaterThan(MESSAGES / 200);
    expect(repeated).toBeGreaterThan(MESSAGES / 2000);
  });
});

describe('a few thousand messages', () => {
  test.each([0.003, 0.01, 0.02])('at %d faults per byte', (rate) => {
    exchange({ seed: 3, noise: evenNoise(rate) }, 2000);
  });

  test.each([
    ['a third of the chunks doubled', { doubleChunk: 0.3 }],
    ['a third of the chunks late by up to eight others', { reorderChunk: 0.3, reorderChunks: 8 }],
    ['garbage in front of every hundredth byte', { noise: { garbage: 0.01 } }],
    ['bytes in chunks of one', { noise: evenNoise(0.002), chunkBytes: 1 }],
    ['a slow line', { noise: evenNoise(0.001), baud: 1200, latencyMs: 100 }],
    ['a line without pace', { noise: evenNoise(0.001), baud: Number.POSITIVE_INFINITY, latencyMs: 1 }],
    ['damage that was not declared, guarded by CRC-16 alone', { seed: 5, noise: evenNoise(0.001), isNoisy: false }],
  ] as const)('over %s', (_name, options) => {
    exchange({ seed: 4, ...options }, 2000);
  });
});

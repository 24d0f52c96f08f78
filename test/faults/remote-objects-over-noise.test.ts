/**
 * Remote objects on a line that damages a thousandth of its bytes: their whole behaviour, and many calls.
 * `LINK_SEEDS` and `LINK_CALLS` ask for more than CI runs.
 */
import { evenNoise } from 'shoal/emulator';
import { connect } from 'shoal/protocol';
import { describe, expect, test } from 'vitest';
import { CallCounter, callEachOnce } from '../support/numbered-calls.ts';
import { describeRemoteBehaviour } from '../support/remote-behaviour/behaviour-suite.ts';
import { overSimulatedLine, simulatedLinks } from '../support/remote-behaviour/simulated-pair.ts';

const SEEDS = Number(process.env.LINK_SEEDS ?? 10);
const CALLS = Number(process.env.LINK_CALLS ?? 100_000);

const noisy = { baud: 921_600, latencyMs: 2, noise: evenNoise(0.001) };

describeRemoteBehaviour('noisy line', overSimulatedLine({ ...noisy, seed: 1 }));

describe(`${CALLS} calls at a thousandth of faults: each carried out once, with its own answer`, () => {
  test.each(Array.from({ length: SEEDS }, (_, index) => index + 1))('seed %i', async (seed) => {
    const links = simulatedLinks({ ...noisy, seed, doubleChunk: 0.001, reorderChunk: 0.001, reorderChunks: 4 });
    const counter = new CallCounter();
    const far = counter.serve(links.ends[1]);
    const near = connect(links.ends[0]);
    const states: string[] = [];
    for (const event of ['reset', 'closed'] as const) near.on(event, () => states.push(event));
    try {
      await callEachOnce(near, counter, CALLS, 16);
      expect(states).toEqual([]);
      expect(links.line.faults).toBeGreaterThan(CALLS / 200);
      expect([near.counts.calling, far.counts.answering]).toEqual([0, 0]);
    } finally {
      near.close();
      far.close();
      links.stop();
    }
  });
});

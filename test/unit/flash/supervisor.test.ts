/** The supervisor over a simulated disk, in virtual time, with runtimes that do what the test says. */
import { expect, test } from 'vitest';
import { ImageSlots } from '../../../device/boot/image-slots.ts';
import { type RuntimeEvents, SUPERVISOR_TIMES, Supervisor } from '../../../device/boot/supervisor.ts';
import { parseVersion, writeImage } from '../../../protocol/flash/mcuboot-image.ts';
import { SimulatedStorage } from '../../support/power-cut/simulated-storage.ts';
import { sha256 } from '../../support/supervisor/runtime-images.ts';

const imageOf = (version: string): Uint8Array => writeImage(new Uint8Array(9), parseVersion(version), sha256, null);

/** A board with 1.0.0 confirmed in slot a and 2.0.0 in slot b. */
function board() {
  const storage = new SimulatedStorage(new Map([['a.image', imageOf('1.0.0')]]));
  const slots = new ImageSlots(storage, sha256, () => undefined);
  slots.boot();
  const next = imageOf('2.0.0');
  slots.beginUpload(next.length, sha256(next));
  const hash = slots.writeUpload(0, next).image?.hash ?? new Uint8Array();
  let now = 0;
  let timer: { readonly at: number; readonly callback: () => void } | null = null;
  const runs: { readonly version: number; readonly events: RuntimeEvents; isStopped: boolean }[] = [];
  const supervisor = new Supervisor(slots, {
    start(decision, events) {
      const run = { version: decision.image.version.major, events, isStopped: false };
      runs.push(run);
      return {
        stop: () => {
          run.isStopped = true;
          events.onExit('killed');
        },
      };
    },
    after(delayMs, callback) {
      timer = { at: now + delayMs, callback };
      return () => {
        timer = null;
      };
    },
    log: () => undefined,
  });
  const pass = (durationMs: number): void => {
    const end = now + durationMs;
    while (timer !== null && timer.at <= end) {
      const { at, callback } = timer;
      timer = null;
      now = at;
      callback();
    }
    now = end;
  };
  const latest = () =>
    runs.at(-1) ?? { version: 0, events: { onHealthy: () => undefined, onExit: () => undefined }, isStopped: true };
  return { slots, supervisor, runs, latest, pass, hash };
}

test('a healthy runtime that is confirmed is left alone for ever', () => {
  const { supervisor, runs, latest, pass } = board();
  supervisor.boot();
  expect(supervisor.state).toBe('starting');
  latest().events.onHealthy();
  pass(1e9);
  expect(supervisor.state).toBe('healthy');
  expect(runs.map(({ version, isStopped }) => [version, isStopped])).toEqual([[1, false]]);
});

test.each([
  ['ends', ({ latest }: ReturnType<typeof board>) => latest().events.onExit('exit code 1')],
  ['is not healthy in time', ({ pass }: ReturnType<typeof board>) => pass(SUPERVISOR_TIMES.healthMs)],
  [
    'is not confirmed in time',
    ({ latest, pass }: ReturnType<typeof board>) => {
      latest().events.onHealthy();
      pass(SUPERVISOR_TIMES.confirmMs);
    },
  ],
])('a trial that %s is followed by the other image', (_, fail) => {
  const made = board();
  made.slots.test(made.hash);
  made.supervisor.boot();
  expect(made.latest().version).toBe(2);
  fail(made);
  expect(made.runs.map(({ version, isStopped }) => [version, isStopped])).toEqual([
    [2, true],
    [1, false],
  ]);
  expect(made.slots.list().find(({ isConfirmed }) => isConfirmed)?.image.version.major).toBe(1);
});

test('a trial that is confirmed stays', () => {
  const { slots, supervisor, latest, runs, pass, hash } = board();
  slots.test(hash);
  supervisor.boot();
  latest().events.onHealthy();
  slots.confirm(null);
  supervisor.confirmed();
  pass(1e9);
  expect(runs.map(({ version }) => version)).toEqual([2]);
});

test('a confirmed runtime that fails is started again, later each time, and from the start after it was healthy', () => {
  const { supervisor, latest, runs, pass } = board();
  supervisor.boot();
  const waits: number[] = [];
  for (let failure = 0; failure < 9; failure++) {
    if (failure === 8) latest().events.onHealthy();
    latest().events.onExit('exit code 1');
    expect(supervisor.state).toBe('waiting');
    const count = runs.length;
    let waitedMs = 0;
    for (; runs.length === count; waitedMs += 100) pass(100);
    waits.push(waitedMs);
  }
  expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 500]);
});

test('late words of a runtime that was stopped change nothing', () => {
  const { supervisor, latest, runs } = board();
  supervisor.boot();
  const first = latest();
  supervisor.boot();
  first.events.onHealthy();
  first.events.onExit('killed');
  expect(supervisor.state).toBe('starting');
  expect(runs).toHaveLength(2);
});

import { OrderedClock } from 'shoal/emulator';
import { expect, test } from 'vitest';

/** Its time stands still until it is let go. */
class HeldClock extends OrderedClock {
  held: number | null = super.now();

  override now(): number {
    return this.held ?? super.now();
  }
}

test('timers fire in the order of their times, equal ones as they were set, cancelled ones never', async () => {
  const clock = new HeldClock();
  const fired: number[] = [];
  const delays = [3.9, 0.2, 3.1, 0, 1.7, 1.7, 3.5, -1, 0.9];
  const cancels = delays.map((delay, index) => clock.setTimer(delay, () => fired.push(index)));
  cancels[4]?.();
  const last = new Promise<void>((resolve) => void clock.setTimer(6, resolve));
  clock.held = null;
  await last;
  expect(fired).toEqual([3, 7, 1, 8, 5, 2, 6, 0]);
});

test('what a timer sets has its turn, too', async () => {
  const clock = new OrderedClock();
  const start = clock.now();
  await new Promise<void>((resolve) => void clock.setTimer(1, () => clock.setTimer(2, resolve)));
  expect(clock.now() - start).toBeGreaterThanOrEqual(3);
});

import type { Clock } from '../../protocol/clock.ts';

/** The time of this process, for links. Its timers keep no process alive: what is below them does, as long as it is open. */
export const LINK_CLOCK: Clock = {
  now: () => performance.now(),
  setTimer(delayMs, callback) {
    const timer = setTimeout(callback, delayMs).unref();
    return () => clearTimeout(timer);
  },
  // A tick that is asked for by a microtask comes when there are no more microtasks.
  defer: (callback) => queueMicrotask(() => process.nextTick(callback)),
};

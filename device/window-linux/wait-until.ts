/** An emulated board that is busy, on a computer that is, answers within some milliseconds. */
const DEADLINE_MS = 5000;
/** So long the processor is kept: another process answers within microseconds when it has a processor of its own. */
const SPIN_MS = 0.5;
const SLEEP_MS = 0.2;

const never = new Int32Array(new SharedArrayBuffer(4));

/** Stands still until something in shared memory has happened. False if that takes longer than 5 s. */
export function waitUntil(isDone: () => boolean): boolean {
  const start = performance.now();
  while (!isDone()) {
    const waited = performance.now() - start;
    if (waited > DEADLINE_MS) return false;
    if (waited > SPIN_MS) Atomics.wait(never, 0, 0, SLEEP_MS);
  }
  return true;
}

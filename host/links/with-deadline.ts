/**
 * Works under a signal that aborts after `timeoutMs`, or when one of `signals` does; afterwards it has no effect. A timer
 * of its own, because what AbortSignal.any makes of AbortSignal.timeout may be collected before its time in Node 20, and
 * then never aborts.
 */
export async function withDeadline<T>(
  timeoutMs: number,
  signals: readonly AbortSignal[],
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const over = new DOMException(`nothing within ${timeoutMs} ms`, 'TimeoutError');
  const timer = setTimeout(() => controller.abort(over), timeoutMs);
  const abort = (): void => controller.abort(signals.find(({ aborted }) => aborted)?.reason);
  for (const signal of signals) signal.addEventListener('abort', abort);
  try {
    if (signals.some(({ aborted }) => aborted)) abort();
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    for (const signal of signals) signal.removeEventListener('abort', abort);
  }
}

/** One listener for each AbortSignal however many calls wait on it: Node warns of a leak from the eleventh on. */

interface Waiting {
  readonly actions: Set<() => void>;
  readonly listener: () => void;
}

const waiting = new WeakMap<AbortSignal, Waiting>();

/** Runs `action` when `signal` aborts, unless the returned function was called before. */
export function onAbort(signal: AbortSignal, action: () => void): () => void {
  const known = waiting.get(signal) ?? listen(signal);
  known.actions.add(action);
  return () => {
    known.actions.delete(action);
    if (known.actions.size > 0 || waiting.get(signal) !== known) return;
    signal.removeEventListener('abort', known.listener);
    waiting.delete(signal);
  };
}

/** As `promise`, but rejects with the signal's reason if that aborts first. */
export function orAbort<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const off = onAbort(signal, () => reject(signal.reason));
    promise.then(resolve, reject).finally(off);
    if (signal.aborted) reject(signal.reason);
  });
}

function listen(signal: AbortSignal): Waiting {
  const actions = new Set<() => void>();
  const listener = (): void => {
    for (const action of [...actions]) action();
  };
  const added = { actions, listener };
  signal.addEventListener('abort', listener);
  waiting.set(signal, added);
  return added;
}

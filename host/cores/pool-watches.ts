import { orAbort } from '../kernels/abort-actions.ts';

interface Watch {
  readonly condition: () => boolean;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** What is waited for between the turns of a board. */
export class PoolWatches {
  readonly #watches = new Set<Watch>();

  /** Resolves when the condition holds at some `check`; rejects after `rejectAll`, and with the signal's reason. */
  async until(condition: () => boolean, signal?: AbortSignal): Promise<void> {
    let watch: Watch | undefined;
    const settled = new Promise<void>((resolve, reject) => {
      watch = { condition, resolve, reject };
      this.#watches.add(watch);
    });
    try {
      await orAbort(settled, signal);
    } finally {
      if (watch !== undefined) this.#watches.delete(watch);
    }
  }

  check(): void {
    for (const watch of this.#watches) if (watch.condition()) watch.resolve();
  }

  rejectAll(error: unknown): void {
    for (const watch of this.#watches) watch.reject(error);
  }
}

import { openControlLink } from '../../host/control/open-control.ts';
import type { ShoalError } from '../../protocol/errors.ts';
import type { ChannelState } from '../../protocol/message-channel.ts';

export interface LogWatcher {
  readonly onText: (bytes: Uint8Array) => void;
  /** The board has answered, its line was cut or came back, or it was started anew. */
  readonly onState: (state: Exclude<ChannelState, 'closed'>, reason: ShoalError | undefined) => void;
  /** Nothing has answered for some seconds. */
  readonly onSilence: () => void;
}

const SILENCE_MS = 5000;

/**
 * Shows what a board says until the signal aborts. A line that is cut is opened again for as long as it takes. Rejects
 * with what `openControl` rejects with if it cannot be opened at first, and with why the other end has closed the link.
 */
export async function watchLogs(selector: string, watcher: LogWatcher, signal: AbortSignal): Promise<void> {
  const link = await openControlLink(selector, { abandonMs: Infinity, signal, onText: watcher.onText });
  const silence = setTimeout(watcher.onSilence, SILENCE_MS);
  try {
    await new Promise<void>((resolve, reject) => {
      const stop = (): void => resolve();
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
      link.onState = (state, reason) => {
        clearTimeout(silence);
        if (state !== 'closed') watcher.onState(state, reason);
        else if (reason === undefined) resolve();
        else reject(reason);
      };
      link.start();
    });
  } finally {
    clearTimeout(silence);
    link.close();
  }
}

/** SMP by way of a board's control runtime, over Shoal's own link: what is sent is deflated, and several parts at a time. */
import { deflateRawSync } from 'node:zlib';
import { whenOpen } from '../../host/control/open-control.ts';
import { connectLink, type LineOpener } from '../../host/links/connect-link.ts';
import { withDeadline } from '../../host/links/with-deadline.ts';
import { isShoalError, ShoalError } from '../../protocol/errors.ts';
import { connect, type Session } from '../../protocol/objects/session.ts';
import { closingReason } from '../closing-reason.ts';
import type { SmpTransport } from './smp-client.ts';

/** What a control runtime exports as `images` (device/control-linux/board-images.ts). */
interface BoardImages {
  smp(message: Uint8Array): Uint8Array;
  write(offset: number, deflated: Uint8Array): Uint8Array;
}

/** A runtime answers within some milliseconds; one that hears nothing of ours never does. */
const PROBE_MS = 1000;
const IMPORT_MS = 5000;
/** A board that restarts must be there again: one whose new image hangs goes back after half a minute. */
const ABANDON_MS = 45_000;
/** For the parts that are on their way at a time, on a slow serial line. */
const CALL_MS = 120_000;
const MAX_MESSAGE_BYTES = 8192;
const PART_BYTES = 32 * 1024;
const PARTS_ON_WAY = 3;

/**
 * Opens the line and asks whether a control runtime is there that lets hosts flash its board; null if not. Rejects with
 * what the opener rejects with, LINK_VERSION if the runtime is too old or too new, the reason of the signal.
 */
export async function smpOverLink(
  opener: LineOpener,
  signal: AbortSignal,
  abandonMs: number = ABANDON_MS,
): Promise<SmpTransport | null> {
  let isOpen = false;
  let isFirst = true;
  const link = await connectLink(
    {
      ...opener,
      // What hangs up at our greeting will do so again.
      open: (opening) => {
        if (!isFirst && !isOpen) throw new ShoalError('LINK_LOST', `${opener.name} carries no link of ours`);
        isFirst = false;
        return opener.open(opening);
      },
    },
    { abandonMs, signal },
  );
  const session = connect(link, { timeoutMs: CALL_MS });
  try {
    await withDeadline(PROBE_MS, [signal], (limit) => whenOpen(session, limit));
    isOpen = true;
    await session.import('images', { timeoutMs: IMPORT_MS });
  } catch (error) {
    session.close();
    signal.throwIfAborted();
    if (isShoalError(error, 'LINK_VERSION')) throw error;
    return null;
  }
  return linkTransport(opener.name, session);
}

function linkTransport(name: string, session: Session): SmpTransport {
  // Imported anew each time: the board may have been started anew, and it costs no time.
  const images = () => session.import<BoardImages>('images');
  const made: SmpTransport = {
    name,
    maxMessageBytes: MAX_MESSAGE_BYTES,
    bulk: {
      partBytes: PART_BYTES,
      partsOnWay: PARTS_ON_WAY,
      write: async (offset, bytes) => {
        try {
          return await images().write(offset, deflateRawSync(bytes, { level: 9 }));
        } catch (error) {
          throw closingReason(error);
        }
      },
    },
    // Without an answer the client asks again.
    send: (message) =>
      void images()
        .smp(message)
        .then(
          (answer) => made.onMessage(answer),
          () => undefined,
        ),
    close: () => session.close(),
    onMessage: () => undefined,
    onClosed: () => undefined,
  };
  session.on('closed', (reason) =>
    made.onClosed(reason ?? new ShoalError('LINK_CLOSED', `${name} was closed`, { retryable: true })),
  );
  return made;
}

/** The control side of a board: objects that its control runtime exports. */
import { findBoard } from '../../boards/registry.ts';
import { ShoalError } from '../../protocol/errors.ts';
import type { ReliableLink } from '../../protocol/link/reliable-link.ts';
import { connect, type Session, type SessionOptions } from '../../protocol/objects/session.ts';
import { type ConnectOptions, connectLink } from '../links/connect-link.ts';
import { resolveSelector } from '../links/found-boards.ts';
import { parseLine } from '../links/line-selector.ts';
import { linkToEmulatedControl } from './emulated-link.ts';

export interface OpenControlOptions extends SessionOptions {
  /** Ends the opening: it rejects with the signal's reason. Afterwards it has no effect; use `close()`. */
  readonly signal?: AbortSignal;
  /** So long it is tried to reach the board, at the start and after a cut. Default 15 000 ms. */
  readonly abandonMs?: number;
}

/** So long it is tried to reach a board, at the start and after a cut. */
export const ABANDON_MS = 15_000;

/**
 * Opens a session with the control runtime of a board: `tcp://host:port`, `unix:/path`, `serial:/dev/ttyUSB0`,
 * `serial:/dev/ttyUSB0@921600`, `usb:VID:PID`, `usb:VID:PID:SERIAL`, `usb:serial=SERIAL`; `ring:/path` for rings in
 * shared memory or in that of a PCI device (`/sys/bus/pci/devices/…/resource2`); `emu:parallella-16` for one that is
 * emulated in this process; `auto` for the one board on USB. After a cut the session goes on as soon as the board is there again.
 *
 * Rejects with SELECTOR_INVALID, BOARD_UNKNOWN, LINK_UNAVAILABLE, LINK_BUSY, LINK_DRIVER_MISSING,
 * DEVICE_NOT_FOUND, DEVICE_AMBIGUOUS, LINK_LOST if nothing answers.
 *
 * @example
 * await using control = await openControl('tcp://parallella:7000');
 * const name = await control.import<typeof import('node:fs')>('fs').readFileSync('/etc/hostname', 'utf8');
 */
export async function openControl(selector: string, options: OpenControlOptions = {}): Promise<Session> {
  const { signal, abandonMs = ABANDON_MS, ...others } = options;
  signal?.throwIfAborted();
  const link = await openControlLink(selector, { abandonMs, ...(signal === undefined ? {} : { signal }) });
  const session = connect(link, others);
  await whenOpen(session, signal);
  return session;
}

/** Waits until the other end has said what it takes. Rejects with the reason if the session ends before. */
export async function whenOpen(session: Session, signal: AbortSignal | undefined): Promise<void> {
  const abort = (): void => session.close();
  signal?.addEventListener('abort', abort);
  const ends: (() => void)[] = [() => signal?.removeEventListener('abort', abort)];
  try {
    await new Promise<void>((resolve, reject) => {
      const closed = (reason?: ShoalError): void => {
        reject(reason ?? signal?.reason ?? new ShoalError('LINK_CLOSED', 'the control runtime has closed the session'));
      };
      ends.push(
        session.on('open', () => resolve()),
        session.on('closed', closed),
      );
    });
  } finally {
    for (const end of ends) end();
  }
}

/** The link below a session with a control runtime, not yet started. Rejects as {@link openControl}. */
export async function openControlLink(selector: string, options: ConnectOptions): Promise<ReliableLink> {
  const emulated = /^emu:(.+)$/s.exec(selector)?.[1];
  return emulated === undefined
    ? connectLink(parseLine(resolveSelector(selector)), options)
    : linkToEmulatedControl(findBoard(emulated), options);
}

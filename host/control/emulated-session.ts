import type { BoardDescription } from '../../boards/board.ts';
import type { ShoalError } from '../../protocol/errors.ts';
import { ReliableLink } from '../../protocol/link/reliable-link.ts';
import { connect, type Session, type SessionOptions } from '../../protocol/objects/session.ts';
import { LINK_CLOCK } from '../links/link-clock.ts';
import { EmulatedControl } from './emulated-control.ts';

/**
 * A session with the control processor of an emulated board, which starts now, in this process. What is asked before it
 * has started waits. If it cannot start (LINK_DRIVER_MISSING, FILE_NOT_FOUND) the session is closed for that reason; it
 * ends with the session.
 */
export function emulatedSession(board: BoardDescription, options: SessionOptions = {}): Session {
  const link = new ReliableLink('stream', LINK_CLOCK);
  const session = connect(link, options);
  const starting = EmulatedControl.start(board, { hasCores: false });
  starting.then(
    (control) => link.attach(control.connect()),
    (error: ShoalError) => session.close(error),
  );
  session.on('closed', () => void starting.then((control) => control.close()).catch(() => undefined));
  return session;
}

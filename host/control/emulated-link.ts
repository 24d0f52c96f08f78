import type { BoardDescription } from '../../boards/board.ts';
import { type LinkOptions, ReliableLink } from '../../protocol/link/reliable-link.ts';
import { LINK_CLOCK } from '../links/link-clock.ts';
import { EmulatedControl } from './emulated-control.ts';

/**
 * A link to the control runtime of a board that is emulated in this process for as long as the link lives. Rejects
 * with FILE_NOT_FOUND, LINK_DRIVER_MISSING.
 */
export async function linkToEmulatedControl(board: BoardDescription, options: LinkOptions): Promise<ReliableLink> {
  const control = await EmulatedControl.start(board);
  const link = new ReliableLink('stream', LINK_CLOCK, options);
  link.attach(control.connect());
  link.onClosed = () => void control.close();
  return link;
}

import { execFileSync } from 'node:child_process';
import { constants, openSync } from 'node:fs';
import { Duplex } from 'node:stream';
import { ReadStream, WriteStream } from 'node:tty';
import { ShoalError } from '../../protocol/errors.ts';

/**
 * A serial device of this machine, raw, 8N1, as a stream. Without a native package: the board installs nothing but
 * this program and Node. Throws LINK_UNAVAILABLE with the system's reason.
 */
export function openSerialLine(path: string, baud: number): Duplex {
  let file: number;
  try {
    execFileSync('stty', ['-F', path, String(baud), 'raw', '-echo', 'cs8', '-cstopb', '-parenb', 'clocal'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    file = openSync(path, constants.O_RDWR | constants.O_NOCTTY);
  } catch (error) {
    throw new ShoalError('LINK_UNAVAILABLE', `${path} cannot be opened: ${(error as Error).message.trim()}`, {
      hint: 'Is it there, may this user open it, and does no login console (getty) hold it?',
      cause: error,
    });
  }
  const input = new ReadStream(file);
  const output = new WriteStream(file);
  return Duplex.from({ readable: input, writable: output });
}

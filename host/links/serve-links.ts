import { createServer, type ListenOptions, type Socket } from 'node:net';
import { ShoalError } from '../../protocol/errors.ts';
import { type LinkOptions, ReliableLink } from '../../protocol/link/reliable-link.ts';
import { DuplexLine } from './duplex-line.ts';
import { LINK_CLOCK } from './link-clock.ts';

/** A board's side of a socket. */
export interface LinkServer {
  /** The port that was given, or that the system chose for port 0; 0 for a unix socket. */
  readonly port: number;
  /** Closes the link, if there is one, and listens no more. */
  close(): Promise<void>;
}

/**
 * Listens on a TCP port (`{ port, host }`) or a unix socket (`{ path }`), for one host at a time. `onLink` gets a link,
 * to be given its callbacks and started, for the first host and again after each one that was closed; a host that comes
 * back after a cut resumes, and one that comes in place of another is told by `'reset'`. While a host is connected,
 * others are turned away.
 *
 * Rejects with LINK_UNAVAILABLE.
 */
export async function serveLinks(
  listen: ListenOptions,
  onLink: (link: ReliableLink) => void,
  options: LinkOptions = {},
): Promise<LinkServer> {
  let link: ReliableLink | undefined;
  let current: Socket | undefined;
  const server = createServer({ noDelay: true }, (socket) => {
    if (current !== undefined) {
      socket.destroy();
      return;
    }
    current = socket;
    socket.once('close', () => {
      current = undefined;
    });
    const line = new DuplexLine(`connection of ${socket.remoteAddress ?? 'a unix socket'}`, socket);
    if (link === undefined) {
      const made = new ReliableLink('stream', LINK_CLOCK, options);
      made.onClosed = () => {
        if (link === made) link = undefined;
      };
      link = made;
      onLink(made);
    }
    link.attach(line);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(listen, resolve);
  }).catch((error: Error) => {
    throw new ShoalError('LINK_UNAVAILABLE', `cannot listen: ${error.message}`, {
      cause: error,
      hint: 'is the port or socket in use by another program, or reserved?',
    });
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    async close() {
      link?.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

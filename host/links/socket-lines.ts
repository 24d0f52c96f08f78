import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { ShoalError } from '../../protocol/errors.ts';
import type { Line } from '../../protocol/line.ts';
import type { LineOpener } from './connect-link.ts';
import { DuplexLine } from './duplex-line.ts';

/** Lines to `tcp://host:port`. */
export function tcpOpener(host: string, port: number): LineOpener {
  const name = `tcp://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return { name, kind: 'stream', open: (signal) => openSocket(name, { host, port, noDelay: true }, signal) };
}

/** Lines to the unix socket at `path`. */
export function unixOpener(path: string): LineOpener {
  const name = `unix:${path}`;
  return { name, kind: 'stream', open: (signal) => openSocket(name, { path }, signal) };
}

const HINTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there; is the board up, or `shoal emulate --tcp` running?',
  ENOENT: 'there is no such file; is the program that makes the socket running?',
  EACCES: 'you may not write to the socket; look at its owner and mode with `ls -l`',
  ENOTFOUND: 'no such host; try its address',
  EHOSTUNREACH: 'no way to that network; is the cable in, and the address right?',
  TIMEOUT: 'no answer; is the board on, and does a firewall let the port through?',
};

async function openSocket(name: string, options: NetConnectOpts, signal: AbortSignal): Promise<Line> {
  signal.throwIfAborted();
  const socket: Socket = connect(options);
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    return new DuplexLine(name, socket);
  } catch (error) {
    socket.destroy();
    throw unavailable(name, error);
  }
}

/** As LINK_UNAVAILABLE with a hint; an abort that was not ours to time out stays as it is. */
function unavailable(name: string, error: unknown): unknown {
  const { name: kind, code = '', message } = error as Error & { code?: string };
  const isTimeout = kind === 'TimeoutError';
  if (kind === 'AbortError') return error;
  const hint = HINTS[isTimeout ? 'TIMEOUT' : code];
  return new ShoalError('LINK_UNAVAILABLE', `${name} cannot be opened: ${isTimeout ? 'no answer' : message}`, {
    retryable: true,
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  });
}

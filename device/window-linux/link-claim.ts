/**
 * Keeps two programs from using one board at the same time, where the way to it does not: a window into memory can be
 * opened any number of times. Whoever opens such a board claims it first. A claim ends with its process, however that
 * ends: it is a socket in Linux's abstract namespace, of which each name exists once. Elsewhere, where no windows exist,
 * a claim holds within the process.
 */
import { createHash } from 'node:crypto';
import { connect, createServer, type Server } from 'node:net';
import { ShoalError } from '../../protocol/errors.ts';

/** How long the other program has to say who it is. */
const ANSWER_TIMEOUT_MS = 500;

export interface LinkClaim {
  /** Lets others have it. Idempotent. */
  release(): void;
}

const claimed = new Set<string>();

/**
 * Claims what `resource` names, for example `mem:/dev/mem@0x8e000000`; the same name for the same thing. The claim keeps
 * no process alive. Throws LINK_BUSY, which says who has it; the reason of an aborted signal.
 */
export async function claimLink(resource: string, signal?: AbortSignal): Promise<LinkClaim> {
  signal?.throwIfAborted();
  if (claimed.has(resource)) throw busy(resource, `this process (${process.pid})`);
  claimed.add(resource);
  let server: Server | undefined;
  let isReleased = false;
  const release = (): void => {
    if (isReleased) return;
    isReleased = true;
    claimed.delete(resource);
    server?.close();
  };
  if (process.platform !== 'linux') return { release };
  try {
    server = await listen(socketName(resource));
    signal?.throwIfAborted();
  } catch (error) {
    release();
    if ((error as NodeJS.ErrnoException | undefined)?.code !== 'EADDRINUSE') throw error;
    const holder = await whoHas(socketName(resource));
    signal?.throwIfAborted();
    throw busy(resource, holder);
  }
  return { release };
}

function busy(resource: string, holder: string): ShoalError {
  return new ShoalError('LINK_BUSY', `${resource} is in use by ${holder}`, {
    hint: 'Close the board there first, or end that program.',
    retryable: true,
    details: { resource, holder },
  });
}

const socketName = (resource: string): string =>
  `\0shoal-${createHash('sha256').update(resource).digest('hex').slice(0, 32)}`;

/** A socket that tells everybody who connects which process this is. */
function listen(name: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.end(`process ${process.pid} (${process.argv.slice(1, 2).join('') || process.title})`);
    });
    server.unref();
    server.once('error', reject);
    server.listen(name, () => resolve(server));
  });
}

function whoHas(name: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(name);
    let text = '';
    const end = (): void => {
      socket.destroy();
      resolve(text === '' ? 'another process' : text);
    };
    socket.setTimeout(ANSWER_TIMEOUT_MS, end);
    socket.on('data', (part) => (text += part));
    socket.on('end', end);
    socket.on('error', end);
  });
}

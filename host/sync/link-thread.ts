/** The thread that drives links for a program whose own thread stands still while it waits for an answer. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { ShoalError } from '../../protocol/errors.ts';
import type { ReliableLink } from '../../protocol/link/reliable-link.ts';
import { connect } from '../../protocol/objects/session.ts';
import { openControlLink } from '../control/open-control.ts';
import { PortChannel } from './port-channel.ts';
import {
  type ErrorFields,
  errorFields,
  errorOf,
  type FromLink,
  type OpenCores,
  type OpenLink,
  ownBuffer,
  type ThreadStart,
  type ToLink,
  type ToThread,
} from './thread-messages.ts';

const events = new Int32Array((workerData as ThreadStart).events);
/** Links that are open or being opened, by what tells their program of the end. */
const ends = new Set<End>();

parentPort?.on('message', (request: ToThread) => {
  if (request !== 'end') void serve(request);
  // Nothing else keeps the thread: it ends when its lines are closed.
  else parentPort?.close();
});

// Whoever waits must not wait for ever.
process.on('uncaughtException', (error) => {
  for (const end of ends) end(errorFields(error));
});

async function serve(request: OpenLink | OpenCores): Promise<void> {
  const { port } = request;
  const end = (reason: ErrorFields | undefined): void => {
    if (!ends.delete(end)) return;
    post(port, { kind: 'closed', reason });
    port.close();
  };
  ends.add(end);
  const opening = new AbortController();
  port.on('close', () => opening.abort());
  try {
    if ('cores' in request) await serveCores(request, opening.signal, end);
    else await serveLink(request, opening.signal, end);
    post(port, { kind: 'opened' });
  } catch (error) {
    end(errorFields(error));
  }
}

type End = (reason: ErrorFields | undefined) => void;

async function serveLink({ selector, abandonMs, port }: OpenLink, signal: AbortSignal, end: End): Promise<void> {
  const onText = (bytes: Uint8Array): void => post(port, { kind: 'text', bytes: bytes.slice() });
  connectPort(await openControlLink(selector, { abandonMs, signal, onText }), port, end);
}

async function serveCores({ cores, abandonMs, port }: OpenCores, signal: AbortSignal, end: End): Promise<void> {
  // Links alone need none of it.
  const [{ open }, { BoardService }] = await Promise.all([import('../open.ts'), import('./board-service.ts')]);
  const board = await open(cores, { signal, abandonMs });
  const channel = new PortChannel(
    port,
    (message, ...transferred) => post(port, message, ...transferred),
    () => {
      board.close();
      end(undefined);
    },
  );
  connect(channel, { exports: { board: new BoardService(board) }, timeoutMs: Infinity });
}

function connectPort(link: ReliableLink, port: MessagePort, end: End): void {
  let sent = 0;
  const drained = (): void => post(port, { kind: 'drained', bytes: sent });
  link.onMessage = (message) => {
    const bytes = ownBuffer(message);
    post(port, { kind: 'message', bytes }, bytes.buffer);
  };
  link.onState = (state, error) => {
    const reason = error === undefined ? undefined : errorFields(error);
    if (state === 'open') post(port, { kind: 'open', peer: link.peer, maxMessageBytes: link.maxMessageBytes });
    // What a close has to say goes out in this turn.
    else if (state === 'closed') setImmediate(() => end(reason));
    else post(port, { kind: state, reason });
    if (state === 'reset') drained();
  };
  port.on('message', (message: ToLink) => {
    if (message.kind === 'start') link.start();
    else if (message.kind === 'close') link.close(message.reason === undefined ? undefined : errorOf(message.reason));
    else {
      sent += message.bytes.length;
      try {
        link.send(message.bytes);
        link.onDrained(0, drained);
      } catch (error) {
        link.close(error instanceof ShoalError ? error : new ShoalError('INTERNAL', String(error), { cause: error }));
      }
    }
  });
}

function post(port: MessagePort, message: FromLink, ...transferred: ArrayBuffer[]): void {
  port.postMessage(message, transferred);
  Atomics.add(events, 0, 1);
  Atomics.notify(events, 0);
}

import { createSocket } from 'node:dgram';
import { tcpOpener } from '../../host/links/socket-lines.ts';
import { withDeadline } from '../../host/links/with-deadline.ts';
import { ShoalError } from '../../protocol/errors.ts';
import { ConsoleReader, writeConsoleLines } from '../../protocol/flash/smp-console.ts';
import { SmpStreamReader } from '../../protocol/flash/smp-stream.ts';
import type { Line } from '../../protocol/line.ts';
import type { SmpTransport } from './smp-client.ts';

/** The port of SMP over UDP, as Zephyr has it. */
export const SMP_PORT = 1337;

/** A datagram of this size crosses any Ethernet whole. */
const MAX_DATAGRAM_BYTES = 1400;
const MAX_STREAM_MESSAGE_BYTES = 8192;
const CONNECT_TIMEOUT_MS = 10_000;
/** Lines of a console are slow; what is repeated after a fault should be little. */
const MAX_CONSOLE_MESSAGE_BYTES = 4096;

function transport(
  name: string,
  maxMessageBytes: number,
  send: (bytes: Uint8Array) => void,
  close: () => void,
): SmpTransport {
  return { name, maxMessageBytes, send, close, onMessage: () => undefined, onClosed: () => undefined };
}

/** Resolves when the name was found. Rejects with LINK_UNAVAILABLE. */
export async function smpOverUdp(host: string, port: number = SMP_PORT): Promise<SmpTransport> {
  const socket = createSocket('udp4');
  const name = `udp ${host}:${port}`;
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.connect(port, host, resolve);
  }).catch((error: Error) => {
    throw unavailable(name, error);
  });
  const made = transport(
    name,
    MAX_DATAGRAM_BYTES,
    (bytes) => socket.send(bytes),
    () => socket.close(),
  );
  socket.on('message', (message) => made.onMessage(message));
  // "Connection refused" of a board that is about to start: its answer, or the deadline, decides.
  socket.on('error', () => undefined);
  return made;
}

/** Rejects with LINK_UNAVAILABLE, or with the reason of the signal. */
export async function smpOverTcp(host: string, port: number, signal?: AbortSignal): Promise<SmpTransport> {
  const opener = tcpOpener(host, port);
  const signals = signal === undefined ? [] : [signal];
  const line = await withDeadline(CONNECT_TIMEOUT_MS, signals, (limit) => opener.open(limit));
  const made = transport(
    opener.name,
    MAX_STREAM_MESSAGE_BYTES,
    (bytes) => line.write(bytes),
    () => line.close(),
  );
  let hasAnswered = false;
  const reader = new SmpStreamReader((message) => {
    hasAnswered = true;
    made.onMessage(message);
  });
  line.onBytes = (bytes) => reader.push(bytes);
  line.onEnd = (reason) => made.onClosed(hasAnswered ? reason : hungUp(opener.name, reason));
  return made;
}

/** The error for a port that ends the connection instead of answering. */
function hungUp(name: string, cause: ShoalError): ShoalError {
  return new ShoalError('LINK_LOST', `${name} has hung up without an answer`, {
    hint: 'Does a board listen there, and is no other program connected to it, such as `shoal monitor`?',
    retryable: true,
    cause,
  });
}

/** Over a line that carries text as well, such as a serial console; the text goes to `onText`. The line is its own. */
export function smpOverLine(
  name: string,
  line: Line,
  onText: (text: Uint8Array) => void = () => undefined,
): SmpTransport {
  const reader = new ConsoleReader(MAX_CONSOLE_MESSAGE_BYTES);
  const made = transport(
    name,
    MAX_CONSOLE_MESSAGE_BYTES,
    (bytes) => line.write(writeConsoleLines(bytes)),
    () => line.close(),
  );
  line.onBytes = (bytes) => {
    const { messages, text } = reader.push(bytes);
    if (text.length > 0) onText(text);
    for (const message of messages) made.onMessage(message);
  };
  line.onEnd = (reason) => made.onClosed(reason);
  return made;
}

function unavailable(name: string, cause: Error): ShoalError {
  return new ShoalError('LINK_UNAVAILABLE', `${name}: ${cause.message}`, { cause, retryable: true });
}

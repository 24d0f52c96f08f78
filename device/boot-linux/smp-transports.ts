/** SMP over UDP (a datagram each), over TCP (messages one after another) and over a line that others use as well. */
import { createSocket, type Socket } from 'node:dgram';
import { createServer, type Server } from 'node:net';
import type { Duplex } from 'node:stream';
import { ConsoleReader, writeConsoleLines } from '../../protocol/flash/smp-console.ts';
import { SmpStreamReader } from '../../protocol/flash/smp-stream.ts';
import type { SmpServer } from '../boot/smp-server.ts';

/** Ends a transport; resolves when its socket is closed. */
export interface Transport {
  /** The port it listens at, if it has one. */
  readonly port: number | null;
  close(): Promise<void>;
}

/** Rejects with the error of the system if the port cannot be had. Port 0 takes a free one. */
export async function serveUdp(server: SmpServer, port: number, address?: string): Promise<Transport> {
  const socket: Socket = createSocket('udp4');
  socket.on('message', (message, { port: toPort, address: toAddress }) => {
    const answer = server.answer(message);
    if (answer === null) return;
    socket.send(answer.bytes, toPort, toAddress, () => answer.after?.());
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, address, resolve);
  });
  return { port: socket.address().port, close: () => new Promise((resolve) => socket.close(() => resolve())) };
}

/**
 * Answers messages that come one after another. A stream that carries no SMP, or more than `maxMessageBytes` at once, is
 * ended. `later` calls what follows an answer, when that was written.
 */
export function serveStream(
  server: SmpServer,
  maxMessageBytes: number,
  stream: Duplex,
  later: (after: () => void) => void,
): void {
  const reader = new SmpStreamReader((message) => {
    const answer = server.answer(message);
    if (answer === null) {
      stream.destroy();
      return;
    }
    const { bytes, after } = answer;
    stream.write(bytes, () => after !== null && later(after));
  });
  stream.on('error', () => stream.destroy());
  stream.on('data', (data: Uint8Array) => {
    if (stream.destroyed) return;
    reader.push(data);
    if (reader.pendingBytes > maxMessageBytes) stream.destroy();
  });
}

/** As {@link serveUdp}. A connection that sends no SMP, or more than `maxMessageBytes` at once, is ended. */
export async function serveTcp(
  server: SmpServer,
  maxMessageBytes: number,
  port: number,
  address?: string,
): Promise<Transport> {
  const connections = new Set<Duplex>();
  const listener: Server = createServer((connection) => {
    connections.add(connection);
    connection.on('close', () => connections.delete(connection));
    serveStream(server, maxMessageBytes, connection, (after) => after());
  });
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(port, address, resolve);
  });
  const bound = listener.address();
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : null,
    close: () =>
      new Promise((resolve) => {
        listener.close(() => resolve());
        for (const connection of connections) connection.destroy();
      }),
  };
}

/** Takes the messages out of what comes over `line`; everything else goes to `others`. */
export function serveLine(
  server: SmpServer,
  maxMessageBytes: number,
  line: Duplex,
  others: (bytes: Uint8Array) => void,
): Transport {
  const reader = new ConsoleReader(maxMessageBytes);
  const onData = (data: Uint8Array): void => {
    const { messages, text } = reader.push(data);
    if (text.length > 0) others(text);
    for (const message of messages) {
      const answer = server.answer(message);
      if (answer !== null) line.write(writeConsoleLines(answer.bytes), () => answer.after?.());
    }
  };
  line.on('data', onData);
  return {
    port: null,
    close: async () => {
      line.off('data', onData);
      line.destroy();
    },
  };
}

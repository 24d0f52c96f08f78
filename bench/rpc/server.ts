/**
 * The other ends, in a process of its own: prints the TCP ports as one JSON line, and serves until it is ended. Two
 * arguments are files for rings, which it makes.
 */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { serveCapnweb } from './capnweb-end.ts';
import { serveRaw } from './raw-end.ts';
import { serveRings } from './ring-end.ts';
import type { Ports } from './service.ts';
import { serveShoal } from './shoal-end.ts';

const HOST = '127.0.0.1';

async function listen(onSocket: (socket: Socket) => void): Promise<number> {
  const server = createServer({ noDelay: true }, onSocket);
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  return (server.address() as AddressInfo).port;
}

const ports: Ports = {
  raw: await listen(serveRaw),
  capnweb: await listen(serveCapnweb),
  shoal: await serveShoal(HOST),
};
const [shoal, raw] = process.argv.slice(2);
if (shoal !== undefined && raw !== undefined) await serveRings({ shoal, raw });
process.stdout.write(`${JSON.stringify(ports)}\n`);
// An end of the suite, however it comes, is an end of this.
process.stdin.on('end', () => process.exit()).resume();

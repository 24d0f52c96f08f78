import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ShoalError } from 'shoal/protocol';
import { afterEach, describe, expect, test } from 'vitest';
import { connectLink, type LineOpener } from '../../../../host/links/connect-link.ts';
import { type LinkServer, serveLinks } from '../../../../host/links/serve-links.ts';
import { tcpOpener, unixOpener } from '../../../../host/links/socket-lines.ts';
import { sendNumbered } from '../../../support/numbered-messages.ts';
import { ObservedLink } from './observed-link.ts';

const folder = mkdtempSync(join(tmpdir(), 'shoal-sockets-'));
const cleanUp: (() => unknown)[] = [() => rmSync(folder, { recursive: true })];
afterEach(async () => {
  for (const action of cleanUp.splice(1).reverse()) await action();
});

/** A server whose links are collected. */
async function serve(listen: object): Promise<{ server: LinkServer; boards: ObservedLink[] }> {
  const boards: ObservedLink[] = [];
  const server = await serveLinks(listen, (link) => boards.push(new ObservedLink(link)));
  cleanUp.push(() => server.close());
  return { server, boards };
}

async function host(opener: LineOpener): Promise<ObservedLink> {
  const observed = new ObservedLink(await connectLink(opener));
  cleanUp.push(() => observed.link.close());
  return observed;
}

/** A way to a port that can be cut at any time, and lets connections through again at once. */
async function cuttable(port: number): Promise<{ port: number; cut(): void }> {
  const sockets = new Set<Socket>();
  const proxy = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {});
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  cleanUp.push(() => {
    cut();
    proxy.close();
  });
  return { port: (proxy.address() as { port: number }).port, cut };
}

describe.each(['tcp', 'unix'])('over %s', (kind) => {
  test('messages come both ways, and a host after a host', async () => {
    const path = join(folder, `${kind}.sock`);
    const { server, boards } = await serve(kind === 'tcp' ? { port: 0, host: '127.0.0.1' } : { path });
    const opener = kind === 'tcp' ? tcpOpener('127.0.0.1', server.port) : unixOpener(path);
    for (let round = 0; round < 2; round++) {
      const near = await host(opener);
      await near.until(() => near.states.includes('open'));
      const board = boards[round] as ObservedLink;
      for (const { link } of [near, board]) sendNumbered(link, 500, (number) => 10 + number * 20);
      await near.until(() => near.receiver.count === 500);
      await board.until(() => board.receiver.count === 500);
      expect([near.receiver.fault, board.receiver.fault]).toEqual([undefined, undefined]);
      near.link.close(new ShoalError('BOARD_CLOSED', 'done'));
      await board.until(() => board.states.includes('closed'));
      expect(board.reasons.at(-1)?.code).toBe('BOARD_CLOSED');
    }
  });
});

test('a connection that is cut again and again: the same session goes on', async () => {
  const { server, boards } = await serve({ port: 0, host: '127.0.0.1' });
  const way = await cuttable(server.port);
  const near = await host(tcpOpener('127.0.0.1', way.port));
  await near.until(() => near.states.includes('open'));
  const [board] = boards as [ObservedLink];
  for (const { link } of [near, board]) sendNumbered(link, 20_000, (number) => 10 + (number % 500));
  for (let cut = 1; cut <= 3; cut++) {
    await near.until(() => near.receiver.count >= 4000 * cut);
    way.cut();
    await near.until(() => near.states.filter((state) => state === 'resumed').length === cut);
  }
  await near.until(() => near.receiver.count === 20_000);
  await board.until(() => board.receiver.count === 20_000);
  expect([near.receiver.fault, board.receiver.fault]).toEqual([undefined, undefined]);
  expect(near.states).not.toContain('reset');
  expect(boards).toHaveLength(1);
});

test('a second host is turned away while the first is there, and gets its turn', async () => {
  const { server, boards } = await serve({ port: 0, host: '127.0.0.1' });
  const first = await host(tcpOpener('127.0.0.1', server.port));
  await first.until(() => first.states.includes('open'));
  const second = await host(tcpOpener('127.0.0.1', server.port));
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(second.states).toEqual([]);
  first.link.close();
  await second.until(() => second.states.includes('open'));
  expect(first.states).toEqual(['open', 'closed']);
  expect(boards).toHaveLength(2);
});

describe('what cannot be opened says why, and what to do', () => {
  const port = 1;
  test.each<[string, LineOpener, string, string]>([
    ['a port where nothing listens', tcpOpener('127.0.0.1', port), 'tcp://127.0.0.1:1', 'listens'],
    ['a socket that is not there', unixOpener('/nowhere/socket'), 'unix:/nowhere/socket', 'no such file'],
  ])('%s', async (_name, opener, name, hint) => {
    await expect(connectLink(opener)).rejects.toMatchObject({
      code: 'LINK_UNAVAILABLE',
      message: expect.stringContaining(name),
      hint: expect.stringContaining(hint),
      retryable: true,
    });
  });

  test('a host that does not answer, within the deadline', async () => {
    const opener: LineOpener = { ...tcpOpener('127.0.0.1', port), open: (signal) => never(signal) };
    await expect(connectLink(opener, { openTimeoutMs: 30 })).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  test('and an abort is the reason of the abort', async () => {
    const reason = new Error('changed my mind');
    const signal = AbortSignal.abort(reason);
    await expect(connectLink(tcpOpener('127.0.0.1', port), { signal })).rejects.toBe(reason);
  });

  test('a port that is in use cannot be served', async () => {
    const { server } = await serve({ port: 0, host: '127.0.0.1' });
    await expect(serve({ port: server.port, host: '127.0.0.1' })).rejects.toMatchObject({
      code: 'LINK_UNAVAILABLE',
      hint: expect.stringContaining('in use'),
    });
  });
});

function never(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}

test('what was written last is read also by an other side that writes after the close', async () => {
  const path = join(folder, 'late');
  const accepted = new Promise<Socket>((resolve) => {
    const server = createServer((socket) => resolve(socket.pause())).listen(path);
    cleanUp.push(() => new Promise((closed) => server.close(closed)));
  });
  const line = await unixOpener(path).open(AbortSignal.timeout(5000));
  const socket = await accepted;
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));
  let received = '';
  socket.on('error', (error) => (received += error.message));
  line.write(new TextEncoder().encode('last'));
  line.close();
  await pause();
  socket.write('still here');
  await pause();
  socket.on('data', (bytes) => (received += bytes)).resume();
  await closed;
  expect(received).toBe('last');
});

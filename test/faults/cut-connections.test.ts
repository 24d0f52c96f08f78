/** Calls over TCP connections that are cut: the session resumes, and each call is carried out and answered once. */
import { connect as connectSocket, createServer, type Socket } from 'node:net';
import { connect, type ReliableLink, type Session } from 'shoal/protocol';
import { afterEach, expect, test } from 'vitest';
import { connectLink } from '../../host/links/connect-link.ts';
import { serveLinks } from '../../host/links/serve-links.ts';
import { tcpOpener } from '../../host/links/socket-lines.ts';
import { CallCounter, callEachOnce } from '../support/numbered-calls.ts';
import { xorshift } from '../support/xorshift.ts';

const HOST = '127.0.0.1';
/** An end that is left by the other fails a test instead of holding it up. */
const patience = { abandonMs: 20_000 };

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const action of cleanUp.splice(0).reverse()) await action();
});

/** A way to a port on which each connection ends after the number of bytes, both ways together, that it is given. */
async function brittleWay(port: number, bytesOfNext: () => number): Promise<{ readonly port: number; cut(): void }> {
  const open = new Set<Socket>();
  const cut = (): void => {
    for (const socket of open) socket.destroy();
    open.clear();
  };
  const proxy = createServer((near) => {
    const far = connectSocket({ port, host: HOST, noDelay: true });
    let left = bytesOfNext();
    const pass = (from: Socket, to: Socket): void => {
      open.add(from);
      from.on('error', () => {});
      from.on('close', () => to.destroy());
      from.on('data', (bytes: Uint8Array) => {
        if (left > bytes.length) {
          to.write(bytes);
          left -= bytes.length;
          return;
        }
        // What came before the cut is delivered, and nothing after it: also a part of a frame.
        to.end(bytes.subarray(0, left));
        left = 0;
        from.destroy();
      });
    };
    pass(near, far);
    pass(far, near);
  });
  await new Promise<void>((resolve) => proxy.listen(0, HOST, resolve));
  cleanUp.push(() => {
    cut();
    proxy.close();
  });
  return { port: (proxy.address() as { port: number }).port, cut };
}

interface CutSession {
  readonly near: Session;
  readonly states: string[];
  cut(): void;
}

/** A session over a brittle way to what `serve` makes of the far link. */
async function openSession(serve: (link: ReliableLink) => Session, bytesOfNext: () => number): Promise<CutSession> {
  const server = await serveLinks({ port: 0, host: HOST }, serve, patience);
  cleanUp.push(() => server.close());
  const way = await brittleWay(server.port, bytesOfNext);
  const near = connect(await connectLink(tcpOpener(HOST, way.port), patience));
  cleanUp.push(() => near.close());
  const states: string[] = [];
  for (const event of ['interrupted', 'resumed', 'reset', 'closed'] as const) near.on(event, () => states.push(event));
  return { near, states, cut: way.cut };
}

test('a connection that is destroyed in mid-call: the call is answered, once', async () => {
  let finish = (_: string): void => {};
  let begun = (): void => {};
  const hasBegun = new Promise<void>((resolve) => {
    begun = resolve;
  });
  let calls = 0;
  const wait = (): Promise<string> => {
    calls++;
    begun();
    return new Promise((resolve) => {
      finish = resolve;
    });
  };
  const { near, states, cut } = await openSession(
    (link) => connect(link, { exports: { job: { wait } } }),
    () => Number.POSITIVE_INFINITY,
  );
  const job = await near.import<{ wait(): Promise<string> }>('job');
  const answer = job.wait();
  await hasBegun;
  cut();
  // The answer is given while there is no line.
  finish('done');
  expect(await answer).toBe('done');
  expect(calls).toBe(1);
  expect(states).toEqual(['interrupted', 'resumed']);
  // The reference from before the cut is still good.
  const again = job.wait();
  while (calls < 2) await new Promise((resolve) => setTimeout(resolve, 1));
  finish('again');
  expect(await again).toBe('again');
});

test.each([1, 2])('500 calls over connections that are cut anywhere, seed %i', async (seed) => {
  const random = xorshift(seed);
  const counter = new CallCounter();
  // Enough for the hellos, so that every connection brings some calls on.
  const { near, states } = await openSession(
    (link) => counter.serve(link),
    () => 120 + (random() % 900),
  );
  await callEachOnce(near, counter, 500, 8);
  expect(states.filter((state) => state === 'resumed').length).toBeGreaterThan(5);
  expect(states).not.toContain('reset');
  expect(states).not.toContain('closed');
  expect(near.counts.calling).toBe(0);
});

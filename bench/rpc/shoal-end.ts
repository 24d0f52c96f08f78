import { connect, release } from 'shoal/protocol';
import { connectLink } from '../../host/links/connect-link.ts';
import { serveLinks } from '../../host/links/serve-links.ts';
import { tcpOpener } from '../../host/links/socket-lines.ts';
import { type Subject, service } from './service.ts';

/** Serves on a port that the system chooses; returns it. */
export async function serveShoal(host: string): Promise<number> {
  const server = await serveLinks({ port: 0, host }, (link) => connect(link, { exports: { service } }));
  return server.port;
}

export async function shoalSubject(host: string, port: number): Promise<Subject> {
  const session = connect(await connectLink(tcpOpener(host, port)));
  const far = await session.import<typeof service>('service');
  return {
    system: 'shoal',
    over: 'TCP',
    nothing: () => far.nothing(),
    take: (bytes) => far.take(bytes),
    async cycle() {
      const item = await far.make();
      await item.touch();
      release(item);
    },
    async chain() {
      const first = far.make();
      const second = first.next();
      const third = second.next();
      const depth = await third.depth();
      for (const item of [first, second, third]) release(item);
      return depth;
    },
    close: () => session.close(),
  };
}

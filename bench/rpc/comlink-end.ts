import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { type Endpoint, expose, proxy, releaseProxy, wrap } from 'comlink';
import { Item, type Subject, take } from './service.ts';

/** Without `proxy` comlink clones what a function returns. */
class ProxiedItem extends Item {
  override next(): Item {
    return proxy(new ProxiedItem(this.depth() + 1));
  }
}

const service = { nothing: (): void => {}, take, make: (): Item => proxy(new ProxiedItem(0)) };

interface FarItem {
  touch(): Promise<void>;
  next(): Promise<FarItem>;
  depth(): Promise<number>;
  [releaseProxy](): void;
}

interface FarService {
  nothing(): Promise<void>;
  take(bytes: Uint8Array): Promise<number>;
  make(): Promise<FarItem>;
}

export function serveComlink(port: MessagePort): void {
  expose(service, port as Endpoint);
}

/** Its other end is a thread of this process: message ports reach no further. */
export function comlinkSubject(): Subject {
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(new URL('./comlink-thread.ts', import.meta.url), {
    workerData: port2,
    transferList: [port2],
  });
  const far = wrap(port1 as Endpoint) as unknown as FarService;
  return {
    system: 'comlink',
    over: 'MessagePort between threads',
    nothing: () => far.nothing(),
    take: async (bytes) => far.take(bytes),
    async cycle() {
      const item = await far.make();
      await item.touch();
      item[releaseProxy]();
    },
    async chain() {
      const first = await far.make();
      const second = await first.next();
      const third = await second.next();
      const depth = await third.depth();
      for (const item of [first, second, third]) item[releaseProxy]();
      return depth;
    },
    close: () => worker.terminate(),
  };
}

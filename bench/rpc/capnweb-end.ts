import type { Socket } from 'node:net';
import { RpcSession, type RpcStub, RpcTarget } from 'capnweb';
import { JsonLines } from './json-lines.ts';
import { type Subject, take } from './service.ts';

class FarItem extends RpcTarget {
  readonly #depth: number;

  constructor(depth: number) {
    super();
    this.#depth = depth;
  }

  touch(): void {}

  next(): FarItem {
    return new FarItem(this.#depth + 1);
  }

  depth(): number {
    return this.#depth;
  }
}

class FarService extends RpcTarget {
  nothing(): void {}

  take(bytes: Uint8Array): number {
    return take(bytes);
  }

  make(): FarItem {
    return new FarItem(0);
  }
}

export function serveCapnweb(socket: Socket): void {
  new RpcSession(new JsonLines(socket), new FarService());
}

export function capnwebSubject(socket: Socket): Subject {
  const session = new RpcSession<FarService>(new JsonLines(socket));
  const service: RpcStub<FarService> = session.getRemoteMain();
  return {
    system: 'capnweb',
    over: 'TCP, JSON lines',
    nothing: () => service.nothing(),
    take: async (bytes) => service.take(bytes),
    async cycle() {
      using item = await service.make();
      await item.touch();
    },
    async chain() {
      using first = service.make();
      using second = first.next();
      using third = second.next();
      return await third.depth();
    },
    close: () => socket.destroy(),
  };
}

/**
 * Objects of the other side that this side holds: one proxy for each, found again as long as the program can reach it.
 * The table holds proxies weakly; when the garbage collector takes one, its introductions are given back.
 */
import type { Scope } from './scope.ts';
import type { Constant, Shape } from './shapes.ts';

export interface Imported {
  /** Number on the wire, in the other side's table. */
  readonly id: number;
  readonly shape: Shape;
  /** Constant fields, in the order of the shape. */
  readonly constants: readonly Constant[];
  /** Introductions to give back. */
  count: number;
  state: 'held' | 'released' | 'stale' | 'closed';
  scope: Scope | undefined;
  /** The proxy, or what else stands for the object here. */
  proxy: Held;
}

interface Held {
  deref(): object | undefined;
}

/** Small engines without WeakRef hold strongly: there only explicit release and scopes give back. */
function hold(proxy: object): Held {
  return typeof WeakRef === 'function' ? new WeakRef(proxy) : { deref: () => proxy };
}

export class ImportTable {
  readonly #byId = new Map<number, Imported>();
  readonly #registry: FinalizationRegistry<Imported> | undefined;
  readonly #giveBack: (imported: Imported) => void;
  /** Proxies that the garbage collector took before they were released. */
  collected = 0;

  /** @param giveBack tells the other side; the entry is out of the table already */
  constructor(giveBack: (imported: Imported) => void) {
    this.#giveBack = giveBack;
    if (typeof FinalizationRegistry === 'function') {
      this.#registry = new FinalizationRegistry((imported) => {
        // In the meantime the object may have been introduced again, with a new proxy.
        if (imported.state !== 'held' || imported.proxy.deref() !== undefined) return;
        this.collected++;
        this.release(imported);
      });
    }
  }

  get size(): number {
    return this.#byId.size;
  }

  get(id: number): Imported | undefined {
    return this.#byId.get(id);
  }

  /** `makeProxy` gets the entry; what it returns must not be held by the entry in any other way. */
  add(fields: Pick<Imported, 'id' | 'shape' | 'constants' | 'scope'>, makeProxy: (imported: Imported) => object): object {
    const imported: Imported = { ...fields, count: 1, state: 'held', proxy: NOTHING };
    this.#byId.set(fields.id, imported);
    imported.scope?.add(imported);
    return this.setProxy(imported, makeProxy(imported));
  }

  setProxy(imported: Imported, proxy: object): object {
    imported.proxy = hold(proxy);
    this.#registry?.register(proxy, imported);
    return proxy;
  }

  release(imported: Imported): void {
    if (imported.state !== 'held') return;
    imported.state = 'released';
    imported.scope?.remove(imported);
    this.#byId.delete(imported.id);
    this.#giveBack(imported);
  }

  objects(): Imported[] {
    return [...this.#byId.values()];
  }

  /** The other side is gone, and its objects with it. */
  clear(state: 'stale' | 'closed'): void {
    for (const imported of this.#byId.values()) {
      imported.state = state;
      imported.scope?.remove(imported);
    }
    this.#byId.clear();
  }
}

const NOTHING: Held = { deref: () => undefined };

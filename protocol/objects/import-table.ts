/**
 * Objects of the other side that this side holds: one proxy for each, found again as long as the program can reach it.
 * The table holds proxies weakly; when the garbage collector takes one, its introductions are given back.
 */
import type { Scope } from './scope.ts';
import { type Constant, PLAIN_OBJECT, type Shape } from './shapes.ts';

export interface Imported {
  /** Number on the wire, in the other side's table. */
  readonly id: number;
  readonly shape: Shape;
  /** Constant fields, in the order of the shape. */
  readonly constants: readonly Constant[];
  /** Introductions to give back. */
  count: number;
  /** `ended`: the connection is over, and with it the other side's table. */
  state: 'held' | 'released' | 'ended';
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
  /** The shape that last came with a number: objects of the same shape come without one. */
  readonly #described: (Shape | undefined)[] = [];
  readonly #registry: FinalizationRegistry<undefined> | undefined;
  readonly #giveBack: (imported: Imported) => void;
  #isWatching = false;
  /** Objects at which the table is swept. */
  #sweepAt = MIN_SWEEP;
  /** Proxies that the garbage collector took before they were released. */
  collected = 0;

  /** @param giveBack tells the other side; the entry is out of the table already */
  constructor(giveBack: (imported: Imported) => void) {
    this.#giveBack = giveBack;
    if (typeof FinalizationRegistry !== 'function') return;
    this.#registry = new FinalizationRegistry(() => {
      this.#isWatching = false;
      this.sweep();
      if (this.#byId.size > 0) this.#watch();
    });
  }

  /** Looks at the table after the next garbage collection: one object that nobody holds costs less than each proxy. */
  #watch(): void {
    if (this.#isWatching) return;
    this.#isWatching = true;
    this.#registry?.register({}, undefined);
  }

  /**
   * Gives back what the garbage collector has taken. Finalizers come late, and some never: so the table is swept
   * also when it has grown.
   */
  sweep(): void {
    for (const imported of this.#byId.values()) {
      if (imported.proxy.deref() !== undefined) continue;
      this.collected++;
      this.release(imported);
    }
    this.#sweepAt = Math.max(MIN_SWEEP, this.#byId.size * 2);
  }

  get size(): number {
    return this.#byId.size;
  }

  get(id: number): Imported | undefined {
    return this.#byId.get(id);
  }

  shapeOf(id: number): Shape {
    return this.#described[id] ?? PLAIN_OBJECT;
  }

  /** `makeProxy` gets the entry; what it returns must not be held by the entry in any other way. */
  add(
    { id, shape, constants, scope }: Pick<Imported, 'id' | 'shape' | 'constants' | 'scope'>,
    makeProxy: (imported: Imported) => object,
  ): object {
    if (this.#byId.size >= this.#sweepAt) this.sweep();
    const imported: Imported = { id, shape, constants, scope, count: 1, state: 'held', proxy: NOTHING };
    this.#byId.set(id, imported);
    this.#described[id] = shape;
    scope?.add(imported);
    this.#watch();
    return this.setProxy(imported, makeProxy(imported));
  }

  setProxy(imported: Imported, proxy: object): object {
    imported.proxy = hold(proxy);
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
  clear(): void {
    for (const imported of this.#byId.values()) {
      imported.state = 'ended';
      imported.scope?.remove(imported);
    }
    this.#byId.clear();
    this.#described.length = 0;
  }
}

/** Smaller tables need no care. */
const MIN_SWEEP = 64;

const NOTHING: Held = { deref: () => undefined };

/** Gives back together what was reached together. */
import type { Imported } from './import-table.ts';
import { PendingResult } from './pending-result.ts';
import { handlerOf } from './remote-handler.ts';

/**
 * Everything that is reached through a scope is released when the scope ends: what `import` gave, results of its
 * methods, results of theirs, and what the other side passes to callbacks that were given to it. An object that was
 * also reached from outside of the scope leaves it. Two scopes that are open at a time do not disturb each other.
 */
export class Scope implements Disposable {
  readonly #import: (name: string, scope: Scope) => unknown;
  readonly #release: (imported: Imported) => void;
  readonly #parent: Scope | undefined;
  readonly #held = new Set<Imported>();
  readonly #pending = new Set<PendingResult>();
  #ended = false;

  /** Made by `session.scope()`. */
  constructor(
    parent: Scope | undefined,
    importName: (name: string, scope: Scope) => unknown,
    release: (imported: Imported) => void,
  ) {
    this.#parent = parent;
    this.#import = importName;
    this.#release = release;
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  /** An exported object of the other side; what is reached through it belongs to this scope. */
  import<T = unknown>(name: string): T {
    return this.#import(name, this) as T;
  }

  /** A scope inside: it may end earlier. */
  scope(): Scope {
    return new Scope(this, this.#import, this.#release);
  }

  /** Lets an object that has arrived outlive this scope: it belongs to the one around it, if there is one. */
  keep<T extends object>(remote: T): T {
    const root = handlerOf(remote)?.root;
    if (root !== undefined && !(root instanceof PendingResult) && root.scope === this) this.share(root, this.#parent);
    return remote;
  }

  /** True for this scope and those around it. */
  isWithin(outer: Scope): boolean {
    return this === outer || (this.#parent?.isWithin(outer) ?? false);
  }

  /** @internal */
  add(imported: Imported): void {
    this.#held.add(imported);
  }

  /** @internal */
  remove(imported: Imported): void {
    this.#held.delete(imported);
  }

  /** @internal The object was also reached in `other`: it belongs to the outer of the two, or leaves both. */
  share(imported: Imported, other: Scope | undefined): void {
    if (other?.isWithin(this) === true) return;
    this.#held.delete(imported);
    imported.scope = other !== undefined && this.isWithin(other) ? other : undefined;
    imported.scope?.add(imported);
  }

  /** @internal A call whose answer is still to come. */
  expect(result: PendingResult): void {
    this.#pending.add(result);
  }

  /** @internal */
  expectNoMore(result: PendingResult): void {
    this.#pending.delete(result);
  }

  /** Ends the scope: releases what it holds; what is still on its way is released when it arrives. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const imported of [...this.#held]) this.#release(imported);
    for (const result of this.#pending) result.release();
    this.#pending.clear();
  }

  [Symbol.dispose](): void {
    this.end();
  }
}

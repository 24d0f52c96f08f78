import { ShoalError } from '../../protocol/errors.ts';
import type { SessionCounts } from '../../protocol/objects/connection.ts';
import type { Imported } from '../../protocol/objects/import-table.ts';
import { handlerOf, proxyOf, type RemoteSession } from '../../protocol/objects/remote-handler.ts';
import { readableOf } from '../../protocol/objects/remote-streams.ts';
import type { Scope } from '../../protocol/objects/scope.ts';
import { Session, type SessionEvent, type SessionOptions } from '../../protocol/objects/session.ts';
import { Caller, checkedTimeout } from './caller.ts';
import { SyncHandler } from './sync-handler.ts';
import type { Sync } from './sync-types.ts';
import type { ThreadChannel } from './thread-channel.ts';
import type { ThreadEnd } from './thread-end.ts';

export interface SyncSessionOptions extends Omit<SessionOptions, 'onNodeMessage'> {
  /** How arrays, plain objects, Map and Set are passed. Default `'by-reference'`. */
  readonly passing?: NonNullable<SessionOptions['passing']>;
  /** Milliseconds until a call throws CALL_TIMEOUT, at most 2³¹ − 1. Default 60 000. */
  readonly timeoutMs?: number;
}

export interface SyncCallOptions {
  /** As in {@link SyncSessionOptions}, for one call. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 60_000;
const CLOSE_TIMEOUT_MS = 1000;

/** Objects of the other side without `await`: whatever asks it stands still until the answer is there. */
export class SyncSession implements Disposable {
  readonly #thread: ThreadEnd;
  readonly #channel: ThreadChannel;
  readonly #session: Session;
  readonly #caller: Caller;

  /** Made by `openSync`. Throws CALL_ARGUMENT. */
  constructor(thread: ThreadEnd, channel: ThreadChannel, options: SyncSessionOptions) {
    const { timeoutMs = TIMEOUT_MS, ...others } = options;
    this.#thread = thread;
    this.#channel = channel;
    this.#caller = new Caller(
      { flush: () => this.#session.flush(), take: (waitMs) => thread.take(waitMs) },
      checkedTimeout(timeoutMs),
    );
    // Every call is alone on its way here, or inside of another one: stacks cost nothing that matters.
    const limits = { traceGapMs: 0, ...options.limits };
    this.#session = new Session(
      channel,
      // The caller looks after the deadlines.
      { passing: 'by-reference', ...others, limits, timeoutMs: Infinity },
      {
        standFor: (session, imported) => this.#standFor(session, imported),
        onPromise: (promise) => this.#caller.refusePromise(promise),
      },
    );
  }

  #standFor(session: RemoteSession, imported: Imported): object | undefined {
    const make = (origin?: object): SyncHandler => new SyncHandler(this.#caller, session, imported, {}, origin);
    const { kind } = imported.shape;
    if (kind === 'object' || kind === 'function' || kind === 'cursor') return proxyOf(make());
    if (kind !== 'stream') return undefined;
    // For `await` as for `for … of`.
    const stream: object = readableOf(session, imported);
    return Object.defineProperty(stream, Symbol.iterator, { value: () => make(stream).rest() });
  }

  /**
   * An object that the other side exports. Throws EXPORT_NOT_FOUND, and as every call CALL_TIMEOUT, STALE_REFERENCE (the
   * other side began anew), LINK_CLOSED, LINK_LOST.
   */
  import<T = unknown>(name: string, options: SyncCallOptions = {}): Sync<T> {
    return this.#import((callOptions) => this.#session.import(name, callOptions), options) as Sync<T>;
  }

  #import(importIt: (options: object) => object, { timeoutMs }: SyncCallOptions): unknown {
    const object = this.#caller.wait(
      (callOptions) => {
        const handler = handlerOf(importIt(callOptions));
        if (handler === undefined) throw new ShoalError('INTERNAL', 'an import that is no result');
        return handler.result();
      },
      timeoutMs === undefined ? undefined : checkedTimeout(timeoutMs),
    );
    const handler = handlerOf(object);
    if (handler instanceof SyncHandler) handler.keepMethods();
    return object;
  }

  /** What is reached through it is released together: `using scope = session.scope()`. */
  scope(): SyncScope {
    return new SyncScope(this.#session.scope(), (scope, name) => {
      const object = this.#import(() => scope.import(name), {});
      const handler = handlerOf(object);
      // An object that was there before belongs to no scope.
      return handler instanceof SyncHandler && handler.root.scope !== scope
        ? handler.inScope(scope, object as object)
        : object;
    });
  }

  /** Calls back at an event of the line, while a call waits or between jobs; the returned function ends that. */
  on(event: SessionEvent, listener: (reason?: ShoalError) => void): () => void {
    return this.#session.on(event, listener);
  }

  /** Sizes of the tables now, and counts since the session began anew. */
  get counts(): SessionCounts {
    return this.#session.counts;
  }

  get isClosed(): boolean {
    return this.#session.isClosed;
  }

  /** Ends the session for both sides, and waits until the line is free. Safe to call twice. */
  close(): void {
    this.#session.close();
    this.#thread.takeUntil(() => this.#channel.state === 'closed', CLOSE_TIMEOUT_MS);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/**
 * Everything that is reached through a scope is released when it ends: a long job needs one, because the garbage
 * collector gives nothing back before the job's end.
 */
export class SyncScope implements Disposable {
  readonly #scope: Scope;
  readonly #import: (scope: Scope, name: string) => unknown;

  /** Made by `session.scope()`. */
  constructor(scope: Scope, importName: (scope: Scope, name: string) => unknown) {
    this.#scope = scope;
    this.#import = importName;
  }

  /** As that of the session; what is reached through the object belongs to this scope. */
  import<T = unknown>(name: string): Sync<T> {
    return this.#import(this.#scope, name) as Sync<T>;
  }

  /** A scope inside: it may end earlier. */
  scope(): SyncScope {
    return new SyncScope(this.#scope.scope(), this.#import);
  }

  /** Lets an object outlive this scope: it belongs to the one around it, if there is one. */
  keep<T extends object>(remote: T): T {
    return this.#scope.keep(remote);
  }

  /** Releases what the scope holds. */
  end(): void {
    this.#scope.end();
  }

  [Symbol.dispose](): void {
    this.end();
  }
}

/** Two programs that use each other's objects over one channel: this end of it. */
import { isShoalError, ShoalError } from '../errors.ts';
import { MAX_CALLS, MAX_REFERENCES, STREAM_WINDOW_BYTES, TRACE_GAP_MS } from '../limits.ts';
import type { ChannelState, MessageChannel } from '../message-channel.ts';
import { Connection, type ConnectionSettings, type SessionCounts, type SessionLimits } from './connection.ts';
import type { Class } from './error-values.ts';
import type { PassingPolicy } from './passing.ts';
import type { CallOptions } from './pending-result.ts';
import type { Imported } from './remote-types.ts';
import { Scope } from './scope.ts';
import type { SessionAdaptation } from './session-adaptation.ts';

export interface SessionOptions {
  /** What the other side can import: objects by name, or a function that finds them and returns undefined for none. */
  readonly exports?: Readonly<Record<string, unknown>> | ((name: string) => unknown);
  /** How arrays, plain objects, Map and Set are passed. Default `'copy-plain'`. */
  readonly passing?: PassingPolicy;
  /** Milliseconds until a call is rejected with CALL_TIMEOUT; `Infinity` for never. Default 60 000. */
  readonly timeoutMs?: number;
  /** Classes that both sides know, by name: errors of them keep their class, Remotes of them are `instanceof` them. */
  readonly classes?: Readonly<Record<string, Class>>;
  readonly limits?: Partial<SessionLimits>;
  /** Called with a message of a core, or for one, see `sendToNode`. Without it such messages end the session. */
  readonly onNodeMessage?: (node: number, message: Uint8Array) => void;
}

/** What happens to the channel of a session. */
export type SessionEvent = ChannelState;

const TIMEOUT_MS = 60_000;

/** Of the list of exports in an error. */
const MAX_HINT_LENGTH = 200;

export class Session {
  readonly #channel: MessageChannel;
  readonly #settings: ConnectionSettings;
  readonly #listeners = new Map<SessionEvent, Set<(reason?: ShoalError) => void>>();
  #connection: Connection;
  #isClosed = false;

  /** Use {@link connect}. */
  constructor(channel: MessageChannel, options: SessionOptions, adaptation: SessionAdaptation = {}) {
    this.#channel = channel;
    this.#settings = {
      exportedByName: finder(options.exports ?? {}),
      passing: options.passing ?? 'copy-plain',
      classes: options.classes ?? {},
      timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
      onNodeMessage: options.onNodeMessage,
      ...adaptation,
      limits: {
        references: MAX_REFERENCES,
        calls: MAX_CALLS,
        streamWindowBytes: STREAM_WINDOW_BYTES,
        traceGapMs: TRACE_GAP_MS,
        ...options.limits,
      },
    };
    this.#connection = new Connection(channel, this.#settings);
    channel.onMessage = (message) => this.#onMessage(message);
    channel.onState = (state, reason) => this.#onState(state, reason);
    channel.start();
  }

  #onMessage(message: Uint8Array): void {
    try {
      this.#connection.receive(message);
    } catch (error) {
      const reason = isShoalError(error) ? error : new ShoalError('INTERNAL', String(error), { cause: error });
      this.close(reason);
    }
  }

  #onState(state: ChannelState, reason?: ShoalError): void {
    if (state === 'reset') this.#begin(staleError());
    else if (state === 'closed') this.#end(reason);
    this.#emit(state, reason);
  }

  #begin(reason: ShoalError): void {
    const over = this.#connection;
    this.#connection = new Connection(this.#channel, this.#settings);
    over.end(reason);
  }

  #end(reason: ShoalError | undefined): void {
    this.#isClosed = true;
    this.#connection.end(closedError(reason));
  }

  /** Calls back at an event of the channel; the returned function ends that. */
  on(event: SessionEvent, listener: (reason?: ShoalError) => void): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  #emit(event: SessionEvent, reason: ShoalError | undefined): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(reason);
  }

  /**
   * An object that the other side exports: at once usable, and a promise. Rejects with EXPORT_NOT_FOUND, and as every
   * call with CALL_TIMEOUT, STALE_REFERENCE (the other side began anew), LINK_CLOSED.
   */
  import<T = unknown>(name: string, options: CallOptions = {}): Imported<T> {
    return this.#connection.importName(name, options, undefined) as Imported<T>;
  }

  /** What is reached through it is released together: `using scope = session.scope()`. */
  scope(): Scope {
    return new Scope(
      undefined,
      (name, scope) => this.#connection.importName(name, {}, scope),
      (imported) => this.#connection.imports.release(imported),
    );
  }

  /** Sizes of the tables now, and counts since the session began anew. */
  get counts(): SessionCounts {
    return this.#connection.counts;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /**
   * Sends one message (protocol/messages.ts) on behalf of a core, or to it: node is core index + 1. It takes one byte
   * more than the message itself for the first 24 cores.
   */
  sendToNode(node: number, message: Uint8Array): void {
    this.#connection.sendToNode(node, message);
  }

  /** Gives what was posted in this turn to the channel now, instead of at the end of the turn. */
  flush(): void {
    this.#connection.flush();
  }

  /** Ends the session for both sides: calls fail with LINK_CLOSED. Safe to call twice. */
  close(reason?: ShoalError): void {
    if (this.#isClosed) return;
    this.#connection.flush();
    this.#end(reason);
    this.#channel.close(reason);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }
}

/**
 * Makes a session over a channel, which it owns from then on. Nothing is sent before the first use.
 *
 * @example
 * const session = connect(channel, { exports: { clock: { now: () => Date.now() } } });
 * const fs = session.import<typeof import('node:fs/promises')>('fs');
 */
export function connect(channel: MessageChannel, options: SessionOptions = {}): Session {
  return new Session(channel, options);
}

function finder(exports: Readonly<Record<string, unknown>> | ((name: string) => unknown)): (name: string) => unknown {
  return (name) => {
    const found =
      typeof exports === 'function' ? exports(name) : Object.hasOwn(exports, name) ? exports[name] : undefined;
    if (found !== undefined) return found;
    const all = typeof exports === 'function' ? 'what it chooses' : Object.keys(exports).join(', ');
    const hint = `the other side exports ${all.slice(0, MAX_HINT_LENGTH)}`;
    throw new ShoalError('EXPORT_NOT_FOUND', `nothing is exported under the name '${name}'`, { hint });
  };
}

function staleError(): ShoalError {
  return new ShoalError(
    'STALE_REFERENCE',
    'the other side began anew: this call and this reference belong to its former life',
    {
      hint: 'import the object again; whether the call was carried out is not known',
    },
  );
}

function closedError(reason: ShoalError | undefined): ShoalError {
  if (reason?.code === 'LINK_CLOSED') return reason;
  return new ShoalError(
    'LINK_CLOSED',
    reason === undefined ? 'the session was closed' : `the session was closed: ${reason.message}`,
    {
      hint: 'open the board again',
      ...(reason === undefined ? {} : { cause: reason }),
    },
  );
}

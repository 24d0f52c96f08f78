/**
 * The few globals that engines may have beyond the language. Small engines lack them: then deadlines do not run,
 * AbortSignals cannot be received and streams appear as async iterables.
 */

export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

export interface AbortControllerLike {
  readonly signal: AbortSignalLike;
  abort(reason?: unknown): void;
}

export interface ReadableStreamLike {
  getReader(): {
    read(): Promise<{ readonly done: boolean; readonly value?: unknown }>;
    cancel(reason?: unknown): Promise<void>;
  };
}

export interface WritableStreamLike {
  getWriter(): {
    write(chunk: unknown): Promise<void>;
    close(): Promise<void>;
    abort(reason?: unknown): Promise<void>;
  };
}

interface StreamController {
  enqueue(chunk: unknown): void;
  close(): void;
  error(reason: unknown): void;
}

interface Globals {
  readonly setTimeout?: (action: () => void, delayMs: number) => unknown;
  readonly clearTimeout?: (timer: unknown) => void;
  readonly AbortController?: new () => AbortControllerLike;
  readonly AbortSignal?: abstract new () => AbortSignalLike;
  readonly DOMException?: new (message: string, name: string) => Error;
  readonly ReadableStream?: new (
    source: { pull(controller: StreamController): Promise<void>; cancel(reason: unknown): unknown },
    strategy: { readonly highWaterMark: number },
  ) => ReadableStreamLike;
  readonly WritableStream?: new (
    sink: {
      write(chunk: unknown): Promise<unknown>;
      close(): Promise<unknown>;
      abort(reason: unknown): Promise<unknown>;
    },
    strategy: { readonly highWaterMark: number },
  ) => WritableStreamLike;
}

/** Read anew at each use: a shim may be installed after this module was loaded. */
export const platform: Globals = globalThis as Globals;

/** Runs `action` after `delayMs` unless the returned function is called before. */
export function startTimer(delayMs: number, action: () => void): () => void {
  const timer = platform.setTimeout?.(action, delayMs);
  return () => platform.clearTimeout?.(timer);
}

/** What programs expect of any JavaScript engine, for those that have the language alone. Nothing that is there is replaced. */
import { readText, textBytes } from '../../protocol/values/utf8.ts';
import type { EngineTimers } from './engine-timers.ts';

type Listener = () => void;

class EngineAbortSignal {
  aborted = false;
  reason: unknown;
  onabort: Listener | null = null;
  readonly #listeners = new Set<Listener>();

  addEventListener(_type: string, listener: Listener): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_type: string, listener: Listener): void {
    this.#listeners.delete(listener);
  }

  throwIfAborted(): void {
    if (this.aborted) throw this.reason;
  }

  /** @internal */
  abort(reason: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    this.onabort?.();
    for (const listener of [...this.#listeners]) listener();
    this.#listeners.clear();
  }
}

class EngineAbortController {
  readonly signal: EngineAbortSignal = new EngineAbortSignal();

  abort(reason: unknown = Object.assign(new Error('This operation was aborted'), { name: 'AbortError' })): void {
    this.signal.abort(reason);
  }
}

class EngineTextEncoder {
  readonly encoding = 'utf-8';

  /** Throws if the text has lone surrogates. */
  encode(text = ''): Uint8Array {
    return textBytes(text);
  }
}

class EngineTextDecoder {
  readonly encoding = 'utf-8';

  /** Throws if the bytes are not UTF-8, as TextDecoder does with `fatal`. */
  decode(bytes: Uint8Array = new Uint8Array()): string {
    return readText(bytes);
  }
}

/** Installs the names that `globalThis` lacks; `print` takes what is written to the console. */
export function installGlobals(print: (text: string) => void, timers: EngineTimers): void {
  const ids = new Map<number, () => void>();
  let lastId = 0;
  const log = (...values: unknown[]): void => print(values.map(shown).join(' '));
  const names: Readonly<Record<string, unknown>> = {
    setTimeout: (callback: (...values: unknown[]) => void, delayMs = 0, ...values: unknown[]): number => {
      const id = ++lastId;
      const run = (): void => {
        ids.delete(id);
        callback(...values);
      };
      ids.set(id, timers.setTimer(delayMs, run));
      return id;
    },
    clearTimeout: (id: number): void => {
      ids.get(id)?.();
      ids.delete(id);
    },
    queueMicrotask: (callback: () => void): void => void Promise.resolve().then(callback),
    console: { log, info: log, debug: log, warn: log, error: log },
    AbortController: EngineAbortController,
    AbortSignal: EngineAbortSignal,
    TextEncoder: EngineTextEncoder,
    TextDecoder: EngineTextDecoder,
  };
  const there = globalThis as unknown as Record<string, unknown>;
  for (const [name, value] of Object.entries(names)) {
    if (there[name] === undefined) Object.defineProperty(there, name, { value, writable: true, configurable: true });
  }
  for (const name of ['dispose', 'asyncDispose']) {
    if (!(name in Symbol)) Object.defineProperty(Symbol, name, { value: Symbol.for(`Symbol.${name}`) });
  }
}

function shown(value: unknown): string {
  if (value instanceof Error) return value.stack === undefined ? String(value) : `${value.message}\n${value.stack}`;
  if (typeof value !== 'object' || value === null) return String(value);
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // Cycles, bigints: its name is better than an error.
    return String(value);
  }
}

/** What is typed, or comes through a pipe, for as long as a monitor runs. */
import type { ReadStream } from 'node:tty';

/** Ctrl-]: no program on a board wants it. */
const EXIT_KEY = 0x1d;
const CTRL_C = 0x03;

export interface KeyboardEvents {
  /** Ctrl-] was pressed. */
  readonly onExit: () => void;
  /** Ctrl-C was pressed. Without it, it is bytes like all others. */
  readonly onInterrupt?: () => void;
  readonly onBytes?: (bytes: Uint8Array) => void;
}

/** Begins to read; the returned function ends that and leaves the terminal as it was. */
export function readKeyboard(input: ReadStream | NodeJS.ReadStream, events: KeyboardEvents): () => void {
  const take = (bytes: Uint8Array): void => {
    const end = input.isTTY ? bytes.findIndex((byte) => byte === EXIT_KEY || (byte === CTRL_C && isInterrupt)) : -1;
    const before = end < 0 ? bytes : bytes.subarray(0, end);
    if (before.length > 0) events.onBytes?.(before);
    if (end < 0) return;
    if (bytes[end] === EXIT_KEY) events.onExit();
    else events.onInterrupt?.();
  };
  const isInterrupt = events.onInterrupt !== undefined;
  if (input.isTTY) input.setRawMode(true);
  input.on('data', take);
  return () => {
    input.off('data', take);
    if (input.isTTY) input.setRawMode(false);
    input.pause();
    input.unref();
  };
}

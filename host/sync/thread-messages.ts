/** What goes between a program's thread, which stands still while it waits, and the thread that drives its links. */
import type { MessagePort } from 'node:worker_threads';
import { isShoalError, ShoalError, type ShoalErrorCode } from '../../protocol/errors.ts';
import type { ChannelPeer } from '../../protocol/message-channel.ts';

/** What the thread is started with. */
export interface ThreadStart {
  /** One word, which counts what the thread has posted on all ports: the program sleeps on it. */
  readonly events: SharedArrayBuffer;
}

/** Asks for a link to the control runtime of a board; what goes over it comes and goes at `port`. */
export interface OpenLink {
  readonly selector: string;
  readonly abandonMs: number;
  readonly port: MessagePort;
}

/** Asks for the cores of a board, as the export `board` of a session over `port`. */
export interface OpenCores {
  readonly cores: string;
  readonly abandonMs: number;
  readonly port: MessagePort;
}

/** `'end'`: the program opens nothing more. */
export type ToThread = OpenLink | OpenCores | 'end';

export type ToLink =
  | { readonly kind: 'start' }
  | { readonly kind: 'send'; readonly bytes: Uint8Array }
  | { readonly kind: 'close'; readonly reason: ErrorFields | undefined };

export type FromLink =
  | { readonly kind: 'opened' }
  | { readonly kind: 'open'; readonly peer: ChannelPeer | undefined; readonly maxMessageBytes: number }
  | { readonly kind: 'interrupted' | 'resumed' | 'reset'; readonly reason: ErrorFields | undefined }
  | { readonly kind: 'message'; readonly bytes: Uint8Array }
  /** Of what was sent, so many bytes in all have left. */
  | { readonly kind: 'drained'; readonly bytes: number }
  /** What the board says that is no message. */
  | { readonly kind: 'text'; readonly bytes: Uint8Array }
  /** Also when it could not be opened. Nothing follows. */
  | { readonly kind: 'closed'; readonly reason: ErrorFields | undefined };

/** A ShoalError in a form that threads can pass to each other. */
export interface ErrorFields {
  readonly code: ShoalErrorCode;
  readonly message: string;
  readonly hint: string | undefined;
  readonly retryable: boolean;
}

export function errorFields(error: unknown): ErrorFields {
  if (!isShoalError(error)) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { code: 'INTERNAL', message, hint: undefined, retryable: false };
  }
  const { code, hint, retryable } = error;
  // The constructor puts it there again.
  return { code, message: error.message.replace(` [${code}]`, ''), hint, retryable };
}

export function errorOf({ code, message, hint, retryable }: ErrorFields): ShoalError {
  return new ShoalError(code, message, { retryable, ...(hint === undefined ? {} : { hint }) });
}

/** The bytes in a buffer of their own, to be handed to another thread without a copy. */
export function ownBuffer(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const isWhole = bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength;
  return isWhole ? (bytes as Uint8Array<ArrayBuffer>) : bytes.slice();
}

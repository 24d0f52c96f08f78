/** The client's side of SMP (protocol/flash/smp.ts): works with any board that serves mcumgr's image and OS groups. */

import { cborXBodyCodec } from '../../host/values/cbor-x-body.ts';
import { isShoalError, ShoalError } from '../../protocol/errors.ts';
import * as smp from '../../protocol/flash/smp.ts';
import type { SmpBody } from '../../protocol/flash/smp-body.ts';
import { throwIfRefused } from './smp-refusal.ts';

/** A way for the bytes of an image that does not wait for an answer to each part. */
export interface BulkUpload {
  readonly partBytes: number;
  /** So many parts are on their way at a time. */
  readonly partsOnWay: number;
  /** Resolves with the SMP message by which the board answers to the part. */
  write(offset: number, bytes: Uint8Array): Promise<Uint8Array>;
}

/** A way for SMP messages. */
export interface SmpTransport {
  /** What it is, for messages: `udp 10.0.0.7:1337`. */
  readonly name: string;
  /** Messages longer than this are not sent, in bytes. */
  readonly maxMessageBytes: number;
  /** Missing where there are only messages. */
  readonly bulk?: BulkUpload;
  send(message: Uint8Array): void;
  /** Set by the client. */
  onMessage: (message: Uint8Array) => void;
  /** Set by the client: nothing will come any more. */
  onClosed: (reason: Error) => void;
  close(): void;
}

export interface SmpClientOptions {
  /** For one answer, in milliseconds. Default 1 000; a request is then sent again. */
  readonly timeoutMs?: number;
  /** How often a request is sent at most. Default 5. */
  readonly tries?: number;
  readonly signal?: AbortSignal;
}

/** One image of a board. */
export interface SmpImage {
  readonly slot: number;
  readonly version: string;
  /** By this it is named; missing in some boot loaders. */
  readonly hash: Uint8Array | null;
  readonly isActive: boolean;
  readonly isConfirmed: boolean;
  readonly isPending: boolean;
  readonly isPermanent: boolean;
}

const DEFAULT_TIMEOUT_MS = 1000;
const DEFAULT_TRIES = 5;
/** What every server takes. */
const SMALLEST_BUFFER_BYTES = 256;

export class SmpClient {
  readonly #transport: SmpTransport;
  readonly #timeoutMs: number;
  readonly #tries: number;
  readonly #signal: AbortSignal | undefined;
  #sequence = 0;
  #waiting: { readonly sequence: number; readonly done: (message: smp.SmpMessage | Error) => void } | null = null;
  #closed: Error | null = null;
  /** Requests that had no answer in time and were sent again. */
  repeated = 0;

  constructor(transport: SmpTransport, options: SmpClientOptions = {}) {
    this.#transport = transport;
    this.#timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.#tries = options.tries ?? DEFAULT_TRIES;
    this.#signal = options.signal;
    transport.onMessage = (bytes) => this.#receive(bytes);
    transport.onClosed = (reason) => {
      this.#closed = reason;
      this.#waiting?.done(reason);
    };
  }

  get bulk(): BulkUpload | undefined {
    return this.#transport.bulk;
  }

  /** Bytes of the largest message that both take. */
  async bufferBytes(): Promise<number> {
    let bytes = SMALLEST_BUFFER_BYTES;
    try {
      const { buf_size } = await this.request(smp.OP_READ, smp.GROUP_OS, smp.OS_PARAMETERS, {});
      if (typeof buf_size === 'number' && buf_size > bytes) bytes = buf_size;
    } catch (error) {
      // Older servers do not have this command.
      if (!isShoalError(error, 'FLASH_REFUSED')) throw error;
    }
    return Math.min(bytes, this.#transport.maxMessageBytes);
  }

  /** Throws as {@link request}. */
  async images(): Promise<SmpImage[]> {
    return imagesOf(await this.request(smp.OP_READ, smp.GROUP_IMAGE, smp.IMAGE_STATE, {}));
  }

  /** Has an image started once at the next reset. */
  async test(hash: Uint8Array): Promise<SmpImage[]> {
    const body = { hash, confirm: false };
    return imagesOf(await this.request(smp.OP_WRITE, smp.GROUP_IMAGE, smp.IMAGE_STATE, body));
  }

  /** Keeps an image for good: the running one, or that with a hash. */
  async confirm(hash: Uint8Array | null): Promise<SmpImage[]> {
    const body = hash === null ? { confirm: true } : { hash, confirm: true };
    return imagesOf(await this.request(smp.OP_WRITE, smp.GROUP_IMAGE, smp.IMAGE_STATE, body));
  }

  async erase(): Promise<void> {
    await this.request(smp.OP_WRITE, smp.GROUP_IMAGE, smp.IMAGE_ERASE, {});
  }

  async reset(): Promise<void> {
    await this.request(smp.OP_WRITE, smp.GROUP_OS, smp.OS_RESET, {});
  }

  async echo(text: string): Promise<string> {
    const { r } = await this.request(smp.OP_WRITE, smp.GROUP_OS, smp.OS_ECHO, { d: text });
    return String(r);
  }

  close(): void {
    this.#transport.close();
  }

  /**
   * Sends a request until it is answered. One at a time. Throws as {@link throwIfRefused} with what the board says,
   * LINK_TIMEOUT if it says nothing, the reason of the signal, or why the transport closed.
   */
  async request(operation: number, group: number, command: number, body: SmpBody): Promise<SmpBody> {
    this.#sequence = (this.#sequence + 1) & 0xff;
    const message = { operation, isResponse: false, version: 1, group, command, sequence: this.#sequence, body };
    const bytes = smp.writeSmp(message, cborXBodyCodec);
    for (let tried = 0; tried < this.#tries; tried++) {
      if (tried > 0) this.repeated++;
      const answer = await this.#exchange(bytes);
      if (answer === null) continue;
      throwIfRefused(answer.body);
      return answer.body;
    }
    const waitedMs = this.#timeoutMs * this.#tries;
    throw new ShoalError('LINK_TIMEOUT', `${this.#transport.name} did not answer within ${waitedMs} ms`, {
      hint: 'Is the board on, and does its supervisor listen there?',
      retryable: true,
    });
  }

  /** The answer, or null if none came in time. */
  #exchange(bytes: Uint8Array): Promise<smp.SmpMessage | null> {
    this.#signal?.throwIfAborted();
    if (this.#closed !== null) throw this.#closed;
    return new Promise((resolve, reject) => {
      const end = (result: smp.SmpMessage | Error | null): void => {
        clearTimeout(timer);
        this.#signal?.removeEventListener('abort', aborted);
        this.#waiting = null;
        if (result instanceof Error) reject(result);
        else resolve(result);
      };
      const aborted = (): void => end(asError(this.#signal?.reason));
      const timer = setTimeout(() => end(null), this.#timeoutMs);
      this.#signal?.addEventListener('abort', aborted);
      this.#waiting = { sequence: this.#sequence, done: end };
      this.#transport.send(bytes);
    });
  }

  #receive(bytes: Uint8Array): void {
    let message: smp.SmpMessage;
    try {
      message = smp.readSmp(bytes, cborXBodyCodec);
    } catch (error) {
      // Damaged on its way: the request will be sent again.
      if (isShoalError(error, 'PROTOCOL_INVALID')) return;
      throw error;
    }
    // An answer to a request that was given up is nobody's.
    if (message.isResponse && message.sequence === this.#waiting?.sequence) this.#waiting.done(message);
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}

function imagesOf({ images }: SmpBody): SmpImage[] {
  if (!Array.isArray(images)) throw new ShoalError('PROTOCOL_INVALID', 'the board gives no list of images');
  return images.map((image: SmpBody) => ({
    slot: Number(image.slot ?? 0),
    version: String(image.version ?? ''),
    hash: image.hash instanceof Uint8Array ? image.hash : null,
    isActive: image.active === true,
    isConfirmed: image.confirmed === true,
    isPending: image.pending === true,
    isPermanent: image.permanent === true,
  }));
}

/**
 * What a board answers to SMP (protocol/flash/smp.ts): image state, upload, test, confirm and erase, echo, reset,
 * parameters. Any client of mcumgr can flash a board by it.
 */
import { isShoalError, type ShoalErrorCode } from '../../protocol/errors.ts';
import { versionText } from '../../protocol/flash/mcuboot-image.ts';
import * as smp from '../../protocol/flash/smp.ts';
import type { SmpBody } from '../../protocol/flash/smp-body.ts';
import type { ImageSlots } from './image-slots.ts';

/** Errors of the slots, as results of the image group and, for clients of version 1, of every group. */
const RESULTS: Partial<Record<ShoalErrorCode, readonly [image: number, common: number]>> = {
  PACKAGE_INVALID: [smp.IMAGE_RC_INVALID_HEADER, smp.RC_CORRUPT],
  PACKAGE_REFUSED: [smp.IMAGE_RC_INVALID_HASH, smp.RC_INVALID],
  FLASH_FULL: [smp.IMAGE_RC_NO_FREE_MEMORY, smp.RC_NO_MEMORY],
  FLASH_NO_SLOT: [smp.IMAGE_RC_NO_FREE_SLOT, smp.RC_BUSY],
  FLASH_NO_IMAGE: [smp.IMAGE_RC_NO_IMAGE, smp.RC_INVALID],
  FLASH_STATE: [smp.IMAGE_RC_TEST_OF_ACTIVE, smp.RC_BAD_STATE],
};

export interface SmpServerOptions {
  readonly slots: ImageSlots;
  /** The running image was confirmed. */
  readonly onConfirmed: () => void;
  /** Whether what runs serves calls. An image that does not yet cannot be confirmed. */
  readonly isHealthy: () => boolean;
  /** Restarts the board; called after the answer was handed over. */
  readonly reset: () => void;
  /** Largest message that is taken, in bytes; told to clients. */
  readonly maxMessageBytes: number;
}

export interface SmpAnswer {
  readonly bytes: Uint8Array;
  /** To be called when the bytes are on their way, or null. */
  readonly after: (() => void) | null;
}

class Refused extends Error {
  readonly rc: number;

  constructor(rc: number, message: string) {
    super(message);
    this.rc = rc;
  }
}

export class SmpServer {
  readonly #options: SmpServerOptions;
  /** The upload that was begun asked for it. */
  #onlyNewer = false;

  constructor(options: SmpServerOptions) {
    this.#options = options;
  }

  /** The answer to one message, or null for bytes that are no request. Throws nothing. */
  answer(bytes: Uint8Array): SmpAnswer | null {
    let request: smp.SmpMessage;
    try {
      request = smp.readSmp(bytes);
    } catch (error) {
      if (isShoalError(error, 'PROTOCOL_INVALID')) return null;
      throw error;
    }
    if (request.isResponse) return null;
    let body: SmpBody;
    let after: (() => void) | null = null;
    try {
      ({ body, after } = this.#serve(request));
    } catch (error) {
      body = errorBody(request, error);
    }
    return { bytes: smp.writeSmp({ ...request, isResponse: true, body }), after };
  }

  #serve(request: smp.SmpMessage): { readonly body: SmpBody; readonly after: (() => void) | null } {
    const { group, command, operation, body } = request;
    const isWrite = operation === smp.OP_WRITE;
    const done = (answer: SmpBody) => ({ body: answer, after: null });
    if (group === smp.GROUP_OS) {
      if (command === smp.OS_ECHO) return done({ r: text(body, 'd') });
      if (command === smp.OS_RESET && isWrite) return { body: {}, after: this.#options.reset };
      if (command === smp.OS_PARAMETERS && !isWrite) {
        return done({ buf_size: this.#options.maxMessageBytes, buf_count: 1 });
      }
    }
    if (group === smp.GROUP_IMAGE) {
      if (command === smp.IMAGE_STATE) {
        if (isWrite) this.#setState(body);
        return done(this.#state());
      }
      if (command === smp.IMAGE_UPLOAD && isWrite) return done(this.#upload(body));
      if (command === smp.IMAGE_ERASE && isWrite) {
        this.#options.slots.erase();
        return done({});
      }
    }
    throw new Refused(smp.RC_NOT_SUPPORTED, `group ${group} command ${command}`);
  }

  #state(): SmpBody {
    const images = this.#options.slots.list().map((state) => ({
      slot: state.slot === 'a' ? 0 : 1,
      version: versionText(state.image.version),
      hash: state.image.hash,
      bootable: state.image.isBootable,
      pending: state.isPending,
      confirmed: state.isConfirmed,
      active: state.isActive,
      permanent: state.isPermanent,
    }));
    return { images, splitStatus: 0 };
  }

  #setState(body: SmpBody): void {
    const hash = optionalBytes(body, 'hash');
    if (body.confirm === true) {
      // A success that is told before the image has shown that it works would be a guess.
      if (hash === null && !this.#options.isHealthy())
        throw new Refused(smp.RC_BUSY, 'what runs does not serve calls yet');
      this.#options.slots.confirm(hash);
      if (this.#options.slots.runningIsConfirmed) this.#options.onConfirmed();
    } else if (hash !== null) this.#options.slots.test(hash);
    else throw new Refused(smp.RC_INVALID, 'hash is missing');
  }

  #upload(body: SmpBody): SmpBody {
    const { slots } = this.#options;
    const offset = integer(body, 'off');
    const data = optionalBytes(body, 'data') ?? new Uint8Array();
    if ((body.image ?? 0) !== 0) throw new Refused(smp.RC_INVALID, 'there is one image only');
    if (offset === 0) {
      const length = integer(body, 'len');
      this.#onlyNewer = body.upgrade === true;
      const next = slots.beginUpload(length, optionalBytes(body, 'sha'));
      if (next !== 0) return next === length ? { off: next, match: true } : { off: next };
    }
    const result = slots.writeUpload(offset, data, (image) => {
      if (this.#onlyNewer) slots.refuseIfNotNewer(image);
    });
    return result.image === null ? { off: result.offset } : { off: result.offset, match: true };
  }
}

function errorBody(request: smp.SmpMessage, error: unknown): SmpBody {
  if (error instanceof Refused) return { rc: error.rc, rsn: error.message };
  const known = isShoalError(error) ? RESULTS[error.code] : undefined;
  const rsn = error instanceof Error ? error.message : String(error);
  if (known === undefined) return { rc: smp.RC_UNKNOWN, rsn };
  return request.version > 0 ? { err: { group: request.group, rc: known[0] }, rsn } : { rc: known[1], rsn };
}

function text(body: SmpBody, key: string): string {
  const value = body[key];
  if (typeof value === 'string') return value;
  throw new Refused(smp.RC_INVALID, `${key} must be text`);
}

function integer(body: SmpBody, key: string): number {
  const value = body[key];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new Refused(smp.RC_INVALID, `${key} must be an integer from 0`);
}

function optionalBytes(body: SmpBody, key: string): Uint8Array | null {
  const value = body[key];
  if (value === undefined) return null;
  if (value instanceof Uint8Array) return value;
  throw new Refused(smp.RC_INVALID, `${key} must be bytes`);
}

/** What hosts flash a board by over its own link: SMP of the supervisor, and a faster way for the bytes of an image. */
import type { Duplex } from 'node:stream';
import { inflateRawSync } from 'node:zlib';
import { ShoalError } from '../../protocol/errors.ts';
import * as smp from '../../protocol/flash/smp.ts';
import { SmpStreamReader } from '../../protocol/flash/smp-stream.ts';

/** Of an image, in one message to the supervisor. */
const PART_BYTES = 8000;
/** A deflated part of a host is refused if it is longer than this. */
const MAX_PART_BYTES = 256 * 1024;
const ANSWER_MS = 10_000;

export class BoardImages {
  /** Also of the minified class: the other side sees it. */
  static readonly name: string = 'BoardImages';
  readonly #supervisor: Duplex;
  /** The supervisor gets one message at a time. */
  #last: Promise<unknown> = Promise.resolve();
  #answered: (answer: Uint8Array) => void = () => undefined;

  constructor(supervisor: Duplex) {
    this.#supervisor = supervisor;
    const reader = new SmpStreamReader((message) => this.#answered(message));
    supervisor.on('data', (bytes: Uint8Array) => reader.push(bytes));
    // The supervisor is gone, and ends this process.
    supervisor.on('error', () => undefined);
  }

  /** The supervisor's answer to one message of SMP. Rejects with LINK_TIMEOUT. */
  smp(message: Uint8Array): Promise<Uint8Array> {
    return this.#inTurn(() => this.#exchange(message));
  }

  /**
   * Writes bytes of the image whose upload has begun, raw deflate; calls may follow each other without waiting.
   * Resolves with SMP's answer to the last of them, or to the first that was refused. Rejects with LINK_TIMEOUT.
   */
  write(offset: number, deflated: Uint8Array): Promise<Uint8Array> {
    return this.#inTurn(async () => {
      const bytes = inflateRawSync(deflated, { maxOutputLength: MAX_PART_BYTES });
      let answer: Uint8Array = new Uint8Array();
      for (let at = 0; at < bytes.length; at += PART_BYTES) {
        const data = new Uint8Array(bytes.subarray(at, at + PART_BYTES));
        answer = await this.#exchange(uploadMessage(offset + at, data));
        if (smp.readSmp(answer).body.off !== offset + at + data.length) break;
      }
      return answer;
    });
  }

  #inTurn(work: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  #exchange(message: Uint8Array): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new ShoalError('LINK_TIMEOUT', `the supervisor did not answer within ${ANSWER_MS} ms`));
      }, ANSWER_MS);
      this.#answered = (answer) => {
        clearTimeout(timer);
        resolve(answer);
      };
      this.#supervisor.write(message);
    });
  }
}

function uploadMessage(off: number, data: Uint8Array): Uint8Array {
  const command = { operation: smp.OP_WRITE, group: smp.GROUP_IMAGE, command: smp.IMAGE_UPLOAD };
  return smp.writeSmp({ ...command, isResponse: false, version: 1, sequence: 0, body: { off, data } });
}

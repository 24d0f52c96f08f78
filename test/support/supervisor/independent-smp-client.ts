/**
 * A second client of SMP, written from Zephyr's "SMP Protocol Specification" and "SMP Transport Specification" alone: it
 * shares no code with the project, so that both ends cannot have the same misunderstanding. CBOR is cbor-x's.
 */
import { createHash } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { decode, encode } from 'cbor-x';

type Answer = Readonly<Record<string, unknown>>;

export interface ListedImage {
  readonly slot: number;
  readonly version: string;
  readonly hash: Uint8Array;
  readonly active: boolean;
  readonly confirmed: boolean;
  readonly pending: boolean;
}

export class IndependentSmpClient {
  readonly #line: Duplex;
  readonly #isConsole: boolean;
  #sequence = 200;
  #received: Buffer<ArrayBufferLike> = Buffer.alloc(0);
  #packet = Buffer.alloc(0);
  #answered: (answer: Answer) => void = () => undefined;

  /** Over a stream: one packet after another, or in the lines of a console. */
  constructor(line: Duplex, isConsole: boolean) {
    this.#line = line;
    this.#isConsole = isConsole;
    line.on('data', (data: Uint8Array) => {
      this.#received = Buffer.concat([this.#received, data]);
      if (isConsole) this.#readLines();
      else this.#readPackets();
    });
  }

  images(): Promise<readonly ListedImage[]> {
    return this.#ask(0, 1, 0, {}).then((answer) => answer.images as readonly ListedImage[]);
  }

  test(hash: Uint8Array): Promise<Answer> {
    return this.#ask(2, 1, 0, { hash, confirm: false });
  }

  confirm(): Promise<Answer> {
    return this.#ask(2, 1, 0, { confirm: true });
  }

  reset(): Promise<Answer> {
    return this.#ask(2, 0, 5, {});
  }

  echo(text: string): Promise<Answer> {
    return this.#ask(2, 0, 0, { d: text });
  }

  /** Asks for a command of a group that no server has. */
  unknown(): Promise<Answer> {
    return this.#ask(0, 99, 7, {});
  }

  async upload(image: Uint8Array, partBytes: number): Promise<Answer> {
    const sha = createHash('sha256').update(image).digest();
    let answer: Answer = { off: 0 };
    for (let off = 0; off < image.length; off = answer.off as number) {
      const data = Buffer.from(image.subarray(off, off + partBytes));
      answer = await this.#ask(2, 1, 1, off === 0 ? { len: image.length, off, sha, data } : { off, data });
      if (typeof answer.off !== 'number') return answer;
    }
    return answer;
  }

  #ask(operation: number, group: number, command: number, body: object): Promise<Answer> {
    const map = encode(body);
    this.#sequence = (this.#sequence + 1) % 256;
    const head = Buffer.from([
      operation,
      0,
      map.length >> 8,
      map.length & 255,
      group >> 8,
      group & 255,
      this.#sequence,
      command,
    ]);
    const packet = Buffer.concat([head, map]);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('no answer')), 10_000);
      this.#answered = (answer) => {
        clearTimeout(timer);
        resolve(answer);
      };
      if (this.#isConsole) this.#writeLines(packet);
      else this.#line.write(packet);
    });
  }

  #take(packet: Buffer): void {
    if (packet[6] !== this.#sequence || ((packet[0] ?? 0) & 1) === 0) return;
    this.#answered(decode(packet.subarray(8)) as Answer);
  }

  #readPackets(): void {
    while (this.#received.length >= 8 && this.#received.length >= 8 + this.#received.readUInt16BE(2)) {
      const length = 8 + this.#received.readUInt16BE(2);
      this.#take(this.#received.subarray(0, length));
      this.#received = this.#received.subarray(length);
    }
  }

  #writeLines(packet: Buffer): void {
    let crc = 0;
    for (const byte of packet) {
      for (let bit = 7; bit >= 0; bit--) {
        const carry = ((crc >> 15) & 1) ^ ((byte >> bit) & 1);
        crc = (crc << 1) & 0xffff;
        if (carry === 1) crc ^= 0x1021;
      }
    }
    const size = packet.length + 2;
    const whole = Buffer.concat([Buffer.from([size >> 8, size & 255]), packet, Buffer.from([crc >> 8, crc & 255])]);
    for (let at = 0; at < whole.length; at += 90) {
      const mark = at === 0 ? '\x06\x09' : '\x04\x14';
      this.#line.write(Buffer.from(`${mark}${whole.subarray(at, at + 90).toString('base64')}\n`, 'latin1'));
    }
  }

  #readLines(): void {
    for (let end = this.#received.indexOf(10); end >= 0; end = this.#received.indexOf(10)) {
      const line = this.#received.subarray(0, end).toString('latin1');
      this.#received = this.#received.subarray(end + 1);
      const isFirst = line.startsWith('\x06\x09');
      if (!isFirst && !line.startsWith('\x04\x14')) continue;
      const part = Buffer.from(line.slice(2), 'base64');
      this.#packet = isFirst ? part : Buffer.concat([this.#packet, part]);
      if (this.#packet.length >= 2 + this.#packet.readUInt16BE(0)) this.#take(this.#packet.subarray(2, -2));
    }
  }
}

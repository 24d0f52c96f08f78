/**
 * SMP on a line that may carry text as well (Zephyr's "SMP Transport Specification", UART/serial and console): lines of
 * at most 127 bytes, `06 09` at the first and `04 14` at the others of a message, base64, a line feed. In base64 stand
 * the length, the message and a CRC-16. Whatever else comes over the line is text.
 */
import { SMP_HEAD_BYTES } from './smp.ts';

const FIRST = [0x06, 0x09] as const;
const NEXT = [0x04, 0x14] as const;
const LINE_FEED = 0x0a;
const END_OF_FRAME = 0;
const MAX_LINE_BYTES = 127;
/** Bytes in one line: what is left beside marks and line feed holds 31 groups of four characters. */
const MAX_LINE_PAYLOAD = Math.floor((MAX_LINE_BYTES - 3) / 4) * 3;
const LENGTH_BYTES = 2;
const CRC_BYTES = 2;

/** The lines of one message. */
export function writeConsoleLines(message: Uint8Array): Uint8Array {
  const packet = new Uint8Array(LENGTH_BYTES + message.length + CRC_BYTES);
  const view = new DataView(packet.buffer);
  view.setUint16(0, message.length + CRC_BYTES);
  packet.set(message, LENGTH_BYTES);
  view.setUint16(LENGTH_BYTES + message.length, consoleCrc(message));
  const lines: number[] = [];
  for (let at = 0; at < packet.length; at += MAX_LINE_PAYLOAD) {
    lines.push(...(at === 0 ? FIRST : NEXT), ...toBase64(packet.subarray(at, at + MAX_LINE_PAYLOAD)), LINE_FEED);
  }
  return Uint8Array.from(lines);
}

/** What came over a line. */
export interface ConsoleInput {
  /** Whole messages whose CRC is right. */
  readonly messages: readonly Uint8Array[];
  /** Everything else, as it came. */
  readonly text: Uint8Array;
}

/**
 * Takes messages out of a line that is shared with text or with the frames of our own link. Marks are recognised only
 * directly after a line feed, after the 00 that ends a frame, or at the start; what then turns out to be no line of a
 * message is given on as it came. A message that is damaged is dropped, its sender will repeat it.
 */
export class ConsoleReader {
  readonly #maxMessageBytes: number;
  /** What may be a line of a message so far. */
  #line: number[] = [];
  #isElsewhere = false;
  #packet: number[] = [];

  /** Longer messages are dropped. */
  constructor(maxMessageBytes: number) {
    this.#maxMessageBytes = maxMessageBytes;
  }

  push(bytes: Uint8Array): ConsoleInput {
    const messages: Uint8Array[] = [];
    const text: number[] = [];
    for (const byte of bytes) {
      if (this.#isElsewhere) {
        text.push(byte);
      } else if (byte === LINE_FEED && this.#line.length > 2) {
        const payload = fromBase64(this.#line.slice(2));
        if (payload === null) text.push(...this.#line, byte);
        else messages.push(...this.#endOfLine(payload));
        this.#line = [];
      } else {
        this.#line.push(byte);
        if (this.#line.length < MAX_LINE_BYTES && mayBeLine(this.#line)) continue;
        text.push(...this.#line);
        this.#line = [];
        this.#isElsewhere = true;
      }
      if (byte === LINE_FEED || byte === END_OF_FRAME) this.#isElsewhere = false;
    }
    return { messages, text: Uint8Array.from(text) };
  }

  /** The message that is whole with this line, if one is. */
  #endOfLine(payload: readonly number[]): Uint8Array[] {
    const isFirst = this.#line[0] === FIRST[0];
    if (isFirst) this.#packet = [];
    else if (this.#packet.length === 0) return [];
    this.#packet.push(...payload);
    const packet = Uint8Array.from(this.#packet);
    if (packet.length < LENGTH_BYTES) return [];
    const view = new DataView(packet.buffer);
    const messageBytes = view.getUint16(0) - CRC_BYTES;
    const isPossible = messageBytes >= SMP_HEAD_BYTES && messageBytes <= this.#maxMessageBytes;
    const end = LENGTH_BYTES + messageBytes + CRC_BYTES;
    if (isPossible && packet.length < end) return [];
    this.#packet = [];
    if (!isPossible || packet.length > end) return [];
    const message = packet.slice(LENGTH_BYTES, LENGTH_BYTES + messageBytes);
    return consoleCrc(message) === view.getUint16(end - CRC_BYTES) ? [message] : [];
  }
}

/** False as soon as bytes cannot be the beginning of a line of a message; all but the last were looked at before. */
function mayBeLine(line: readonly number[]): boolean {
  const last = line.length - 1;
  const byte = line[last] ?? 0;
  if (last < 2) return [FIRST, NEXT].some((mark) => line[0] === mark[0] && byte === mark[last]);
  return byte === PADDING || DIGITS.includes(String.fromCharCode(byte));
}

/** CRC-16/XMODEM: polynomial 1021, from 0, neither reflected nor inverted; frames of our own link have another. */
function consoleCrc(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff;
  }
  return crc;
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const PADDING = '='.charCodeAt(0);

/** RFC 4648, chapter 4, as character codes. */
function toBase64(bytes: Uint8Array): number[] {
  const characters: number[] = [];
  for (let at = 0; at < bytes.length; at += 3) {
    const count = Math.min(3, bytes.length - at);
    const bits = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    for (let digit = 0; digit < 4; digit++) {
      characters.push(digit <= count ? DIGITS.charCodeAt((bits >> (18 - 6 * digit)) & 63) : PADDING);
    }
  }
  return characters;
}

/** Null if the characters are not base64 with its padding. */
function fromBase64(characters: readonly number[]): number[] | null {
  if (characters.length % 4 !== 0) return null;
  const bytes: number[] = [];
  for (let at = 0; at < characters.length; at += 4) {
    const group = characters.slice(at, at + 4);
    const count = at + 4 < characters.length ? 4 : group.filter((code) => code !== PADDING).length;
    const digits = group.slice(0, count).map((code) => DIGITS.indexOf(String.fromCharCode(code)));
    if (count < 2 || digits.includes(-1)) return null;
    const bits = digits.reduce((sum, digit, index) => sum | (digit << (18 - 6 * index)), 0);
    for (let byte = 0; byte < count - 1; byte++) bytes.push((bits >> (16 - 8 * byte)) & 0xff);
  }
  return bytes;
}

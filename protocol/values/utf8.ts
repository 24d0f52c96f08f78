/** UTF-8, because small engines have no TextEncoder. Strict: what is not well-formed is refused, both ways. */
import { ShoalError } from '../errors.ts';
import { decodeByEngine, encodeByEngine, LEAST_ENGINE_TEXT, lengthByEngine } from './engine-text.ts';
import { ByteWriter, invalid } from './head.ts';

/** Bytes of `text` in UTF-8. Throws VALUE_REFUSED for a lone surrogate: it has no UTF-8 form. */
export function utf8Length(text: string): number {
  const known = lengthByEngine(text);
  if (known !== undefined) return known;
  let length = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) length += 1;
    else if (unit < 0x800) length += 2;
    else if (unit < 0xd800 || unit > 0xdfff) length += 3;
    else {
      const next = text.charCodeAt(index + 1);
      if (unit > 0xdbff || !(next >= 0xdc00 && next <= 0xdfff)) {
        throw new ShoalError('VALUE_REFUSED', `a string with a lone surrogate at index ${index} cannot be sent`);
      }
      length += 4;
      index++;
    }
  }
  return length;
}

/** Appends well-formed `text`, which takes `lengthBytes` in UTF-8. */
export function writeUtf8(writer: ByteWriter, text: string, lengthBytes: number): void {
  let offset = writer.reserve(lengthBytes);
  const bytes = writer.view();
  if (lengthBytes >= LEAST_ENGINE_TEXT && encodeByEngine(text, bytes.subarray(offset))) return;
  for (let index = 0; index < text.length; index++) {
    let code = text.charCodeAt(index);
    if (code < 0x80) {
      bytes[offset++] = code;
      continue;
    }
    if (code < 0x800) {
      bytes[offset++] = 0xc0 | (code >> 6);
    } else {
      if (code >= 0xd800 && code <= 0xdfff) {
        code = text.codePointAt(index++) as number;
        bytes[offset++] = 0xf0 | (code >> 18);
        bytes[offset++] = 0x80 | ((code >> 12) & 63);
      } else {
        bytes[offset++] = 0xe0 | (code >> 12);
      }
      bytes[offset++] = 0x80 | ((code >> 6) & 63);
    }
    bytes[offset++] = 0x80 | (code & 63);
  }
}

/** Decodes bytes [start, end). */
export function readUtf8(bytes: Uint8Array, start: number, end: number): string {
  if (end - start >= LEAST_ENGINE_TEXT) {
    const whole = decodeByEngine(bytes.subarray(start, end));
    if (whole !== undefined) return whole;
  }
  let text = '';
  let offset = start;
  while (offset < end) {
    const first = bytes[offset] ?? 0;
    const extra = first < 0x80 ? 0 : first < 0xc2 ? -1 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : first < 0xf5 ? 3 : -1;
    let isText = extra >= 0 && offset + extra < end;
    let code = extra === 0 ? first : first & (0x3f >> extra);
    for (let index = 1; index <= extra; index++) {
      const next = bytes[offset + index] ?? 0;
      isText &&= (next & 0xc0) === 0x80;
      code = (code << 6) | (next & 63);
    }
    const isTooLong = (extra === 2 && code < 0x800) || (extra === 3 && code < 0x10000);
    isText &&= !isTooLong && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    if (!isText) throw invalid('text that is not UTF-8', offset);
    text += String.fromCodePoint(code);
    offset += extra + 1;
  }
  return text;
}

/** `text` as bytes. Throws VALUE_REFUSED for a lone surrogate. */
export function textBytes(text: string): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  writeUtf8(writer, text, utf8Length(text));
  return writer.take();
}

/** Bytes as text. Throws PROTOCOL_INVALID if they are not UTF-8. */
export function readText(bytes: Uint8Array): string {
  return readUtf8(bytes, 0, bytes.length);
}

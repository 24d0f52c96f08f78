import { decode } from 'cbor-x';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isShoalError } from '../../../protocol/errors.ts';
import { readSmp, writeSmp } from '../../../protocol/flash/smp.ts';
import { ConsoleReader, writeConsoleLines } from '../../../protocol/flash/smp-console.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
const echo = { operation: 2, isResponse: false, version: 1, group: 0, command: 0, sequence: 66, body: { d: 'hi' } };

describe('a message', () => {
  test('has a head of eight bytes, big endian', () => {
    expect(Buffer.from(writeSmp(echo)).toString('hex')).toBe(
      '0a00' + '0006' + '0000' + '4200' + 'a1' + '6164' + '626869',
    );
  });

  test('comes back as it was, also with a map of indefinite length or no body', () => {
    expect(readSmp(writeSmp(echo))).toEqual(echo);
    const indefinite = Uint8Array.of(1, 0, 0, 6, 0, 1, 7, 0, 0xbf, 0x61, 0x61, 0x18, 0x20, 0xff);
    expect(readSmp(indefinite)).toEqual({
      operation: 0,
      isResponse: true,
      version: 0,
      group: 1,
      command: 0,
      sequence: 7,
      body: { a: 32 },
    });
    expect(readSmp(Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 5))).toMatchObject({ command: 5, body: {} });
  });

  test('has a body that another implementation of CBOR reads', () => {
    const body = { off: 65_536, data: Uint8Array.of(1, 2), flags: [true, false], name: 'ü' };
    const read = decode(writeSmp({ ...echo, body }).subarray(8)) as { readonly data: Uint8Array };
    expect({ ...read, data: Uint8Array.from(read.data) }).toEqual(body);
  });

  test('may nest arrays and maps of both kinds', () => {
    const nested = [0xa1, 0x61, 0x61, 0x9f, 0x82, 1, 0xbf, 0x61, 0x62, 0xf5, 0xff, 0x20, 0xff];
    expect(readSmp(Uint8Array.of(2, 0, 0, nested.length, 0, 0, 0, 0, ...nested)).body).toEqual({
      a: [[1, { b: true }], -1],
    });
  });

  test.each([
    ['cut', [2, 0, 0, 9, 0, 0, 0, 0, 0xa0]],
    ['too long', [2, 0, 0, 0, 0, 0, 0, 0, 0xa0]],
    ['with reserved bits', [0x22, 0, 0, 0, 0, 0, 0, 0]],
    ['with a list for a body', [2, 0, 0, 1, 0, 0, 0, 0, 0x80]],
    ['with a body that is no CBOR', [2, 0, 0, 1, 0, 0, 0, 0, 0x1c]],
    ['with a body without its end', [2, 0, 0, 1, 0, 0, 0, 0, 0xbf]],
    ['with a body nested too deep', [2, 0, 0, 100, 0, 0, 0, 0, ...new Array<number>(100).fill(0x9f)]],
    ['with a key that is no text', [2, 0, 0, 3, 0, 0, 0, 0, 0xa1, 1, 2]],
  ])('%s is refused', (_, content) => expect(() => readSmp(Uint8Array.from(content))).toThrow(/PROTOCOL_INVALID/));

  test('any bytes are read or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (content) => {
        try {
          readSmp(content);
        } catch (error) {
          expect(isShoalError(error, 'PROTOCOL_INVALID')).toBe(true);
        }
      }),
    );
  });
});

describe('lines of a console', () => {
  test('are what the specification says', () => {
    // 00 0a: eight bytes and the CRC; CRC-16/XMODEM of the message is 0x95de.
    const message = Uint8Array.of(2, 0, 0, 0, 0, 0, 1, 5);
    const line = writeConsoleLines(message);
    expect([...line.subarray(0, 2)]).toEqual([0x06, 0x09]);
    expect(line.at(-1)).toBe(0x0a);
    const packet = Buffer.from(Buffer.from(line.subarray(2, -1)).toString('latin1'), 'base64');
    expect(packet.toString('hex')).toMatch(/^000a0200000000000105[0-9a-f]{4}$/);
  });

  test('the CRC has the check value of its kind', () => {
    const line = writeConsoleLines(bytes('123456789'));
    const packet = Buffer.from(Buffer.from(line.subarray(2, -1)).toString('latin1'), 'base64');
    expect(packet.subarray(-2).toString('hex')).toBe('31c3');
  });

  test('messages of any length come through, in pieces of any size, with text around them', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 8, maxLength: 700 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 64 }),
        (messages, pieceBytes) => {
          const text = bytes('boot: \u0006\u0009 ok\n');
          const line = Uint8Array.from(messages.flatMap((message) => [...text, ...writeConsoleLines(message)]));
          for (const one of String.fromCharCode(...line).split('\n')) expect(one.length).toBeLessThan(127);
          const reader = new ConsoleReader(1000);
          const found: Uint8Array[] = [];
          let rest = '';
          for (let at = 0; at < line.length; at += pieceBytes) {
            const input = reader.push(line.subarray(at, at + pieceBytes));
            found.push(...input.messages);
            rest += String.fromCharCode(...input.text);
          }
          expect(found).toEqual(messages);
          expect(rest).toBe('boot: \u0006\u0009 ok\n'.repeat(messages.length));
        },
      ),
    );
  });

  test('a damaged message is dropped, the next one is not', () => {
    const message = Uint8Array.from({ length: 300 }, (_, index) => index);
    const line = writeConsoleLines(message);
    for (let index = 0; index < line.length; index++) {
      const reader = new ConsoleReader(1000);
      const damaged = line.slice();
      damaged[index] = (damaged[index] ?? 0) ^ 1;
      const first = reader.push(damaged).messages;
      expect(first.length === 0 || index === line.length - 1).toBe(true);
      // A line feed that was lost takes the line behind it with it.
      reader.push(bytes('\n'));
      expect(reader.push(line).messages).toEqual([message]);
    }
  });

  test('bytes between messages come through as they are, whatever they are', () => {
    const message = Uint8Array.from({ length: 40 }, (_, index) => index * 5);
    const frame = fc.array(
      fc.oneof(fc.constantFrom(0x06, 0x09, 0x04, 0x14, 0x0a, 0x41, 0x3d), fc.integer({ min: 1, max: 255 })),
      { maxLength: 300 },
    );
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 5 }), (frames) => {
        const reader = new ConsoleReader(1000);
        for (const content of frames) {
          // A line of base64 behind a mark would be one of a message; here every line has a byte that is none.
          const sent = [...content.flatMap((byte) => (byte === 0x0a ? [0x80, byte] : [byte])), 0];
          const input = reader.push(Uint8Array.from([...sent, ...writeConsoleLines(message)]));
          expect(input.messages).toEqual([message]);
          expect([...input.text]).toEqual(sent);
        }
      }),
    );
  });

  test('a message over the limit is dropped, however long its sender goes on', () => {
    const reader = new ConsoleReader(100);
    expect(reader.push(writeConsoleLines(new Uint8Array(60_000))).messages).toEqual([]);
    expect(reader.push(writeConsoleLines(new Uint8Array(50))).messages).toHaveLength(1);
  });
});

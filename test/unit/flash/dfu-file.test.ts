import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDfuFile } from '../../../protocol/flash/dfu-file.ts';
import { parseDfuSeLayout } from '../../../protocol/flash/dfuse-layout.ts';
import { writeDfuFile, writeDfuSeFile } from '../../support/usb/dfu-files.ts';

const IDS = { vendorId: 0x1209, productId: 0x0002, deviceVersion: 0x0100 };

describe('a DFU file', () => {
  test('has the suffix that dfu-suffix 0.11 of Debian adds', () => {
    // printf 'firmware' > f; dfu-suffix -v 1209 -p 0002 -d 0100 -a f
    const expected = '6669726d7761726500010200091200015546441048ead194';
    const file = writeDfuFile(new TextEncoder().encode('firmware'), IDS);
    expect(Buffer.from(file).toString('hex')).toBe(expected);
    expect(readDfuFile(file)).toEqual({
      suffix: { ...IDS, dfuVersion: 0x0100, lengthBytes: 16 },
      targets: [{ alternate: null, elements: [{ address: null, bytes: new TextEncoder().encode('firmware') }] }],
    });
  });

  test('without a suffix is taken as it is, and says so', () => {
    const bytes = Uint8Array.of(1, 2, 3);
    expect(readDfuFile(bytes)).toEqual({
      suffix: null,
      targets: [{ alternate: null, elements: [{ address: null, bytes }] }],
    });
  });

  test('with addresses: all images come back', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            alternate: fc.nat(255),
            elements: fc.array(fc.record({ address: fc.nat(0xffff_ffff), bytes: fc.uint8Array({ maxLength: 40 }) }), {
              maxLength: 4,
            }),
          }),
          { maxLength: 4 },
        ),
        (targets) => {
          expect(readDfuFile(writeDfuSeFile(targets, IDS)).targets).toEqual(targets);
        },
      ),
    );
  });

  test('of which any bit was changed, or that was cut, is refused or has no suffix', () => {
    const whole = writeDfuSeFile([{ alternate: 0, elements: [{ address: 8, bytes: new Uint8Array(20) }] }], IDS);
    fc.assert(
      fc.property(fc.nat(whole.length * 8 - 1), (bit) => {
        const file = whole.slice();
        file[bit >> 3] = (file[bit >> 3] as number) ^ (1 << (bit & 7));
        // Within the three letters of the signature it is none.
        const at = whole.length - 8;
        if (bit >> 3 >= at && bit >> 3 < at + 3) expect(readDfuFile(file).suffix).toBeNull();
        else expect(() => readDfuFile(file)).toThrow('its checksum is wrong');
      }),
      { numRuns: 1000 },
    );
  });

  test('any bytes behind a right checksum are read or refused, never worse', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(10), (bytes, targets) => {
        const content = Uint8Array.of(...new TextEncoder().encode('DfuSe'), 1, 0, 0, 0, 0, targets, ...bytes);
        new DataView(content.buffer).setUint32(6, content.length, true);
        try {
          readDfuFile(writeDfuFile(content, IDS));
        } catch (error) {
          expect(error).toMatchObject({ code: 'PACKAGE_INVALID' });
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the description of memory', () => {
  test('pages of several sizes, with what they allow', () => {
    const layout = parseDfuSeLayout('@Internal Flash  /0x08000000/02*016Kg,01*064Ka/0x1FFF7800/01*040 e');
    expect(layout?.name).toBe('Internal Flash');
    expect(layout?.pages).toEqual([
      { address: 0x0800_0000, lengthBytes: 0x4000, isReadable: true, isErasable: true, isWritable: true },
      { address: 0x0800_4000, lengthBytes: 0x4000, isReadable: true, isErasable: true, isWritable: true },
      { address: 0x0800_8000, lengthBytes: 0x1_0000, isReadable: true, isErasable: false, isWritable: false },
      { address: 0x1fff_7800, lengthBytes: 40, isReadable: true, isErasable: false, isWritable: true },
    ]);
  });

  test.each([
    'Internal Flash',
    '@Flash',
    '@Flash /0x08000000/',
    '@Flash /0x08000000/04*016Kz',
    '@Flash /0x08000000/99999*99999Mg',
    '@Flash /0xffff0000/02*064Kg',
  ])('%s is none', (text) => expect(parseDfuSeLayout(text)).toBeUndefined());

  test('any text is read or is none', () => {
    const piece = fc.constantFrom('@', '/', '0x', '08000000', '04', '*', '016', 'K', 'M', 'g', ',', ' ', 'Flash');
    fc.assert(
      fc.property(fc.array(piece), (pieces) => void parseDfuSeLayout(pieces.join(''))),
      { numRuns: 2000 },
    );
  });
});

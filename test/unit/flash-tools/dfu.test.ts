/** Our client of DFU against the emulated device, which is as strict as the standard allows. dfu-util is in test/vm. */
import { beforeEach, describe, expect, test } from 'vitest';
import { DfuDevice, type DfuDeviceOptions } from '../../../emulator/usb/dfu-device.ts';
import { type DfuFlashOptions, flashDfu } from '../../../flash-tools/dfu/flash-dfu.ts';
import { type DfuReadOptions, readDfu } from '../../../flash-tools/dfu/read-dfu.ts';
import { writeDfuFile, writeDfuSeFile } from '../../support/usb/dfu-files.ts';
import { InMemoryUsb } from '../../support/usb/in-memory-usb.ts';
import { xorshift } from '../../support/xorshift.ts';

const IDS = { vendorId: 0x1209, productId: 0x0002, deviceVersion: 0x0100 };
const SELECTION = { vendorId: 0x1209, productId: 0x0002 };
const FLASH = { name: 'Flash', address: 0x0800_0000, pageBytes: 2048, pageCount: 16 };
const DATA = { name: 'Data', address: 0x2000_0000, pageBytes: 512, pageCount: 4 };

let device: DfuDevice;
let usb: InMemoryUsb;

function plug(options: Partial<DfuDeviceOptions> = {}): void {
  device = new DfuDevice({ memories: [FLASH], transferBytes: 256, workMs: 2, ...options });
  usb = new InMemoryUsb(device).returnDevicesAfter(20);
}

const flash = (file: Uint8Array, options: DfuFlashOptions = {}): ReturnType<typeof flashDfu> =>
  flashDfu(SELECTION, file, { system: usb, ...options });

function randomBytes(length: number, seed = 1): Uint8Array {
  const next = xorshift(seed);
  return Uint8Array.from({ length }, () => next() & 0xff);
}

const held = (length: number, memory = 0): Uint8Array =>
  (device.memories[memory]?.bytes ?? new Uint8Array(0)).slice(0, length);

describe('a device without addresses', () => {
  beforeEach(() => plug());

  test.each([1, 255, 256, 257, 2048, 5000, 32_768])('%i bytes are written and read back', async (length) => {
    const bytes = randomBytes(length);
    const progress: number[] = [];
    const report = await flash(writeDfuFile(bytes, IDS), { onProgress: (done) => progress.push(done) });
    expect(report).toMatchObject({ lengthBytes: length, presentBytes: 0, proof: 'read-back' });
    expect(held(length)).toEqual(bytes);
    expect(progress.at(-1)).toBe(length);
    expect(await flash(writeDfuFile(bytes, IDS), { isVerifyOnly: true })).toMatchObject({ proof: 'read-back' });
  });

  test('a dry run and a look change nothing', async () => {
    const file = writeDfuFile(randomBytes(100), IDS);
    expect(await flash(file, { isDryRun: true })).toMatchObject({ isDryRun: true, proof: null, lengthBytes: 100 });
    await expect(flash(file, { isVerifyOnly: true })).rejects.toMatchObject({ code: 'FLASH_VERIFY' });
    expect(device.memories[0]?.erasures).toBe(0);
  });

  test('what another program left half done does not matter', async () => {
    const [raw] = await usb.getDevices();
    await raw?.open();
    const download = { requestType: 'class', recipient: 'interface', request: 1, value: 0, index: 0 } as const;
    await raw?.controlTransferOut(download, new Uint8Array(9));
    const bytes = randomBytes(300);
    await flash(writeDfuFile(bytes, IDS));
    expect(held(300)).toEqual(bytes);
  });

  test('memory that takes something else is found', async () => {
    const bytes = randomBytes(600).map((byte) => byte | 1);
    device.memories[0]?.wearOut(FLASH.address + 513);
    await expect(flash(writeDfuFile(bytes, IDS))).rejects.toMatchObject({
      code: 'FLASH_VERIFY',
      details: { address: 512 },
    });
  });

  test('firmware that is larger than the memory: the device says so', async () => {
    await expect(flash(writeDfuFile(new Uint8Array(40_000), IDS))).rejects.toMatchObject({
      code: 'FLASH_REFUSED',
      message: expect.stringContaining('the address is outside of its memory'),
    });
  });

  test('firmware that the device itself finds damaged', async () => {
    plug({ accepts: (firmware) => firmware[0] === 7 });
    await expect(flash(writeDfuFile(Uint8Array.of(1, 2), IDS))).rejects.toMatchObject({ code: 'FLASH_REFUSED' });
    expect(await flash(writeDfuFile(Uint8Array.of(7, 2), IDS))).toMatchObject({ proof: 'read-back' });
  });

  test('one that must be reset afterwards: its own word counts, and the firmware starts', async () => {
    plug({ isManifestationTolerant: false });
    expect(await flash(writeDfuFile(randomBytes(300), IDS))).toMatchObject({ proof: 'status' });
    expect(device.mode).toBe('runtime');
  });

  test('one that cannot be read: its own word counts', async () => {
    plug({ canUpload: false });
    const bytes = randomBytes(300);
    expect(await flash(writeDfuFile(bytes, IDS))).toMatchObject({ proof: 'status' });
    expect(held(300)).toEqual(bytes);
    await expect(flash(writeDfuFile(bytes, IDS), { isVerifyOnly: true })).rejects.toMatchObject({
      code: 'FLASH_REFUSED',
      message: expect.stringContaining('cannot be read'),
    });
  });

  test.each([true, false])('firmware that runs makes room for the boot loader (by itself: %s)', async (willDetach) => {
    plug({ startsAs: 'runtime', willDetach });
    const bytes = randomBytes(300);
    expect(await flash(writeDfuFile(bytes, IDS), { isDryRun: true })).toMatchObject({ memories: [] });
    expect(device.mode).toBe('runtime');
    expect(await flash(writeDfuFile(bytes, IDS))).toMatchObject({ proof: 'read-back' });
    expect(held(300)).toEqual(bytes);
  });

  test('a plug that is pulled, an abort', async () => {
    const file = writeDfuFile(randomBytes(4096), IDS);
    await expect(flash(file, { onProgress: () => device.unplug() })).rejects.toMatchObject({ code: 'LINK_LOST' });
    plug();
    const controller = new AbortController();
    const stopped = flash(file, { signal: controller.signal, onProgress: () => controller.abort(new Error('stop')) });
    await expect(stopped).rejects.toThrow('stop');
    expect(await flash(file)).toMatchObject({ proof: 'read-back' });
  });
});

describe('a device with addresses', () => {
  beforeEach(() => plug({ isDfuSe: true, memories: [FLASH, DATA] }));

  const fileAt = (address: number, bytes: Uint8Array, alternate = 0): Uint8Array =>
    writeDfuSeFile([{ alternate, elements: [{ address, bytes }] }], IDS);

  test('writes across pages, keeps what stands next to it, and leaves other pages alone', async () => {
    const before = randomBytes(FLASH.pageBytes * FLASH.pageCount, 5);
    device.memories[0]?.bytes.set(before);
    const bytes = randomBytes(3000, 9);
    const report = await flash(fileAt(FLASH.address + 1000, bytes));
    expect(report).toMatchObject({ memories: [{ number: 0 }], presentBytes: 0, proof: 'read-back' });
    const expected = before.slice();
    expected.set(bytes, 1000);
    expect(held(expected.length)).toEqual(expected);
    expect(device.memories[0]?.erasures).toBe(2);
  });

  test('a cut update goes on: pages that are right are not written again', async () => {
    const bytes = randomBytes(10 * FLASH.pageBytes);
    const file = fileAt(FLASH.address, bytes);
    let pages = 0;
    const cut = flash(file, {
      onProgress: () => {
        if (++pages === 4) device.unplug();
      },
    });
    await expect(cut).rejects.toMatchObject({ code: 'LINK_LOST' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const erasures = device.memories[0]?.erasures ?? 0;
    expect(await flash(file)).toMatchObject({ presentBytes: 4 * FLASH.pageBytes, proof: 'read-back' });
    expect(held(bytes.length)).toEqual(bytes);
    expect((device.memories[0]?.erasures ?? 0) - erasures).toBe(6);
    expect(await flash(file)).toMatchObject({ presentBytes: bytes.length });
  });

  test('several memories in one file; then the firmware starts', async () => {
    const [code, data] = [randomBytes(700, 2), randomBytes(600, 3)];
    const file = writeDfuSeFile(
      [
        { alternate: 0, elements: [{ address: FLASH.address, bytes: code }] },
        { alternate: 1, elements: [{ address: DATA.address + 512, bytes: data }] },
      ],
      IDS,
    );
    expect(await flash(file, { startsAfterwards: true })).toMatchObject({ lengthBytes: 1300, proof: 'read-back' });
    expect(held(700)).toEqual(code);
    expect(held(1112, 1).subarray(512)).toEqual(data);
    await expect.poll(() => device.mode).toBe('runtime');
  });

  test('a file without addresses goes where it is told, into the memory that is named', async () => {
    const bytes = randomBytes(500);
    await flash(bytes, { isPlain: true, alternate: 'Flash', address: FLASH.address + 4096 });
    expect(held(4596).subarray(4096)).toEqual(bytes);
    await flash(bytes, { isPlain: true, alternate: '1' });
    expect(held(500, 1)).toEqual(bytes);
    await expect(flash(bytes, { isPlain: true })).rejects.toMatchObject({
      code: 'USAGE',
      hint: "say which with --alt: 0 'Flash', 1 'Data'",
    });
    await expect(flash(bytes, { isPlain: true, alternate: '7' })).rejects.toMatchObject({ code: 'USAGE' });
  });

  test('memory that takes something else is found in its page', async () => {
    device.memories[0]?.wearOut(FLASH.address + 2050);
    const bytes = new Uint8Array(3 * FLASH.pageBytes).fill(0xff);
    bytes.fill(3, 0, 5000);
    await expect(flash(fileAt(FLASH.address, bytes))).rejects.toMatchObject({
      code: 'FLASH_VERIFY',
      details: { address: FLASH.address + 2050 },
    });
  });

  test.each([
    ['before the memory', FLASH.address - 1],
    ['behind the memory', FLASH.address + 16 * 2048 - 99],
    ['nowhere', 0],
  ])('an address %s is refused before anything is written', async (_, address) => {
    await expect(flash(fileAt(address, new Uint8Array(100)))).rejects.toMatchObject({
      code: 'PACKAGE_REFUSED',
      hint: expect.stringContaining('0x08000000/16*002Kg'),
    });
    expect(device.memories[0]?.erasures).toBe(0);
  });
});

describe('files that are refused leave the device as it was', () => {
  beforeEach(() => plug());

  const whole = writeDfuFile(randomBytes(300), IDS);
  const flipped = whole.map((byte, index) => (index === 40 ? byte ^ 4 : byte));

  test.each([
    ['a changed one', flipped, 'PACKAGE_INVALID'],
    ['one without a suffix', whole.subarray(0, 300), 'PACKAGE_INVALID'],
    ['one that was cut', whole.subarray(0, 200), 'PACKAGE_INVALID'],
    ['one of another vendor', writeDfuFile(randomBytes(9), { ...IDS, vendorId: 0x0483 }), 'PACKAGE_REFUSED'],
    ['one of another product', writeDfuFile(randomBytes(9), { ...IDS, productId: 0xdf11 }), 'PACKAGE_REFUSED'],
    [
      'one with addresses',
      writeDfuSeFile([{ alternate: 0, elements: [{ address: 4, bytes: whole }] }], IDS),
      'PACKAGE_REFUSED',
    ],
    ['an empty one', writeDfuFile(new Uint8Array(0), IDS), 'PACKAGE_INVALID'],
  ])('%s', async (_, file, code) => {
    await expect(flash(file)).rejects.toMatchObject({ code });
    expect(device.memories[0]?.erasures).toBe(0);
  });

  test('one for any device is taken', async () => {
    expect(await flash(writeDfuFile(randomBytes(9), { ...IDS, vendorId: 0xffff, productId: 0xffff }))).toMatchObject({
      proof: 'read-back',
    });
  });
});

describe('what a device holds is read', () => {
  const read = (options: DfuReadOptions = {}): ReturnType<typeof readDfu> =>
    readDfu(SELECTION, { system: usb, ...options });

  test('without addresses: all of it, or the beginning', async () => {
    plug();
    const bytes = randomBytes(3000);
    await flash(writeDfuFile(bytes, IDS));
    const all = await read();
    expect(all.address).toBe(0);
    expect(all.bytes.slice(0, 3000)).toEqual(bytes);
    for (const lengthBytes of [1, 256, 1000]) {
      expect((await read({ lengthBytes })).bytes).toEqual(bytes.slice(0, lengthBytes));
    }
    await expect(read({ address: 0x100 })).rejects.toMatchObject({ code: 'USAGE' });
    // And it can be flashed afterwards.
    expect(await flash(writeDfuFile(bytes, IDS), { isVerifyOnly: true })).toMatchObject({ proof: 'read-back' });
  });

  test('with addresses: a part, the rest of a memory, and nothing that is not there', async () => {
    plug({ isDfuSe: true, memories: [FLASH, DATA] });
    const bytes = randomBytes(5000);
    await flash(writeDfuFile(bytes, IDS), { alternate: 'Flash' });
    const part = await read({ alternate: 'Flash', address: FLASH.address + 1000, lengthBytes: 3000 });
    expect(part).toEqual({ address: FLASH.address + 1000, bytes: bytes.slice(1000, 4000) });
    expect((await read({ alternate: '0' })).bytes.length).toBe(16 * 2048);
    expect((await read({ alternate: '1', address: DATA.address + 512 })).bytes.length).toBe(3 * 512);
    await expect(read()).rejects.toMatchObject({ code: 'USAGE', hint: expect.stringContaining('--alt') });
    for (const wrong of [
      { address: 0x0700_0000 },
      { address: FLASH.address + 16 * 2048 },
      { lengthBytes: 16 * 2048 + 1 },
    ]) {
      await expect(read({ alternate: 'Flash', ...wrong })).rejects.toMatchObject({
        code: 'USAGE',
        hint: expect.stringContaining('@Flash'),
      });
    }
  });

  test('firmware that runs makes room for it; a device that cannot be read says so', async () => {
    plug({ startsAs: 'runtime' });
    expect((await read({ lengthBytes: 10 })).bytes.length).toBe(10);
    plug({ canUpload: false });
    await expect(read()).rejects.toMatchObject({ code: 'FLASH_REFUSED' });
  });
});

/** The line over USB: emulated devices behind the surface of the package `usb`. The system's own is in test/vm. */
import fc from 'fast-check';
import { ReliableLink } from 'shoal/protocol';
import { describe, expect, test } from 'vitest';
import { LineDevice } from '../../../../emulator/usb/line-device.ts';
import { connectLink } from '../../../../host/links/connect-link.ts';
import { LINK_CLOCK } from '../../../../host/links/link-clock.ts';
import { usbOpener } from '../../../../host/links/usb-line.ts';
import { parseUsbSelector, usbSelector } from '../../../../host/links/usb-selection.ts';
import type { UsbSystem } from '../../../../host/links/usb-surface.ts';
import type { Line } from '../../../../protocol/line.ts';
import { sendNumbered } from '../../../support/numbered-messages.ts';
import { InMemoryUsb } from '../../../support/usb/in-memory-usb.ts';
import { ObservedLink } from './observed-link.ts';

const SELECTION = { vendorId: 0x1209, productId: 0x0001 };

const openLine = (usb: UsbSystem, selection = SELECTION): Promise<Line> =>
  usbOpener(selection, async () => usb).open(AbortSignal.timeout(5000));

/** A device whose lines a link gets, one after the other. */
function boardOnUsb(): { readonly device: LineDevice; readonly usb: InMemoryUsb; readonly board: ObservedLink } {
  const link = new ReliableLink('messages', LINK_CLOCK, { abandonMs: 10_000 });
  const device = new LineDevice({ onLine: (line) => link.attach(line) });
  return { device, usb: new InMemoryUsb(device), board: new ObservedLink(link) };
}

describe('a line over USB', () => {
  test('carries messages both ways, whatever their length, and again after the plug was pulled', async () => {
    const { device, usb, board } = boardOnUsb();
    const near = new ObservedLink(
      await connectLink(
        usbOpener(SELECTION, async () => usb),
        { abandonMs: 10_000 },
      ),
    );
    // Lengths around packets and transfers, and one that is cut into frames.
    const lengths = [8, 510, 511, 512, 513, 1023, 1024, 16_383, 16_384, 16_385, 32_768, 3_000_000];
    const lengthOf = (number: number): number => lengths[number % lengths.length] as number;
    sendNumbered(board.link, 120, lengthOf, 100_000);
    sendNumbered(near.link, 120, lengthOf, 100_000);
    await near.until(() => near.receiver.count > 15);
    device.unplug();
    await near.until(() => near.states.includes('interrupted'));
    usb.plug(device);
    await near.until(() => near.receiver.count === 120);
    await board.until(() => board.receiver.count === 120);
    expect([near.receiver.fault, board.receiver.fault]).toEqual([undefined, undefined]);
    expect(near.states).toEqual(['open', 'interrupted', 'resumed']);
    expect(near.reasons[1]).toMatchObject({ code: 'LINK_LOST', hint: expect.stringContaining('cable') });
    near.link.close();
    await board.until(() => board.states.includes('closed'));
  });

  test('keeps each message whole: any lengths, nothing added or dropped', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.integer({ min: 1, max: 1100 }), fc.constantFrom(512, 1024, 16_384, 16_896, 32_768)), {
          minLength: 1,
          maxLength: 8,
        }),
        async (lengths) => {
          const heard: number[] = [];
          let far: Line | undefined;
          const device = new LineDevice({ onLine: (line) => (far = line) });
          const near = await openLine(new InMemoryUsb(device));
          if (far === undefined) throw new Error('no line');
          // Everything that comes goes back.
          const echo = far;
          echo.onBytes = (bytes) => echo.write(bytes);
          await new Promise<void>((resolve, reject) => {
            near.onEnd = reject;
            near.onBytes = (bytes) => {
              heard.push(bytes.every((byte) => byte === bytes.length % 251) ? bytes.length : -1);
              if (heard.length === lengths.length) resolve();
            };
            for (const length of lengths) near.write(new Uint8Array(length).fill(length % 251));
          });
          expect(heard).toEqual(lengths);
          near.close();
        },
      ),
      { numRuns: 100 },
    );
  });

  test('says how much has not left yet, and when less is', async () => {
    const { usb } = boardOnUsb();
    const near = await openLine(usb);
    near.write(new Uint8Array(100_000));
    expect(near.bufferedBytes).toBe(100_000);
    await new Promise<void>((resolve) => {
      near.onDrain = resolve;
    });
    expect(near.bufferedBytes).toBe(0);
    near.close();
  });

  test('that the board closes ends, and the next one begins with nothing of it', async () => {
    const lines: Line[] = [];
    const usb = new InMemoryUsb(new LineDevice({ onLine: (line) => lines.push(line) }));
    const first = await openLine(usb);
    const ended = new Promise((resolve) => {
      first.onEnd = resolve;
    });
    const heard = new Promise((resolve) => {
      first.onBytes = resolve;
    });
    lines[0]?.write(Uint8Array.of(1, 2));
    lines[0]?.close();
    expect(await heard).toEqual(Uint8Array.of(1, 2));
    expect(await ended).toMatchObject({ code: 'LINK_LOST', retryable: true });
    const second = await openWhenFree(usb);
    const next = new Promise((resolve) => {
      second.onBytes = resolve;
    });
    lines[1]?.write(Uint8Array.of(3));
    expect(await next).toEqual(Uint8Array.of(3));
    second.close();
  });

  test('a host that vanished leaves nothing for the next one', async () => {
    const lines: Line[] = [];
    const device = new LineDevice({ onLine: (line) => lines.push(line) });
    const { device: raw } = { device: await new InMemoryUsb(device).getDevices() };
    await raw[0]?.open();
    await raw[0]?.controlTransferOut(
      { requestType: 'vendor', recipient: 'interface', request: 1, value: 1, index: 0 },
      new Uint8Array(0),
    );
    lines[0]?.write(Uint8Array.of(9));
    const reason = new Promise((resolve) => {
      if (lines[0] !== undefined) lines[0].onEnd = resolve;
    });
    const next = await openLine(new InMemoryUsb(device));
    expect(await reason).toMatchObject({ code: 'LINK_LOST' });
    const heard = new Promise((resolve) => {
      next.onBytes = resolve;
    });
    lines.at(-1)?.write(Uint8Array.of(7));
    expect(await heard).toEqual(Uint8Array.of(7));
    next.close();
  });
});

async function openWhenFree(usb: UsbSystem): Promise<Line> {
  for (let tries = 0; ; tries++) {
    try {
      return await openLine(usb);
    } catch (error) {
      if (tries === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

describe('what cannot be opened says why and what to do', () => {
  const plain = (options: object = {}): LineDevice => new LineDevice({ onLine: () => undefined, ...options });

  test('a computer without USB', async () => {
    const none: UsbSystem = { getDevices: () => Promise.reject(new Error('/sys/bus/usb/devices/ not found')) };
    await expect(openLine(none)).rejects.toMatchObject({
      code: 'LINK_UNAVAILABLE',
      message: expect.stringContaining('/sys/bus/usb/devices/ not found'),
      hint: expect.stringContaining('container'),
    });
  });

  test('no such device: what is there instead', async () => {
    const usb = new InMemoryUsb(plain({ productId: 0x0999, serialNumber: 'A1' }));
    await expect(openLine(usb)).rejects.toMatchObject({
      code: 'DEVICE_NOT_FOUND',
      hint: expect.stringContaining('usb:1209:0999:A1'),
    });
    await expect(openLine(new InMemoryUsb())).rejects.toMatchObject({ code: 'DEVICE_NOT_FOUND' });
  });

  test('two devices match: both are named, none is opened', async () => {
    const usb = new InMemoryUsb(plain({ serialNumber: 'A1' }), plain({ serialNumber: 'A2' }));
    await expect(openLine(usb)).rejects.toMatchObject({
      code: 'DEVICE_AMBIGUOUS',
      retryable: false,
      details: { selectors: ['usb:1209:0001:A1', 'usb:1209:0001:A2'] },
    });
    const second = await openLine(usb, { ...SELECTION, serialNumber: 'A2' } as typeof SELECTION);
    second.close();
  });

  test('another program has it', async () => {
    const usb = new InMemoryUsb(plain());
    const first = await openLine(usb);
    await expect(openLine(usb)).rejects.toMatchObject({ code: 'LINK_BUSY', retryable: true });
    first.close();
    (await openWhenFree(usb)).close();
  });

  test('a user who may not: how to be let', async () => {
    const usb = new InMemoryUsb(plain());
    const denied: UsbSystem = {
      async getDevices() {
        const [device] = await usb.getDevices();
        const open = () => Promise.reject(new Error('open error: Permission denied (os error 13)'));
        return [Object.assign(Object.create(device ?? null), { open })];
      },
    };
    await expect(openLine(denied)).rejects.toMatchObject({
      code: 'PERMISSION_DENIED',
      hint: expect.stringContaining('shoal udev --install --usb 1209:0001'),
    });
  });
});

describe('selectors', () => {
  test.each([
    ['usb:1209:0001', { vendorId: 0x1209, productId: 1 }],
    ['usb:1209:0001:A:1', { vendorId: 0x1209, productId: 1, serialNumber: 'A:1' }],
    ['usb:serial=x y', { serialNumber: 'x y' }],
  ])('%s', (text, selection) => {
    expect(parseUsbSelector(text)).toEqual(selection);
    expect(usbSelector(selection)).toBe(text);
  });

  test.each(['usb:', 'usb:1209', 'usb:1209:1', 'usb:serial=', 'usb:12090:0001', 'usb:wxyz:0001'])('not %s', (text) => {
    expect(parseUsbSelector(text)).toBeUndefined();
  });
});

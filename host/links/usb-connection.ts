import { ShoalError } from '../../protocol/errors.ts';
import { type UsbSelection, usbSelector } from './usb-selection.ts';
import type { UsbAlternateSurface, UsbControlSetup, UsbDeviceSurface, UsbInResult } from './usb-surface.ts';

/** One setting of an interface, with the number of its interface. */
export interface UsbSetting extends UsbAlternateSurface {
  readonly interfaceNumber: number;
}

export type UsbRequest = Pick<UsbControlSetup, 'request' | 'value'> & {
  readonly requestType?: 'class' | 'vendor';
};

/** For requests that a device answers at once. */
const CONTROL_TIMEOUT_MS = 5000;

/**
 * An interface of a device, claimed for this program. Its methods reject with LINK_LOST when the device is gone, with
 * LINK_TIMEOUT when it does not answer, and resolve with `'stall'` when it refuses.
 */
export class UsbConnection {
  /** As a selector, for messages. */
  readonly name: string;
  readonly device: UsbDeviceSurface;
  readonly interfaceNumber: number;

  private constructor(name: string, device: UsbDeviceSurface, interfaceNumber: number) {
    this.name = name;
    this.device = device;
    this.interfaceNumber = interfaceNumber;
  }

  /**
   * Opens a device, and claims the interface that `choose` picks from its settings. Rejects with PERMISSION_DENIED;
   * with LINK_UNAVAILABLE if `choose` finds nothing (`purpose` says what for), with LINK_BUSY if another program has it.
   */
  static async open(
    selection: UsbSelection,
    device: UsbDeviceSurface,
    choose: (settings: readonly UsbSetting[]) => UsbSetting | undefined,
    purpose: string,
  ): Promise<{ readonly connection: UsbConnection; readonly setting: UsbSetting }> {
    const name = usbSelector(selection);
    try {
      await device.open();
    } catch (error) {
      throw usbError(name, device, 'cannot be opened', error);
    }
    try {
      const settings = settingsOf(device);
      const setting = choose(settings);
      if (setting === undefined) {
        throw new ShoalError('LINK_UNAVAILABLE', `${name} has no interface for ${purpose}`, {
          hint: `its interfaces are of class ${settings.map(classText).join(', ') || 'none'}; is it the right device?`,
        });
      }
      await device.claimInterface(setting.interfaceNumber);
      return { connection: new UsbConnection(name, device, setting.interfaceNumber), setting };
    } catch (error) {
      await device.close().catch(() => undefined);
      throw error instanceof ShoalError ? error : usbError(name, device, 'cannot be opened', error);
    }
  }

  async selectAlternate(alternate: number): Promise<void> {
    await this.#guard(async () => {
      await this.device.selectAlternateInterface(this.interfaceNumber, alternate);
      return new Uint8Array(0);
    });
  }

  /** A request to the interface, answered with data. */
  controlIn(request: UsbRequest, lengthBytes: number): Promise<Uint8Array | 'stall'> {
    return this.#guard(async () =>
      bytesOf(await this.device.controlTransferIn(this.#setup(request), lengthBytes, CONTROL_TIMEOUT_MS)),
    );
  }

  /** A descriptor of the device, by a standard request. */
  descriptor(type: number, lengthBytes: number): Promise<Uint8Array | 'stall'> {
    const GET_DESCRIPTOR = 6;
    return this.#guard(async () => {
      const setup = {
        requestType: 'standard',
        recipient: 'device',
        request: GET_DESCRIPTOR,
        value: type << 8,
        index: 0,
      } as const;
      return bytesOf(await this.device.controlTransferIn(setup, lengthBytes, CONTROL_TIMEOUT_MS));
    });
  }

  /** A request to the interface, with data or none. Resolves with nothing. */
  controlOut(
    request: UsbRequest,
    data: Uint8Array = new Uint8Array(0),
    timeoutMs: number = CONTROL_TIMEOUT_MS,
  ): Promise<Uint8Array | 'stall'> {
    return this.#guard(async () => {
      const { status } = await this.device.controlTransferOut(this.#setup(request), data, timeoutMs);
      return status === 'stall' ? status : new Uint8Array(0);
    });
  }

  bulkIn(endpointNumber: number, maxBytes: number, timeoutMs: number): Promise<Uint8Array | 'stall'> {
    return this.#guard(async () => bytesOf(await this.device.transferIn(endpointNumber, maxBytes, timeoutMs)));
  }

  bulkOut(endpointNumber: number, bytes: Uint8Array, timeoutMs: number): Promise<Uint8Array | 'stall'> {
    return this.#guard(async () => {
      const { status } = await this.device.transferOut(endpointNumber, bytes, timeoutMs);
      return status === 'stall' ? status : new Uint8Array(0);
    });
  }

  /** A bus reset; the device may come back as another one. Never rejects: it may leave before it has answered. */
  async reset(): Promise<void> {
    await this.device.reset().catch(() => undefined);
  }

  /** Never rejects: a device that is gone is closed. */
  async close(): Promise<void> {
    await this.device.releaseInterface(this.interfaceNumber).catch(() => undefined);
    await this.device.close().catch(() => undefined);
  }

  #setup({ request, value, requestType = 'class' }: UsbRequest): UsbControlSetup {
    return { requestType, recipient: 'interface', request, value, index: this.interfaceNumber };
  }

  async #guard(transfer: () => Promise<Uint8Array | 'stall'>): Promise<Uint8Array | 'stall'> {
    try {
      return await transfer();
    } catch (error) {
      // The package `usb` throws what WebUSB has as a status.
      if (STALL.test((error as Error).message)) return 'stall';
      throw usbError(this.name, this.device, 'failed', error);
    }
  }
}

const STALL = /stall/i;

function bytesOf({ status, data }: UsbInResult): Uint8Array | 'stall' {
  if (status === 'stall') return status;
  return data === undefined ? new Uint8Array(0) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** All settings of all interfaces of a device that is open. */
function settingsOf(device: UsbDeviceSurface): readonly UsbSetting[] {
  return (device.configuration?.interfaces ?? []).flatMap(({ interfaceNumber, alternates }) =>
    alternates.map((alternate) => ({ ...alternate, interfaceNumber })),
  );
}

function classText({ interfaceClass, interfaceSubclass, interfaceProtocol }: UsbSetting): string {
  return [interfaceClass, interfaceSubclass, interfaceProtocol].map((code) => code.toString(16)).join('/');
}

/** What systems and the package `usb` say, and what it means. */
const CAUSES: readonly (readonly [pattern: RegExp, code: 'LINK_BUSY' | 'LINK_LOST' | 'LINK_TIMEOUT'])[] = [
  [/busy|errno 16\b|Unknown\(16\)|exclusive/i, 'LINK_BUSY'],
  [/cancel|timed? ?out/i, 'LINK_TIMEOUT'],
  [/disconnect|no such device|not found|errno (?:2|19)\b|shut ?down/i, 'LINK_LOST'],
];

function usbError(name: string, device: UsbDeviceSurface, what: string, cause: unknown): ShoalError {
  const { message } = cause as Error;
  if (/permission|denied|errno 13\b/i.test(message)) {
    const id = usbSelector({ vendorId: device.vendorId, productId: device.productId }).slice('usb:'.length);
    return new ShoalError('PERMISSION_DENIED', `${name} ${what}: this user may not use it (${message})`, {
      hint: `sudo shoal udev --install --usb ${id}; then plug it in again`,
      // Just plugged in, it may not have its rule yet.
      retryable: true,
      cause,
    });
  }
  const code = CAUSES.find(([pattern]) => pattern.test(message))?.[1] ?? 'LINK_UNAVAILABLE';
  const texts = {
    LINK_BUSY: [`${what}: another program has it`, 'close it there; `lsof /dev/bus/usb/*/*` says who'],
    LINK_LOST: ['was unplugged', 'is the cable in, and does the board have power? A hub of its own may help'],
    LINK_TIMEOUT: [`${what}: it did not answer`, 'unplug it and plug it in again'],
    LINK_UNAVAILABLE: [what, 'unplug it and plug it in again; on Windows it needs the driver WinUSB, by Zadig'],
  } as const;
  const [text, hint] = texts[code];
  return new ShoalError(code, `${name} ${text} (${message})`, { hint, retryable: true, cause });
}

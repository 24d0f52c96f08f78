/** Emulated USB devices behind the surface of WebUSB, as the package `usb` has it, without any system in between. */

import type { UsbAnswer, UsbDevice, UsbSetup } from '../../../emulator/usb/usb-device.ts';
import type {
  UsbAlternateSurface,
  UsbControlSetup,
  UsbDeviceSurface,
  UsbInResult,
  UsbInterfaceSurface,
  UsbOutResult,
  UsbSystem,
} from '../../../host/links/usb-surface.ts';

const TYPES = { standard: 0x00, class: 0x20, vendor: 0x40 } as const;
const SET_CONFIGURATION = 9;
const RECIPIENTS = { device: 0, interface: 1, endpoint: 2 } as const;

/** A computer with USB ports. */
export class InMemoryUsb implements UsbSystem {
  readonly #plugged = new Map<UsbDevice, Port>();

  /** A device that leaves is there again after so long. */
  #returnMs: number | undefined;

  constructor(...devices: readonly UsbDevice[]) {
    for (const device of devices) this.plug(device);
  }

  plug(device: UsbDevice): void {
    const port: Port = { device, isPlugged: true, claims: new Set(), waiting: new Set() };
    this.#plugged.set(device, port);
    device.reset();
    // As the system does before any program sees the device.
    device.control({ requestType: 0, request: SET_CONFIGURATION, value: 1, index: 0, length: 0 }, NONE);
    device.onDetach = () => {
      port.isPlugged = false;
      for (const end of [...port.waiting]) end();
      this.#plugged.delete(device);
      if (this.#returnMs !== undefined) setTimeout(() => this.plug(device), this.#returnMs);
    };
  }

  returnDevicesAfter(returnMs: number): this {
    this.#returnMs = returnMs;
    return this;
  }

  getDevices(): Promise<readonly UsbDeviceSurface[]> {
    return Promise.resolve([...this.#plugged.values()].map((port) => new InMemoryDevice(port)));
  }
}

interface Port {
  readonly device: UsbDevice;
  isPlugged: boolean;
  /** Interfaces that some program has. */
  readonly claims: Set<number>;
  /** Ends each transfer that waits for data. */
  readonly waiting: Set<() => void>;
}

/** One opening of a device. Messages are those of the package `usb` on Linux. */
class InMemoryDevice implements UsbDeviceSurface {
  readonly vendorId: number;
  readonly productId: number;
  readonly deviceVersionMajor: number;
  readonly deviceVersionMinor: number;
  readonly deviceVersionSubminor: number;
  readonly serialNumber: string;
  readonly productName: string;
  readonly #port: Port;
  readonly #claimed = new Set<number>();
  #isOpen = false;

  constructor(port: Port) {
    const { identity } = port.device;
    this.#port = port;
    this.vendorId = identity.vendorId;
    this.productId = identity.productId;
    this.deviceVersionMajor = identity.deviceVersion >> 8;
    this.deviceVersionMinor = (identity.deviceVersion >> 4) & 15;
    this.deviceVersionSubminor = identity.deviceVersion & 15;
    this.serialNumber = identity.serialNumber;
    this.productName = identity.product;
  }

  get configuration(): { readonly interfaces: readonly UsbInterfaceSurface[] } {
    const { device } = this.#port;
    return { interfaces: readInterfaces(device.configuration, (index) => readString(device, index)) };
  }

  async open(): Promise<void> {
    this.#present();
    this.#isOpen = true;
  }

  async close(): Promise<void> {
    for (const number of this.#claimed) this.#port.claims.delete(number);
    this.#claimed.clear();
    this.#isOpen = false;
  }

  async claimInterface(interfaceNumber: number): Promise<void> {
    this.#present();
    if (this.#port.claims.has(interfaceNumber)) throw new Error('claimInterface error: interface is busy (errno 16)');
    this.#port.claims.add(interfaceNumber);
    this.#claimed.add(interfaceNumber);
  }

  async releaseInterface(interfaceNumber: number): Promise<void> {
    this.#port.claims.delete(interfaceNumber);
    this.#claimed.delete(interfaceNumber);
  }

  async selectAlternateInterface(interfaceNumber: number, alternate: number): Promise<void> {
    this.#present();
    const SET_INTERFACE = 11;
    const setup = { requestType: 1, request: SET_INTERFACE, value: alternate, index: interfaceNumber, length: 0 };
    if (this.#port.device.control(setup, NONE) === 'stall') throw new Error('selectAlternateInterface error: stall');
  }

  async controlTransferIn(setup: UsbControlSetup, lengthBytes: number): Promise<UsbInResult> {
    this.#present();
    return inResult(this.#port.device.control(setupOf(setup, 0x80, lengthBytes), NONE));
  }

  async controlTransferOut(setup: UsbControlSetup, data: Uint8Array): Promise<UsbOutResult> {
    this.#present();
    return outResult(this.#port.device.control(setupOf(setup, 0, data.length), data.slice()) === 'stall');
  }

  transferIn(endpointNumber: number, lengthBytes: number, timeoutMs = 1000): Promise<UsbInResult> {
    const { device, waiting } = this.#port;
    return new Promise((resolve, reject) => {
      this.#present();
      const end = (): void => {
        clearTimeout(timer);
        reject(new Error('transferIn error: Disconnected'));
      };
      waiting.add(end);
      const timer = setTimeout(() => {
        waiting.delete(end);
        if (pending.cancel()) reject(new Error('transferIn error: Cancelled'));
      }, timeoutMs);
      const pending = device.bulkIn(endpointNumber, lengthBytes, (answer) => {
        clearTimeout(timer);
        waiting.delete(end);
        // Not within the call that brought the data, as on a real system.
        setImmediate(() => {
          try {
            resolve(inResult(answer));
          } catch (error) {
            reject(error as Error);
          }
        });
      });
    });
  }

  async transferOut(endpointNumber: number, data: Uint8Array): Promise<UsbOutResult> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#present();
    return outResult(this.#port.device.bulkOut(endpointNumber, data.slice()) === 'stall');
  }

  async clearHalt(): Promise<void> {
    this.#present();
  }

  async reset(): Promise<void> {
    this.#present();
    this.#port.device.reset();
  }

  #present(): void {
    if (!this.#port.isPlugged) throw new Error('transfer error: device disconnected');
    if (!this.#isOpen && this.#claimed.size > 0) throw new Error('transfer error: invalid state');
  }
}

const NONE = new Uint8Array(0);

function setupOf(setup: UsbControlSetup, direction: number, length: number): UsbSetup {
  const requestType = direction | TYPES[setup.requestType] | RECIPIENTS[setup.recipient];
  return { requestType, request: setup.request, value: setup.value, index: setup.index, length };
}

/** The package throws where WebUSB has a status. */
function inResult(answer: UsbAnswer): UsbInResult {
  if (answer === 'stall') throw new Error('transferIn error: Stall');
  const copy = answer.slice();
  return { status: 'ok', data: new DataView(copy.buffer) };
}

function outResult(isStalled: boolean): UsbOutResult {
  if (isStalled) throw new Error('transferOut error: Stall');
  return { status: 'ok' };
}

function readString(device: UsbDevice, index: number): string | null {
  if (index === 0) return null;
  const answer = device.control(
    { requestType: 0x80, request: 6, value: 0x0300 | index, index: 0x0409, length: 255 },
    NONE,
  );
  return answer === 'stall' ? null : new TextDecoder('utf-16le').decode(answer.subarray(2));
}

/** The interfaces of a configuration descriptor. */
function readInterfaces(bytes: Uint8Array, nameOf: (index: number) => string | null): UsbInterfaceSurface[] {
  type Alternate = UsbAlternateSurface & { endpoints: UsbAlternateSurface['endpoints'][number][] };
  const interfaces: { interfaceNumber: number; alternates: Alternate[] }[] = [];
  let current: Alternate | undefined;
  for (let at = 0; at < bytes.length; at += bytes[at] as number) {
    const [, type, a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0] = bytes.subarray(at);
    if (type === 4) {
      const name = nameOf(g);
      current = {
        alternateSetting: b,
        interfaceClass: d,
        interfaceSubclass: e,
        interfaceProtocol: f,
        ...(name === null ? {} : { interfaceName: name }),
        endpoints: [],
      };
      const found = interfaces.find(({ interfaceNumber }) => interfaceNumber === a);
      if (found === undefined) interfaces.push({ interfaceNumber: a, alternates: [current] });
      else found.alternates.push(current);
    }
    if (type === 5 && current !== undefined) {
      current.endpoints.push({
        endpointNumber: a & 15,
        direction: (a & 0x80) === 0 ? 'out' : 'in',
        type: ['control', 'isochronous', 'bulk', 'interrupt'][b & 3] as string,
        packetSize: c | (d << 8),
      });
    }
  }
  return interfaces;
}

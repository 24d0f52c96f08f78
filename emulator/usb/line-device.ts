/** A USB device that carries messages for a Shoal board. What its interface means stands in protocol/usb-line.ts. */
import { ShoalError } from '../../protocol/errors.ts';
import type { Line, LineCapabilities } from '../../protocol/line.ts';
import {
  LINE_CLOSED,
  LINE_OPENED,
  LINE_STATE_REQUEST,
  MAX_USB_MESSAGE_BYTES,
  SHOAL_INTERFACE,
  SHOAL_TEST_PRODUCT_ID,
  SHOAL_TEST_VENDOR_ID,
  USB_LINE_CAPABILITIES,
} from '../../protocol/usb-line.ts';
import { MessagesFromHost, MessagesToHost } from './bulk-pipes.ts';
import { configurationDescriptor, FIRST_NAME_STRING } from './descriptors.ts';
import { StandardRequests } from './standard-requests.ts';
import {
  BULK_PACKET_BYTES,
  type PendingTransfer,
  TO_HOST,
  TYPE_MASK,
  TYPE_STANDARD,
  TYPE_VENDOR,
  type UsbAnswer,
  type UsbDevice,
  type UsbIdentity,
  type UsbSetup,
} from './usb-device.ts';

export interface LineDeviceOptions {
  /** Default: the test ids of Shoal. */
  readonly vendorId?: number;
  readonly productId?: number;
  readonly serialNumber?: string;
  readonly product?: string;
  /** A host has opened the line. Before the next one is opened this one has ended. */
  readonly onLine: (line: Line) => void;
}

const OUT_ENDPOINT = 1;
const IN_ENDPOINT = 1;
const DONE = new Uint8Array(0);

export class LineDevice implements UsbDevice {
  readonly identity: UsbIdentity;
  readonly configuration: Uint8Array = configurationDescriptor([
    {
      number: 0,
      ...SHOAL_INTERFACE,
      nameIndex: FIRST_NAME_STRING,
      bulkEndpoints: [
        { address: OUT_ENDPOINT, packetBytes: BULK_PACKET_BYTES },
        { address: IN_ENDPOINT | TO_HOST, packetBytes: BULK_PACKET_BYTES },
      ],
    },
  ]);
  onDetach: () => void = () => undefined;
  readonly #standard: StandardRequests;
  readonly #onLine: (line: Line) => void;
  readonly #toHost = new MessagesToHost();
  readonly #fromHost = new MessagesFromHost(BULK_PACKET_BYTES, MAX_USB_MESSAGE_BYTES);
  #line: DeviceLine | undefined;

  constructor(options: LineDeviceOptions) {
    const { vendorId = SHOAL_TEST_VENDOR_ID, productId = SHOAL_TEST_PRODUCT_ID, serialNumber = 'EMU0' } = options;
    const product = options.product ?? 'Shoal board (emulated)';
    this.identity = { vendorId, productId, deviceVersion: 0x0100, manufacturer: 'Shoal', product, serialNumber };
    this.#onLine = options.onLine;
    this.#standard = new StandardRequests({
      identity: this.identity,
      configuration: this.configuration,
      names: ['Shoal line'],
      alternates: [1],
    });
  }

  control(setup: UsbSetup, _data: Uint8Array): UsbAnswer {
    const type = setup.requestType & TYPE_MASK;
    if (type === TYPE_STANDARD) return this.#standard.answer(setup);
    if (type !== TYPE_VENDOR || setup.request !== LINE_STATE_REQUEST) return 'stall';
    if (setup.value !== LINE_OPENED && setup.value !== LINE_CLOSED) return 'stall';
    this.#endLine('the host has closed it');
    if (setup.value === LINE_OPENED) {
      this.#line = new DeviceLine(this.#toHost);
      this.#onLine(this.#line);
    }
    return DONE;
  }

  bulkOut(endpoint: number, bytes: Uint8Array): 'taken' | 'stall' {
    if (endpoint !== OUT_ENDPOINT || this.#line === undefined) return 'stall';
    const message = this.#fromHost.push(bytes);
    if (message === 'stall') return message;
    if (message !== undefined && message.length > 0) this.#line.onBytes(message);
    return 'taken';
  }

  bulkIn(endpoint: number, maxBytes: number, answer: (bytes: UsbAnswer) => void): PendingTransfer {
    if (endpoint === IN_ENDPOINT) return this.#toHost.transfer(maxBytes, answer);
    answer('stall');
    return { cancel: () => false };
  }

  reset(): void {
    this.#standard.reset();
    this.#endLine('the bus was reset');
  }

  /** Pulls the plug: transfers of the host fail, the line ends. */
  unplug(): void {
    this.onDetach();
    this.reset();
  }

  #endLine(why: string): void {
    this.#fromHost.clear();
    this.#toHost.clear();
    const line = this.#line;
    this.#line = undefined;
    line?.end(why);
  }
}

/** The board's end. */
class DeviceLine implements Line {
  readonly capabilities: LineCapabilities = USB_LINE_CAPABILITIES;
  onBytes: (bytes: Uint8Array) => void = () => undefined;
  onDrain: () => void = () => undefined;
  onEnd: (reason: ShoalError) => void = () => undefined;
  readonly #toHost: MessagesToHost;
  #isOver = false;

  constructor(toHost: MessagesToHost) {
    this.#toHost = toHost;
    toHost.onDrain = () => {
      if (!this.#isOver) this.onDrain();
    };
  }

  get bufferedBytes(): number {
    return this.#isOver ? 0 : this.#toHost.queuedBytes;
  }

  write(bytes: Uint8Array): void {
    if (!this.#isOver) this.#toHost.send(bytes);
  }

  /** The host gets what was written, then an error. */
  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#toHost.end();
  }

  /** It has ended by itself. */
  end(why: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.onEnd(new ShoalError('LINK_LOST', `the USB line has ended: ${why}`, { retryable: true }));
  }
}

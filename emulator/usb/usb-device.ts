/**
 * What an emulated USB device is to whoever carries its transfers (the USB/IP server, or a test): numbers and layouts are
 * those of the Universal Serial Bus Specification 2.0, chapter 9.
 */

/** Of a control transfer: the eight bytes of its setup packet. */
export interface UsbSetup {
  readonly requestType: number;
  readonly request: number;
  readonly value: number;
  readonly index: number;
  readonly length: number;
}

/** What became of a transfer. `'stall'`: the device refuses it. */
export type UsbAnswer = Uint8Array | 'stall';

/** A transfer from a bulk endpoint that waits for data. */
export interface PendingTransfer {
  /** The host does not want it any more; nothing is lost. False if it is answered already. */
  cancel(): boolean;
}

export interface UsbDevice {
  readonly identity: UsbIdentity;
  /** The whole configuration descriptor, of its only configuration. */
  readonly configuration: Uint8Array;
  /** A control transfer. `data`: what the host sends; the answer is what it gets, at most `length` bytes. */
  control(setup: UsbSetup, data: Uint8Array): UsbAnswer;
  /** A transfer to a bulk endpoint (its number without the direction bit). It always takes all bytes, or none. */
  bulkOut(endpoint: number, bytes: Uint8Array): 'taken' | 'stall';
  /** A transfer of at most `maxBytes`, a multiple of the packet size; `answer` is called once, unless it is cancelled. */
  bulkIn(endpoint: number, maxBytes: number, answer: (bytes: UsbAnswer) => void): PendingTransfer;
  /** The bus is reset: all state but what a device keeps without power is as at the start. */
  reset(): void;
  /** It was unplugged, or has left the bus to come back as something else. Set by who carries its transfers. */
  onDetach: () => void;
}

export interface UsbIdentity {
  readonly vendorId: number;
  readonly productId: number;
  /** Release of the device, in binary-coded decimal: 0x0102 is 1.02. */
  readonly deviceVersion: number;
  readonly manufacturer: string;
  readonly product: string;
  readonly serialNumber: string;
}

export const REQUEST = {
  getStatus: 0,
  clearFeature: 1,
  setFeature: 3,
  setAddress: 5,
  getDescriptor: 6,
  getConfiguration: 8,
  setConfiguration: 9,
  getInterface: 10,
  setInterface: 11,
} as const;

export const DESCRIPTOR = {
  device: 1,
  configuration: 2,
  string: 3,
  interface: 4,
  endpoint: 5,
  deviceQualifier: 6,
  dfuFunctional: 0x21,
} as const;

/** Bits of `requestType`. */
export const TO_HOST = 0x80;
export const TYPE_MASK = 0x60;
export const TYPE_STANDARD = 0x00;
export const TYPE_CLASS = 0x20;
export const TYPE_VENDOR = 0x40;
export const RECIPIENT_MASK = 0x1f;
export const RECIPIENT_DEVICE = 0;
export const RECIPIENT_INTERFACE = 1;
export const RECIPIENT_ENDPOINT = 2;

/** Bytes of a bulk packet at high speed. */
export const BULK_PACKET_BYTES = 512;

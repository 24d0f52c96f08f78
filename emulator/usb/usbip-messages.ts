/**
 * Messages of USB/IP, by which a device on one computer is used on another. Layouts: Documentation/usb/usbip_protocol.rst
 * of Linux, version 1.1.1. Numbers are big-endian.
 */
import { concatenate } from '../../protocol/concatenate.ts';
import type { UsbDevice, UsbSetup } from './usb-device.ts';

const VERSION = 0x0111;
const REQUEST_LIST = 0x8005;
const REQUEST_IMPORT = 0x8003;
const REPLY_LIST = 0x0005;
const REPLY_IMPORT = 0x0003;
const COMMAND_SUBMIT = 1;
const COMMAND_UNLINK = 2;
const RETURN_SUBMIT = 3;
const RETURN_UNLINK = 4;

const OPERATION_BYTES = 8;
const BUS_ID_BYTES = 32;
const HEADER_BYTES = 48;
const DEVICE_BYTES = 312;
const HIGH_SPEED = 3;
/** Linux's own transfers are far smaller; a client that claims more is none. */
const MAX_TRANSFER_BYTES = 0x100_0000;
const NOT_ISOCHRONOUS = 0xffff_ffff;

/** Error numbers of Linux, as status of a transfer. */
export const STATUS = { ok: 0, stall: -32, cancelled: -104 } as const;

/** A device under the name by which clients ask for it. */
export interface ExportedDevice {
  /** As Linux names devices: `1-1`. */
  readonly busId: string;
  readonly device: UsbDevice;
}

export type UsbIpRequest =
  | { readonly kind: 'list' }
  | { readonly kind: 'import'; readonly busId: string }
  | {
      readonly kind: 'submit';
      readonly sequence: number;
      readonly isToHost: boolean;
      readonly endpoint: number;
      readonly lengthBytes: number;
      readonly setup: UsbSetup;
      /** What goes to the device. */
      readonly data: Uint8Array;
    }
  | { readonly kind: 'unlink'; readonly sequence: number; readonly unlinkedSequence: number };

/** A request at the beginning of `bytes` and its length; `'partial'` if more must come, `'invalid'` if it is none. */
export function readRequest(
  bytes: Uint8Array,
  isImported: boolean,
): { readonly request: UsbIpRequest; readonly lengthBytes: number } | 'partial' | 'invalid' {
  return isImported ? readCommand(bytes) : readOperation(bytes);
}

function readOperation(bytes: Uint8Array): ReturnType<typeof readRequest> {
  if (bytes.length < OPERATION_BYTES) return 'partial';
  const view = viewOf(bytes);
  const code = view.getUint16(2);
  if (code === REQUEST_LIST) return { request: { kind: 'list' }, lengthBytes: OPERATION_BYTES };
  if (code !== REQUEST_IMPORT) return 'invalid';
  const lengthBytes = OPERATION_BYTES + BUS_ID_BYTES;
  if (bytes.length < lengthBytes) return 'partial';
  const name = bytes.subarray(OPERATION_BYTES, lengthBytes);
  const end = name.indexOf(0);
  const busId = new TextDecoder().decode(end < 0 ? name : name.subarray(0, end));
  return { request: { kind: 'import', busId }, lengthBytes };
}

function readCommand(bytes: Uint8Array): ReturnType<typeof readRequest> {
  if (bytes.length < HEADER_BYTES) return 'partial';
  const view = viewOf(bytes);
  const command = view.getUint32(0);
  const sequence = view.getUint32(4);
  if (command === COMMAND_UNLINK) {
    return { request: { kind: 'unlink', sequence, unlinkedSequence: view.getUint32(20) }, lengthBytes: HEADER_BYTES };
  }
  const isToHost = view.getUint32(12) === 1;
  const transferBytes = view.getUint32(24);
  if (command !== COMMAND_SUBMIT || transferBytes > MAX_TRANSFER_BYTES) return 'invalid';
  const lengthBytes = HEADER_BYTES + (isToHost ? 0 : transferBytes);
  if (bytes.length < lengthBytes) return 'partial';
  return {
    request: {
      kind: 'submit',
      sequence,
      isToHost,
      endpoint: view.getUint32(16),
      lengthBytes: transferBytes,
      setup: {
        requestType: view.getUint8(40),
        request: view.getUint8(41),
        value: view.getUint16(42, true),
        index: view.getUint16(44, true),
        length: view.getUint16(46, true),
      },
      data: bytes.slice(HEADER_BYTES, lengthBytes),
    },
    lengthBytes,
  };
}

export function listReply(devices: readonly ExportedDevice[]): Uint8Array {
  const head = new Uint8Array(OPERATION_BYTES + 4);
  writeOperation(head, REPLY_LIST, 0);
  viewOf(head).setUint32(OPERATION_BYTES, devices.length);
  return concatenate([
    head,
    ...devices.flatMap((exported) => [
      deviceRecord(exported),
      ...interfaceClasses(exported.device.configuration).map((classes) => Uint8Array.of(...classes, 0)),
    ]),
  ]);
}

/** `undefined`: there is no such device, or it is in use. */
export function importReply(exported: ExportedDevice | undefined): Uint8Array {
  const head = new Uint8Array(OPERATION_BYTES);
  writeOperation(head, REPLY_IMPORT, exported === undefined ? 1 : 0);
  return exported === undefined ? head : concatenate([head, deviceRecord(exported)]);
}

/** `bytes`: what goes to the host; for a transfer to the device `actualBytes` says how many it took. */
export function submitReply(
  sequence: number,
  status: number,
  bytes: Uint8Array,
  actualBytes: number = bytes.length,
): Uint8Array {
  const head = header(RETURN_SUBMIT, sequence, status);
  const view = viewOf(head);
  view.setUint32(24, actualBytes);
  view.setUint32(32, NOT_ISOCHRONOUS);
  return concatenate([head, bytes]);
}

export function unlinkReply(sequence: number, status: number): Uint8Array {
  return header(RETURN_UNLINK, sequence, status);
}

function header(command: number, sequence: number, status: number): Uint8Array {
  const head = new Uint8Array(HEADER_BYTES);
  const view = viewOf(head);
  view.setUint32(0, command);
  view.setUint32(4, sequence);
  view.setInt32(20, status);
  return head;
}

function writeOperation(bytes: Uint8Array, code: number, status: number): void {
  const view = viewOf(bytes);
  view.setUint16(0, VERSION);
  view.setUint16(2, code);
  view.setUint32(4, status);
}

function deviceRecord({ busId, device }: ExportedDevice): Uint8Array {
  const record = new Uint8Array(DEVICE_BYTES);
  const view = viewOf(record);
  const text = new TextEncoder();
  const [bus = 0, port = 0] = busId.split('-').map(Number);
  record.set(text.encode(`/shoal/usb/${busId}`));
  record.set(text.encode(busId), 256);
  view.setUint32(288, bus);
  view.setUint32(292, port);
  view.setUint32(296, HIGH_SPEED);
  view.setUint16(300, device.identity.vendorId);
  view.setUint16(302, device.identity.productId);
  view.setUint16(304, device.identity.deviceVersion);
  // Class, subclass, protocol: 0; then the configuration that is set, how many there are, and interfaces.
  record.set([0, 0, 0, 1, 1, interfaceClasses(device.configuration).length], 306);
  return record;
}

/** Class, subclass and protocol of the first setting of each interface. */
function interfaceClasses(configuration: Uint8Array): number[][] {
  const found: number[][] = [];
  const INTERFACE = 4;
  for (let at = 0; at + 1 < configuration.length; at += Math.max(2, configuration[at] ?? 0)) {
    if (configuration[at + 1] === INTERFACE && configuration[at + 3] === 0) {
      found.push([...configuration.subarray(at + 5, at + 8)]);
    }
  }
  return found;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * How messages cross USB: a vendor interface with one bulk endpoint each way. Each message is one transfer, ended by a
 * packet that is not full, by an empty one if need be. The host finds the interface by class, subclass and protocol, the
 * endpoints by direction.
 */
import type { LineCapabilities } from './line.ts';

/** Class 255 is the vendor's own; 0x53 is S; the protocol is the version of what this file says. */
export const SHOAL_INTERFACE = { classCode: 0xff, subclass: 0x53, protocol: 0x01 } as const;

/**
 * A vendor request to the interface, without data: what is on its way in the pipes is dropped, a line that was open
 * ends, and with LINE_OPENED another one begins. A transfer to the host that waits then ends with an empty packet.
 * Bytes out without an open line are refused by a stall; so are transfers in after the board has closed its end.
 */
export const LINE_STATE_REQUEST = 1;
export const LINE_CLOSED = 0;
export const LINE_OPENED = 1;

/** A frame of 1 MiB and its link byte. */
export const MAX_USB_MESSAGE_BYTES = 0x10_0001;

export const USB_LINE_CAPABILITIES: LineCapabilities = {
  kind: 'messages',
  isNoisy: false,
  hasModemLines: false,
  hasBreak: false,
  maxMessageBytes: MAX_USB_MESSAGE_BYTES,
};

/** Of emulated boards: numbers that pid.codes leaves to tests. No product may have them. */
export const SHOAL_TEST_VENDOR_ID = 0x1209;
export const SHOAL_TEST_PRODUCT_ID = 0x0001;

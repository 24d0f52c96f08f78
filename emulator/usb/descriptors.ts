/** Descriptors of emulated USB devices, as bytes. */
import { DESCRIPTOR, type UsbIdentity } from './usb-device.ts';

export interface InterfaceSetting {
  readonly number: number;
  readonly alternate?: number;
  readonly classCode: number;
  readonly subclass: number;
  readonly protocol: number;
  /** Index of the string that names it; 0 for none. */
  readonly nameIndex?: number;
  readonly bulkEndpoints?: readonly { readonly address: number; readonly packetBytes: number }[];
  /** What stands behind its endpoints: descriptors of its class. */
  readonly classDescriptors?: Uint8Array;
}

/** Indices of the strings that every device here has. The names of interfaces follow. */
export const MANUFACTURER_STRING = 1;
export const PRODUCT_STRING = 2;
export const SERIAL_STRING = 3;
export const FIRST_NAME_STRING = 4;

const USB_2_0 = 0x0200;
const ENGLISH = 0x0409;
const CONTROL_PACKET_BYTES = 64;
const SELF_POWERED = 0xc0;
const TRANSFER_TYPE_BULK = 2;

const word = (value: number): readonly [number, number] => [value & 0xff, value >> 8];

export function deviceDescriptor({ vendorId, productId, deviceVersion }: UsbIdentity): Uint8Array {
  return Uint8Array.of(
    18,
    DESCRIPTOR.device,
    ...word(USB_2_0),
    // Class, subclass and protocol: each interface says its own.
    ...[0, 0, 0],
    CONTROL_PACKET_BYTES,
    ...word(vendorId),
    ...word(productId),
    ...word(deviceVersion),
    ...[MANUFACTURER_STRING, PRODUCT_STRING, SERIAL_STRING],
    1,
  );
}

/** What the device would be at the other speed: the same. */
export function deviceQualifier(): Uint8Array {
  return Uint8Array.of(10, DESCRIPTOR.deviceQualifier, ...word(USB_2_0), 0, 0, 0, CONTROL_PACKET_BYTES, 1, 0);
}

export function configurationDescriptor(settings: readonly InterfaceSetting[]): Uint8Array {
  const parts = settings.flatMap((setting) => interfaceDescriptors(setting));
  const numbers = new Set(settings.map(({ number }) => number));
  const total = 9 + parts.length;
  return Uint8Array.of(9, DESCRIPTOR.configuration, ...word(total), numbers.size, 1, 0, SELF_POWERED, 0, ...parts);
}

function interfaceDescriptors(setting: InterfaceSetting): number[] {
  const { number, alternate = 0, classCode, subclass, protocol, nameIndex = 0, bulkEndpoints = [] } = setting;
  return [
    ...[9, DESCRIPTOR.interface, number, alternate, bulkEndpoints.length, classCode, subclass, protocol, nameIndex],
    ...bulkEndpoints.flatMap(({ address, packetBytes }) => [
      ...[7, DESCRIPTOR.endpoint, address, TRANSFER_TYPE_BULK],
      ...word(packetBytes),
      0,
    ]),
    ...(setting.classDescriptors ?? []),
  ];
}

/** String 0 lists the languages; there is one. */
export function stringDescriptor(text: string | null): Uint8Array {
  const units = text === null ? [ENGLISH] : Array.from(text, (_, index) => text.charCodeAt(index));
  return Uint8Array.of(2 + 2 * units.length, DESCRIPTOR.string, ...units.flatMap(word));
}

/** Which USB device a selector means, and finding the one that is meant. */
import { ShoalError } from '../../protocol/errors.ts';
import type { UsbDeviceSurface, UsbSystem } from './usb-surface.ts';

export interface UsbSelection {
  readonly vendorId?: number;
  readonly productId?: number;
  readonly serialNumber?: string;
}

export const USB_SELECTOR_FORMS = "'usb:1209:0001', 'usb:1209:0001:SERIAL' or 'usb:serial=SERIAL'";

/** Parses `usb:VID:PID`, `usb:VID:PID:SERIAL` (ids in hexadecimal) and `usb:serial=SERIAL`; undefined if it is none. */
export function parseUsbSelector(selector: string): UsbSelection | undefined {
  const serial = /^usb:serial=(.+)$/s.exec(selector);
  if (serial !== null) return { serialNumber: serial[1] ?? '' };
  const ids = /^usb:([0-9a-fA-F]{4}):([0-9a-fA-F]{4})(?::(.+))?$/s.exec(selector);
  if (ids === null) return undefined;
  const [vendorId, productId] = [Number.parseInt(ids[1] ?? '', 16), Number.parseInt(ids[2] ?? '', 16)];
  return { vendorId, productId, ...(ids[3] === undefined ? {} : { serialNumber: ids[3] }) };
}

/** As a selector that this selection is parsed from. */
export function usbSelector({ vendorId, productId, serialNumber }: UsbSelection): string {
  if (vendorId === undefined || productId === undefined) return `usb:serial=${serialNumber ?? ''}`;
  return `usb:${hex4(vendorId)}:${hex4(productId)}${serialNumber === undefined ? '' : `:${serialNumber}`}`;
}

/**
 * The one device that is meant. Rejects with LINK_UNAVAILABLE if this computer shows no USB devices at all, with
 * DEVICE_NOT_FOUND, or with DEVICE_AMBIGUOUS, which lists the devices that match: it never guesses.
 */
export async function findUsbDevice(system: UsbSystem, selection: UsbSelection): Promise<UsbDeviceSurface> {
  const name = usbSelector(selection);
  let devices: readonly UsbDeviceSurface[];
  try {
    devices = await system.getDevices();
  } catch (cause) {
    throw new ShoalError('LINK_UNAVAILABLE', `${name}: no USB devices are visible: ${(cause as Error).message}`, {
      hint: 'this computer, container or virtual machine has no USB: pass the device through to it, or run it outside',
      cause,
    });
  }
  const matching = devices.filter((device) => isMeant(device, selection));
  const [device] = matching;
  if (device === undefined) {
    throw new ShoalError('DEVICE_NOT_FOUND', `${name} is not plugged in`, {
      hint: `there ${devices.length === 0 ? 'are no USB devices at all' : `is ${selectors(devices)}`}; is it on, and the cable one with data lines?`,
      retryable: true,
    });
  }
  if (matching.length > 1) {
    throw new ShoalError('DEVICE_AMBIGUOUS', `${matching.length} devices match ${name}`, {
      hint: `say which by its serial number: ${selectors(matching)}`,
      details: { selectors: matching.map(selectorOf) },
    });
  }
  return device;
}

function isMeant(device: UsbDeviceSurface, { vendorId, productId, serialNumber }: UsbSelection): boolean {
  if (vendorId !== undefined && device.vendorId !== vendorId) return false;
  if (productId !== undefined && device.productId !== productId) return false;
  return serialNumber === undefined || serialOf(device) === serialNumber;
}

/** Undefined if there is none, or the device will not say. */
function serialOf(device: UsbDeviceSurface): string | undefined {
  try {
    return device.serialNumber ?? undefined;
  } catch {
    return undefined;
  }
}

function selectorOf(device: UsbDeviceSurface): string {
  const serialNumber = serialOf(device);
  const { vendorId, productId } = device;
  return usbSelector({ vendorId, productId, ...(serialNumber === undefined ? {} : { serialNumber }) });
}

function selectors(devices: readonly UsbDeviceSurface[]): string {
  return devices.map(selectorOf).join(', ');
}

function hex4(value: number): string {
  return value.toString(16).padStart(4, '0');
}

import { join } from 'node:path';
import type { Device, DeviceList } from './device.ts';
import { attribute, namesIn, SYSTEM_PLACES, type SystemPlaces } from './system-places.ts';

/** Class codes of usb.org. */
const CLASS_HUB = '09';
const CLASS_APPLICATION = 'fe';
const SUBCLASS_FIRMWARE_UPDATE = '01';

/** Devices on USB but hubs, as Linux lists them, without opening any. */
export function usbDevices(places: SystemPlaces = SYSTEM_PLACES): DeviceList {
  const root = join(places.sys, 'bus/usb/devices');
  const names = namesIn(root);
  if (names === null) return { devices: [], absence: `there is no ${root}: this computer, or container, has no USB` };
  const devices: Device[] = [];
  for (const name of names) {
    // `1-1.4` is a device, `1-1.4:1.0` an interface of it, `usb1` a root hub.
    if (!/^\d+-[\d.]+$/.test(name)) continue;
    const folder = join(root, name);
    if (attribute(folder, 'bDeviceClass') === CLASS_HUB) continue;
    devices.push(
      usbDevice(
        folder,
        names.filter((other) => other.startsWith(`${name}:`)).map((other) => join(root, other)),
        places,
      ),
    );
  }
  return { devices, absence: devices.length > 0 ? null : 'nothing is plugged in' };
}

function usbDevice(folder: string, interfaces: readonly string[], places: SystemPlaces): Device {
  const text = (name: string): string => attribute(folder, name) ?? '';
  const id = `${text('idVendor')}:${text('idProduct')}`;
  const serialNumber = text('serial');
  const canBeFlashed = interfaces.some(
    (each) =>
      attribute(each, 'bInterfaceClass') === CLASS_APPLICATION &&
      attribute(each, 'bInterfaceSubClass') === SUBCLASS_FIRMWARE_UPDATE,
  );
  const node = join(places.dev, 'bus/usb', text('busnum').padStart(3, '0'), text('devnum').padStart(3, '0'));
  const isAllowed = places.mayUse(node);
  const names = [attribute(folder, 'manufacturer'), attribute(folder, 'product')].filter((part) => part !== null);
  return {
    kind: 'usb',
    selector: `usb:${id}${serialNumber === '' ? '' : `:${serialNumber}`}`,
    title: `${names.length === 0 ? 'USB device' : names.join(' ')}${canBeFlashed ? ', takes firmware by DFU' : ''}`,
    access: isAllowed ? 'ok' : 'denied',
    hint: isAllowed ? null : `${node} is not yours: \`shoal udev --install\` as root, then plug it in again`,
    facts: { id, ...(serialNumber === '' ? {} : { serialNumber }), ...(canBeFlashed ? { dfu: 'yes' } : {}) },
  };
}

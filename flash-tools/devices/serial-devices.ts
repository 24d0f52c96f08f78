import { type ListedPort, listSerialPorts } from '../../host/links/serial-ports.ts';
import { isShoalError } from '../../protocol/errors.ts';
import type { Device, DeviceList } from './device.ts';
import { fileHolder } from './file-holder.ts';
import { SYSTEM_PLACES, type SystemPlaces } from './system-places.ts';

/** Serial ports of this computer. Rejects with nothing that a missing package or tool could cause: that is `absence`. */
export async function serialDevices(
  places: SystemPlaces = SYSTEM_PLACES,
  list: () => Promise<readonly ListedPort[]> = listSerialPorts,
): Promise<DeviceList> {
  let ports: readonly ListedPort[];
  try {
    ports = await list();
  } catch (error) {
    const hint = isShoalError(error) && error.hint !== undefined ? ` (${error.hint})` : '';
    return { devices: [], absence: `${(error as Error).message}${hint}` };
  }
  const devices = ports.map((port) => serialDevice(port, places));
  return { devices, absence: devices.length > 0 ? null : 'no port is plugged in, or its driver is not loaded' };
}

function serialDevice(port: ListedPort, places: SystemPlaces): Device {
  const { path, manufacturer, serialNumber, vendorId, productId } = port;
  const facts: Record<string, string> = {};
  if (vendorId !== undefined && productId !== undefined) facts.id = `${vendorId}:${productId}`;
  if (serialNumber !== undefined) facts.serialNumber = serialNumber;
  const device = { kind: 'serial', selector: `serial:${path}`, title: manufacturer ?? 'serial port', facts } as const;
  if (!places.mayUse(path)) {
    const hint = '`sudo usermod -aG dialout $USER` and log in again, or `shoal udev --install` as root';
    return { ...device, access: 'denied', hint };
  }
  const holder = fileHolder(path, places);
  if (holder !== null) return { ...device, access: 'busy', hint: `close ${holder}, which has it open` };
  return { ...device, access: 'ok', hint: null };
}

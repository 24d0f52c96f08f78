import { setTimeout as delay } from 'node:timers/promises';
import { findUsbDevice, type UsbSelection, usbSelector } from '../../host/links/usb-selection.ts';
import type { UsbDeviceSurface, UsbSystem } from '../../host/links/usb-surface.ts';
import { isShoalError, ShoalError } from '../../protocol/errors.ts';
import { DfuConnection } from './dfu-connection.ts';

/** From leaving the bus to being there again as the boot loader, with the time that udev takes. */
const RETURN_TIMEOUT_MS = 15_000;
const POLL_MS = 100;

/**
 * Opens the boot loader of a device; firmware that runs is told to make room for it. Rejects as
 * {@link DfuConnection.open}; with LINK_TIMEOUT if the boot loader does not come.
 */
export async function openDfu(
  system: UsbSystem,
  selection: UsbSelection,
  signal?: AbortSignal,
): Promise<DfuConnection> {
  const device = await findUsbDevice(system, selection);
  const connection = await DfuConnection.open(selection, device, signal);
  if (connection.isBoot) return connection;
  await connection.detach();
  return untilBoot(system, afterDetach(selection, device), signal);
}

/** The boot loader may have another product id; the serial number stays, where there is one. */
function afterDetach(selection: UsbSelection, { vendorId, serialNumber }: UsbDeviceSurface): UsbSelection {
  return serialNumber === undefined || serialNumber === null ? selection : { vendorId, serialNumber };
}

async function untilBoot(
  system: UsbSystem,
  selection: UsbSelection,
  signal: AbortSignal | undefined,
): Promise<DfuConnection> {
  const deadline = performance.now() + RETURN_TIMEOUT_MS;
  for (let last: unknown; ; ) {
    await delay(POLL_MS, undefined, signal === undefined ? {} : { signal });
    try {
      const connection = await DfuConnection.open(selection, await findUsbDevice(system, selection), signal);
      if (connection.isBoot) return connection;
      await connection.close();
    } catch (error) {
      if (!isShoalError(error) || error.code === 'DEVICE_AMBIGUOUS') throw error;
      last = error;
    }
    if (performance.now() > deadline) {
      throw new ShoalError('LINK_TIMEOUT', `${usbSelector(selection)} did not come back as a boot loader`, {
        hint: 'it may be there under other numbers: `shoal devices` lists what is plugged in',
        cause: last,
      });
    }
  }
}

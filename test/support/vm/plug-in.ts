import type { UsbIpServer } from '../../../emulator/index.ts';
import { type Guest, HOST_ADDRESS } from './guest.ts';

/** Plugs a device of the server into the guest, at port `1-1` if all are free, and waits until Linux has set it up. */
export async function plugIn(guest: Guest, server: UsbIpServer, busId: string, port = '1-1'): Promise<void> {
  const { code, output } = await guest.run(
    `usbip --tcp-port ${server.port} attach -r ${HOST_ADDRESS} -b ${busId} && ` +
      `for try in $(seq 100); do grep -q 1 /sys/bus/usb/devices/${port}/bConfigurationValue && break; sleep 0.1; done 2>/dev/null && ` +
      `cat /sys/bus/usb/devices/${port}/bConfigurationValue`,
  );
  if (code !== 0) throw new Error(`${busId} cannot be plugged in: ${output}`);
}

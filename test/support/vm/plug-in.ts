import type { UsbIpServer } from '../../../emulator/index.ts';
import { type Guest, HOST_ADDRESS } from './guest.ts';

/** Plugs a device of the server into the guest, at port `1-1` if all are free, and waits until Linux has set it up. */
export async function plugIn(guest: Guest, server: UsbIpServer, busId: string, port = '1-1'): Promise<void> {
  const { code, output } = await guest.run(`usbip --tcp-port ${server.port} attach -r ${HOST_ADDRESS} -b ${busId}`);
  if (code !== 0) throw new Error(`${busId} cannot be plugged in: ${output}`);
  await untilPluggedIn(guest, port);
}

/** Waits until Linux has set a device up. Throws after some seconds without one. */
export async function untilPluggedIn(guest: Guest, port: string): Promise<void> {
  const value = `/sys/bus/usb/devices/${port}/bConfigurationValue`;
  const { code } = await guest.run(
    `for try in $(seq 200); do [ "$(cat ${value} 2>/dev/null)" = 1 ] && exit 0; sleep 0.1; done; exit 1`,
  );
  if (code !== 0) throw new Error(`there is no device at ${port}: ${(await guest.run('dmesg | tail')).output}`);
}

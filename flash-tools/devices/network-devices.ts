import { isShoalError } from '../../protocol/errors.ts';
import { openSmp } from '../smp/open-smp.ts';
import { SmpClient } from '../smp/smp-client.ts';
import type { Device, DeviceList } from './device.ts';

/** A board on a network that is up answers within some milliseconds; asked three times, since datagrams get lost. */
const ANSWER_MS = 500;
const TRIES = 3;

/**
 * Boards at the addresses that were given, asked by SMP, all at once. Networks are not searched. Throws
 * SELECTOR_INVALID, and the reason of the signal.
 */
export async function networkDevices(addresses: readonly string[], signal: AbortSignal): Promise<DeviceList> {
  const devices = await Promise.all(addresses.map((address) => networkDevice(address, signal)));
  return { devices, absence: devices.length > 0 ? null : 'no address was given: shoal devices udp://parallella' };
}

async function networkDevice(selector: string, signal: AbortSignal): Promise<Device> {
  const device = { kind: 'network', selector, facts: {} } as const;
  let client: SmpClient | null = null;
  try {
    client = new SmpClient(await openSmp(selector, signal), { timeoutMs: ANSWER_MS, tries: TRIES, signal });
    const running = (await client.images()).find(({ isActive }) => isActive);
    const title = running === undefined ? 'a board without an image' : `a board that runs ${running.version}`;
    return {
      ...device,
      title,
      access: 'ok',
      hint: null,
      facts: running === undefined ? {} : { version: running.version },
    };
  } catch (error) {
    signal.throwIfAborted();
    if (!isShoalError(error) || error.code === 'SELECTOR_INVALID') throw error;
    return { ...device, title: 'no board answers', access: 'silent', hint: error.hint ?? error.message };
  } finally {
    client?.close();
  }
}

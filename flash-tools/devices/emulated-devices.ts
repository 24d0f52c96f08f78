import { BOARDS } from '../../boards/registry.ts';
import type { DeviceList } from './device.ts';

/** The boards that can be emulated: always there. */
export function emulatedDevices(): DeviceList {
  const devices = BOARDS.map(
    ({ name, title }) =>
      ({ kind: 'emulated', selector: `emu:${name}`, title, access: 'ok', hint: null, facts: {} }) as const,
  );
  return { devices, absence: null };
}

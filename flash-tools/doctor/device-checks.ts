/** Checks of ports, devices and the rights to use them. */
import { join } from 'node:path';
import type { Device, DeviceList } from '../devices/device.ts';
import { attribute, SYSTEM_PLACES, type SystemPlaces } from '../devices/system-places.ts';
import { RULES_FILE } from '../udev-rules.ts';
import { type Check, check } from './check.ts';

/** One check for a list of devices: that each of them may be used. */
export function accessCheck(name: string, { devices, absence }: DeviceList): Check {
  if (absence !== null) return check(name, 'ok', `none visible, because ${absence}`);
  const refused = devices.filter(({ access }) => access !== 'ok');
  const [first] = refused;
  if (first === undefined) return check(name, 'ok', `${devices.length} can be opened`);
  const list = refused.map((device) => `${nameOf(device)} (${device.access})`).join(', ');
  return check(name, 'warn', `${refused.length} of ${devices.length} cannot be opened: ${list}`, first.hint);
}

function nameOf({ selector, title }: Device): string {
  return selector ?? title;
}

/** Whether the rules of `shoal udev` are there; only Linux has them, and root needs none. */
export function udevCheck(places: SystemPlaces = SYSTEM_PLACES, isRoot: boolean = process.getuid?.() === 0): Check {
  if (process.platform !== 'linux') return check('udev rules', 'ok', `not needed on ${process.platform}`);
  if (attribute(join(places.etc, 'udev/rules.d'), RULES_FILE) !== null) return check('udev rules', 'ok', RULES_FILE);
  if (isRoot) return check('udev rules', 'ok', 'not needed: root may open everything');
  return check('udev rules', 'warn', `there is no ${RULES_FILE}`, 'sudo shoal udev --install');
}

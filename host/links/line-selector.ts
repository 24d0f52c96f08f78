import { ShoalError } from '../../protocol/errors.ts';
import type { LineOpener } from './connect-link.ts';
import { ringOpener } from './ring-opener.ts';
import { serialOpener } from './serial-line.ts';
import { tcpOpener, unixOpener } from './socket-lines.ts';
import { usbOpener } from './usb-line.ts';
import { parseUsbSelector } from './usb-selection.ts';

/** A line to a control runtime by its selector. Throws SELECTOR_INVALID. */
export function parseLine(selector: string): LineOpener {
  const tcp = /^tcp:\/\/(?:\[([0-9a-fA-F:]+)\]|([^:/@\s]+)):(\d{1,5})$/.exec(selector);
  if (tcp !== null && Number(tcp[3]) <= 0xffff) return tcpOpener(tcp[1] ?? tcp[2] ?? '', Number(tcp[3]));
  const unix = /^unix:(\/.+)$/s.exec(selector);
  if (unix !== null) return unixOpener(unix[1] ?? '');
  const serial = /^serial:([^@\s]+)(?:@(\d{3,8}))?$/.exec(selector);
  if (serial !== null) {
    return serialOpener(serial[1] ?? '', serial[2] === undefined ? {} : { baud: Number(serial[2]) });
  }
  const ring = /^ring:(\/.+)$/s.exec(selector);
  if (ring !== null) return ringOpener({ path: ring[1] ?? '' });
  const usb = parseUsbSelector(selector);
  if (usb !== undefined) return usbOpener(usb);
  throw new ShoalError('SELECTOR_INVALID', `'${selector}' names no line to a control runtime`, {
    hint: "Write 'tcp://host:port', 'unix:/path', 'serial:/dev/ttyUSB0', 'usb:1209:0001' or 'emu:parallella-16'.",
  });
}

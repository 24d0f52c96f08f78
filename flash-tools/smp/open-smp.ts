import { serialOpener } from '../../host/links/serial-line.ts';
import { ShoalError } from '../../protocol/errors.ts';
import type { SmpTransport } from './smp-client.ts';
import { SMP_PORT, smpOverLine, smpOverTcp, smpOverUdp } from './smp-transports.ts';

/** What commands say of their argument. */
export const SMP_SELECTORS = "'udp://host[:port]', 'tcp://host:port' or 'serial:/dev/ttyUSB0[@baud]'";

/**
 * Opens `udp://host[:port]`, `tcp://host:port` or `serial:path[@baud]`. Throws SELECTOR_INVALID, LINK_UNAVAILABLE,
 * LINK_BUSY, LINK_DRIVER_MISSING.
 */
export async function openSmp(selector: string, signal: AbortSignal): Promise<SmpTransport> {
  const serial = /^serial:([^@\s]+)(?:@(\d{3,8}))?$/.exec(selector);
  if (serial !== null) {
    const opener = serialOpener(serial[1] ?? '', serial[2] === undefined ? {} : { baud: Number(serial[2]) });
    return smpOverLine(opener.name, await opener.open(signal));
  }
  const match = /^(udp|tcp):\/\/(?:\[([0-9a-fA-F:]+)\]|([^:/\s]+))(?::(\d{1,5}))?$/.exec(selector);
  const host = match?.[2] ?? match?.[3];
  const port = match?.[4] === undefined ? SMP_PORT : Number(match[4]);
  if (host === undefined || port > 0xffff) {
    throw new ShoalError('SELECTOR_INVALID', `'${selector}' names no board that could be flashed`, {
      hint: `Write ${SMP_SELECTORS}; the port is ${SMP_PORT} if none is given.`,
    });
  }
  return match?.[1] === 'tcp' ? smpOverTcp(host, port, signal) : smpOverUdp(host, port);
}

import { ShoalError } from '../../protocol/errors.ts';
import type { SmpTransport } from './smp-client.ts';
import { SMP_PORT, smpOverTcp, smpOverUdp } from './smp-transports.ts';

/** Opens `udp://host[:port]` or `tcp://host:port`. Throws SELECTOR_INVALID, LINK_UNAVAILABLE. */
export async function openSmp(selector: string): Promise<SmpTransport> {
  const match = /^(udp|tcp):\/\/(?:\[([0-9a-fA-F:]+)\]|([^:/\s]+))(?::(\d{1,5}))?$/.exec(selector);
  const host = match?.[2] ?? match?.[3];
  const port = match?.[4] === undefined ? SMP_PORT : Number(match[4]);
  if (host === undefined || port > 0xffff) {
    throw new ShoalError('SELECTOR_INVALID', `'${selector}' names no board that could be flashed`, {
      hint: `Write 'udp://host' (port ${SMP_PORT}), 'udp://host:port' or 'tcp://host:port'.`,
    });
  }
  return match?.[1] === 'tcp' ? smpOverTcp(host, port) : smpOverUdp(host, port);
}

import type { LineOpener } from '../../host/links/connect-link.ts';
import { parseLine } from '../../host/links/line-selector.ts';
import { tcpOpener } from '../../host/links/socket-lines.ts';
import { isShoalError, ShoalError } from '../../protocol/errors.ts';
import { plainMessage } from '../error-text.ts';
import { LentLine } from './lent-line.ts';
import type { SmpTransport } from './smp-client.ts';
import { smpOverLink } from './smp-over-link.ts';
import { SMP_PORT, smpOverLine, smpOverTcp, smpOverUdp } from './smp-transports.ts';

/** What commands say of their argument. */
export const SMP_SELECTORS = "'udp://host[:port]', 'tcp://host:port' or 'serial:/dev/ttyUSB0[@baud]'";

const LINE_FEED = 0x0a;

/**
 * Opens `udp://host[:port]`, `tcp://host[:port]`, `serial:path[@baud]`, `unix:/path` or `ring:/path`. On lines a control
 * runtime is looked for first, by which images go faster; then SMP is spoken itself. Throws SELECTOR_INVALID,
 * LINK_UNAVAILABLE, LINK_BUSY, LINK_DRIVER_MISSING, LINK_VERSION; EXPORT_NOT_FOUND where only a runtime can be and none
 * lets itself be flashed.
 */
export async function openSmp(selector: string, signal: AbortSignal): Promise<SmpTransport> {
  const network = /^(udp|tcp):\/\/(?:\[([0-9a-fA-F:]+)\]|([^:/\s]+))(?::(\d{1,5}))?$/.exec(selector);
  const host = network?.[2] ?? network?.[3] ?? '';
  const port = network?.[4] === undefined ? SMP_PORT : Number(network[4]);
  if (port > 0xffff || (network === null && !/^(serial|unix|ring):/.test(selector))) throw unknown(selector);
  if (network?.[1] === 'udp') return smpOverUdp(host, port);
  const opener = network === null ? parseLine(selector) : tcpOpener(host, port);
  if (selector.startsWith('serial:')) return openSerial(opener, signal);
  const linked = await smpOverLink(opener, signal).catch((error: unknown) => {
    throw isShoalError(error, 'LINK_VERSION') ? onlyBySmp(error) : error;
  });
  if (linked !== null) return linked;
  if (network !== null) return smpOverTcp(host, port, signal);
  throw new ShoalError('EXPORT_NOT_FOUND', `no control runtime at ${selector} lets itself be flashed`, {
    hint: 'Is `images` among the exports of the board? Its supervisor also listens at udp://board.',
  });
}

/** A serial line is shared by the runtime and the supervisor, which speaks SMP whatever the runtime is. */
async function openSerial(opener: LineOpener, signal: AbortSignal): Promise<SmpTransport> {
  const line = await opener.open(signal);
  const lent = new LentLine(line);
  const lines = [lent];
  const lending = { ...opener, open: async (opening: AbortSignal) => lines.pop() ?? opener.open(opening) };
  try {
    const linked = await smpOverLink(lending, signal).catch((error: unknown) => {
      if (isShoalError(error, 'LINK_VERSION')) return null;
      throw error;
    });
    if (linked !== null) {
      lent.give();
      return linked;
    }
  } catch (error) {
    line.close();
    throw error;
  }
  // A message is known by standing at the beginning of a line of text.
  line.write(Uint8Array.of(LINE_FEED));
  return smpOverLine(opener.name, line);
}

/** The supervisor below a runtime that cannot be talked to can: its protocol is the same in all releases. */
function onlyBySmp(error: ShoalError): ShoalError {
  return new ShoalError('LINK_VERSION', plainMessage(error), {
    hint: 'Its supervisor takes a runtime of this release all the same: shoal flash udp://board',
    cause: error,
  });
}

function unknown(selector: string): ShoalError {
  return new ShoalError('SELECTOR_INVALID', `'${selector}' names no board that could be flashed`, {
    hint: `Write ${SMP_SELECTORS}; the port is ${SMP_PORT} if none is given.`,
  });
}

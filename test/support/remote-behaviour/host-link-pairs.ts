/** Pairs for the behaviour suite over the links of host/links: both ends in this process, the system in between. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReliableLink } from 'shoal/protocol';
import { LineDevice } from '../../../emulator/usb/line-device.ts';
import { connectLink, type LineOpener } from '../../../host/links/connect-link.ts';
import { LINK_CLOCK } from '../../../host/links/link-clock.ts';
import { openPseudoTerminal } from '../../../host/links/pseudo-terminal.ts';
import { ringOpener } from '../../../host/links/ring-opener.ts';
import { serialOpener } from '../../../host/links/serial-line.ts';
import { type LinkServer, serveLinks } from '../../../host/links/serve-links.ts';
import { tcpOpener, unixOpener } from '../../../host/links/socket-lines.ts';
import { usbOpener } from '../../../host/links/usb-line.ts';
import { InMemoryUsb } from '../usb/in-memory-usb.ts';
import { type ConnectedPair, connectOver, type MakePair, type PairOptions } from './connected-pair.ts';

const HOST = '127.0.0.1';
/** Smaller than the largest messages, which are cut into frames then. */
const RING_FILE_BYTES = 1 << 17;

/** An end that is left by the other fails a test instead of holding it up. */
const patience = { abandonMs: 10_000 };

export const overTcp: MakePair = async (options) => {
  const { link, give } = farEnd();
  const server = await serveLinks({ port: 0, host: HOST }, give, patience);
  return socketPair(server, tcpOpener(HOST, server.port), link, options);
};

export const overUnixSocket: MakePair = async (options) => {
  const folder = await mkdtemp(join(tmpdir(), 'shoal-'));
  const path = join(folder, 'board');
  const { link, give } = farEnd();
  const server = await serveLinks({ path }, give, patience);
  const pair = await socketPair(server, unixOpener(path), link, options);
  return {
    ...pair,
    end: async () => {
      await pair.end();
      await rm(folder, { recursive: true });
    },
  };
};

/** The near end is what a program has on a serial port, by the package serialport. */
export const overPseudoTerminal: MakePair = async (options) => {
  const terminal = await openPseudoTerminal();
  const farLink = new ReliableLink('bytes', LINK_CLOCK, patience);
  farLink.attach(terminal.line);
  const nearLink = await connectLink(serialOpener(terminal.path), patience);
  const pair = connectOver([nearLink, farLink], options);
  return {
    ...pair,
    end: async () => {
      await pair.end();
      terminal.close();
    },
  };
};

/** Both ends map a file of memory, as two processes do. */
export const overRing: MakePair = async (options) => {
  const folder = await mkdtemp('/dev/shm/shoal-');
  const path = join(folder, 'ring');
  await writeFile(path, new Uint8Array(RING_FILE_BYTES));
  const farLink = await connectLink(ringOpener({ path }, 1), patience);
  const nearLink = await connectLink(ringOpener({ path }), patience);
  const pair = connectOver([nearLink, farLink], options);
  return {
    ...pair,
    end: async () => {
      await pair.end();
      await rm(folder, { recursive: true });
    },
  };
};

/** The near end is what a program has by the package `usb`, in front of an emulated device. */
export const overUsb: MakePair = async (options) => {
  const farLink = new ReliableLink('messages', LINK_CLOCK, patience);
  const device = new LineDevice({ onLine: (line) => farLink.attach(line) });
  const usb = new InMemoryUsb(device);
  const { vendorId, productId } = device.identity;
  const nearLink = await connectLink(
    usbOpener({ vendorId, productId }, async () => usb),
    patience,
  );
  return connectOver([nearLink, farLink], options);
};

/** A caller of a server, and the link that the server gave for it. They end with the server. */
async function socketPair(
  server: LinkServer,
  opener: LineOpener,
  farLink: Promise<ReliableLink>,
  options: PairOptions,
): Promise<ConnectedPair> {
  const nearLink = await connectLink(opener, patience);
  const pair = connectOver([nearLink, await farLink], options);
  return {
    ...pair,
    end: async () => {
      await pair.end();
      await server.close();
    },
  };
}

/** The link that a server gives its first caller. */
function farEnd(): { readonly link: Promise<ReliableLink>; give(link: ReliableLink): void } {
  let give = (_: ReliableLink): void => {};
  const link = new Promise<ReliableLink>((resolve) => {
    give = resolve;
  });
  return { link, give: (made) => give(made) };
}

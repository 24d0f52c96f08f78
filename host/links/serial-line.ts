import type { SerialPort } from 'serialport';
import { ShoalError } from '../../protocol/errors.ts';
import type { LineCapabilities } from '../../protocol/line.ts';
import { loadOptionalPackage } from '../../protocol/optional-package.ts';
import type { LineOpener } from './connect-link.ts';
import { DuplexLine } from './duplex-line.ts';

export interface SerialOptions {
  /** Bits per second. Default 115 200. */
  readonly baud?: number;
  /** Guard every frame by CRC-32 and begin with small ones: for long or disturbed lines. Default false. */
  readonly isNoisy?: boolean;
}

const DEFAULT_BAUD = 115_200;

/** A serial port. Bytes 8N1, no flow control: the link below has its own. */
export class SerialLine extends DuplexLine {
  readonly #port: SerialPort;

  constructor(name: string, port: SerialPort, capabilities: LineCapabilities) {
    super(name, port, capabilities);
    this.#port = port;
    // To destroy the stream, as lines are closed, does not close the port.
    port.on('close', () => {
      if (port.isOpen) port.close(() => undefined);
    });
  }

  /** Sets the outputs DTR and RTS, on many boards wired to reset and boot mode. Rejects with LINK_UNAVAILABLE. */
  setModemLines(levels: { readonly dtr?: boolean; readonly rts?: boolean }): Promise<void> {
    return this.#set(levels);
  }

  /** Holds the line low for `durationMs`. Rejects with LINK_UNAVAILABLE. */
  async sendBreak(durationMs = 250): Promise<void> {
    await this.#set({ brk: true });
    await new Promise((resolve) => setTimeout(resolve, durationMs));
    await this.#set({ brk: false });
  }

  #set(levels: { dtr?: boolean; rts?: boolean; brk?: boolean }): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#port.set(levels, (error) => {
        if (error === null || error === undefined) resolve();
        else reject(new ShoalError('LINK_UNAVAILABLE', `${this.#port.path} has no such lines: ${error.message}`));
      });
    });
  }
}

/**
 * Lines over the serial port at `path`. Opening raises DTR, which resets many boards; the link says hello until the board
 * has started, and shows what it prints meanwhile. DTR stays up after closing, so that closing resets nothing.
 */
export function serialOpener(path: string, options: SerialOptions = {}): LineOpener {
  const name = `serial:${path}`;
  return {
    name,
    kind: 'bytes',
    async open(signal) {
      const { SerialPort } = await loadOptionalPackage(() => import('serialport'), 'serialport', 'serial ports');
      signal.throwIfAborted();
      const port = new SerialPort({ path, baudRate: options.baud ?? DEFAULT_BAUD, autoOpen: false, hupcl: false });
      await new Promise<void>((resolve, reject) => {
        port.open((error) => (error === null || error === undefined ? resolve() : reject(error)));
      }).catch((error: Error) => {
        throw unavailable(name, error);
      });
      if (signal.aborted) {
        port.close();
        throw signal.reason;
      }
      const capabilities = {
        kind: 'bytes',
        isNoisy: options.isNoisy ?? false,
        hasModemLines: true,
        hasBreak: true,
      } as const;
      return new SerialLine(name, port, capabilities);
    },
  };
}

/** What the operating systems say, and what to do then. */
const CAUSES: readonly (readonly [
  pattern: RegExp,
  code: 'LINK_BUSY' | 'LINK_UNAVAILABLE' | 'PERMISSION_DENIED',
  hint: string,
])[] = [
  [
    /lock|busy|Access denied/i,
    'LINK_BUSY',
    'another program has it open: a terminal, a modem manager, another shoal; `fuser -v PORT` says which',
  ],
  [
    /permission|EACCES/i,
    'PERMISSION_DENIED',
    'you may not open it: `sudo usermod -aG dialout $USER` and log in again, or a udev rule for the device',
  ],
  [
    /No such file|ENOENT|File not found/i,
    'LINK_UNAVAILABLE',
    'there is no such port; `ls /dev/serial/by-id` lists those that are plugged in',
  ],
  [/Inappropriate ioctl|ENOTTY/i, 'LINK_UNAVAILABLE', 'this file is no serial port'],
];

function unavailable(name: string, cause: Error): ShoalError {
  const [, code, hint] = CAUSES.find(([pattern]) => pattern.test(cause.message)) ?? [null, 'LINK_UNAVAILABLE' as const];
  return new ShoalError(code, `${name} cannot be opened: ${cause.message}`, {
    retryable: true,
    cause,
    ...(hint === undefined ? {} : { hint }),
  });
}

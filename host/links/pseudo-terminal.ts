import { closeSync, constants, openSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { ShoalError } from '../../protocol/errors.ts';
import type { Line } from '../../protocol/line.ts';
import { loadOptionalPackage } from '../../protocol/optional-package.ts';
import { DuplexLine } from './duplex-line.ts';

/** A serial port that is not there: programs open `path`, their bytes come out of `line`. */
export interface PseudoTerminal {
  /** `/dev/pts/7` */
  readonly path: string;
  /** The other side. It lasts while programs open and close `path`. */
  readonly line: Line;
  close(): void;
}

/** More than struct termios has anywhere. */
const TERMIOS_BYTES = 256;

/**
 * Makes one, in raw mode. Linux and macOS.
 *
 * Rejects with LINK_DRIVER_MISSING without the package koffi, with LINK_UNAVAILABLE if the system gives none.
 */
export async function openPseudoTerminal(): Promise<PseudoTerminal> {
  const { default: koffi } = await loadOptionalPackage(() => import('koffi'), 'koffi', 'pseudo-terminals');
  const c = koffi.load(null);
  const openMaster = c.func('int posix_openpt(int flags)');
  const grant = c.func('int grantpt(int fd)');
  const unlock = c.func('int unlockpt(int fd)');
  const nameOf = c.func('str ptsname(int fd)');
  const getAttributes = c.func('int tcgetattr(int fd, _Out_ uint8_t *termios)');
  const makeRaw = c.func('void cfmakeraw(_Inout_ uint8_t *termios)');
  const setAttributes = c.func('int tcsetattr(int fd, int when, uint8_t *termios)');

  const master: number = openMaster(constants.O_RDWR | constants.O_NOCTTY);
  if (master < 0 || grant(master) !== 0 || unlock(master) !== 0) {
    throw new ShoalError('LINK_UNAVAILABLE', 'the system gives no pseudo-terminal', {
      hint: 'is /dev/pts mounted, and are there fewer than /proc/sys/kernel/pty/max of them?',
    });
  }
  const path: string = nameOf(master);
  // One descriptor of the far side stays open: without any, the near side would read errors, and forget the raw mode.
  const slave = openSync(path, constants.O_RDWR | constants.O_NOCTTY);
  const termios = new Uint8Array(TERMIOS_BYTES);
  getAttributes(slave, termios);
  makeRaw(termios);
  setAttributes(slave, 0, termios);

  const line = new DuplexLine(path, new ReadStream(master), {
    kind: 'bytes',
    isNoisy: false,
    hasModemLines: false,
    hasBreak: false,
  });
  let isClosed = false;
  return {
    path,
    line,
    close() {
      if (isClosed) return;
      isClosed = true;
      line.close();
      closeSync(slave);
    },
  };
}

/** `shoal emulate BOARD`: an emulated board by itself, which other programs reach over its lines. */
import { rmSync } from 'node:fs';
import { findBoard } from '../boards/registry.ts';
import { USBIP_PORT } from '../emulator/index.ts';
import { EmulatedControl } from '../host/index.ts';
import { ShoalError } from '../protocol/errors.ts';
import type { CommandFrame } from './command.ts';

export interface BoardLines {
  /** A TCP port, `0` for a free one. */
  readonly tcp?: string;
  /** Path of a unix socket. */
  readonly unix?: string;
  readonly serial?: boolean;
  /** A TCP port for USB/IP, `0` for a free one; true for the usual one. */
  readonly usb?: string | true;
}

/**
 * Starts the board, prints one JSON object with where its lines are, and serves until Ctrl-C. Throws USAGE without any
 * line.
 */
export async function emulateBoard(name: string, lines: BoardLines, frame: CommandFrame): Promise<void> {
  const board = findBoard(name);
  if (lines.tcp === undefined && lines.unix === undefined && lines.usb === undefined && lines.serial !== true) {
    throw new ShoalError('USAGE', 'the emulated board has no line by which it could be reached', {
      hint: 'Add --serial, --tcp PORT, --unix PATH or --usb; or --elf FILE to run a program.',
    });
  }
  const port = lines.tcp === undefined ? null : portOf(lines.tcp);
  const usbPort = lines.usb === undefined ? null : lines.usb === true ? USBIP_PORT : portOf(lines.usb);
  const control = await EmulatedControl.start(board, { onLog: (text) => frame.note(`${text}\n`) });
  try {
    const tcp = port === null ? null : `tcp://127.0.0.1:${await control.listen({ port, host: '127.0.0.1' })}`;
    if (lines.unix !== undefined) await control.listen({ path: lines.unix });
    const serial = lines.serial === true ? `serial:${await control.openSerial()}` : null;
    const usb = usbPort === null ? null : `usbip://127.0.0.1:${await control.listenUsb(usbPort, '127.0.0.1')}/1-1`;
    frame.line(`${JSON.stringify({ board: board.name, tcp, unix: lines.unix ?? null, serial, usb })}\n`);
    const interruption = frame.interruption();
    await new Promise<void>((resolve) => {
      if (interruption.aborted) resolve();
      else interruption.addEventListener('abort', () => resolve(), { once: true });
    });
  } finally {
    await control.close();
    if (lines.unix !== undefined) rmSync(lines.unix, { force: true });
  }
}

/** Throws USAGE. */
export function portOf(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 0xffff) return port;
  throw new ShoalError('USAGE', `'${text}' is not a port from 0 to 65535`);
}

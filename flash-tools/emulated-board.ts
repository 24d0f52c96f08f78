/** `shoal emulate BOARD`: an emulated board by itself, which other programs reach over its lines. */
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { findBoard } from '../boards/registry.ts';
import { USBIP_PORT } from '../emulator/index.ts';
import type { LineFaults } from '../host/control/faulty-line.ts';
import { EmulatedControl } from '../host/index.ts';
import { makeSharedFile } from '../host/links/shared-file.ts';
import { ShoalError } from '../protocol/errors.ts';
import type { CommandFrame } from './command.ts';

export interface BoardLines {
  /** A TCP port, `0` for a free one. */
  readonly tcp?: string;
  /** Path of a unix socket. */
  readonly unix?: string;
  readonly serial?: boolean;
  /** `SEED,RATE` and bits per second, of the serial port. */
  readonly noise?: string;
  readonly baud?: string;
  /** A file of shared memory, made if it is not there. */
  readonly ring?: string;
  /** A TCP port for USB/IP, `0` for a free one; true for the usual one. */
  readonly usb?: string | true;
}

/** Hardly a frame comes through whole. */
const WORST_RATE = 0.05;
const RING_FILE_BYTES = 0x10_0000;

/**
 * Starts the board, prints one JSON object with where its lines are, and serves until Ctrl-C. Throws USAGE without any
 * line.
 */
export async function emulateBoard(name: string, lines: BoardLines, frame: CommandFrame): Promise<void> {
  const board = findBoard(name);
  if (
    lines.tcp === undefined &&
    lines.unix === undefined &&
    lines.usb === undefined &&
    lines.ring === undefined &&
    lines.serial !== true
  ) {
    throw new ShoalError('USAGE', 'the emulated board has no line by which it could be reached', {
      hint: 'Add --serial, --tcp PORT, --unix PATH, --ring FILE, --usb or --memory FILE; or --elf FILE to run a program.',
    });
  }
  const faults = faultsOf(lines);
  const port = lines.tcp === undefined ? null : portOf(lines.tcp);
  const usbPort = lines.usb === undefined ? null : lines.usb === true ? USBIP_PORT : portOf(lines.usb);
  if (lines.ring !== undefined) makeSharedFile(lines.ring, RING_FILE_BYTES);
  const control = await EmulatedControl.start(board, { onLog: (text) => frame.note(`${text}\n`) });
  try {
    const tcp = port === null ? null : `tcp://127.0.0.1:${await control.listen({ port, host: '127.0.0.1' })}`;
    if (lines.unix !== undefined) await control.listen({ path: lines.unix });
    const serial = lines.serial === true ? `serial:${await control.openSerial(faults)}` : null;
    const usb = usbPort === null ? null : `usbip://127.0.0.1:${await control.listenUsb(usbPort, '127.0.0.1')}/1-1`;
    if (lines.ring !== undefined) await control.openRing({ path: lines.ring });
    const ring = lines.ring === undefined ? null : `ring:${resolve(lines.ring)}`;
    frame.line(`${JSON.stringify({ board: board.name, tcp, unix: lines.unix ?? null, serial, usb, ring })}\n`);
    await interrupted(frame);
    const damage = control.damage();
    if (damage !== null)
      frame.note(`${damage.damagedBytes} of ${damage.bytes} bytes of the serial line were damaged\n`);
  } finally {
    await control.close();
    for (const path of [lines.unix, lines.ring]) if (path !== undefined) rmSync(path, { force: true });
  }
}

/** Throws USAGE. */
function faultsOf({ noise, baud, serial }: BoardLines): LineFaults | undefined {
  if (noise === undefined && baud === undefined) return undefined;
  if (serial !== true) {
    throw new ShoalError('USAGE', '--noise and --baud are for the serial port: other lines carry what they are given', {
      hint: 'Add --serial.',
    });
  }
  const [, seed, rate] = /^(\d{1,9}),(0|0?\.\d+)$/.exec(noise ?? '0,0') ?? [];
  if (seed === undefined || Number(rate) > WORST_RATE) {
    throw new ShoalError(
      'USAGE',
      `--noise '${noise}' is not a seed and a rate per byte from 0 to ${WORST_RATE}: 7,0.001`,
    );
  }
  if (baud !== undefined && !/^[1-9]\d{2,6}$/.test(baud)) {
    throw new ShoalError('USAGE', `--baud '${baud}' is not a number of bits per second from 100 to 9999999`);
  }
  return {
    ...(noise === undefined ? {} : { noise: { seed: Number(seed), rate: Number(rate) } }),
    ...(baud === undefined ? {} : { baud: Number(baud) }),
  };
}

/** Resolves at Ctrl-C. */
export async function interrupted(frame: CommandFrame): Promise<void> {
  const interruption = frame.interruption();
  if (!interruption.aborted) await once(interruption, 'abort');
}

/** Throws USAGE. */
export function portOf(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 0xffff) return port;
  throw new ShoalError('USAGE', `'${text}' is not a port from 0 to 65535`);
}

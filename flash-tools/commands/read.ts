import type { Command } from 'commander';
import { ShoalError } from '../../protocol/errors.ts';
import { type CommandFrame, examples, JSON_OPTION } from '../command.ts';
import { isUsbSelector, readUsb } from '../dfu/dfu-command.ts';
import { checkRange, parseAddress, parseLength } from '../window/board-window.ts';
import { hexDump } from '../window/hex-dump.ts';
import { isWindowSelector, openWindow, WINDOW_SELECTORS } from '../window/open-window.ts';
import { copyOut } from '../window/verified-copy.ts';
import { writeOutput } from '../write-output.ts';

interface ReadOptions {
  readonly at?: string;
  readonly length?: string;
  readonly alt?: string;
  readonly output?: string;
}

/** Adds `shoal read BOARD --at ADDRESS --length N [-o FILE] [--json]`; on USB all of a memory without the two. */
export function addReadCommand(program: Command, frame: CommandFrame): void {
  program
    .command('read')
    .summary('read memory of a board')
    .description(
      'Reads memory of a board, as text or into a file. Programs on it go on meanwhile; firmware of a USB device is ended for it, and all that it has is read without --at and --length.',
    )
    .argument('<board>', `${WINDOW_SELECTORS}, or 'usb:VID:PID[:SERIAL]' by DFU`)
    .option('--at <address>', 'a mesh address, 0x8e000000, or one of a core: 0,1:0x100')
    .option('--length <bytes>', 'how many bytes, 64 or 0x40')
    .option('--alt <setting>', 'for USB: number or name of the memory, of several')
    .option('-o, --output <file>', 'write the bytes into this file')
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      examples('shoal read emu:parallella-16 --at 0,0:0 --length 64', 'shoal read usb:0483:df11 -o firmware.bin'),
    )
    .action(async (board: string, options: ReadOptions) => {
      const signal = frame.interruption();
      const { address, bytes } = isUsbSelector(board)
        ? await readUsb(board, options, signal)
        : await readWindow(board, options, signal);
      const { output } = options;
      if (output !== undefined) await writeOutput(output, bytes);
      const data = { board, address, lengthBytes: bytes.length, output: output ?? null };
      const base64 = output === undefined ? { bytes: Buffer.from(bytes).toString('base64') } : {};
      frame.answer('read/1', { ...data, ...base64 }, () =>
        output === undefined ? hexDump(address, bytes) : `wrote ${bytes.length} bytes to ${output}`,
      );
    });
}

/** Throws USAGE, SELECTOR_INVALID, MEMORY_OVERFLOW, and what {@link openWindow} throws. */
async function readWindow(
  board: string,
  { at, length }: ReadOptions,
  signal: AbortSignal,
): Promise<{ readonly address: number; readonly bytes: Uint8Array }> {
  if (!isWindowSelector(board)) throw noWindow(board);
  if (at === undefined || length === undefined) {
    throw new ShoalError('USAGE', `${at === undefined ? '--at' : '--length'} is missing`, {
      hint: 'shoal read --help',
    });
  }
  const { window, close } = await openWindow(board, signal);
  try {
    const address = parseAddress(window, at);
    const lengthBytes = parseLength(length);
    checkRange(window, address, lengthBytes);
    return { address, bytes: await copyOut(window, address, lengthBytes, { signal }) };
  } finally {
    close();
  }
}

function noWindow(board: string): ShoalError {
  return new ShoalError('SELECTOR_INVALID', `'${board}' has no memory that could be read`, {
    hint: `Write ${WINDOW_SELECTORS}. Images cannot be read back by SMP; 'shoal images' shows their hashes.`,
  });
}

import type { Command } from 'commander';
import { ShoalError } from '../../protocol/errors.ts';
import { readImage, versionText } from '../../protocol/flash/mcuboot-image.ts';
import { type CommandFrame, examples, JSON_OPTION } from '../command.ts';
import { readInput } from '../read-input.ts';
import { SMP_SELECTORS } from '../smp/open-smp.ts';
import { uploadImage } from '../smp/upload-image.ts';
import { withSmp } from '../smp/with-smp.ts';
import { checkRange, hex, parseAddress } from '../window/board-window.ts';
import { isWindowSelector, openWindow, WINDOW_SELECTORS } from '../window/open-window.ts';
import { copyInto, verify } from '../window/verified-copy.ts';

/** Adds `shoal write BOARD FILE [--at ADDRESS] [--json]`. */
export function addWriteCommand(program: Command, frame: CommandFrame): void {
  program
    .command('write')
    .summary('write a file into memory of a board, or into its free slot')
    .description(
      'Writes a file into memory and reads it back; or an image into the slot that is free, where it stays until it is ' +
        'flashed or erased.',
    )
    .argument('<board>', `${WINDOW_SELECTORS}; ${SMP_SELECTORS}`)
    .argument('<file>', 'the bytes, or an image for a slot')
    .option('--at <address>', 'for memory: a mesh address, 0x8e000000, or an address of a core: 0,1:0x100')
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      examples('shoal write emu:parallella-16 table.bin --at 0x8e000000', 'shoal write udp://parallella runtime.img'),
    )
    .action(async (board: string, file: string, { at }: { readonly at?: string }) => {
      const bytes = await readInput(file);
      const signal = frame.interruption();
      if (isWindowSelector(board)) {
        if (at === undefined) throw new ShoalError('USAGE', '--at is missing: where the bytes go');
        await writeMemory(board, bytes, at, signal, frame);
        return;
      }
      if (at !== undefined)
        throw new ShoalError('USAGE', '--at is for memory; where a slot stands is the board’s business');
      const version = versionText(readImage(bytes).version);
      await withSmp(board, signal, async (client) => {
        const { hash, resumedFrom } = await uploadImage(client, bytes);
        const data = { board, version, hash: Buffer.from(hash).toString('hex'), resumedFrom };
        frame.answer('write/1', data, () => `${board} holds ${version}; what runs was not changed`);
      });
    });
}

async function writeMemory(
  board: string,
  bytes: Uint8Array,
  at: string,
  signal: AbortSignal,
  frame: CommandFrame,
): Promise<void> {
  const { window, close } = await openWindow(board, signal);
  try {
    const address = parseAddress(window, at);
    checkRange(window, address, bytes.length);
    await copyInto(window, address, bytes, { signal });
    await verify(window, address, bytes, { signal });
    frame.answer(
      'write/1',
      { board, address, lengthBytes: bytes.length },
      () => `wrote ${bytes.length} bytes at ${hex(address)} of ${board}, and read them back`,
    );
  } finally {
    close();
  }
}

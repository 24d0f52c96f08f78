import type { Command } from 'commander';
import { ShoalError } from '../../protocol/errors.ts';
import { type CommandFrame, examples, JSON_OPTION } from '../command.ts';
import { checkRange, parseAddress, parseLength } from '../window/board-window.ts';
import { hexDump } from '../window/hex-dump.ts';
import { isWindowSelector, openWindow, WINDOW_SELECTORS } from '../window/open-window.ts';
import { copyOut } from '../window/verified-copy.ts';
import { writeOutput } from '../write-output.ts';

interface ReadOptions {
  readonly at: string;
  readonly length: string;
  readonly output?: string;
}

/** Adds `shoal read BOARD --at ADDRESS --length N [-o FILE] [--json]`. */
export function addReadCommand(program: Command, frame: CommandFrame): void {
  program
    .command('read')
    .summary('read memory of a board')
    .description('Reads memory of a board, as text or into a file. Programs on it go on meanwhile.')
    .argument('<board>', WINDOW_SELECTORS)
    .requiredOption('--at <address>', 'a mesh address, 0x8e000000, or an address of a core: 0,1:0x100')
    .requiredOption('--length <bytes>', 'how many bytes, 64 or 0x40')
    .option('-o, --output <file>', 'write the bytes into this file')
    .option(...JSON_OPTION)
    .addHelpText('after', examples('shoal read emu:parallella-16 --at 0,0:0 --length 64'))
    .action(async (board: string, options: ReadOptions) => {
      if (!isWindowSelector(board)) throw noWindow(board);
      const signal = frame.interruption();
      const { window, close } = await openWindow(board, signal);
      try {
        const address = parseAddress(window, options.at);
        const lengthBytes = parseLength(options.length);
        checkRange(window, address, lengthBytes);
        const bytes = await copyOut(window, address, lengthBytes, { signal });
        const { output } = options;
        if (output !== undefined) await writeOutput(output, bytes);
        const data = { board, address, lengthBytes, output: output ?? null };
        const base64 = output === undefined ? { bytes: Buffer.from(bytes).toString('base64') } : {};
        frame.answer('read/1', { ...data, ...base64 }, () =>
          output === undefined ? hexDump(address, bytes) : `wrote ${lengthBytes} bytes to ${output}`,
        );
      } finally {
        close();
      }
    });
}

function noWindow(board: string): ShoalError {
  return new ShoalError('SELECTOR_INVALID', `'${board}' has no memory that could be read`, {
    hint: `Write ${WINDOW_SELECTORS}. Images cannot be read back by SMP; 'shoal images' shows their hashes.`,
  });
}

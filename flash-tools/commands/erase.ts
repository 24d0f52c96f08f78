import type { Command } from 'commander';
import { ShoalError } from '../../protocol/errors.ts';
import { type CommandFrame, examples, JSON_OPTION } from '../command.ts';
import { SMP_SELECTORS } from '../smp/open-smp.ts';
import { withSmp } from '../smp/with-smp.ts';
import { checkRange, hex, parseAddress, parseLength } from '../window/board-window.ts';
import { isWindowSelector, openWindow, WINDOW_SELECTORS } from '../window/open-window.ts';
import { copyInto, verify } from '../window/verified-copy.ts';

interface EraseOptions {
  readonly at?: string;
  readonly length?: string;
}

/** Adds `shoal erase BOARD [--at ADDRESS --length N] [--json]`. */
export function addEraseCommand(program: Command, frame: CommandFrame): void {
  program
    .command('erase')
    .summary('clear memory of a board, or its free slot')
    .description(
      'Clears memory to zeros, and reads it back; or empties the slot that neither runs nor is started next. ' +
        'A board never loses the image that runs by it.',
    )
    .argument('<board>', `${WINDOW_SELECTORS}; ${SMP_SELECTORS}`)
    .option('--at <address>', 'for memory: a mesh address, 0x8e000000, or an address of a core: 0,1:0x100')
    .option('--length <bytes>', 'for memory: how many bytes, 64 or 0x40')
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      examples('shoal erase udp://parallella', 'shoal erase emu:parallella-16 --at 0,0:0x4000 --length 0x1000'),
    )
    .action(async (board: string, options: EraseOptions) => {
      const { at, length } = options;
      const signal = frame.interruption();
      if (!isWindowSelector(board)) {
        if ((at ?? length) !== undefined)
          throw new ShoalError('USAGE', '--at and --length are for memory, not for slots');
        await withSmp(board, signal, (client) => client.erase());
        frame.answer('erase/1', { board }, () => `the free slot of ${board} is empty`);
        return;
      }
      if (at === undefined || length === undefined) {
        throw new ShoalError('USAGE', '--at and --length are missing: which memory is to be cleared');
      }
      const { window, close } = await openWindow(board, signal);
      try {
        const [address, lengthBytes] = [parseAddress(window, at), parseLength(length)];
        checkRange(window, address, lengthBytes);
        const zeros = new Uint8Array(lengthBytes);
        await copyInto(window, address, zeros, { signal });
        await verify(window, address, zeros, { signal });
        frame.answer(
          'erase/1',
          { board, address, lengthBytes },
          () => `cleared ${lengthBytes} bytes at ${hex(address)}`,
        );
      } finally {
        close();
      }
    });
}

import type { Command } from 'commander';
import { type CommandFrame, examples, JSON_OPTION } from '../command.ts';
import { SMP_SELECTORS } from '../smp/open-smp.ts';
import { withSmp } from '../smp/with-smp.ts';
import { resetCore } from '../window/core-control.ts';
import { isWindowSelector, openWindow, WINDOW_SELECTORS } from '../window/open-window.ts';

/** Adds `shoal reset BOARD [--json]`. */
export function addResetCommand(program: Command, frame: CommandFrame): void {
  program
    .command('reset')
    .summary('restart a board')
    .description(
      'Has the supervisor of a board start its runtime again; an image on trial that is not confirmed is rolled back. ' +
        'Of a memory window every core is stopped and reset, and stays so.',
    )
    .argument('<board>', `${SMP_SELECTORS}; ${WINDOW_SELECTORS}`)
    .option(...JSON_OPTION)
    .addHelpText('after', examples('shoal reset udp://parallella', 'shoal reset serial:/dev/ttyUSB0'))
    .action(async (board: string) => {
      const signal = frame.interruption();
      if (!isWindowSelector(board)) {
        await withSmp(board, signal, (client) => client.reset());
        frame.answer('reset/1', { board }, () => `${board} restarts`);
        return;
      }
      const { window, close } = await openWindow(board, signal);
      try {
        const cores = window.board.rows * window.board.columns;
        for (let core = 0; core < cores; core++) await resetCore(window, core);
        frame.answer('reset/1', { board, cores }, () => `${cores} cores of ${board} are stopped and reset`);
      } finally {
        close();
      }
    });
}

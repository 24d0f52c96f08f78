import type { Command } from 'commander';
import { type CommandFrame, examples, JSON_OPTION } from '../command.ts';
import { SMP_SELECTORS } from '../smp/open-smp.ts';
import { withSmp } from '../smp/with-smp.ts';

/** Adds `shoal reset BOARD [--json]`. */
export function addResetCommand(program: Command, frame: CommandFrame): void {
  program
    .command('reset')
    .summary('restart a board')
    .description(
      'Has the supervisor of a board start its runtime again; an image on trial that is not confirmed is rolled back.',
    )
    .argument('<board>', SMP_SELECTORS)
    .option(...JSON_OPTION)
    .addHelpText('after', examples('shoal reset udp://parallella', 'shoal reset serial:/dev/ttyUSB0'))
    .action(async (board: string) => {
      await withSmp(board, frame.interruption(), (client) => client.reset());
      frame.answer('reset/1', { board }, () => `${board} restarts`);
    });
}

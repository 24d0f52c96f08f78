import type { Command } from 'commander';
import type { BoardDescription } from '../../boards/board.ts';
import { BOARDS } from '../../boards/registry.ts';
import { type CommandFrame, examples, JSON_OPTION } from '../command.ts';

/** Adds `shoal boards [--json]`: every board that has a name, with its cores and memories. */
export function addBoardsCommand(program: Command, frame: CommandFrame): void {
  program
    .command('boards')
    .summary('list the boards that are known by name')
    .description('Lists the boards that are known by name. `emu:NAME` is an emulated one.')
    .option(...JSON_OPTION)
    .addHelpText('after', examples('shoal boards', 'shoal boards --json'))
    .action(() => frame.answer('boards/1', BOARDS, () => BOARDS.map(boardLine).join('\n')));
}

function boardLine(board: BoardDescription): string {
  const nameWidth = Math.max(...BOARDS.map(({ name }) => name.length)) + 2;
  const titleWidth = Math.max(...BOARDS.map(({ title }) => title.length)) + 2;
  const cores = `${board.rows * board.columns} cores (${board.rows}x${board.columns})`.padEnd(18);
  const local = `${board.localMemoryBytes / 1024} KB each`;
  const shared = board.sharedMemory === undefined ? '' : `, ${board.sharedMemory.lengthBytes / 1024 ** 2} MB shared`;
  const clock = `${board.coreClockHz / 1e6} MHz`;
  return `${board.name.padEnd(nameWidth)}${board.title.padEnd(titleWidth)}${cores}${clock.padEnd(9)}${local}${shared}`;
}

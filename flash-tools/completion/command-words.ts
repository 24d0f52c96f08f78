/** What can be written on a command line, as the commands themselves declare it. */
import { Command } from 'commander';
import type { CommandFrame } from '../command.ts';
import { COMMAND_TABLE } from '../command-table.ts';

export interface OptionWords {
  /** `['-o', '--output']` */
  readonly flags: readonly string[];
  readonly description: string;
  /** A value stands behind it. */
  readonly takesValue: boolean;
  /** The values that it takes, if they are few; otherwise it may be a file. */
  readonly choices: readonly string[];
}

export interface CommandWords {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly OptionWords[];
  /** What the first argument can be, if that is few; otherwise it may be a file. */
  readonly choices: readonly string[];
}

/** All commands, in the order of the table. Loads their modules. */
export async function commandWords(frame: CommandFrame): Promise<CommandWords[]> {
  const program = new Command('shoal').enablePositionalOptions();
  for (const { load } of COMMAND_TABLE) (await load())(program, frame);
  return program.commands.map((command) => ({
    name: command.name(),
    summary: command.summary(),
    options: [
      ...command.options.map(({ short, long, description, required, optional, argChoices }) => ({
        flags: [short, long].filter((flag) => flag !== undefined),
        description,
        takesValue: required || optional,
        choices: argChoices ?? [],
      })),
      { flags: ['-h', '--help'], description: 'show what the command does', takesValue: false, choices: [] },
    ],
    choices: command.registeredArguments[0]?.argChoices ?? [],
  }));
}

import { Command, CommanderError } from 'commander';
import { ShoalError } from '../protocol/errors.ts';
import { nearestName } from '../protocol/nearest-name.ts';
import type { CommandFrame } from './command.ts';
import { COMMAND_TABLE } from './command-table.ts';
import { helpPage } from './help-page.ts';
import { ownPackage } from './init/shoal-dependency.ts';

/** Where the program writes, and whether the command that runs was asked for JSON. */
export interface ProgramOutput {
  readonly frame: CommandFrame;
  /** Called with true as soon as it is known that the answer, or the error, is to be JSON. */
  wantsJson(json: boolean): void;
  help(text: string): void;
}

/**
 * Parses the arguments and runs the command. Only the module of the command that is named gets loaded.
 * @param args the arguments behind `shoal`.
 * @throws ShoalError USAGE for a command line that cannot be understood, and whatever the command throws.
 */
export async function runCommandLine(args: readonly string[], output: ProgramOutput): Promise<void> {
  const program = new Command('shoal')
    .usage('[--version] <command> [options]')
    .description('Programs boards full of small cores from TypeScript. More: shoal help <command>')
    .configureHelp({ formatHelp: helpPage })
    .enablePositionalOptions()
    .version((await ownPackage()).version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show what a command does')
    .helpCommand('help [command]', 'show what a command does')
    .exitOverride()
    .configureOutput({ writeOut: output.help, writeErr: () => {} });
  const wanted = args[0] === 'help' ? args[1] : args.find((arg) => !arg.startsWith('-'));
  for (const { name, summary, load } of COMMAND_TABLE) {
    if (name === wanted) (await load())(program, output.frame);
    else program.command(name).summary(summary);
  }
  const named = program.commands.find((command) => command.name() === wanted);
  if (named === undefined && wanted !== undefined && wanted !== 'help') throw unknownCommand(wanted);
  for (const command of program.commands) command.exitOverride().configureOutput(program.configureOutput());
  const hasJson = named?.options.some((option) => option.long === '--json') === true;
  const ownArguments = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  output.wantsJson(hasJson && ownArguments.includes('--json'));
  if (args.length === 0) {
    program.outputHelp();
    throw new ShoalError('USAGE', 'no command was given', { hint: 'shoal --help' });
  }
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // --help and --version end the program this way too.
    if (error.exitCode !== 0) throw usageError(error, named);
  }
}

function unknownCommand(name: string): ShoalError {
  const nearest = nearestName(
    name,
    COMMAND_TABLE.map((known) => known.name),
  );
  return new ShoalError('USAGE', `there is no command '${name}'`, {
    hint: nearest === undefined ? 'shoal --help lists the commands' : `did you mean 'shoal ${nearest}'?`,
    details: { name },
  });
}

/** Commander's message without its prefix; its suggestion, if it has one, becomes the hint. */
function usageError(error: CommanderError, command: Command | undefined): ShoalError {
  const [first = '', second] = error.message.split('\n');
  const suggestion = /^\(Did you mean (.*)\?\)$/.exec(second ?? '')?.[1];
  const help = `shoal ${command === undefined ? '' : `${command.name()} `}--help`;
  return new ShoalError('USAGE', first.replace(/^error: /, '').replace(/\.$/, ''), {
    hint: suggestion === undefined ? help : `did you mean ${suggestion}? See ${help}`,
  });
}

import { Command } from 'commander';
import { runProgram } from '../../host/run/run-program.ts';
import { watchProgram } from '../../host/run/watch-program.ts';
import { ShoalError } from '../../protocol/errors.ts';
import { type CommandFrame, examples } from '../command.ts';
import type { WatchOptions } from '../programs/program-watch.ts';
import { type ElfOptions, runElf } from '../programs/run-elf.ts';
import { runScript } from '../programs/run-script.ts';

interface RunOptions extends WatchOptions, Partial<ElfOptions> {
  readonly watch?: boolean;
}

const DEFAULT_BOARD = 'emu:parallella-16';

/**
 * Adds `shoal run program.ts [-- args]`, the program under exact Node, whose exit code is the command's; and
 * `shoal run program.elf --on BOARD`, machine code on cores.
 */
export function addRunCommand(program: Command, frame: CommandFrame): void {
  withOptions(program.command('run'))
    .summary('run a program whose kernels give the bits of a core')
    .description(
      'Runs a TypeScript or JavaScript program in Node; kernels that it imports give the bits of a core. An .elf file is loaded into cores, verified and started. With --expect-text and --fail-text the output decides: exit code 0 or 9.',
    )
    .argument('<program>', 'a .ts, .js or .elf file')
    .argument('[args...]', 'its arguments; a `--` before them is taken away')
    .passThroughOptions()
    .addHelpText(
      'after',
      examples(
        'shoal run main.ts -- --frames 3',
        'shoal run --expect-text PASS --fail-text Error --timeout 60 test.ts',
        'shoal run program.elf --on emu:parallella-16 --core 0,0 --group 2x2',
      ),
    )
    .action(async (file: string, args: string[], options: RunOptions) => {
      if (file.endsWith('.elf')) {
        // Such a program has no arguments: what stands behind its name is meant for the command.
        frame.exit(await runElf(file, elfOptions(args, options), frame));
        return;
      }
      const { on, core, group, watch } = options;
      if ((on ?? core ?? group) !== undefined) {
        throw new ShoalError('USAGE', '--on, --core and --group are for .elf files; a program opens its board itself');
      }
      const own = args[0] === '--' ? args.slice(1) : args;
      const isWatched =
        options.expectText !== undefined || options.failText !== undefined || options.timeout !== undefined;
      if (isWatched && watch === true)
        throw new ShoalError('USAGE', '--watch runs for ever: nothing can be expected of it');
      if (isWatched) frame.exit(await runScript(file, own, options, frame));
      else frame.exit(await (watch === true ? watchProgram(file, own, frame.note) : runProgram(file, own)));
    });
}

function withOptions(command: Command): Command {
  const collect = (text: string, others: string[] = []): string[] => [...others, text];
  return command
    .option('--watch', 'run it again whenever one of its files changes')
    .option('--expect-text <text>', 'succeed when all of these were printed', collect)
    .option('--fail-text <text>', 'fail when this is printed', collect)
    .option('--timeout <seconds>', 'end the program after so long, with exit code 6')
    .option('--on <board>', `for .elf: the board (default: ${DEFAULT_BOARD})`)
    .option('--core <row,column>', 'for .elf: the first core (default: 0,0)')
    .option('--group <RxC>', 'for .elf: how many rows and columns (default: 1x1)');
}

function elfOptions(args: readonly string[], options: RunOptions): ElfOptions {
  const behind = withOptions(new Command('run').exitOverride().configureOutput({ writeErr: () => {} }));
  const {
    on = DEFAULT_BOARD,
    core = '0,0',
    group = '1x1',
    ...others
  } = {
    ...options,
    ...behind.parse([...args], { from: 'user' }).opts<RunOptions>(),
  };
  return { on, core, group, ...others };
}

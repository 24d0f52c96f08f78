import { runProgram } from '../../host/run/run-program.ts';
import { watchProgram } from '../../host/run/watch-program.ts';
import type { AddCommand } from '../command.ts';

/** `shoal run program.ts [-- args]`: the program under exact Node. Its exit code is the command's. */
export const addRunCommand: AddCommand = (program, frame) => {
  program
    .command('run')
    .summary('run a program whose kernels give the bits of a core')
    .description(
      'Runs a TypeScript or JavaScript program in Node. Kernel modules that it imports give the bits of a core;\n' +
        'one that has errors ends the program with exit code 8.',
    )
    .argument('<program>', 'a .ts or .js file')
    .argument('[args...]', 'arguments of the program; a `--` before them is taken away')
    .option('--watch', 'run the program again whenever one of its files changes, kernels on boards included')
    .passThroughOptions()
    .action(async (file: string, args: string[], { watch }: { readonly watch?: boolean }) => {
      const own = args[0] === '--' ? args.slice(1) : args;
      frame.exit(await (watch === true ? watchProgram(file, own, frame.note) : runProgram(file, own)));
    });
};

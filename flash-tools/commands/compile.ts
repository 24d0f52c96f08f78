import { readFileSync } from 'node:fs';
import { basename, relative } from 'node:path';
import { Argument, type Command } from 'commander';
import { findBoard } from '../../boards/registry.ts';
import { moduleBytes } from '../../compiler/compiled-module.ts';
import { compileTargets } from '../../compiler/index.ts';
import { listingText, listModule } from '../../compiler/listing.ts';
import { writeContainer } from '../../compiler/module-container.ts';
import { checkSize, sizeText } from '../../compiler/size.ts';
import { loadRuntimeImage } from '../../host/cores/runtime-image.ts';
import { RUNTIME_STACK_BYTES } from '../../protocol/mailbox.ts';
import { type CommandFrame, examples, JSON_OPTION } from '../command.ts';
import { readInput } from '../read-input.ts';
import { writeOutput } from '../write-output.ts';

const DEFAULT_BOARDS: readonly string[] = ['parallella-16'];

interface CompileCommandOptions {
  readonly board: readonly string[];
  readonly output?: string;
  readonly listing?: boolean;
  readonly checks: boolean;
}

/** Adds `shoal compile FILE [--board NAME]… [-o FILE] [--listing] [--no-checks] [--json]`. */
export function addCompileCommand(program: Command, frame: CommandFrame): void {
  program
    .command('compile')
    .summary('compile a kernel module to machine code')
    .description('Compiles a kernel module for boards, into one file that needs no compiler to load.')
    .addArgument(new Argument('<file>', "a kernel module: a TypeScript file that begins with 'use kernel'"))
    .option('--board <name>', 'board to compile for; give it again for more boards', addBoard, DEFAULT_BOARDS)
    .option('-o, --output <file>', 'file to write; without it, and without --listing: the name with .shoal')
    .option('--listing', 'print the instructions beside their source')
    .option('--no-checks', 'leave out the checks of indices')
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      examples('shoal compile kernels.ts', 'shoal compile kernels.ts --board parallella-16 --board e64g401 -o k.shoal'),
    )
    .action(async (file: string, options: CompileCommandOptions) => {
      const boards = options.board.map(findBoard);
      await readInput(file);
      const targets = await compileTargets(file, { boards, checks: options.checks });
      const compiled = targets.map((target) => ({
        ...target,
        size: checkSize(target.module, {
          localMemoryBytes: target.localMemoryBytes,
          runtimeBytes: loadRuntimeImage(target.module.isa).endAddress,
          runtimeStackBytes: RUNTIME_STACK_BYTES,
        }),
      }));
      const output = options.output ?? (options.listing ? undefined : basename(file).replace(/\.[cm]?ts$/, '.shoal'));
      if (output !== undefined) {
        await writeOutput(output, writeContainer(targets));
      }
      const data = {
        file,
        boards: boards.map(({ name }) => name),
        output: output ?? null,
        targets: compiled.map(({ module, localMemoryBytes, size }) => ({
          isa: module.isa,
          localMemoryBytes,
          bytes: moduleBytes(module),
          kernels: module.kernels,
          size,
          ...(options.listing ? { listing: listModule(module) } : {}),
        })),
      };
      frame.answer('compile/1', data, () => {
        const lines = options.listing ? compiled.map(({ module }) => listingText(module, sourceOf)) : [];
        for (const { module, size } of compiled) {
          const kernels = counted(module.kernels.length, 'kernel');
          lines.push(`${relative('', file)}: ${kernels}, ${moduleBytes(module)} bytes; ${sizeText(size)}`);
        }
        if (output !== undefined) lines.push(`wrote ${output}`);
        return lines.join('\n');
      });
    });
}

/** The first name takes the place of the default. */
function addBoard(name: string, before: readonly string[]): readonly string[] {
  return before === DEFAULT_BOARDS ? [name] : [...before, name];
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function sourceOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

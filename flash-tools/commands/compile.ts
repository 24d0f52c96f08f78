import { readFileSync } from 'node:fs';
import { basename, relative } from 'node:path';
import { Argument, type Command } from 'commander';
import { findBoard } from '../../boards/registry.ts';
import { moduleBytes } from '../../compiler/compiled-module.ts';
import { compileKernels } from '../../compiler/index.ts';
import { listingText, listModule } from '../../compiler/listing.ts';
import { writeContainer } from '../../compiler/module-container.ts';
import { checkSize, sizeText } from '../../compiler/size.ts';
import { loadRuntimeImage } from '../../host/cores/runtime-image.ts';
import { RUNTIME_STACK_BYTES } from '../../protocol/mailbox.ts';
import { type CommandFrame, JSON_OPTION } from '../command.ts';
import { readInput } from '../read-input.ts';
import { writeOutput } from '../write-output.ts';

interface CompileCommandOptions {
  readonly board: string;
  readonly output?: string;
  readonly listing?: boolean;
  readonly checks: boolean;
}

/** Adds `shoal compile FILE --board NAME [-o FILE] [--listing] [--no-checks] [--json]`. */
export function addCompileCommand(program: Command, frame: CommandFrame): void {
  program
    .command('compile')
    .summary('compile a kernel module to machine code')
    .description('Compiles a kernel module for a board, into a file that needs no compiler to load.')
    .addArgument(new Argument('<file>', "a kernel module: a TypeScript file that begins with 'use kernel'"))
    .option('--board <name>', 'board to compile for', 'parallella-16')
    .option('-o, --output <file>', 'file to write; without it, and without --listing: the name with .shoal')
    .option('--listing', 'print the instructions beside their source')
    .option('--no-checks', 'leave out the checks of indices')
    .option(...JSON_OPTION)
    .action(async (file: string, options: CompileCommandOptions) => {
      const board = findBoard(options.board);
      await readInput(file);
      const module = await compileKernels(file, { board, checks: options.checks });
      const report = checkSize(module, {
        localMemoryBytes: board.localMemoryBytes,
        runtimeBytes: loadRuntimeImage(board.isa).endAddress,
        runtimeStackBytes: RUNTIME_STACK_BYTES,
      });
      const output = options.output ?? (options.listing ? undefined : basename(file).replace(/\.[cm]?ts$/, '.shoal'));
      if (output !== undefined) {
        await writeOutput(output, writeContainer([{ module, localMemoryBytes: board.localMemoryBytes }]));
      }
      const data = {
        file,
        board: board.name,
        output: output ?? null,
        bytes: moduleBytes(module),
        kernels: module.kernels,
        size: report,
        ...(options.listing ? { listing: listModule(module) } : {}),
      };
      frame.answer('compile/1', data, () => {
        const lines = options.listing ? [listingText(module, sourceOf)] : [];
        lines.push(
          `${relative('', file)}: ${counted(module.kernels.length, 'kernel')}, ${moduleBytes(module)} bytes; ${sizeText(report)}`,
        );
        if (output !== undefined) lines.push(`wrote ${output}`);
        return lines.join('\n');
      });
    });
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

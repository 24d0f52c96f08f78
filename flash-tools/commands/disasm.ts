import { readFileSync } from 'node:fs';
import { Argument, type Command } from 'commander';
import { ELF_MACHINE_EPIPHANY, type ElfFile } from '../../boards/elf/elf-file.ts';
import type { SourceLine } from '../../boards/elf/line-table.ts';
import { readElf } from '../../boards/elf/read-elf.ts';
import { listableSymbols, listElf, listingText } from '../../boards/isa/epiphany/listing.ts';
import { isShoalError, ShoalError } from '../../protocol/errors.ts';
import { nearestName } from '../../protocol/nearest-name.ts';
import { type CommandFrame, examples, JSON_OPTION } from '../command.ts';
import { readInput } from '../read-input.ts';

/** Adds `shoal disasm FILE [--symbol NAME] [--json]`. */
export function addDisasmCommand(program: Command, frame: CommandFrame): void {
  program
    .command('disasm')
    .summary('show the machine code of an ELF file')
    .description(
      'Shows the machine code of an Epiphany ELF file or of compiled kernels, with its symbols and, if the file has ' +
        'them, source lines.',
    )
    .addArgument(new Argument('<file>', 'what shoal compile wrote, or an ELF file of any Epiphany linker'))
    .option('--symbol <name>', 'only this function')
    .option(...JSON_OPTION)
    .addHelpText('after', examples('shoal disasm program.elf', 'shoal disasm kernels.shoal --symbol kernels.saxpy'))
    .action(async (file: string, options: { readonly symbol?: string }) => {
      const elf = await readCode(file, await readInput(file));
      if (elf.machine !== ELF_MACHINE_EPIPHANY) throw wrongMachine(file, elf.machine);
      const blocks = listElf(elf, options.symbol);
      if (options.symbol !== undefined && blocks.length === 0) throw unknownSymbol(file, options.symbol, elf);
      frame.answer('disasm/1', { file, blocks }, () => listingText(blocks, sourceReader()));
    });
}

/** The ELF file, or that of the first target in a file of compiled kernels. */
async function readCode(file: string, bytes: Uint8Array): Promise<ElfFile> {
  try {
    return readElf(isContainer(bytes) ? await codeOfContainer(bytes) : bytes);
  } catch (error) {
    // The readers do not know which file they read.
    if (!isShoalError(error, 'ELF_INVALID') && !isShoalError(error, 'PROTOCOL_INVALID')) throw error;
    const what = error.message.replace(/ \[\w+\]$/, '');
    throw new ShoalError('ELF_INVALID', `${file}: ${what}`, {
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      details: { ...error.details, file },
      cause: error,
    });
  }
}

/** Compiled kernels begin as self-described CBOR. */
function isContainer(bytes: Uint8Array): boolean {
  return bytes[0] === 0xd9 && bytes[1] === 0xd9 && bytes[2] === 0xf7;
}

async function codeOfContainer(bytes: Uint8Array): Promise<Uint8Array> {
  const { moduleElf, readContainer } = await import('../../compiler/module-container.ts');
  const [target] = readContainer(bytes);
  if (target === undefined) throw new ShoalError('ELF_INVALID', 'it has no compiled code inside');
  return moduleElf(target.module);
}

function wrongMachine(file: string, machine: number): ShoalError {
  return new ShoalError('ELF_INVALID', `${file} is for another machine: e_machine is 0x${machine.toString(16)}`, {
    hint: `Epiphany is 0x${ELF_MACHINE_EPIPHANY.toString(16)}`,
    details: { file, machine },
  });
}

function unknownSymbol(file: string, name: string, elf: ElfFile): ShoalError {
  const names = listableSymbols(elf);
  const nearest = nearestName(name, names);
  const listed = names.length <= 12 ? names.join(', ') : `${names.slice(0, 12).join(', ')}, …`;
  return new ShoalError('USAGE', `${file} has no code with the symbol '${name}'`, {
    hint: nearest === undefined ? `its symbols: ${listed || 'none'}` : `did you mean '${nearest}'?`,
    details: { file, name },
  });
}

/** Finds the text of source lines, as long as the files are where they were when the code was compiled. */
function sourceReader(): (source: SourceLine) => string | undefined {
  const files = new Map<string, readonly string[]>();
  return ({ file, line }) => {
    let lines = files.get(file);
    if (lines === undefined) {
      try {
        lines = readFileSync(file, 'utf8').split(/\r?\n/);
      } catch {
        lines = [];
      }
      files.set(file, lines);
    }
    return lines[line - 1];
  };
}

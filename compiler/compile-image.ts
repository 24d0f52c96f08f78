/** Whole images at a fixed address, as the core runtime is: kernel modules and assembly linked to an absolute ELF. */
import type { BoardDescription } from '../boards/board.ts';
import { assemble } from '../boards/isa/epiphany/assembler.ts';
import { ShoalError } from '../protocol/errors.ts';
import type { ObjectCode } from './back-ends/back-end.ts';
import { compileFailed } from './compile-failed.ts';
import type { DataObject, GraphFunction, GraphProgram } from './flow-graph/graph.ts';
import { lowerProgram } from './flow-graph/lower.ts';
import { checkKernelProgram } from './front-end/check-kernel-program.ts';
import { generateCode } from './generate-code.ts';
import { mergeObjects, type ObjectWithLines } from './link/merge-objects.ts';
import { writeModuleElf } from './link/module-elf.ts';
import { type PlacedModule, placeModule, undefinedSymbols } from './link/place-module.ts';

export interface ImageOptions {
  readonly board: Pick<BoardDescription, 'isa' | 'localMemoryBytes'>;
  /** Linked first, so that its .text begins at `base`. */
  readonly assembly?: { readonly source: string; readonly file: string };
  /** Address of the first section. Default 0. */
  readonly base?: number;
  /** Check indices and divisors. Default false: a fault of the runtime cannot be reported. */
  readonly checks?: boolean;
}

export interface CompiledImage {
  readonly placed: PlacedModule;
  /** The image as an ELF32 file, entered at `base`. */
  readonly elf: Uint8Array;
  readonly code: ObjectCode;
  /** Bytes by section. */
  readonly sizes: Readonly<Record<string, number>>;
}

/**
 * Compiles the exported functions of `entryFiles` and all they reach, and links them with the assembly at `base`.
 * Throws COMPILE_FAILED with the diagnostics, ASSEMBLER_SYNTAX, or INTERNAL for symbols that nobody defines.
 */
export function compileImage(entryFiles: readonly string[], options: ImageOptions): CompiledImage {
  const functions = new Map<string, GraphFunction>();
  const data = new Map<string, DataObject>();
  for (const file of entryFiles) {
    const { checked, diagnostics } = checkKernelProgram(file, { boundsChecks: options.checks ?? false });
    if (checked === null) throw compileFailed(file, diagnostics);
    const lowered = lowerProgram(checked.program, { rawFloatBits: true });
    // Modules that two entries reach give the same functions twice.
    for (const graph of lowered.functions) {
      const known = functions.get(graph.symbol);
      if (known === undefined || graph.exported) functions.set(graph.symbol, graph);
    }
    for (const object of lowered.data) data.set(object.symbol, object);
  }
  const program: GraphProgram = { name: 'image', functions: [...functions.values()], data: [...data.values()] };
  const code = generateCode(program, options.board, { goal: 'size' });
  const { assembly } = options;
  const merged = mergeObjects(assembly === undefined ? [code] : [assembled(assembly), code]);
  const missing = undefinedSymbols(merged);
  if (missing.length > 0) {
    throw new ShoalError('INTERNAL', `the image uses ${missing.join(', ')}, which nothing defines`);
  }
  const placed = placeModule(merged, options.base ?? 0);
  const sizes = Object.fromEntries(merged.sections.map((section) => [section.name, section.lengthBytes]));
  const elf = writeModuleElf(entryFiles[0] ?? 'image', merged, placed, options.base ?? 0);
  return { placed, elf, code, sizes };
}

function assembled({ source, file }: { readonly source: string; readonly file: string }): ObjectWithLines {
  const { sections, symbols, lines } = assemble(source, file);
  return {
    sections,
    symbols,
    lines: lines
      .filter(({ section }) => section === '.text')
      .map(({ offset, line }) => ({ offset, position: { file, line, column: 1 } })),
  };
}

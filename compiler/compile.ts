/** Kernel modules to machine code: the whole way from a file to a {@link CompiledModule}. Needs TypeScript. */
import { compileFailed } from './compile-failed.ts';
import type { CompiledKernel, CompiledModule } from './compiled-module.ts';
import { kernelParameters } from './effects/kernel-parameters.ts';
import { entryStub, entrySymbol } from './flow-graph/entry-stub.ts';
import { lowerProgram } from './flow-graph/lower.ts';
import { type CheckedKernels, type CheckKernelOptions, checkKernelProgram } from './front-end/check-kernel-program.ts';
import { type CodeTarget, generateCode } from './generate-code.ts';
import { logFormatsOf } from './kernel-tree/log-format.ts';
import type { KernelFunction } from './kernel-tree/tree.ts';
import { stackBytesOf } from './link/stack-depth.ts';

export interface CompileOptions {
  readonly board: CodeTarget;
  /** Check indices at run time. Default true. */
  readonly checks?: boolean;
  /** Text of a file, undefined if there is none. Default: the file system. */
  readonly readFile?: CheckKernelOptions['readFile'];
}

/**
 * Compiles the kernel module `entryFile` and what it imports. Throws COMPILE_FAILED with `details.diagnostics` if the
 * source has errors, FILE_NOT_FOUND if it cannot be read.
 */
export function compileKernels(entryFile: string, options: CompileOptions): CompiledModule {
  return compileChecked(checkOrThrow(entryFile, options), options.board);
}

/** Throws COMPILE_FAILED. */
export function checkOrThrow(
  entryFile: string,
  { checks = true, readFile }: Omit<CompileOptions, 'board'>,
): CheckedKernels {
  const { checked, diagnostics } = checkKernelProgram(entryFile, {
    boundsChecks: checks,
    ...(readFile === undefined ? {} : { readFile }),
  });
  if (checked === null) throw compileFailed(entryFile, diagnostics);
  return checked;
}

/** Compiles a program that was checked before. */
export function compileChecked(checked: CheckedKernels, board: CodeTarget): CompiledModule {
  const { program, signatures } = checked;
  const parametersOf = kernelParameters(program);
  const functionOf = new Map(program.functions.map((f) => [f.symbol, f]));
  const kernelOf = (symbol: string): KernelFunction => {
    const found = functionOf.get(symbol);
    if (found === undefined) throw new Error(`${symbol} is exported but not in the program`);
    return found;
  };
  const lowered = lowerProgram(program);
  const entries = new Set(signatures.map(({ symbol }) => symbol));
  for (const symbol of entries) lowered.functions.push(entryStub(kernelOf(symbol)));
  const code = generateCode(lowered, board);
  const depths = new Map(
    program.functions.flatMap((f) => (f.depth === undefined ? [] : [[f.symbol, f.depth] as const])),
  );
  const kernels = signatures.map(({ name, symbol, result }): CompiledKernel => {
    const kernel = kernelOf(symbol);
    return {
      name,
      parameters: parametersOf(kernel),
      result,
      entrySymbol: entrySymbol(symbol),
      stackBytes: stackBytesOf(entrySymbol(symbol), code.frames, { depths }),
    };
  });
  return {
    name: program.name,
    isa: board.isa,
    kernels,
    object: { sections: code.sections, symbols: code.symbols },
    lines: code.lines,
    trapSites: code.trapSites,
    logFormats: logFormatsOf(program),
    data: lowered.data.map(({ symbol, section, lengthBytes, position }) => ({
      name: program.globals.find((global) => global.symbol === symbol)?.name ?? symbol,
      section,
      lengthBytes,
      position,
    })),
  };
}

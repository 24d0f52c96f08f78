/** One kernel module compiled for several boards, as what a `kernels.shoal` holds. Needs TypeScript. */

import { compileChecked } from './compile.ts';
import { compileFailed } from './compile-failed.ts';
import { type CheckKernelOptions, checkKernelProgram } from './front-end/check-kernel-program.ts';
import type { CodeTarget } from './generate-code.ts';
import type { ContainerTarget } from './module-container.ts';

export interface CompileTargetsOptions {
  readonly boards: readonly CodeTarget[];
  /** Check indices at run time. Default true. */
  readonly checks?: boolean;
  /** Text of a file, undefined if there is none. Default: the file system. */
  readonly readFile?: CheckKernelOptions['readFile'];
}

/**
 * Compiles `entryFile` once for each kind of board: those of one instruction set and size of memory share their code.
 * Throws COMPILE_FAILED with `details.diagnostics`, FILE_NOT_FOUND.
 */
export function compileTargets(entryFile: string, options: CompileTargetsOptions): ContainerTarget[] {
  const { checks = true, readFile } = options;
  const { checked, diagnostics } = checkKernelProgram(entryFile, {
    boundsChecks: checks,
    ...(readFile === undefined ? {} : { readFile }),
  });
  if (checked === null) throw compileFailed(entryFile, diagnostics);
  const kinds = new Map<string, CodeTarget>();
  for (const board of options.boards) kinds.set(`${board.isa} ${board.localMemoryBytes}`, board);
  return (
    [...kinds.values()]
      // The largest memory first: whoever looks for code takes the first that fits.
      .sort((a, b) => b.localMemoryBytes - a.localMemoryBytes)
      .map((board) => ({ module: compileChecked(checked, board), localMemoryBytes: board.localMemoryBytes }))
  );
}

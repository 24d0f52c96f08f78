/** One kernel module compiled for several boards, as what a `kernels.shoal` holds. Needs TypeScript. */
import { type CompileOptions, checkOrThrow, compileChecked } from './compile.ts';
import type { CodeTarget } from './generate-code.ts';
import type { ContainerTarget } from './module-container.ts';

export interface CompileTargetsOptions extends Omit<CompileOptions, 'board'> {
  readonly boards: readonly CodeTarget[];
}

/**
 * Compiles `entryFile` once for each kind of board: those of one instruction set and size of memory share their code.
 * Throws COMPILE_FAILED with `details.diagnostics`, FILE_NOT_FOUND.
 */
export function compileTargets(entryFile: string, options: CompileTargetsOptions): ContainerTarget[] {
  const checked = checkOrThrow(entryFile, options);
  const kinds = new Map<string, CodeTarget>();
  for (const board of options.boards) kinds.set(`${board.isa} ${board.localMemoryBytes}`, board);
  return (
    [...kinds.values()]
      // The largest memory first: whoever looks for code takes the first that fits.
      .sort((a, b) => b.localMemoryBytes - a.localMemoryBytes)
      .map((board) => ({ module: compileChecked(checked, board), localMemoryBytes: board.localMemoryBytes }))
  );
}

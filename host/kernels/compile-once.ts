/** Kernel modules that this process has compiled: tests load the same one for board after board. */
import { existsSync, readFileSync } from 'node:fs';
import type { BoardDescription } from '../../boards/board.ts';
import type { CompiledModule } from '../../compiler/compiled-module.ts';
import { reportUsedFile } from '../run/used-files.ts';

interface Compilation {
  /** What each file held that was read, or undefined where there was none. */
  readonly texts: ReadonlyMap<string, string | undefined>;
  readonly module: CompiledModule;
}

/** More are for programs that compile what they make themselves. */
const KEPT_MODULES = 64;

const compilations = new Map<string, Compilation>();

/** Compiles a module, unless it was compiled for such a board and no file of it has changed. Throws COMPILE_FAILED. */
export async function compileOnce(file: string, board: BoardDescription): Promise<CompiledModule> {
  const key = `${board.name} ${file}`;
  const known = compilations.get(key);
  if (known !== undefined && [...known.texts].every(([path, text]) => textOf(path) === text)) return known.module;
  // Loaded on first use: TypeScript takes a second, and programs with compiled kernels do not need it.
  const { compileKernels } = await import('../../compiler/compile.ts');
  const texts = new Map<string, string | undefined>();
  const module = compileKernels(file, {
    board,
    readFile: (path) => {
      const text = textOf(path);
      texts.set(path, text);
      return text;
    },
  });
  compilations.delete(key);
  compilations.set(key, { texts, module });
  const [oldest] = compilations.keys();
  if (compilations.size > KEPT_MODULES && oldest !== undefined) compilations.delete(oldest);
  return module;
}

function textOf(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  reportUsedFile(path);
  return readFileSync(path, 'utf8');
}

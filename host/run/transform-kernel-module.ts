import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { printModule } from '../../compiler/exact-node/print-module.ts';
import type { SourceMap } from '../../compiler/exact-node/source-map.ts';
import { inlineSourceMap, sourceMap } from '../../compiler/exact-node/source-map.ts';
import { isLibrarySource } from '../../compiler/front-end/kernel-library.ts';
import type { KernelProgram } from '../../compiler/kernel-tree/tree.ts';

/** An ES module and its map back to the user's file. */
export interface TransformedModule {
  readonly code: string;
  readonly map: SourceMap;
}

/** Options of {@link transformKernelModule}. */
export interface TransformOptions {
  /** Text of a kernel module. Default: the file system. */
  readonly readFile?: (path: string) => string;
  /** What the map calls the source. Default: the base name of the file. */
  readonly sourceName?: string;
}

/**
 * The kernel module `file` as JavaScript that gives the core's bits. `checked` must come from a check with `file` as
 * its entry. Imports between kernel modules stay imports, so that their state is shared: each is transformed by itself.
 */
export async function transformKernelModule(
  checked: { readonly program: KernelProgram },
  file: string,
  options: TransformOptions = {},
): Promise<TransformedModule> {
  const sourceOf = options.readFile ?? ((path: string) => readFileSync(path, 'utf8'));
  const { text, mappings } = printModule(checked.program, file, { sourceOf, isLibraryFile: isLibrarySource });
  const map = sourceMap(options.sourceName ?? basename(file), sourceOf(file), mappings);
  const { transform } = await import('esbuild');
  // esbuild follows the map in the comment and composes it with its own.
  const result = await transform(`${text}\n${inlineSourceMap(map)}`, {
    loader: 'ts',
    format: 'esm',
    target: 'node20',
    sourcemap: 'external',
    sourcefile: map.sources[0] ?? file,
    // Types are gone from printed kernels, and imports that only they used must go too.
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: false } },
  });
  const composed = JSON.parse(result.map) as SourceMap;
  return { code: result.code, map: composed };
}

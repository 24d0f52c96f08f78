import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { inlineSourceMap } from '../../compiler/exact-node/source-map.ts';
import type { DiagnosticStyle } from './compile-kernel-module.ts';
import { compileKernelModule } from './compile-kernel-module.ts';
import { isKernelModule } from './kernel-directive.ts';
import type { MadeModule, TransformCache } from './transform-cache.ts';

/**
 * A TypeScript file as an ES module for Node: kernel modules exact, others with their types taken away and newer syntax
 * (`await using`) lowered. Throws COMPILE_FAILED for a kernel module with errors, and for other files what esbuild says.
 */
export async function transformFile(file: string, cache: TransformCache, style: DiagnosticStyle): Promise<string> {
  const source = await readFile(file, 'utf8');
  const cached = await cache.get(file, source);
  if (cached !== null) return cached;
  const made = isKernelModule(source) ? await exactModule(file, style) : await ordinaryModule(file, source);
  await cache.put(file, made);
  return made.code;
}

async function exactModule(file: string, style: DiagnosticStyle): Promise<MadeModule> {
  const { code, map, sources } = await compileKernelModule(file, style, pathToFileURL(file).href);
  return { code: `${code}${inlineSourceMap(map)}`, sources };
}

async function ordinaryModule(file: string, source: string): Promise<MadeModule> {
  const { transform } = await import('esbuild');
  const { code, map } = await transform(source, {
    loader: file.endsWith('x') ? 'tsx' : 'ts',
    format: 'esm',
    target: 'node20',
    sourcemap: 'external',
    sourcefile: pathToFileURL(file).href,
  });
  return { code: `${code}${inlineSourceMap(map)}`, sources: new Map([[file, source]]) };
}

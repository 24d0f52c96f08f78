import { readFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OnLoadResult, PartialMessage, Plugin, PluginBuild } from 'esbuild';
import type { CompileFailedDetails } from '../../compiler/compile-failed.ts';
import { inlineSourceMap } from '../../compiler/exact-node/source-map.ts';
import type { KernelDiagnostic } from '../../compiler/front-end/diagnostics.ts';
import { isShoalError } from '../../protocol/errors.ts';
import { compileKernelModule } from '../run/compile-kernel-module.ts';
import { isKernelModule } from '../run/kernel-directive.ts';

/**
 * The esbuild plugin: kernel modules in a bundle give the core's bits. Their diagnostics become build errors with
 * places. Other TypeScript is left to esbuild.
 */
export default function shoal(): Plugin {
  return {
    name: 'shoal',
    setup(build) {
      build.onLoad({ filter: /\.m?ts$/, namespace: 'file' }, ({ path }) => loadKernelModule(path));
      build.onResolve({ filter: /^shoal\/(compiler\/exact|kernel(\/machine)?)$/ }, (args) => resolveOwn(build, args));
    },
  };
}

async function loadKernelModule(path: string): Promise<OnLoadResult | null> {
  if (!isKernelModule(await readFile(path, 'utf8'))) return null;
  try {
    const { code, map, sources } = await compileKernelModule(path, { color: false, directory: process.cwd() });
    return {
      contents: `${code}${inlineSourceMap(map)}`,
      loader: 'js',
      resolveDir: dirname(path),
      watchFiles: [...sources.keys()],
    };
  } catch (error) {
    if (!isShoalError(error, 'COMPILE_FAILED')) throw error;
    const { diagnostics } = error.details as unknown as CompileFailedDetails;
    const files = [path, ...diagnostics.map((d) => d.position.file)];
    return { errors: await Promise.all(diagnostics.map(messageOf)), watchFiles: files };
  }
}

async function messageOf(d: KernelDiagnostic): Promise<PartialMessage> {
  const { file, line, column } = d.position;
  const text = (await readFile(file, 'utf8').catch(() => '')).split(/\r\n|[\n\r\u2028\u2029]/)[line - 1] ?? '';
  const end = d.endLine === line ? d.endColumn : text.length + 1;
  const before = text.slice(0, column - 1);
  return {
    text: `${d.code}: ${d.message}`,
    location: {
      file: relative(process.cwd(), file),
      line,
      // esbuild counts in bytes of UTF-8
      column: Buffer.byteLength(before),
      length: Buffer.byteLength(text.slice(column - 1, end - 1)),
      lineText: text,
    },
    notes: [{ text: d.reason }, ...(d.replacement === null ? [] : [{ text: d.replacement }])],
  };
}

/** Exact modules import this package: also where it is not installed next to them. */
async function resolveOwn(
  build: PluginBuild,
  args: Parameters<Parameters<PluginBuild['onResolve']>[1]>[0],
): Promise<{ path: string; external?: boolean; sideEffects?: boolean } | null> {
  if (args.pluginData === OWN) return null;
  const ask = (resolveDir: string): ReturnType<PluginBuild['resolve']> =>
    build.resolve(args.path, { kind: args.kind, importer: args.importer, resolveDir, pluginData: OWN });
  const found = await ask(args.resolveDir);
  const used = found.errors.length === 0 ? found : await ask(dirname(fileURLToPath(import.meta.url)));
  if (used.errors.length > 0) return null;
  return { path: used.path, external: used.external, sideEffects: used.sideEffects };
}

/** Marks resolutions that this plugin asks for itself. */
const OWN: unique symbol = Symbol('shoal');

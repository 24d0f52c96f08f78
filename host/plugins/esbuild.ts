import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OnLoadResult, Plugin, PluginBuild } from 'esbuild';
import { findBoard } from '../../boards/registry.ts';
import { inlineSourceMap } from '../../compiler/exact-node/source-map.ts';
import { compileKernelModule } from '../run/compile-kernel-module.ts';
import { isKernelModule } from '../run/kernel-directive.ts';
import { orBuildErrors } from './esbuild-errors.ts';
import { addKernelUrls, nameCompiledModules } from './esbuild-kernel-urls.ts';
import { addOwnFiles } from './esbuild-own-files.ts';

/** Options of the plugin. */
export interface ShoalPluginOptions {
  /** Names of the boards that kernels are compiled for. Default: `parallella-16`, whose code all known boards take. */
  readonly boards?: readonly string[];
  /** Compiled kernels inside of the bundle, or in `.shoal` files beside it. Default `'inline'`. */
  readonly kernels?: 'inline' | 'file';
}

/**
 * The esbuild plugin. Kernel modules that are imported give the core's bits in Node. Those that are named by
 * `new URL('./kernels.ts', import.meta.url)` are compiled for boards, and the URL names the compiled module. What a
 * program needs of this package, emulated boards among it, goes into the bundle, without the compiler: it runs where
 * only Node is. Diagnostics become build errors with places. Other TypeScript is left to esbuild.
 *
 * Throws BOARD_UNKNOWN.
 */
export default function shoal({ boards = ['parallella-16'], kernels = 'inline' }: ShoalPluginOptions = {}): Plugin {
  const targets = boards.map(findBoard);
  return {
    name: 'shoal',
    setup(build) {
      addKernelUrls(build, targets, kernels);
      addOwnFiles(build);
      build.onLoad({ filter: /\.[mc]?[jt]sx?$/, namespace: 'file' }, ({ path }) => loadModule(path));
      build.onResolve({ filter: /^shoal\/(compiler\/exact|kernel(\/machine)?)$/ }, (args) => resolveOwn(build, args));
    },
  };
}

async function loadModule(path: string): Promise<OnLoadResult | null> {
  const text = await readFile(path, 'utf8');
  if (/\.m?ts$/.test(path) && isKernelModule(text)) return loadKernelModule(path);
  return nameCompiledModules(path, text);
}

async function loadKernelModule(path: string): Promise<OnLoadResult> {
  return orBuildErrors(path, async () => {
    const { code, map, sources } = await compileKernelModule(path, { color: false, directory: process.cwd() });
    return {
      contents: `${code}${inlineSourceMap(map)}`,
      loader: 'js',
      resolveDir: dirname(path),
      watchFiles: [...sources.keys()],
    };
  });
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

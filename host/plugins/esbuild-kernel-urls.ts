/** `new URL('./kernels.ts', import.meta.url)` in a bundle: names the module compiled for boards. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, extname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Loader, OnLoadResult, PluginBuild } from 'esbuild';
import type { BoardDescription } from '../../boards/board.ts';
import { INLINE_MODULE } from '../kernels/read-kernel-module.ts';
import { isKernelModule } from '../run/kernel-directive.ts';
import { orBuildErrors } from './esbuild-errors.ts';

/** The module whose default export is the URL of a compiled module. */
const URL_OF = 'shoal-url:';
/** The compiled module as a file beside the bundle. */
const FILE_OF = 'shoal-file:';

const LOADERS: Readonly<Record<string, Loader>> = {
  '.ts': 'ts',
  '.mts': 'ts',
  '.cts': 'ts',
  '.tsx': 'tsx',
  '.jsx': 'jsx',
};

/** The module `path` with its URLs of kernel modules replaced by imports; null if it has none. */
export async function nameCompiledModules(path: string, text: string): Promise<OnLoadResult | null> {
  // TypeScript is loaded only for modules that may have one.
  if (!/\bnew\s+URL\b/.test(text) || !/\bimport\s*\.\s*meta\b/.test(text)) return null;
  const { findModuleUrls } = await import('../../compiler/front-end/module-urls.ts');
  let replaced = text;
  let imports = '';
  for (const { start, end, specifier } of findModuleUrls(text, path).reverse()) {
    const file = kernelFile(path, specifier);
    if (file === null) continue;
    const name = freeName(text, `shoalModule${start}`);
    // As many lines and columns as before: the source map stays right.
    const [first = '', ...others] = text.slice(start, end).split('\n');
    const blank = [name.padEnd(first.length), ...others.map((line) => ' '.repeat(line.length))].join('\n');
    replaced = replaced.slice(0, start) + blank + replaced.slice(end);
    imports += `\nimport ${name} from ${JSON.stringify(`${URL_OF}${file}`)};`;
  }
  if (imports === '') return null;
  return { contents: replaced + imports, loader: LOADERS[extname(path)] ?? 'js', resolveDir: dirname(path) };
}

/** The kernel module that a URL in the module `path` names, or null. */
function kernelFile(path: string, specifier: string): string | null {
  if (!/^\.{0,2}\/.*\.m?ts$/.test(specifier)) return null;
  const file = fileURLToPath(new URL(specifier, pathToFileURL(path)));
  return existsSync(file) && isKernelModule(readFileSync(file, 'utf8')) ? file : null;
}

function freeName(text: string, name: string): string {
  return text.includes(name) ? freeName(text, `${name}_`) : name;
}

/** Answers the imports that {@link nameCompiledModules} writes. */
export function addKernelUrls(
  build: PluginBuild,
  boards: readonly BoardDescription[],
  kernels: 'inline' | 'file',
): void {
  for (const prefix of [URL_OF, FILE_OF]) {
    build.onResolve({ filter: new RegExp(`^${prefix}`) }, ({ path }) => {
      const file = path.slice(prefix.length);
      // An emitted file is named after this path.
      const named = prefix === FILE_OF ? file.replace(/\.m?ts$/, '.shoal') : file;
      return { path: named, namespace: prefix.slice(0, -1), pluginData: file };
    });
  }
  build.onLoad({ filter: /./, namespace: URL_OF.slice(0, -1) }, ({ pluginData: file }: { pluginData: string }) => {
    if (kernels === 'inline') return compiled(file, boards, inlined);
    const path = JSON.stringify(`${FILE_OF}${file}`);
    const contents = `import path from ${path};\nexport default new URL(path, import.meta.url);\n`;
    return { contents, loader: 'js' };
  });
  build.onLoad({ filter: /./, namespace: FILE_OF.slice(0, -1) }, ({ pluginData: file }: { pluginData: string }) =>
    compiled(file, boards, (contents) => ({ contents, loader: 'file' })),
  );
}

function inlined(bytes: Uint8Array): OnLoadResult {
  const url = INLINE_MODULE + Buffer.from(bytes).toString('base64');
  return { contents: `export default new URL(${JSON.stringify(url)});\n`, loader: 'js' };
}

function compiled(
  file: string,
  boards: readonly BoardDescription[],
  use: (bytes: Uint8Array) => OnLoadResult,
): Promise<OnLoadResult> {
  return orBuildErrors(file, async () => {
    const { compileTargets } = await import('../../compiler/compile-targets.ts');
    const { writeContainer } = await import('../../compiler/module-container.ts');
    const files = new Set<string>();
    const targets = compileTargets(file, {
      boards,
      readFile: (path) => {
        if (!existsSync(path)) return undefined;
        files.add(path);
        return readFileSync(path, 'utf8');
      },
    });
    return { ...use(writeContainer(targets)), watchFiles: [...files] };
  });
}

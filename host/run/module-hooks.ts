/**
 * Module hooks of Node, loaded by register.ts into Node's hooks thread. TypeScript files load as ES modules, kernel
 * modules among them as exact ones; everything else is left to Node.
 */
import type { InitializeHook, LoadHook, ResolveHook } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { DiagnosticStyle } from './compile-kernel-module.ts';
import { TransformCache } from './transform-cache.ts';
import { transformFile } from './transform-file.ts';
import { type ReportTarget, reportUsedFile, reportUsedFilesTo } from './used-files.ts';

const TYPESCRIPT = /\.m?tsx?$/;

let style: DiagnosticStyle = { color: false, directory: process.cwd() };
const cache = new TransformCache();

export const initialize: InitializeHook<{
  readonly style: DiagnosticStyle;
  readonly reportTarget: ReportTarget | null;
}> = (data) => {
  style = data.style;
  if (data.reportTarget !== null) reportUsedFilesTo(data.reportTarget);
};

export const resolve: ResolveHook = async (specifier, context, nextResolve) => {
  try {
    return await nextResolve(specifier, context);
  } catch (error) {
    for (const other of alternatives(specifier, context.parentURL)) {
      try {
        return await nextResolve(other.specifier, { ...context, parentURL: other.parentURL });
      } catch {
        // the first error is the one to report
      }
    }
    throw error;
  }
};

interface Alternative {
  readonly specifier: string;
  readonly parentURL: string | undefined;
}

/** What else `specifier` may mean when Node finds nothing. */
function alternatives(specifier: string, parentURL: string | undefined): Alternative[] {
  // Exact modules import this package, also where it is not installed: a package imports itself by its name.
  if (/^shoal(\/|$)/.test(specifier)) return [{ specifier, parentURL: import.meta.url }];
  if (!/^(\.{0,2}\/|file:)/.test(specifier)) return [];
  // TypeScript's older convention: the file is x.ts, the import says x.js.
  const typescript = specifier.replace(/\.(m?)js(x?)$/, '.$1ts$2');
  return typescript === specifier ? [] : [{ specifier: typescript, parentURL }];
}

export const load: LoadHook = async (url, context, nextLoad) => {
  if (!url.startsWith('file:')) return nextLoad(url, context);
  reportUsedFile(fileURLToPath(url));
  if (!TYPESCRIPT.test(new URL(url).pathname)) return nextLoad(url, context);
  const source = await transformFile(fileURLToPath(url), cache, style);
  return { format: 'module', source, shortCircuit: true };
};

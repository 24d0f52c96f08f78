import { fileURLToPath } from 'node:url';
import type { CompileFailedDetails } from '../../compiler/compile-failed.ts';
import { isShoalError } from '../../protocol/errors.ts';
import { compileKernelModule } from '../run/compile-kernel-module.ts';
import { isKernelModule } from '../run/kernel-directive.ts';

/** What this plugin uses of a plugin's context in Vite. */
interface PluginContext {
  addWatchFile(file: string): void;
  resolve(source: string, importer: string, options: { skipSelf: boolean }): Promise<{ id: string } | null>;
}

/** A plugin of Vite 5 and later, and of vitest: put it into `plugins`. */
export interface ShoalVitePlugin {
  readonly name: 'shoal';
  readonly enforce: 'pre';
  resolveId(this: PluginContext, source: string, importer: string | undefined): Promise<{ id: string } | null>;
  transform(this: PluginContext, code: string, id: string): Promise<{ code: string; map: string } | null>;
}

/**
 * The plugin for vitest and Vite: kernel modules that tests import give the core's bits. A kernel module with errors
 * fails the test file with code frames.
 */
export default function shoal(): ShoalVitePlugin {
  return {
    name: 'shoal',
    enforce: 'pre',
    async resolveId(source, importer) {
      if (importer === undefined || !/^shoal\/(compiler\/exact|kernel(\/machine)?)$/.test(source)) return null;
      const found = await this.resolve(source, importer, { skipSelf: true });
      return found ?? this.resolve(source, fileURLToPath(import.meta.url), { skipSelf: true });
    },
    async transform(code, id) {
      const file = id.replace(/[?#].*$/, '');
      if (!/\.m?ts$/.test(file) || !isKernelModule(code)) return null;
      try {
        const compiled = await compileKernelModule(file, { color: false, directory: process.cwd() }, file);
        for (const used of compiled.sources.keys()) if (used !== file) this.addWatchFile(used);
        return { code: compiled.code, map: JSON.stringify(compiled.map) };
      } catch (error) {
        if (!isShoalError(error, 'COMPILE_FAILED')) throw error;
        const { text } = error.details as unknown as CompileFailedDetails;
        throw new Error(`${error.message}\n\n${text}`, { cause: error });
      }
    },
  };
}

/** Stands in bundles in the place of compiler/compile.ts: they hold compiled kernels, and no compiler. */
import { ShoalError } from '../../protocol/errors.ts';

export function compileKernels(file: string): never {
  throw new ShoalError('COMPILE_FAILED', `${file} is source, and this bundle has no compiler`, {
    hint:
      "Name it by new URL('./kernels.ts', import.meta.url), which the esbuild plugin compiles, or load what " +
      '`shoal compile` has made.',
    details: { file, diagnostics: [] },
  });
}

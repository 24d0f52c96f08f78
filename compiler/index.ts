/** Public face of the compiler. What needs TypeScript is loaded by the functions that use it, not by this module. */

export type { CompileOptions } from './compile.ts';
export type { CompileFailedDetails } from './compile-failed.ts';
export type { CompileTargetsOptions } from './compile-targets.ts';
export {
  type ArrayDirection,
  type CompiledKernel,
  type CompiledModule,
  type CompiledParameter,
  moduleBytes,
  positionAt,
} from './compiled-module.ts';
export type { CodeTarget } from './generate-code.ts';
export { type PlacedModule, type PlacedSection, placeModule, undefinedSymbols } from './link/place-module.ts';
export { listingText, listModule } from './listing.ts';
export { type ContainerTarget, readContainer, writeContainer } from './module-container.ts';
export { checkSize, type SizeLimits, type SizeReport, sizeReport, sizeText } from './size.ts';

import type { CompileOptions } from './compile.ts';
import type { CompileTargetsOptions } from './compile-targets.ts';
import type { CompiledModule } from './compiled-module.ts';
import type { ContainerTarget } from './module-container.ts';

/**
 * Compiles the kernel module `entryFile` and what it imports. Rejects with COMPILE_FAILED and `details.diagnostics` if
 * the source has errors, FILE_NOT_FOUND if it cannot be read. Loads TypeScript on first use.
 */
export async function compileKernels(entryFile: string, options: CompileOptions): Promise<CompiledModule> {
  return (await import('./compile.ts')).compileKernels(entryFile, options);
}

/** As {@link compileKernels}, for several boards: what `writeContainer` makes one file of. */
export async function compileTargets(entryFile: string, options: CompileTargetsOptions): Promise<ContainerTarget[]> {
  return (await import('./compile-targets.ts')).compileTargets(entryFile, options);
}

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { KernelDiagnostic } from '../../compiler/front-end/diagnostics.ts';
import { ShoalError } from '../../protocol/errors.ts';

/** How diagnostics are written into the message. */
export interface DiagnosticStyle {
  readonly color: boolean;
  /** File names are written relative to it. */
  readonly directory: string;
}

/** Facts of a COMPILE_FAILED error of the loaders. */
export interface CompileFailedDetails {
  readonly diagnostics: readonly KernelDiagnostic[];
  /** The diagnostics with code frames, for a terminal. */
  readonly text: string;
}

/** A kernel module as exact JavaScript. */
export interface CompiledKernelModule {
  readonly code: string;
  readonly map: object;
  /** All files that were read, with the text that was compiled. */
  readonly sources: ReadonlyMap<string, string>;
}

/**
 * Checks the kernel module `file` and prints it as exact JavaScript. Throws COMPILE_FAILED with
 * {@link CompileFailedDetails} if it has errors. Loads the compiler on first use.
 */
export async function compileKernelModule(
  file: string,
  style: DiagnosticStyle,
  sourceName?: string,
): Promise<CompiledKernelModule> {
  const { checkKernelProgram } = await import('../../compiler/front-end/check-kernel-program.ts');
  // Read once: what is checked, printed and hashed is the same text, though files may change meanwhile.
  const texts = new Map<string, string | undefined>();
  const readFile = (path: string): string | undefined => {
    if (!texts.has(path)) texts.set(path, readIfThere(path));
    return texts.get(path);
  };
  const { diagnostics, checked } = checkKernelProgram(file, { readFile });
  if (checked === null) throw await compileFailed(file, diagnostics, style, readFile);
  const { transformKernelModule } = await import('./transform-kernel-module.ts');
  const { entryFile } = checked.program;
  const sourceOf = (path: string): string => readFile(path) ?? '';
  const { code, map } = await transformKernelModule(checked, entryFile, {
    readFile: sourceOf,
    ...(sourceName === undefined ? {} : { sourceName }),
  });
  // Not the files of the program alone: modules of which only types are imported decide kinds too.
  const sources = new Map([...texts].flatMap(([path, text]) => (text === undefined ? [] : [[path, text]])));
  return { code, map, sources };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

async function compileFailed(
  file: string,
  diagnostics: readonly KernelDiagnostic[],
  style: DiagnosticStyle,
  sourceOf: (path: string) => string | undefined,
): Promise<ShoalError> {
  const { formatDiagnostics } = await import('../../compiler/front-end/diagnostic-text.ts');
  const text = formatDiagnostics(diagnostics, { ...style, sourceOf });
  const count = diagnostics.length === 1 ? '1 error' : `${diagnostics.length} errors`;
  const details: CompileFailedDetails = { diagnostics, text };
  return new ShoalError('COMPILE_FAILED', `${basename(file)} is not a kernel module that can run: ${count}`, {
    details: { ...details },
  });
}

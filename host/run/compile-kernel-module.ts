import { readFileSync } from 'node:fs';
import { reportUsedFile } from './used-files.ts';

/** How diagnostics are written into the message. */
export interface DiagnosticStyle {
  readonly color: boolean;
  /** File names are written relative to it. */
  readonly directory: string;
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
 * CompileFailedDetails if it has errors. Loads the compiler on first use.
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
    reportUsedFile(path);
    if (!texts.has(path)) texts.set(path, readIfThere(path));
    return texts.get(path);
  };
  const { diagnostics, checked } = checkKernelProgram(file, { readFile });
  if (checked === null) {
    const { compileFailed } = await import('../../compiler/compile-failed.ts');
    throw compileFailed(file, diagnostics, { ...style, sourceOf: readFile });
  }
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

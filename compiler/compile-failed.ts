import { readFileSync } from 'node:fs';
import { ShoalError } from '../protocol/errors.ts';
import { type DiagnosticFormat, formatDiagnostics } from './front-end/diagnostic-text.ts';
import type { KernelDiagnostic } from './front-end/diagnostics.ts';

/** Details of a COMPILE_FAILED error. */
export interface CompileFailedDetails {
  readonly file: string;
  readonly diagnostics: readonly KernelDiagnostic[];
  /** The diagnostics with code frames; without colours unless they were asked for. */
  readonly text: string;
}

/**
 * The error for a kernel module that does not compile; the first diagnostic is in its message. `format` may change how
 * `details.text` is printed: by default plain, from the files on disk, relative to the working directory.
 */
export function compileFailed(
  file: string,
  diagnostics: readonly KernelDiagnostic[],
  format: Partial<DiagnosticFormat> = {},
): ShoalError {
  const [first] = diagnostics;
  const place = first === undefined ? file : `${first.position.file}:${first.position.line}:${first.position.column}`;
  const more = diagnostics.length > 1 ? ` (and ${diagnostics.length - 1} more)` : '';
  const text = formatDiagnostics(diagnostics, { color: false, sourceOf, directory: process.cwd(), ...format });
  const details = { file, diagnostics, text } satisfies CompileFailedDetails;
  return new ShoalError('COMPILE_FAILED', `${place}: ${first?.message ?? 'does not compile'}${more}`, {
    details: { ...details },
  });
}

function sourceOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

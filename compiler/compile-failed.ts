import { ShoalError } from '../protocol/errors.ts';
import type { KernelDiagnostic } from './front-end/diagnostics.ts';

/** Details of a COMPILE_FAILED error. */
export interface CompileFailedDetails {
  readonly file: string;
  readonly diagnostics: readonly KernelDiagnostic[];
}

/** The error for a kernel module that does not compile; the first diagnostics are in its message. */
export function compileFailed(file: string, diagnostics: readonly KernelDiagnostic[]): ShoalError {
  const [first] = diagnostics;
  const where =
    first === undefined
      ? ''
      : ` ${first.position.file}:${first.position.line}:${first.position.column}: ${first.message}`;
  const more = diagnostics.length > 1 ? ` (and ${diagnostics.length - 1} more)` : '';
  const details = { file, diagnostics } satisfies CompileFailedDetails;
  return new ShoalError('COMPILE_FAILED', `${file} does not compile:${where}${more}`, { details: { ...details } });
}

import { isShoalError, type ShoalError } from '../protocol/errors.ts';
import { systemErrorCode } from './exit-codes.ts';
import { styled, type TextTarget } from './terminal-style.ts';

/** An error as `--json` prints it. */
export interface ErrorReport {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly retryable: boolean;
  readonly details: Readonly<Record<string, unknown>>;
}

/** The message of an error without the code behind it. */
export function plainMessage({ code, message }: Pick<ShoalError, 'code' | 'message'>): string {
  const suffix = ` [${code}]`;
  return message.endsWith(suffix) ? message.slice(0, -suffix.length) : message;
}

/** The parts of any error; one that is neither a ShoalError nor a system error is a bug of ours. */
export function errorReport(error: unknown): ErrorReport {
  if (isShoalError(error)) {
    const { code, hint, retryable, details } = error;
    return { code, message: plainMessage(error), ...(hint === undefined ? {} : { hint }), retryable, details };
  }
  const code = systemErrorCode(error);
  if (code !== undefined) return { code, message: (error as Error).message, retryable: code === 'EBUSY', details: {} };
  return {
    code: 'INTERNAL',
    message: error instanceof Error ? error.message : String(error),
    hint: 'this is a bug of Shoal; please report it with the command line and the lines below',
    retryable: false,
    details: error instanceof Error ? { stack: error.stack ?? '' } : {},
  };
}

/**
 * An error for people: `error[CODE]: message`, then `  try: hint`. Compile errors bring their own code frames; a bug
 * brings its stack.
 */
export function errorText(error: unknown, target: TextTarget): string {
  const { code, message, hint, details } = errorReport(error);
  if (code === 'COMPILE_FAILED' && typeof details.text === 'string') return details.text;
  const lines = [`${styled(target, ['bold', 'red'], `error[${code}]:`)} ${message}`];
  if (hint !== undefined) lines.push(`  ${styled(target, 'cyan', 'try:')} ${hint}`);
  if (code === 'INTERNAL' && typeof details.stack === 'string') lines.push(details.stack);
  return `${lines.join('\n')}\n`;
}

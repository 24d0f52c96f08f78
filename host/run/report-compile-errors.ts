import { writeSync } from 'node:fs';

/** Exit code of the `shoal` command, and of programs under the loader, when a kernel module has errors. */
export const COMPILE_EXIT_CODE = 8;

/**
 * When a program ends because a kernel module has errors, prints the code frames alone, without Node's dump of the
 * error, and exits with {@link COMPILE_EXIT_CODE}. A program that catches the error, or has its own handler, keeps it.
 */
export function reportCompileErrors(): void {
  process.on('uncaughtExceptionMonitor', (error: unknown) => {
    if (process.listenerCount('uncaughtException') > 0) return;
    const text = compileFailedText(error);
    if (text === null) return;
    writeSync(2, text);
    process.exit(COMPILE_EXIT_CODE);
  });
}

/** The code frames of a COMPILE_FAILED error; from Node's hooks thread it arrives as a copy without its class. */
function compileFailedText(error: unknown): string | null {
  if (typeof error !== 'object' || error === null) return null;
  const { code, details } = error as { readonly code?: unknown; readonly details?: { readonly text?: unknown } };
  return code === 'COMPILE_FAILED' && typeof details?.text === 'string' ? details.text : null;
}

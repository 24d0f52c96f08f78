/** Kernel modules that do not compile, as errors of esbuild. */
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import type { OnLoadResult, PartialMessage } from 'esbuild';
import type { CompileFailedDetails } from '../../compiler/compile-failed.ts';
import type { KernelDiagnostic } from '../../compiler/front-end/diagnostics.ts';
import { isShoalError } from '../../protocol/errors.ts';

/** What `load` makes of the module `path`, or its diagnostics as build errors; then its files are watched all the same. */
export async function orBuildErrors(path: string, load: () => Promise<OnLoadResult>): Promise<OnLoadResult> {
  try {
    return await load();
  } catch (error) {
    if (!isShoalError(error, 'COMPILE_FAILED')) throw error;
    const { diagnostics } = error.details as unknown as CompileFailedDetails;
    const files = [path, ...diagnostics.map((d) => d.position.file)];
    return { errors: await Promise.all(diagnostics.map(messageOf)), watchFiles: files };
  }
}

async function messageOf(d: KernelDiagnostic): Promise<PartialMessage> {
  const { file, line, column } = d.position;
  const text = (await readFile(file, 'utf8').catch(() => '')).split(/\r\n|[\n\r\u2028\u2029]/)[line - 1] ?? '';
  const end = d.endLine === line ? d.endColumn : text.length + 1;
  const before = text.slice(0, column - 1);
  return {
    text: `${d.code}: ${d.message}`,
    location: {
      file: relative(process.cwd(), file),
      line,
      // esbuild counts in bytes of UTF-8
      column: Buffer.byteLength(before),
      length: Buffer.byteLength(text.slice(column - 1, end - 1)),
      lineText: text,
    },
    notes: [{ text: d.reason }, ...(d.replacement === null ? [] : [{ text: d.replacement }])],
  };
}

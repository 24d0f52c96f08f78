/**
 * `node --import shoal/register app.ts`: TypeScript runs, and kernel modules give the core's bits in this process.
 * A kernel module with errors ends the program with code frames and exit code 8.
 */
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { reportCompileErrors } from './run/report-compile-errors.ts';
import { reportTargetOf, reportUsedFilesTo } from './run/used-files.ts';

if (import.meta.url.endsWith('.ts')) {
  throw new Error(`${fileURLToPath(import.meta.url)} is source: build the package and register from dist`);
}
process.setSourceMapsEnabled(true);
reportCompileErrors();
const reportTarget = reportTargetOf(import.meta.url);
if (reportTarget !== null) reportUsedFilesTo(reportTarget);
register('./run/module-hooks.js', {
  parentURL: import.meta.url,
  data: {
    style: { color: process.stderr.isTTY === true && process.env.NO_COLOR === undefined, directory: process.cwd() },
    reportTarget,
  },
});

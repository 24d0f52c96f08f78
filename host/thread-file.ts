import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ShoalError } from '../protocol/errors.ts';
import { packageRoot } from './package-root.ts';

/**
 * Where a thread's program is: threads run what was built, also where this file is a source. `name`:
 * `'testing/core-thread.js'`. Throws FILE_NOT_FOUND.
 */
export function threadFile(name: string): string {
  const file = join(packageRoot(), 'dist/host', name);
  if (existsSync(file)) return file;
  throw new ShoalError('FILE_NOT_FOUND', `there is no ${file}`, { hint: 'Run `npm run build`.' });
}

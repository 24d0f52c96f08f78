import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ShoalError } from '../../protocol/errors.ts';
import { packageRoot } from '../package-root.ts';

/** The control runtime as one script for a small engine, as the build made it. Throws FILE_NOT_FOUND if it did not. */
export function controlScript(): string {
  const file = join(packageRoot(), 'dist', 'device', 'control', 'control-script.js');
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ShoalError('FILE_NOT_FOUND', `the control runtime ${file} cannot be read`, {
      hint: 'npm run build',
      cause,
    });
  }
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ShoalError } from '../../protocol/errors.ts';
import { packageRoot } from '../package-root.ts';

/** The control runtime as one script for a small engine, as the build made it. Throws FILE_NOT_FOUND if it did not. */
export function controlScript(): string {
  return built('control-script.js');
}

/** `fs` over the disk of an emulated board: a module that the control runtime imports. Throws FILE_NOT_FOUND. */
export function fileSystemScript(): string {
  return built('file-system-script.js');
}

/** What hosts use the cores of a board by: a module that the control runtime imports. Throws FILE_NOT_FOUND. */
export function coreScript(): string {
  return built('core-script.js');
}

function built(name: string): string {
  const file = join(packageRoot(), 'dist', 'device', 'control', name);
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ShoalError('FILE_NOT_FOUND', `the control runtime's ${file} cannot be read`, {
      hint: 'npm run build',
      cause,
    });
  }
}

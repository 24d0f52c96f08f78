import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ShoalError } from '../protocol/errors.ts';

/** The folder of this package: this file runs from host/ and from dist/host/. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new ShoalError('INTERNAL', 'the folder of the package was not found');
    folder = parent;
  }
  return folder;
}

/**
 * Lets `npx shoal` and npm scripts find the command in a clone: npm links the commands of dependencies only, not those of
 * the package itself. Nothing of this is needed, or runs, where the package is installed.
 */
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../node_modules/.bin');
mkdirSync(folder, { recursive: true });
if (process.platform !== 'win32') {
  rmSync(join(folder, 'shoal'), { force: true });
  symlinkSync('../../bin/shoal.js', join(folder, 'shoal'));
}

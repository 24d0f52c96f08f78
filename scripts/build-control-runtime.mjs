/**
 * Builds dist/device/control/quickjs.js: the control runtime as one script for small engines. Prints its size.
 * Usage: node scripts/build-control-runtime.mjs
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');
const output = join(root, 'dist/device/control/quickjs.js');

await build({
  absWorkingDir: root,
  entryPoints: [join(root, 'device/control/quickjs.ts')],
  outfile: output,
  bundle: true,
  minify: true,
  format: 'iife',
  platform: 'neutral',
  target: 'es2023',
  legalComments: 'none',
  logLevel: 'warning',
});
console.log(`control runtime: ${statSync(output).size} bytes in one script`);

/**
 * Builds dist/device/control/control-script.js: the control runtime as one script for small engines. Prints its size, with
 * `--files` what each source takes of it.
 * Usage: node scripts/build-control-runtime.mjs [--files]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleControlRuntime } from './control-bundle/bundle.mjs';

const folder = join(import.meta.dirname, '../dist/device/control');

const { script, bytesOf } = await bundleControlRuntime();
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'control-script.js'), script);
if (process.argv.includes('--files')) {
  const largestFirst = [...bytesOf].sort(([, first], [, second]) => second - first);
  for (const [file, bytes] of largestFirst) console.log(`${String(bytes).padStart(6)} ${file}`);
}
console.log(`control runtime: ${Buffer.byteLength(script)} bytes in one script`);

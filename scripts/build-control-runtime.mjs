/**
 * Builds dist/device/control/control-script.js: the control runtime as one script for small engines, and
 * file-system-script.js: the module `fs` of emulated boards. Prints their sizes, with `--files` what each source takes of
 * the first.
 * Usage: node scripts/build-control-runtime.mjs [--files]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleControlRuntime, bundleFileSystem } from './control-bundle/bundle.mjs';

const folder = join(import.meta.dirname, '../dist/device/control');

const { script, bytesOf } = await bundleControlRuntime();
const fileSystem = await bundleFileSystem();
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'control-script.js'), script);
writeFileSync(join(folder, 'file-system-script.js'), fileSystem);
if (process.argv.includes('--files')) {
  const largestFirst = [...bytesOf].sort(([, first], [, second]) => second - first);
  for (const [file, bytes] of largestFirst) console.log(`${String(bytes).padStart(6)} ${file}`);
}
const [scriptBytes, fileSystemBytes] = [script, fileSystem].map((text) => Buffer.byteLength(text));
console.log(`control runtime: ${scriptBytes} bytes in one script; fs of emulated boards: ${fileSystemBytes} bytes`);

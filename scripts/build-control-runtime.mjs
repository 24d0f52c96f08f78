/**
 * Builds dist/device/control/control-script.js: the control runtime as one script for small engines, and
 * those of modules that are loaded when they are imported: `cores` of boards with cores, `fs` of emulated ones. Prints
 * their sizes, with `--files` what each source takes of the first.
 * Usage: node scripts/build-control-runtime.mjs [--files]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleControlRuntime, bundleModule } from './control-bundle/bundle.mjs';

const folder = join(import.meta.dirname, '../dist/device/control');

const { script, bytesOf } = await bundleControlRuntime();
/** Modules by the names of their files. */
const modules = { 'core-script.js': 'core-module.ts', 'file-system-script.js': 'file-system-module.ts' };
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'control-script.js'), script);
if (process.argv.includes('--files')) {
  const largestFirst = [...bytesOf].sort(([, first], [, second]) => second - first);
  for (const [file, bytes] of largestFirst) console.log(`${String(bytes).padStart(6)} ${file}`);
}
console.log(`control runtime: ${Buffer.byteLength(script)} bytes in one script`);
for (const [name, entry] of Object.entries(modules)) {
  const text = await bundleModule(entry);
  writeFileSync(join(folder, name), text);
  console.log(`${name}: ${Buffer.byteLength(text)} bytes, loaded when it is imported`);
}

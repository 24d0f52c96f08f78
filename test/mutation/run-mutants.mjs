/**
 * Plants the faults of mutants.json in a copy of the compiler, one at a time, and runs random kernels until one of them
 * disagrees. Prints a table in Markdown; fails if more than one fault is missed. Not part of `npm test`: it takes minutes.
 *
 *   npm run build && node test/mutation/run-mutants.mjs [KERNELS=2000] [FIRST] [LAST]
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';

const SEED = 20260101;
/** No run takes longer, unless the fault makes something endless. */
const LONGEST_MS = 1_800_000;
const root = resolve(import.meta.dirname, '../..');
const [kernels = '2000', first = '0', last = 'Infinity'] = process.argv.slice(2);
const mutants = JSON.parse(readFileSync(join(import.meta.dirname, 'mutants.json'), 'utf8'));
const copy = mkdtempSync(join(tmpdir(), 'shoal-mutants-'));

/**
 * The first disagreement, or the first error of compiler, board or kernel, with the kernels that it took; null if there is
 * none. A child that ends without an answer has found nothing: its text says why.
 *
 * @returns {{ kernels: number | null, text: string } | null}
 */
function run() {
  const outfile = join(copy, 'run-kernels.mjs');
  buildSync({
    entryPoints: [join(copy, 'test/mutation/run-kernels.ts')],
    absWorkingDir: copy,
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
  });
  const child = spawnSync(process.execPath, [outfile, `${SEED}`, kernels], { encoding: 'utf8', timeout: LONGEST_MS });
  const answer = child.stdout.trim().split('\n').at(-1) ?? '';
  if (child.status === 0 && answer !== '') return JSON.parse(answer);
  return { kernels: null, text: child.error ? 'no end' : `ended by itself: ${child.stderr.trim().slice(0, 200)}` };
}

try {
  for (const name of [
    'package.json',
    'protocol',
    'boards',
    'compiler',
    'device',
    'emulator',
    'host',
    'test/support',
    'test/mutation',
    'dist',
  ]) {
    cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const sound = Number(first) > 0 ? null : run();
  if (sound !== null) throw new Error(`without a fault: ${sound.text}`);
  console.log('| part | fault | found after | by |\n|---|---|---|---|');
  let missed = 0;
  for (const { area, fault, file, from, to } of mutants.slice(Number(first), Number(last))) {
    const path = join(copy, file);
    const text = readFileSync(path, 'utf8');
    if (text.split(from).length !== 2) throw new Error(`${file} does not have this text once: ${from}`);
    writeFileSync(
      path,
      text.replace(from, () => to),
    );
    const found = run();
    writeFileSync(path, text);
    const after = found?.kernels ?? null;
    if (after === null) missed++;
    const by = (found?.text ?? '').split('\n')[0].slice(0, 100).replaceAll('|', '\\|');
    console.log(`| ${area} | ${fault} | ${after ?? `not in ${kernels}`} | ${by} |`);
  }
  console.error(`${missed} missed`);
  process.exitCode = missed > 1 ? 1 : 0;
} finally {
  rmSync(copy, { recursive: true });
}

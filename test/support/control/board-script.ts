import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '../../..');

/** A board's own script for a small engine, bundled from a source of the project. */
export async function boardScript(entry: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [join(root, entry)],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    platform: 'neutral',
    target: 'es2023',
    legalComments: 'none',
    // Classes are known to the other side by their names.
    keepNames: true,
  });
  return outputFiles[0]?.text ?? '';
}

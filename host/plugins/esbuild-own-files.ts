/** What bundles get in place of files of this package that need its folder, or packages that may be absent. */
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PluginBuild } from 'esbuild';
import { BOARDS } from '../../boards/registry.ts';
import { runtimeBytes } from '../cores/runtime-bytes.ts';

/** Native packages: loaded at first use where they are installed, never bundled. */
const OPTIONAL = /^(serialport|usb|koffi|cbor-extract)$/;

/** The folder of this package's JavaScript. */
const own = realpathSync(fileURLToPath(new URL('../..', import.meta.url)));

function isOwn(path: string): boolean {
  return existsSync(path) && realpathSync(path).startsWith(own + sep);
}

/** Puts the core runtime into the bundle, leaves the compiler and native packages out. */
export function addOwnFiles(build: PluginBuild): void {
  build.onLoad({ filter: /[/\\]runtime-bytes\.js$/, namespace: 'file' }, ({ path }) =>
    isOwn(path) ? { contents: runtimeModule(), loader: 'js' } : null,
  );
  build.onResolve({ filter: /\/compiler\/compile\.js$/ }, ({ importer }) =>
    isOwn(importer) ? { path: join(dirname(fileURLToPath(import.meta.url)), 'no-compiler.js') } : null,
  );
  build.onResolve({ filter: OPTIONAL }, ({ path }) => ({ path, external: true }));
}

function runtimeModule(): string {
  const images = Object.fromEntries(
    [...new Set(BOARDS.map(({ isa }) => isa))].map((isa) => [isa, Buffer.from(runtimeBytes(isa)).toString('base64')]),
  );
  return `const images = ${JSON.stringify(images)};
export function runtimeBytes(isa) {
  return new Uint8Array(Buffer.from(images[isa], 'base64'));
}
`;
}

/**
 * Builds what boards are flashed with, from dist/: the supervisor as one file with its installer, and the
 * runtime package as an MCUboot image.
 * The same sources give the same bytes. Usage: node scripts/build-runtime.mjs [--key PRIVATE.pem]
 */
import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { BOARDS } from '../dist/boards/registry.js';
import { parseVersion, writeImage } from '../dist/protocol/flash/mcuboot-image.js';
import { writePackage } from '../dist/protocol/flash/runtime-package.js';
import { MAX_VERSION, MIN_VERSION } from '../dist/protocol/link/hello.js';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'dist/runtime');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const { values } = parseArgs({ options: { key: { type: 'string' } } });

const sha256 = (bytes) => new Uint8Array(createHash('sha256').update(bytes).digest());

async function bundled(entry) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [join(root, entry)],
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // With a binary for each kind of machine: boards whose cores are used have it beside the slots.
    external: ['koffi'],
    legalComments: 'none',
    logLevel: 'warning',
  });
  return outputFiles[0].contents;
}

function signerOf(file) {
  const key = createPrivateKey(readFileSync(file, 'utf8'));
  if (key.asymmetricKeyType !== 'ed25519') throw new Error(`${file} holds no Ed25519 key`);
  return {
    keyHash: sha256(createPublicKey(key).export({ type: 'spki', format: 'der' })),
    sign: (hash) => new Uint8Array(sign(null, hash, key)),
  };
}

const text = (content) => new TextEncoder().encode(content);
const files = [
  { name: 'control.js', bytes: await bundled('device/control-linux/main.ts') },
  { name: 'cores/epiphany.elf', bytes: new Uint8Array(readFileSync(join(root, 'dist/device/core/epiphany.elf'))) },
  { name: 'package.json', bytes: text('{"type":"module"}\n') },
];
const identity = { version, boards: BOARDS.map(({ name }) => name), protocol: [MIN_VERSION, MAX_VERSION] };
const payload = writePackage(identity, files, sha256);
const image = writeImage(
  payload,
  parseVersion(version),
  sha256,
  values.key === undefined ? null : signerOf(values.key),
);

mkdirSync(folder, { recursive: true });
const outputs = [
  ['shoal-runtime.img', image],
  ['supervisor.mjs', await bundled('device/boot-linux/main.ts')],
];
for (const [name, bytes] of outputs) {
  writeFileSync(join(folder, name), bytes);
  console.log(`runtime: wrote ${relative(root, join(folder, name))}, ${bytes.length} bytes`);
}
// What installs the supervisor on a board, beside it.
for (const name of ['install.sh', 'shoal.service']) {
  copyFileSync(join(root, 'device/boot-linux', name), join(folder, name));
}

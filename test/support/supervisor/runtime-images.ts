/** Packages whose runtime is a few lines, for tests of the supervisor. */
import { createHash } from 'node:crypto';
import { type ImageSigner, parseVersion, readImage, writeImage } from '../../../protocol/flash/mcuboot-image.ts';
import { readPackage, writePackage } from '../../../protocol/flash/runtime-package.ts';
import { xorshift } from '../xorshift.ts';

export const sha256 = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(bytes).digest());

/** Says that it is healthy, echoes what comes from the line, and goes on until it is killed or its supervisor is gone. */
export const HEALTHY = `
require('node:fs').writeSync(3, 'healthy\\n');
process.stdin.on('data', (data) => process.stdout.write(data));
process.stdin.on('end', () => process.exit(1));
setInterval(() => undefined, 1000);`;

/** Ends at once. */
export const BROKEN = 'process.exit(3);';

export interface ImageParts {
  readonly version: string;
  readonly program?: string;
  readonly board?: string;
  readonly signer?: ImageSigner;
  /** Bytes that make the package larger. */
  readonly ballastBytes?: number;
}

export function runtimeImage({
  version,
  program = HEALTHY,
  board = 'parallella-16',
  signer,
  ballastBytes = 0,
}: ImageParts): Uint8Array {
  const files = [
    {
      name: 'ballast',
      bytes: Uint8Array.from({ length: ballastBytes }, (_, index) => Math.imul(index, 0x9e37_79b1) >>> 24),
    },
    { name: 'control.js', bytes: new TextEncoder().encode(program) },
    { name: 'package.json', bytes: new TextEncoder().encode('{"type":"commonjs"}') },
  ];
  const payload = writePackage({ version, boards: [board], protocol: [1, 1] }, files, sha256);
  return writeImage(payload, parseVersion(version), sha256, signer ?? null);
}

/** The same package under another version, with `ballastBytes` that cannot be made smaller. */
export function asVersion(image: Uint8Array, version: string, ballastBytes = 0): Uint8Array {
  const { manifest, files } = readPackage(readImage(image).payload, sha256);
  const ballast = { name: 'ballast', bytes: ballastOf(ballastBytes) };
  const payload = writePackage({ ...manifest, version }, [...files, ballast], sha256);
  return writeImage(payload, parseVersion(version), sha256, null);
}

function ballastOf(lengthBytes: number): Uint8Array {
  const random = xorshift(lengthBytes + 1);
  return Uint8Array.from({ length: lengthBytes }, () => random() >>> 24);
}

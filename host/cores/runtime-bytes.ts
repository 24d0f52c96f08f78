/**
 * The core runtime as the build made it: `dist/device/core/<isa>.elf` of this package. Bundles have no files of the
 * package: the esbuild plugin puts a module in the place of this one that holds the bytes.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IsaName } from '../../boards/board.ts';
import { ShoalError } from '../../protocol/errors.ts';
import { packageRoot } from '../package-root.ts';

/** The ELF file. Throws FILE_NOT_FOUND if it was not built. */
export function runtimeBytes(isa: IsaName): Uint8Array {
  const file = join(packageRoot(), 'dist', 'device', 'core', `${isa}.elf`);
  try {
    return new Uint8Array(readFileSync(file));
  } catch (cause) {
    throw new ShoalError('FILE_NOT_FOUND', `the core runtime ${file} cannot be read`, {
      hint: 'Run `npm run build`. A bundle is made with the plugin of shoal/esbuild.',
      cause,
    });
  }
}

/** The core runtime as the build made it: `dist/device/core/epiphany.elf` of this package. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ShoalError } from '../../protocol/errors.ts';

export interface RuntimeImage {
  readonly segments: readonly { readonly address: number; readonly bytes: Uint8Array }[];
  /** Local addresses of its functions: what entry stubs and checks of kernels use. */
  readonly symbols: ReadonlyMap<string, number>;
  /** First local address behind its code and variables. */
  readonly endAddress: number;
}

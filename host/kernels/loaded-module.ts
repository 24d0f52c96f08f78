import type { LogFormat } from '../../compiler/kernel-tree/log-format.ts';
import type { TrapSite } from '../../compiler/kernel-tree/tree.ts';
import type { Coordination } from './coordination.ts';
import type { Signature } from './signature.ts';

/** A kernel module that stands in the memory of every core. */
export interface LoadedModule {
  readonly name: string;
  readonly kernels: readonly LoadedKernel[];
  /** By the site id that a trap reports. */
  readonly trapSites: readonly TrapSite[];
  /** By the number in a LOG message. */
  readonly logFormats: readonly LogFormat[];
  /** What each core gets at load and after a reset, by local address: code, constants, initial state. */
  readonly segments: readonly { readonly address: number; readonly bytes: Uint8Array }[];
  /** Reserved addresses; the first is what `CoreMemory.allocate` gave. */
  readonly address: number;
  readonly lengthBytes: number;
  /** Deepest stack of its kernels, their entry stubs included. */
  readonly stackBytes: number;
  /** Null if its kernels do not wait for other cores. */
  readonly coordination: Coordination | null;
  /** Source position of a code address, or null. */
  readonly positionOf: (address: number) => string | null;
}

export interface LoadedKernel {
  readonly signature: Signature;
  /** Local address of its entry stub. */
  readonly entry: number;
}

/** A kernel module before it has an address. */
import type { TrapSite } from '../../compiler/kernel-tree/tree.ts';
import type { LoadedModule } from './loaded-module.ts';

export interface KernelSource {
  readonly name: string;
  readonly trapSites: readonly TrapSite[];
  /** Memory that it needs, at any 8-aligned address. */
  readonly lengthBytes: number;
  readonly stackBytes: number;
  /** What of it takes the room on a core, for messages and programs. */
  sizeOf(limits: {
    readonly localMemoryBytes: number;
    readonly runtimeBytes: number;
    readonly runtimeStackBytes: number;
  }): { readonly text: string; readonly details: Readonly<Record<string, unknown>> };
  /** Places it. `runtime` are the addresses of the functions that entry stubs and checks use. */
  link(address: number, runtime: ReadonlyMap<string, number>): LoadedModule;
}

/** What goes between `hostCores` and the thread of a core. */
import type { KernelArray } from '../kernels/split.ts';
import type { CorePlace, ModuleMemory } from './core-functions.ts';
import type { WaitingBlock } from './waiting-block.ts';

/** What a thread is started with. */
export interface CoreStart extends CorePlace {
  readonly block: Pick<WaitingBlock, 'words' | 'places'>;
}

/** A value that a kernel takes. */
export type CoreValue = number | boolean | KernelArray;

export type ToCore =
  | { readonly kind: 'load'; readonly module: number; readonly text: string; readonly memory: ModuleMemory }
  | { readonly kind: 'call'; readonly module: number; readonly kernel: string; readonly values: readonly CoreValue[] };

/** The answers to loads and calls. `values`: as the kernel has left them. */
export type FromCore =
  | { readonly kind: 'ready' }
  | { readonly kind: 'loaded' }
  | {
      readonly kind: 'return';
      readonly result: number | boolean | undefined;
      readonly values: readonly CoreValue[];
    }
  | { readonly kind: 'throw'; readonly errorClass: string; readonly message: string };

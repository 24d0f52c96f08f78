/** A compiled kernel module: machine code that can be placed at any address, and what the host must know to call it. */
import type { IsaName } from '../boards/board.ts';
import type { LineEntry } from './back-ends/back-end.ts';
import type { LogFormat } from './kernel-tree/log-format.ts';
import type { ElementKind, ScalarType, SourcePosition, TrapSite } from './kernel-tree/tree.ts';
import { layOutSections, type RelocatableObject } from './link/place-module.ts';

/**
 * How the elements of an array parameter travel. `out`: all are overwritten before anything is read, so the old ones
 * are not sent.
 */
export type ArrayDirection = 'unused' | 'in' | 'out' | 'in-out';

export type CompiledParameter =
  | { readonly name: string; readonly scalar: ScalarType }
  | { readonly name: string; readonly element: ElementKind; readonly direction: ArrayDirection };

/** An exported kernel. */
export interface CompiledKernel {
  readonly name: string;
  readonly parameters: readonly CompiledParameter[];
  readonly result: ScalarType | 'void';
  /** Symbol of its entry stub, which reads the arguments of a call, runs it and writes the result. */
  readonly entrySymbol: string;
  /** Static stack depth from the entry stub on, functions of the core runtime excluded. */
  readonly stackBytes: number;
}

/** Memory that a name of the source takes, for reports. */
export interface DataItem {
  readonly name: string;
  readonly section: string;
  readonly lengthBytes: number;
  readonly position: SourcePosition | null;
}

export interface CompiledModule {
  /** Base name of the entry file without extension. */
  readonly name: string;
  readonly isa: IsaName;
  readonly kernels: readonly CompiledKernel[];
  /** For {@link placeModule}. Undefined symbols are those of the core runtime. */
  readonly object: RelocatableObject;
  /** Source positions by offset in .text, sorted. */
  readonly lines: readonly LineEntry[];
  /** By site id. */
  readonly trapSites: readonly TrapSite[];
  /** By the number that a LOG message has. */
  readonly logFormats: readonly LogFormat[];
  readonly data: readonly DataItem[];
}

/** Memory that the module takes, placed: all sections with the gaps between them. */
export function moduleBytes(module: CompiledModule): number {
  return layOutSections(module.object.sections).lengthBytes;
}

/** The source position of an offset in .text, or null. */
export function positionAt(lines: readonly LineEntry[], offset: number): SourcePosition | null {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((lines[middle] as LineEntry).offset <= offset) low = middle + 1;
    else high = middle;
  }
  return lines[low - 1]?.position ?? null;
}

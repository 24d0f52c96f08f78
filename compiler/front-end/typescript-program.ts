import type ts from 'typescript';
import type { SourcePosition } from '../kernel-tree/tree.ts';
import type { DiagnosticSink } from './diagnostics.ts';

/** A kernel program as TypeScript sees it. */
export interface KernelSources {
  readonly checker: ts.TypeChecker;
  readonly entry: ts.SourceFile;
  /** The kernel modules that are reached, the entry among them, dependencies first. Library files are not among them. */
  readonly modules: readonly ts.SourceFile[];
  readonly program: ts.Program;
  positionOf(node: ts.Node): SourcePosition;
  /** Unique in the program and usable in symbols: the base name, `kernels`; of two equal ones also their folder, `a/kernels`. */
  moduleName(file: ts.SourceFile): string;
  /** Name of a declaration of the kernel library (`shoal/kernel`: 'coreIndex'; machine: 'load8'; Math: 'Math.sqrt'), or null. */
  libraryName(node: ts.Node): string | null;
}

export interface KernelSourceOptions {
  /** Reads a file; undefined if there is none. Paths are absolute. Default: the file system. */
  readonly readFile?: (path: string) => string | undefined;
  /** Modules outside of it are refused. Default: the nearest folder above the entry that has a package.json. */
  readonly projectRoot?: string;
}

export declare function loadKernelSources(
  entryFile: string,
  options: KernelSourceOptions,
  sink: DiagnosticSink,
): KernelSources | null;

import type ts from 'typescript';
import type { ElementKind } from '../kernel-tree/tree.ts';
import type { DiagnosticSink } from './diagnostics.ts';
import type { KernelSources } from './typescript-program.ts';

/** The frozen value of a module-level variable. A number is what JavaScript computed: an f32 is not rounded yet. */
export type ConstantValue =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'array'; readonly element: ElementKind; readonly values: readonly number[] };

export declare function evaluateModuleConstants(
  sources: KernelSources,
  sink: DiagnosticSink,
): ReadonlyMap<ts.VariableDeclaration, ConstantValue>;

import type ts from 'typescript';
import type { Expression, Global, KernelFunction, Local, SourcePosition, VariableType } from '../kernel-tree/tree.ts';
import type { ArrayLibrary } from './array-library.ts';
import type { DiagnosticArguments, DiagnosticCode, DiagnosticSink } from './diagnostics.ts';
import type { FunctionInstance } from './function-instances.ts';
import type { InstanceKinds, KindInference } from './kind-inference.ts';
import type { ArrayConstant, KernelScope, ObjectArray, ObjectConstant, Variable } from './kind-scope.ts';
import { scalarOf, type ValueType } from './number-kinds.ts';
import type { KernelReach, ModuleFunction, ModuleVariable } from './reachable-functions.ts';
import type { RecordLayouts } from './record-layouts.ts';
import type { Destination } from './tree-conversions.ts';

/** What trees are built from. */
export interface TreeInput {
  readonly scope: KernelScope;
  readonly kinds: KindInference;
  readonly reach: KernelReach;
  readonly sink: DiagnosticSink;
  readonly boundsChecks: boolean;
  readonly arrayLibrary: ArrayLibrary;
}

/** What the builders of one function share. */
export interface TreeContext extends Omit<TreeInput, 'kinds' | 'arrayLibrary'> {
  readonly records: RecordLayouts;
  readonly owner: ModuleFunction;
  /** The instance of `owner` that is built. */
  readonly instance: FunctionInstance;
  /** What is known in that instance. */
  readonly kinds: InstanceKinds;
  readonly inference: KindInference;
  /** The same for another instance. */
  contextOf(instance: FunctionInstance): TreeContext;
  /** Of an instance that is a machine function. */
  functionOf(instance: FunctionInstance): KernelFunction;
  stateOf(declaration: ModuleVariable, initial: number | boolean): Global;
  /** What a variable of a module refers to: the object itself, or a word that holds its address. */
  objectOf(declaration: ModuleVariable, value: ObjectConstant): Global;
  /** An object that a function captured, which no other takes the place of; null if there is none. */
  capturedOf(declaration: ModuleVariable, value: ObjectConstant): Global | null;
  objectsOf(declaration: ModuleVariable, value: ObjectArray): Global;
  arrayOf(declaration: ModuleVariable, value: ArrayConstant): Global;
  localOf(declaration: Variable): Local;
  /** What says whether a variable holds something; null where it always does. */
  givenOf(declaration: Variable): Local | null;
  /** A function of the library of arrays, which becomes a part of the program. */
  arrayFunction(...wanted: Parameters<ArrayLibrary>): KernelFunction;
  /** Where the result of a function goes. */
  resultDestination(node: ModuleFunction): Destination;
  /** Remembers who calls whom. */
  noteCall(callee: FunctionInstance, call: ts.Node): void;
}

export function report(
  context: Pick<TreeInput, 'sink'>,
  code: DiagnosticCode,
  node: ts.Node,
  args?: DiagnosticArguments,
): void {
  context.sink.report(code, node, args);
}

export function positionOf(context: Pick<TreeInput, 'scope'>, node: ts.Node): SourcePosition {
  return context.scope.sources.positionOf(node);
}

/** Source text on one line, for messages. */
export function sourceText(node: ts.Node): string {
  return node.getText().replace(/\s+/g, ' ');
}

/** How a value of the type is held in a variable. */
export function variableTypeOf(type: ValueType): VariableType {
  if (type.tag === 'array') return { tag: 'array', element: type.element };
  return { tag: 'scalar', scalar: scalarOf(type) };
}

/** A variable that the source does not name. */
export function temporary(name: string, type: VariableType, position: SourcePosition, mutable = false): Local {
  return { name, type, mutable, position };
}

/** Stands for a value after an error was reported. */
export function placeholder(position: SourcePosition, type: 'i32' | 'bool' = 'i32'): Expression {
  return type === 'bool' ? { op: 'bool', type, value: false, position } : { op: 'number', type, value: 0, position };
}

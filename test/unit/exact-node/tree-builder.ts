/** Kernel trees by hand, so that the printer is tested without the front end. */
import { evaluateProgram } from '../../../compiler/exact-node/evaluate-program.ts';
import type {
  ArithmeticOperator,
  ArrayExpression,
  ComparisonOperator,
  Conversion,
  ElementKind,
  Expression,
  Global,
  JumpTarget,
  KernelFunction,
  KernelProgram,
  Local,
  NumberKind,
  ScalarType,
  SourcePosition,
  Statement,
  Target,
  TrapSite,
  UnaryOperator,
} from '../../../compiler/kernel-tree/tree.ts';

export const position: SourcePosition = { file: '/project/kernels.ts', line: 1, column: 1 };

export const scalar = (name: string, type: ScalarType): Local => ({
  name,
  type: { tag: 'scalar', scalar: type },
  mutable: true,
  position,
});
export const arrayLocal = (name: string, element: ElementKind): Local => ({
  name,
  type: { tag: 'array', element },
  mutable: false,
  position,
});
export const number = (type: NumberKind, value: number): Expression => ({ op: 'number', type, value, position });
export const bool = (value: boolean): Expression => ({ op: 'bool', type: 'bool', value, position });
export const use = (local: Local): Expression => {
  if (local.type.tag !== 'scalar') throw new Error('not a scalar');
  return { op: 'local', type: local.type.scalar, local, position };
};
export const useGlobal = (global: Global): Expression => {
  if (global.type.tag !== 'scalar') throw new Error('not a scalar');
  return { op: 'global', type: global.type.scalar, global, position };
};
export const arrayOf = (local: Local): ArrayExpression => ({ op: 'local-array', local });
export const unary = (operator: UnaryOperator, type: NumberKind, value: Expression): Expression => ({
  op: 'unary',
  type,
  operator,
  value,
  position,
});
export const binary = (
  operator: ArithmeticOperator,
  type: NumberKind,
  left: Expression,
  right: Expression,
  zeroDivisor?: TrapSite | 'zero',
): Expression => ({
  op: 'binary',
  type,
  operator,
  left,
  right,
  position,
  ...(zeroDivisor === undefined ? {} : { zeroDivisor }),
});
export const compare = (
  operator: ComparisonOperator,
  kind: ScalarType,
  left: Expression,
  right: Expression,
): Expression => ({ op: 'compare', type: 'bool', operator, kind, left, right, position });
export const convert = (conversion: Conversion, type: ScalarType, value: Expression): Expression => ({
  op: 'convert',
  type,
  conversion,
  value,
  position,
});
export const indexSite = (text: string): TrapSite => ({ kind: 'index-out-of-range', position, text });
export const divisionSite: TrapSite = { kind: 'division-by-zero', position, text: 'a / b' };
export const element = (
  array: ArrayExpression,
  type: NumberKind,
  index: Expression,
  check: TrapSite | null,
): Expression => ({ op: 'element', type, array, index, check, position });
export const elementTarget = (array: ArrayExpression, index: Expression, check: TrapSite | null): Target => ({
  op: 'element',
  array,
  index,
  check,
});
export const assign = (target: Target, type: ScalarType, value: Expression): Expression => ({
  op: 'assign',
  type,
  target,
  value,
  position,
});
export const assignLocal = (local: Local, value: Expression): Expression =>
  assign({ op: 'local', local }, value.type as ScalarType, value);
/** `local += 1`, as a tree. */
export const increment = (local: Local, yields: 'old' | 'new' = 'new'): Expression => {
  const current = scalar('current', 'i32');
  const value = binary('add', 'i32', use(current), number('i32', 1));
  return { op: 'update', type: 'i32', target: { op: 'local', local }, current, value, yields, position };
};
export const sequence = (...items: Expression[]): Expression => ({
  op: 'sequence',
  type: items.at(-1)?.type ?? 'void',
  items,
  position,
});
export const call = (callee: KernelFunction, ...values: (Expression | ArrayExpression)[]): Expression => ({
  op: 'call',
  type: callee.result,
  callee,
  arguments: values.map((value) =>
    'type' in value ? { tag: 'scalar', value } : { tag: 'array', value: value as ArrayExpression },
  ),
  position,
});

export const run = (value: Expression): Statement => ({ op: 'expression', value, position });
export const declare = (local: Local, value: Expression | null): Statement => ({
  op: 'declare',
  local,
  value,
  position,
});
export const giveBack = (value: Expression | null): Statement => ({ op: 'return', value, position });
export const when = (condition: Expression, whenTrue: Statement[], whenFalse: Statement[] = []): Statement => ({
  op: 'if',
  condition,
  whenTrue,
  whenFalse,
  position,
});
export const loop = (
  target: JumpTarget,
  condition: Expression | null,
  body: Statement[],
  update: Expression[] = [],
  test: 'first' | 'last' = 'first',
): Statement => ({ op: 'loop', target, test, condition, body, update, position });
export const jump = (op: 'break' | 'continue', target: JumpTarget): Statement => ({ op, target, position });

export const kernel = (
  name: string,
  parameters: Local[],
  result: KernelFunction['result'],
  body: Statement[],
  exported = true,
): KernelFunction => ({ symbol: `kernels.${name}`, name, parameters, result, body, exported, position });

export const state = (name: string, type: Global['type'], initial: Global['initial']): Global => ({
  symbol: `kernels.${name}`,
  name,
  type,
  storage: 'state',
  initial,
  position,
});

export const programOf = (functions: KernelFunction[], globals: Global[] = []): KernelProgram => ({
  name: 'kernels',
  entryFile: position.file,
  functions,
  globals,
  files: [position.file],
});

type Loose = (...values: unknown[]) => number | boolean | undefined;

/** The exported kernels, callable with any arguments. */
export function evaluate(functions: KernelFunction[], globals: Global[] = []): Record<string, Loose> {
  return evaluateProgram(programOf(functions, globals)) as unknown as Record<string, Loose>;
}

/** One kernel that returns an expression of its parameters. */
export function evaluateExpression(parameters: Local[], value: Expression): Loose {
  const { f } = evaluate([kernel('f', parameters, value.type, [giveBack(value)])]);
  if (f === undefined) throw new Error('no kernel');
  return f;
}

import ts from 'typescript';
import type {
  Argument,
  ArrayExpression,
  Expression,
  IntrinsicName,
  NumberKind,
  ScalarType,
} from '../kernel-tree/tree.ts';
import { elementType, itemType, operationKind, scalarOf } from './number-kinds.ts';
import { skipWrappers } from './reachable-functions.ts';
import { type Passed, passedScalar, passedTo } from './tree-arguments.ts';
import { integerNumber, numberKindOf, wordOf } from './tree-array-copies.ts';
import { buildArrayMethod } from './tree-arrays.ts';
import { buildSuperCall } from './tree-classes.ts';
import { placeholder, positionOf, report, sourceText, temporary } from './tree-context.ts';
import { cast, convert, type Destination } from './tree-conversions.ts';
import { buildCoresCall, waitSite } from './tree-cores.ts';
import type { ExpressionBuilder } from './tree-expressions.ts';
import { buildList } from './tree-fixed-arrays.ts';
import { buildFunctionCall } from './tree-functions.ts';
import { buildLogCall } from './tree-logs.ts';
import { buildMethodCall } from './tree-members.ts';
import { buildQuotient } from './tree-operators.ts';
import { integerQuotient } from './tree-patterns.ts';
import { refuseTable } from './tree-tables.ts';

/** Of a library function that is one operation of the machine: its parameters and result. */
interface Intrinsic {
  readonly name: IntrinsicName;
  readonly parameters: readonly ('address' | 'word' | 'array' | 'register')[];
  readonly result: ScalarType | 'void';
}

const word = (name: IntrinsicName): Intrinsic => ({ name, parameters: [], result: 'i32' });
const peerBy = (name: IntrinsicName): Intrinsic => ({ name, parameters: ['word', 'word'], result: 'reference' });

const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  coreIndex: word('core-index'),
  coreCount: word('core-count'),
  boardRows: word('board-rows'),
  boardColumns: word('board-columns'),
  firstCoreId: word('first-core-id'),
  peer: peerBy('peer-at'),
  neighbour: peerBy('neighbour'),
  wrappedNeighbour: peerBy('wrapped-neighbour'),
  barrier: { name: 'barrier', parameters: [], result: 'void' },
  waitForInterrupt: { name: 'wait-for-interrupt', parameters: [], result: 'void' },
  load8: { name: 'load8', parameters: ['address'], result: 'i32' },
  load16: { name: 'load16', parameters: ['address'], result: 'i32' },
  load32: { name: 'load32', parameters: ['address'], result: 'i32' },
  store8: { name: 'store8', parameters: ['address', 'word'], result: 'void' },
  store16: { name: 'store16', parameters: ['address', 'word'], result: 'void' },
  store32: { name: 'store32', parameters: ['address', 'word'], result: 'void' },
  readRegister: { name: 'read-register', parameters: ['register'], result: 'i32' },
  writeRegister: { name: 'write-register', parameters: ['register', 'word'], result: 'void' },
  testAndSet: { name: 'test-and-set', parameters: ['address', 'word'], result: 'i32' },
  idle: { name: 'idle', parameters: [], result: 'void' },
  enableInterrupts: { name: 'enable-interrupts', parameters: [], result: 'void' },
  disableInterrupts: { name: 'disable-interrupts', parameters: [], result: 'void' },
  callAddress: { name: 'call-address', parameters: ['address', 'word', 'word', 'word', 'word'], result: 'i32' },
  arrayAddress: { name: 'array-address', parameters: ['array'], result: 'u32' },
  beginsBehind: { name: 'begins-behind', parameters: ['array', 'array'], result: 'bool' },
};

/** A call of a kernel function, of Math, or of the kernel library. */
export function buildCall(builder: ExpressionBuilder, node: ts.CallExpression): Expression {
  const { context } = builder;
  const ofArray = buildArrayMethod(builder, node) ?? buildList(builder, node);
  if (ofArray !== null) return ofArray;
  const callee = context.kinds.typeOf(node.expression);
  if (node.expression.kind === ts.SyntaxKind.SuperKeyword) return buildSuperCall(builder, node);
  const name = context.scope.sources.libraryName(skipWrappers(node.expression)) ?? '';
  const betweenCores = buildCoresCall(builder, node, name);
  if (betweenCores !== null) return betweenCores;
  const method = buildMethodCall(builder, node);
  if (method !== null) return method;
  if (callee.tag === 'function') return buildFunctionCall(builder, node, callee.closures);
  const position = positionOf(context, node);
  if (refuseTable(context, node.expression)) return placeholder(position);
  const log = buildLogCall(builder, node, name);
  if (log !== null) return log;
  const intrinsic = Object.hasOwn(INTRINSICS, name) ? INTRINSICS[name] : undefined;
  if (intrinsic !== undefined) return callIntrinsic(builder, node, intrinsic);
  const [first] = node.arguments;
  if (first !== undefined) {
    const to: Destination = { text: `the parameter of \`${name}\``, eitherSign: true };
    if (name === 'bitsOf') {
      const value = builder.as(first, 'f32', to);
      return { op: 'convert', type: 'i32', conversion: 'bits-of-f32', value, position };
    }
    if (name === 'floatOf') {
      const value = builder.as(first, 'i32', to);
      return { op: 'convert', type: 'f32', conversion: 'f32-of-bits', value, position };
    }
    if (name.startsWith('Math.')) return callMath(builder, node, name.slice(5), first);
  }
  report(context, 'SH2110', node, { text: sourceText(node) });
  return placeholder(position);
}

function callIntrinsic(builder: ExpressionBuilder, node: ts.CallExpression, intrinsic: Intrinsic): Expression {
  const values: Argument[] = [];
  let register: string | undefined;
  for (const [index, argument] of node.arguments.entries()) {
    const parameter = intrinsic.parameters[index];
    const text = `the parameter of \`${sourceText(node.expression)}\``;
    if (parameter === 'register') {
      register = ts.isStringLiteralLike(argument) ? argument.text : '';
    } else if (parameter === 'array') {
      values.push({ tag: 'array', value: builder.array(argument) });
    } else if (parameter === 'address') {
      values.push({ tag: 'scalar', value: builder.as(argument, 'u32', { text: `an address` }) });
    } else {
      values.push({ tag: 'scalar', value: builder.as(argument, 'i32', { text, eitherSign: true }) });
    }
  }
  const isIndex = intrinsic.name === 'peer-at' && values.length === 1;
  const call: Expression = {
    op: 'intrinsic',
    type: intrinsic.result,
    intrinsic: isIndex ? 'peer-of-index' : intrinsic.name,
    arguments: values,
    position: positionOf(builder.context, node),
    ...(intrinsic.name === 'barrier' ? { site: waitSite(builder.context, node) } : {}),
  };
  return register === undefined ? call : { ...call, register };
}

function callMath(builder: ExpressionBuilder, node: ts.CallExpression, name: string, first: ts.Expression): Expression {
  const { context } = builder;
  const position = positionOf(context, node);
  const known = context.kinds.typeOf(first);
  const type: NumberKind = operationKind(known, known);
  const to: Destination = { text: `the parameter of \`Math.${name}\`` };
  const bits: Destination = { ...to, eitherSign: true, truncates: true };
  const isFloat = type === 'f32';
  const quotient = integerQuotient(node, (e) => context.kinds.typeOf(e));
  if (quotient !== null) return buildQuotient(builder, quotient, position);
  switch (name) {
    case 'sqrt':
      return { op: 'unary', type: 'f32', operator: 'sqrt', value: builder.as(first, 'f32', to), position };
    case 'fround':
      return builder.as(first, 'f32', to);
    case 'clz32':
      return { op: 'unary', type: 'i32', operator: 'clz', value: builder.as(first, 'i32', bits), position };
    case 'imul': {
      const [left, right] = [first, node.arguments[1] ?? first].map((e) => builder.as(e, 'i32', bits));
      if (left === undefined || right === undefined) return placeholder(position);
      return { op: 'binary', type: 'i32', operator: 'mul', left, right, position };
    }
    case 'floor':
    case 'ceil':
    case 'trunc':
    case 'round': {
      const value = builder.as(first, type, to);
      return isFloat ? { op: 'unary', type, operator: name, value, position } : value;
    }
    case 'abs': {
      const value = builder.as(first, type, to);
      return type === 'u32' ? value : { op: 'unary', type, operator: 'abs', value, position };
    }
    case 'sign': {
      const value = builder.as(first, type, to);
      if (isFloat) return { op: 'unary', type, operator: 'sign', value, position };
      const number = (n: number): Expression => ({ op: 'number', type, value: n, position });
      const atMost: Expression = { op: 'binary', type, operator: 'min', left: value, right: number(1), position };
      if (type === 'u32') return cast(atMost, 'i32');
      return { op: 'binary', type, operator: 'max', left: atMost, right: number(-1), position };
    }
    case 'min':
    case 'max':
      return extreme(builder, node, name);
    default:
      report(context, 'SH2110', node, { text: sourceText(node) });
      return placeholder(position);
  }
}

/** Math.min and Math.max of any number of values, from left to right. */
function extreme(builder: ExpressionBuilder, node: ts.CallExpression, name: 'min' | 'max'): Expression {
  const { context } = builder;
  const position = positionOf(context, node);
  const passed = passedTo(builder, node);
  const types = passed.map((argument) => (argument.type.tag === 'array' ? itemType(argument.type) : argument.type));
  const type = types.reduce<NumberKind>(
    (kind, t) => (kind === 'f32' || t.tag === 'f32' ? 'f32' : kind === 'u32' || scalarOf(t) === 'u32' ? 'u32' : 'i32'),
    'i32',
  );
  const to: Destination = { text: `the other parameter of \`Math.${name}\`` };
  const values = passed.map((argument) => {
    return argument.type.tag === 'array'
      ? extremeOf(builder, argument, name, type)
      : passedScalar(builder, argument, type, to);
  });
  const [first, ...rest] = values;
  if (first === undefined) return placeholder(position);
  return rest.reduce<Expression>(
    (left, right) => ({ op: 'binary', type, operator: name, left, right, position }),
    first,
  );
}

/** `Math.max(...x)`: of none it is -Infinity, as in JavaScript; integers have no such, and one must be there. */
function extremeOf(builder: ExpressionBuilder, argument: Passed, name: 'min' | 'max', want: NumberKind): Expression {
  const { context } = builder;
  const { node } = argument;
  const position = positionOf(context, node);
  const source = ts.isSpreadElement(node) ? node.expression : node;
  const value = builder.array(source);
  const element = numberKindOf(value);
  const local = temporary('values', { tag: 'array', element }, position);
  const taken: ArrayExpression = { op: 'changed-array', local, value, effects: [] };
  const type = wordOf(element);
  const first: Expression =
    element === 'f32'
      ? { op: 'number', type, value: name === 'max' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY, position }
      : {
          op: 'element',
          type,
          array: { op: 'local-array', local },
          index: integerNumber(0, position),
          check: { kind: 'index-out-of-range', position, text: sourceText(source) },
          position,
        };
  const callee = context.arrayFunction(name === 'max' ? 'largest' : 'smallest', element);
  const values: Argument[] = [
    { tag: 'array', value: taken },
    { tag: 'scalar', value: first },
  ];
  const call: Expression = { op: 'call', type, callee, arguments: values, position };
  return convert(context, node, call, want, { text: `the other parameter of \`Math.${name}\`` }, elementType(element));
}

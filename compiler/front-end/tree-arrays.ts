/** Builds arrays, and calls of their methods. */
import ts from 'typescript';
import type {
  Argument,
  ArrayElement,
  ArrayExpression,
  ElementKind,
  Expression,
  SourcePosition,
} from '../kernel-tree/tree.ts';
import { constantNumber, mostElements } from './array-lengths.ts';
import type { ArrayFunctionName } from './array-library.ts';
import { type ArrayMaking, type ArrayMethodCall, arrayMaking, arrayMethodCall } from './array-syntax.ts';
import { skipWrappers } from './reachable-functions.ts';
import { copying, copyOf, integerNumber, numberKindOf, wordOf, zeros } from './tree-array-copies.ts';
import { buildSpread } from './tree-array-spread.ts';
import { positionOf, report, sourceText, temporary } from './tree-context.ts';
import { buildView } from './tree-cores.ts';
import type { ExpressionBuilder } from './tree-expressions.ts';
import { buildListArray } from './tree-fixed-arrays.ts';
import { buildArrayOr } from './tree-optional.ts';
import { buildFieldArray } from './tree-record-arrays.ts';

/** Behind the end of every array. */
const FAR = 2 ** 31 - 1;

/** An expression that stands for an array. */
export function buildArray(builder: ExpressionBuilder, node: ts.Expression): ArrayExpression {
  const { context } = builder;
  const inner = skipWrappers(node);
  const type = context.kinds.typeOf(inner);
  const position = positionOf(context, node);
  if (ts.isConditionalExpression(inner) && type.tag === 'array') {
    return {
      op: 'conditional-array',
      condition: builder.condition(inner.condition),
      whenTrue: buildArray(builder, inner.whenTrue),
      whenFalse: buildArray(builder, inner.whenFalse),
    };
  }
  if (ts.isArrayLiteralExpression(inner) && type.tag === 'array') {
    return literal(builder, inner, type.element, inner.elements);
  }
  const either = buildArrayOr(builder, inner);
  if (either !== null) return either;
  const view = buildView(builder, inner);
  if (view !== null) return view;
  const isName = ts.isIdentifier(inner) || ts.isPropertyAccessExpression(inner);
  const binding = isName ? context.scope.resolve(inner) : null;
  if (binding?.tag === 'array') {
    return { op: 'global-array', global: context.arrayOf(binding.declaration, binding.value) };
  }
  if (binding?.tag === 'objects') {
    return { op: 'global-array', global: context.objectsOf(binding.declaration, binding.value) };
  }
  if (binding?.tag === 'local' && type.tag === 'array') {
    return { op: 'local-array', local: context.localOf(binding.declaration) };
  }
  const held = buildFieldArray(builder, inner) ?? buildListArray(builder, inner);
  if (held !== null) return held;
  const making = arrayMaking(context.scope.sources, inner);
  if (making !== null) return made(builder, inner, making);
  const call = arrayMethodCall(context.scope.sources.checker, inner);
  if (call?.result === 'part') return part(builder, call);
  if (call?.result === 'copy') {
    const source = part(builder, call);
    return copyOf(builder, inner, source, {
      element: numberKindOf(source),
      capacity: mostElements(context.scope, inner),
    });
  }
  if (call?.result === 'self') {
    const value = buildArray(builder, call.array);
    const local = temporary('array', { tag: 'array', element: numberKindOf(value) }, position);
    const effects = [selfMethod(builder, inner, call, { op: 'local-array', local })];
    return { op: 'changed-array', local, value, effects };
  }
  report(context, 'SH3008', node, { text: sourceText(node) });
  const element = type.tag === 'array' ? type.element : 'i32';
  return { op: 'local-array', local: temporary('missing', { tag: 'array', element }, position) };
}

function literal(
  builder: ExpressionBuilder,
  node: ts.Expression,
  element: ArrayElement,
  elements: readonly ts.Expression[],
): ArrayExpression {
  if (elements.some(ts.isSpreadElement)) return buildSpread(builder, node, element, elements);
  const values = elements.map((e) => builder.as(e, wordOf(element), { text: 'an element', eitherSign: true }));
  return { op: 'new-array', element, length: values.length, values };
}

function made(builder: ExpressionBuilder, node: ts.Expression, making: ArrayMaking): ArrayExpression {
  const { element } = making;
  if (making.from === 'elements') return literal(builder, node, element, making.elements);
  if (making.from === 'array') {
    const capacity = mostElements(builder.context.scope, node);
    return copyOf(builder, node, buildArray(builder, making.array), { element, capacity });
  }
  const length = making.length === null ? 0 : constantNumber(builder.context.scope, making.length);
  return zeros(builder, node, element, length);
}

function part(builder: ExpressionBuilder, { array, arguments: [begin, end], name }: ArrayMethodCall): ArrayExpression {
  const value = buildArray(builder, array);
  if (begin === undefined && name === 'subarray') return value;
  const position = positionOf(builder.context, begin ?? array);
  return {
    op: 'subarray',
    array: value,
    begin: index(builder, begin, name, 0, position),
    end: end === undefined ? null : index(builder, end, name, FAR, position),
  };
}

/** A call of a method, for its value or effect; null for every other expression. */
export function buildArrayMethod(builder: ExpressionBuilder, node: ts.CallExpression): Expression | null {
  const { context } = builder;
  const call = arrayMethodCall(context.scope.sources.checker, node);
  if (call === null) return arrayMaking(context.scope.sources, node) === null ? null : lengthOf(builder, node);
  const position = positionOf(context, node);
  switch (call.result) {
    case 'self':
      return selfMethod(builder, node, call, buildArray(builder, call.array));
    case 'part':
    case 'copy':
      return lengthOf(builder, node);
    case 'void':
      return setElements(builder, node, call);
    case 'element':
      return elementAt(builder, node, call);
    case 'index':
    case 'bool': {
      const array = buildArray(builder, call.array);
      const element = numberKindOf(array);
      const [value, from] = call.arguments;
      const last = call.name === 'lastIndexOf';
      return callLibrary(builder, call.name as ArrayFunctionName, element, position, [
        { tag: 'array', value: array },
        { tag: 'scalar', value: elementValue(builder, value, element, `the parameter of \`${call.name}\``) },
        { tag: 'scalar', value: index(builder, from, call.name, last ? FAR : 0, position) },
      ]);
    }
  }
}

/** An array where nobody wants its elements. */
function lengthOf(builder: ExpressionBuilder, node: ts.CallExpression): Expression {
  return { op: 'length', type: 'i32', array: buildArray(builder, node), position: positionOf(builder.context, node) };
}

/** `fill`, `reverse`, `sort`, `copyWithin`. */
function selfMethod(
  builder: ExpressionBuilder,
  node: ts.Expression,
  { name, arguments: given }: ArrayMethodCall,
  array: ArrayExpression,
): Expression {
  const position = positionOf(builder.context, node);
  const element = numberKindOf(array);
  const [first, second, third] = given;
  const whole: Argument = { tag: 'array', value: array };
  const places = (from: ts.Expression | undefined, to: ts.Expression | undefined): Argument[] => [
    { tag: 'scalar', value: index(builder, from, name, 0, position) },
    { tag: 'scalar', value: index(builder, to, name, FAR, position) },
  ];
  switch (name) {
    case 'fill': {
      const value = elementValue(builder, first, element, 'the parameter of `fill`');
      return callLibrary(builder, 'fill', element, position, [
        whole,
        { tag: 'scalar', value },
        ...places(second, third),
      ]);
    }
    case 'copyWithin': {
      const target: Argument = { tag: 'scalar', value: index(builder, first, name, 0, position) };
      return callLibrary(builder, 'copyWithin', element, position, [whole, target, ...places(second, third)]);
    }
    case 'reverse':
      return callLibrary(builder, 'reverse', element, position, [whole]);
    default:
      return callLibrary(builder, element === 'f32' ? 'sortNumbers' : 'sortIntegers', element, position, [whole]);
  }
}

/** `to.set(from, offset)`: all of it or nothing, as in JavaScript. */
function setElements(builder: ExpressionBuilder, node: ts.CallExpression, call: ArrayMethodCall): Expression {
  const { context } = builder;
  const position = positionOf(context, node);
  const [source, offset] = call.arguments;
  const [toArray, fromArray] = [buildArray(builder, call.array), buildArray(builder, source ?? call.array)];
  const to = temporary('target', { tag: 'array', element: numberKindOf(toArray) }, position);
  const from = temporary('source', { tag: 'array', element: numberKindOf(fromArray) }, position);
  const start = temporary('offset', { tag: 'scalar', scalar: 'i32' }, position);
  const first: Expression = { op: 'local', type: 'i32', local: start, position };
  const room: Expression = {
    op: 'binary',
    type: 'i32',
    operator: 'sub',
    left: { op: 'length', type: 'i32', array: { op: 'local-array', local: to }, position },
    right: { op: 'length', type: 'i32', array: { op: 'local-array', local: from }, position },
    position,
  };
  const compare = (left: Expression, right: Expression): Expression => {
    return { op: 'compare', type: 'bool', operator: 'gt', kind: 'i32', left, right, position };
  };
  const isOutside: Expression = {
    op: 'or',
    type: 'bool',
    left: compare(integerNumber(0, position), first),
    right: compare(first, room),
    position,
  };
  const site = {
    kind: 'throw',
    position,
    text: sourceText(node),
    errorClass: 'RangeError',
    message: 'offset is out of bounds',
  } as const;
  return {
    op: 'inline',
    type: 'void',
    name: 'set',
    target: { name: 'set' },
    result: null,
    body: [
      { op: 'declare-array', local: to, value: toArray, position },
      { op: 'declare-array', local: from, value: fromArray, position },
      { op: 'declare', local: start, value: index(builder, offset, 'set', 0, position), position },
      { op: 'if', condition: isOutside, whenTrue: [{ op: 'throw', site, position }], whenFalse: [], position },
      { op: 'expression', value: copying(builder, to, from, first, position), position },
    ],
    position,
  };
}

/** `x.at(i)`: an index that is not there ends the call, as that of `x[i]` does. */
function elementAt(builder: ExpressionBuilder, node: ts.CallExpression, call: ArrayMethodCall): Expression {
  const { context } = builder;
  const position = positionOf(context, node);
  const value = buildArray(builder, call.array);
  const element = numberKindOf(value);
  const [argument] = call.arguments;
  const local = temporary('array', { tag: 'array', element }, position);
  const length: Expression = { op: 'length', type: 'i32', array: { op: 'local-array', local }, position };
  const given = index(builder, argument, 'at', 0, position);
  const at = temporary('at', { tag: 'scalar', scalar: 'i32' }, position);
  const taken: Expression = { op: 'local', type: 'i32', local: at, position };
  const fromEnd = (left: Expression): Expression => {
    return { op: 'binary', type: 'i32', operator: 'add', left, right: length, position };
  };
  const isNegative: Expression = {
    op: 'compare',
    type: 'bool',
    operator: 'lt',
    kind: 'i32',
    left: taken,
    right: integerNumber(0, position),
    position,
  };
  const isKnown = given.op === 'number';
  const known = isKnown && given.value < 0 ? fromEnd(given) : given;
  const found: Expression = isKnown
    ? known
    : {
        op: 'conditional',
        type: 'i32',
        condition: isNegative,
        whenTrue: fromEnd(taken),
        whenFalse: taken,
        position,
      };
  const effects: Expression[] = isKnown
    ? []
    : [{ op: 'assign', type: 'i32', target: { op: 'local', local: at }, value: given, position }];
  return {
    op: 'element',
    type: wordOf(element),
    array: { op: 'changed-array', local, value, effects },
    index: found,
    check: context.boundsChecks ? { kind: 'index-out-of-range', position, text: sourceText(node) } : null,
    position,
  };
}

function callLibrary(
  { context }: ExpressionBuilder,
  name: ArrayFunctionName,
  element: ElementKind,
  position: SourcePosition,
  values: readonly Argument[],
): Expression {
  const callee = context.arrayFunction(name, element);
  return { op: 'call', type: callee.result, callee, arguments: values, position };
}

/** A value for an element, or to be compared with one. */
function elementValue(
  builder: ExpressionBuilder,
  node: ts.Expression | undefined,
  element: ElementKind,
  text: string,
): Expression {
  if (node === undefined) throw new Error('TypeScript asks for the value');
  return builder.as(node, wordOf(element), { text, eitherSign: true });
}

/** An index that a method takes, or what it is where it is left out. */
function index(
  builder: ExpressionBuilder,
  node: ts.Expression | undefined,
  method: string,
  otherwise: number,
  position: SourcePosition,
): Expression {
  if (node !== undefined) return builder.as(node, 'i32', { text: `an index of \`${method}\`` });
  return integerNumber(otherwise, position);
}

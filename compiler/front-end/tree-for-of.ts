/** for-of: counted loops, whatever they go over. */
import ts from 'typescript';
import type { ArrayExpression, Expression, Local, SourcePosition, Statement } from '../kernel-tree/tree.ts';
import { elementKindOf } from '../kernel-tree/visit-tree.ts';
import { listShape } from './fixed-arrays.ts';
import {
  type ArrayIterator,
  itemOf,
  type LoopSource,
  type LoopVariable,
  loopSource,
  loopTypes,
  loopVariables,
} from './loop-sources.ts';
import { I32_HIGH, scalarOf, type ValueType } from './number-kinds.ts';
import type { RecordShape } from './record-shapes.ts';
import { wordOf } from './tree-array-copies.ts';
import { variableDestination } from './tree-assignments.ts';
import { placeholder, positionOf, report, sourceText, temporary, variableTypeOf } from './tree-context.ts';
import { convert } from './tree-conversions.ts';
import { declareParts } from './tree-destructuring.ts';
import type { ExpressionBuilder } from './tree-expressions.ts';
import { partsOf } from './tree-fixed-arrays.ts';
import type { StatementBuilder } from './tree-statements.ts';

/** What differs between the loops. The counter is a variable that the source does not name. */
interface Counting {
  /** Statements before the loop, in the order of evaluation. */
  readonly before: readonly Statement[];
  readonly begin: Expression;
  /** Evaluated before each turn. */
  readonly end: Expression;
  /** Not 0. */
  readonly step: number;
  /** The item at the counter; null for loops that have none. */
  item(index: Expression): Expression | null;
}

/** `for (const v of x)`. */
export function buildForOf(builder: StatementBuilder, node: ts.ForOfStatement, labels: readonly string[]): Statement {
  const { context, expressions } = builder;
  const position = positionOf(context, node);
  const source = loopSource(context.scope.sources, node);
  const counting =
    source.tag === 'range' ? countRange(expressions, source) : countItems(expressions, source.of, source.iterator);
  const counter = temporary('index', { tag: 'scalar', scalar: 'i32' }, position, true);
  const index: Expression = { op: 'local', type: 'i32', local: counter, position };
  const variables = loopVariables(node, source);
  const types = loopTypes(source, context.scope, context.inference.records, (e) => context.kinds.typeOf(e));
  const { target, inner: body } = builder.within('loop', labels, () => [
    ...declareVariable(expressions, variables.place, index, types.place),
    ...declareVariable(expressions, variables.item, counting.item(index), types.item),
    ...builder.body(node.statement),
  ]);
  const operator = counting.step > 0 ? 'lt' : 'gt';
  const step = number(counting.step, position);
  const next: Expression = { op: 'binary', type: 'i32', operator: 'add', left: index, right: step, position };
  const loop: Statement = {
    op: 'loop',
    target,
    test: 'first',
    condition: { op: 'compare', type: 'bool', operator, kind: 'i32', left: index, right: counting.end, position },
    body,
    update: [{ op: 'assign', type: 'i32', target: { op: 'local', local: counter }, value: next, position }],
    position,
  };
  const start: Statement = { op: 'declare', local: counter, value: counting.begin, position };
  return { op: 'block', target: null, body: [...counting.before, start, loop], position };
}

function countRange(builder: ExpressionBuilder, source: Extract<LoopSource, { tag: 'range' }>): Counting {
  const { context } = builder;
  const position = positionOf(context, source.end);
  const step = source.step === null ? 1 : context.scope.constantOf(source.step);
  const isStep = typeof step === 'number' && Number.isInteger(step) && step !== 0 && Math.abs(step) <= I32_HIGH;
  if (source.step !== null && !isStep) report(context, 'SH1034', source.step, { text: sourceText(source.step) });
  const held = (name: string, node: ts.Expression): { before: Statement[]; value: Expression } => {
    const value = builder.as(node, 'i32', { text: `the ${name} of a range` });
    const local = temporary(name, { tag: 'scalar', scalar: 'i32' }, value.position);
    return {
      before: [{ op: 'declare', local, value, position: value.position }],
      value: { op: 'local', type: 'i32', local, position: value.position },
    };
  };
  const begin = source.begin === null ? { before: [], value: number(0, position) } : held('begin', source.begin);
  const end = held('end', source.end);
  return {
    before: [...begin.before, ...end.before],
    begin: begin.value,
    end: end.value,
    step: isStep ? step : 1,
    item: () => null,
  };
}

function countItems(builder: ExpressionBuilder, node: ts.Expression, iterator: ArrayIterator): Counting {
  const position = positionOf(builder.context, node);
  const type = builder.context.kinds.typeOf(node);
  const list = listShape(type);
  const counting =
    list !== null
      ? countList(builder, node, list)
      : type.tag === 'record'
        ? countTuple(builder, node, type)
        : countArray(builder, node, type);
  const item = iterator === 'keys' ? () => null : counting.item;
  return { ...counting, item, begin: number(0, position), step: 1 };
}

/** Reads the length at each turn, as the iterator of the array does. */
function countArray(
  builder: ExpressionBuilder,
  node: ts.Expression,
  type: ValueType,
): Pick<Counting, 'before' | 'end' | 'item'> {
  const position = positionOf(builder.context, node);
  const found = builder.array(node);
  const isFixed = found.op === 'global-array' || (found.op === 'local-array' && !found.local.mutable);
  const local = temporary('array', variableTypeOf(type), position);
  const array: ArrayExpression = isFixed ? found : { op: 'local-array', local };
  const scalar = scalarOf(itemOf(type, builder.context.inference.records));
  const kind = scalar === 'bool' ? 'i32' : scalar;
  return {
    before: isFixed ? [] : [{ op: 'declare-array', local, value: found, position }],
    end: { op: 'length', type: 'i32', array, position },
    item: (index) => ({ op: 'element', type: kind, array, index, check: null, position }),
  };
}

/** A list is as long as it is at each turn: what the loop adds is gone over as well. */
function countList(
  builder: ExpressionBuilder,
  node: ts.Expression,
  shape: RecordShape,
): Pick<Counting, 'before' | 'end' | 'item'> {
  const position = positionOf(builder.context, node);
  const local = temporary('list', { tag: 'scalar', scalar: 'reference' }, position);
  const owner: Expression = { op: 'local', type: 'reference', local, position };
  const { items, length } = partsOf(builder, shape, { first: owner, again: owner });
  const kind = wordOf(elementKindOf(items));
  return {
    before: [{ op: 'declare', local, value: builder.value(node), position }],
    end: length,
    item: (index) => ({ op: 'element', type: kind, array: items, index, check: null, position }),
  };
}

/** A tuple is read as the iterator reads it: the element at the counter, with what was written to it by then. */
function countTuple(
  builder: ExpressionBuilder,
  node: ts.Expression,
  type: Extract<ValueType, { tag: 'record' }>,
): Pick<Counting, 'before' | 'end' | 'item'> {
  const { context } = builder;
  const { records } = context.inference;
  const position = positionOf(context, node);
  const local = temporary('tuple', { tag: 'scalar', scalar: 'reference' }, position);
  const owner: Expression = { op: 'local', type: 'reference', local, position };
  const common = scalarOf(itemOf(type, records));
  const record = context.records.typeOf(type.shape);
  const parts = [...type.shape.fields.values()].map((found): Expression => {
    const field = context.records.fieldOf(type.shape, found);
    const value: Expression = { op: 'field', type: field.type, record, owner, field, position };
    return convert(context, node, value, common, { text: 'the items of a tuple' }, records.fieldType(found));
  });
  return {
    before: [{ op: 'declare', local, value: builder.value(node), position }],
    end: number(parts.length, position),
    item: (index) => chosenBy(index, parts, common, position),
  };
}

/** One of the values, by an index that is in their range. */
function chosenBy(
  index: Expression,
  values: readonly Expression[],
  type: Expression['type'],
  position: SourcePosition,
): Expression {
  const last = values.at(-1);
  if (last === undefined || type === 'void') return placeholder(position);
  return values.slice(0, -1).reduceRight<Expression>((whenFalse, whenTrue, at) => {
    const condition: Expression = {
      op: 'compare',
      type: 'bool',
      operator: 'eq',
      kind: 'i32',
      left: index,
      right: number(at, position),
      position,
    };
    return { op: 'conditional', type, condition, whenTrue, whenFalse, position };
  }, last);
}

/** The variable, or the variables of the pattern, that a value of the loop goes into. */
function declareVariable(
  builder: ExpressionBuilder,
  variable: LoopVariable | null,
  value: Expression | null,
  type: ValueType,
): Statement[] {
  if (variable === null || value === null) return [];
  const { context } = builder;
  const position = positionOf(context, variable);
  if (variable.initializer !== undefined) report(context, 'SH3029', variable, { text: sourceText(variable) });
  if (!ts.isIdentifier(variable.name)) {
    const whole: Local = temporary('parts', variableTypeOf(type), position);
    const parts = declareParts(builder, variable.name, { local: whole, type });
    return [{ op: 'declare', local: whole, value, position }, ...parts];
  }
  const local = context.localOf(variable);
  if (local.type.tag === 'array') return [];
  const to = variableDestination(context, variable);
  return [
    { op: 'declare', local, value: convert(context, variable.name, value, local.type.scalar, to, type), position },
  ];
}

function number(value: number, position: SourcePosition): Expression {
  return { op: 'number', type: 'i32', value, position };
}

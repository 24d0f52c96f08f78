/** Builds array literals with `...` in them: `[...x, 1, ...pair]`. */
import ts from 'typescript';
import type { ArrayElement, ArrayExpression, Expression, Local, SourcePosition } from '../kernel-tree/tree.ts';
import { elementCount } from './array-lengths.ts';
import { copying, integerNumber, numberKindOf, wordOf, zeros } from './tree-array-copies.ts';
import { positionOf, report, sourceText, temporary } from './tree-context.ts';
import { convert, type Destination } from './tree-conversions.ts';
import type { ExpressionBuilder } from './tree-expressions.ts';
import { spreadRecord } from './tree-records.ts';

const ELEMENT: Destination = { text: 'an element', eitherSign: true };

/**
 * A new array of the elements that are written and of those of the arrays and tuples that are spread. How many there
 * can be is known; how many there are, and so where each goes, is counted while it is filled.
 */
export function buildSpread(
  builder: ExpressionBuilder,
  node: ts.Expression,
  element: ArrayElement,
  elements: readonly ts.Expression[],
): ArrayExpression {
  const { context } = builder;
  const position = positionOf(context, node);
  const arrays = elements.filter(
    (e): e is ts.SpreadElement => ts.isSpreadElement(e) && context.kinds.typeOf(e.expression).tag === 'array',
  );
  if (arrays.length === 0) {
    const values = elements.flatMap((e) => valuesOf(builder, element, e));
    return { op: 'new-array', element, length: values.length, values };
  }
  const capacity = elementCount(context.scope, elements);
  if (capacity === null || element === 'reference') {
    report(context, element === 'reference' ? 'SH1012' : 'SH3053', node, { text: sourceText(node) });
    return { op: 'new-array', element, length: 0, values: [] };
  }
  const to = temporary('spread', { tag: 'array', element }, position);
  const count = temporary('count', { tag: 'scalar', scalar: 'i32' }, position, true);
  const counted: Expression = { op: 'local', type: 'i32', local: count, position };
  const effects: Expression[] = [assign(count, integerNumber(0, position))];
  const countUp = (by: Expression): void => {
    const value: Expression = { op: 'binary', type: 'i32', operator: 'add', left: counted, right: by, position };
    effects.push(assign(count, value));
  };
  for (const e of elements) {
    if (ts.isSpreadElement(e) && arrays.includes(e)) {
      const value = builder.array(e.expression);
      const fromKind = numberKindOf(value);
      // A typed array truncates what it takes, as in JavaScript; an array of integers holds no fractions.
      if (fromKind === 'f32' && element !== 'f32' && ts.isArrayLiteralExpression(node)) {
        const text = sourceText(e.expression);
        const fix = `Int32Array.from(${text})`;
        report(context, 'SH2102', e, { text, target: 'the new array', kind: `of ${element}`, fix });
      }
      const from = temporary('source', { tag: 'array', element: fromKind }, position);
      const taken: ArrayExpression = { op: 'changed-array', local: from, value, effects: [] };
      const length = temporary('more', { tag: 'scalar', scalar: 'i32' }, position, true);
      effects.push(assign(length, { op: 'length', type: 'i32', array: taken, position }));
      effects.push(copying(builder, to, from, counted, position));
      countUp({ op: 'local', type: 'i32', local: length, position });
    } else {
      for (const value of valuesOf(builder, element, e)) {
        const target = { op: 'element', array: { op: 'local-array', local: to }, index: counted, check: null } as const;
        effects.push({ op: 'assign', type: value.type === 'void' ? 'i32' : value.type, target, value, position });
        countUp(integerNumber(1, position));
      }
    }
  }
  const whole: ArrayExpression = {
    op: 'changed-array',
    local: to,
    value: zeros(builder, node, element, capacity),
    effects,
  };
  return { op: 'subarray', array: whole, begin: integerNumber(0, position), end: counted };
}

/** The value of an element, or those of a tuple that is spread. */
function valuesOf(builder: ExpressionBuilder, element: ArrayElement, node: ts.Expression): Expression[] {
  if (!ts.isSpreadElement(node)) return [builder.as(node, wordOf(element), ELEMENT)];
  return spreadRecord(builder, node.expression).flatMap(({ node: at, value }) =>
    value === null || 'array' in value
      ? []
      : [convert(builder.context, at, value.expression, wordOf(element), ELEMENT, value.type)],
  );
}

function assign(local: Local, value: Expression): Expression {
  const { position }: { readonly position: SourcePosition } = value;
  return { op: 'assign', type: 'i32', target: { op: 'local', local }, value, position };
}

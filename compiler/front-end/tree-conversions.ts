import ts from 'typescript';
import type { Conversion, ElementKind, Expression, NumberKind, ScalarType } from '../kernel-tree/tree.ts';
import { elementType, fitsBoth, I32_HIGH, I32_LOW, U32_HIGH, type ValueType } from './number-kinds.ts';
import { skipWrappers } from './reachable-functions.ts';
import { placeholder, report, sourceText, type TreeContext } from './tree-context.ts';
import { operandsOf } from './tree-patterns.ts';

/** Where a value goes, for messages: '`x`', 'the parameter `n` of `f`', 'an index'. */
export interface Destination {
  readonly text: string;
  /** A kind of fewer than 32 bits, which the value must be known to fit. */
  readonly narrow?: 'i8' | 'u8' | 'i16' | 'u16';
  /** Integer words of either signedness go in: stores into elements, indices, operands of bit operators. */
  readonly eitherSign?: boolean;
  /** f32 goes into an integer by ToInt32, and booleans are 0 and 1: operands of bit operators. */
  readonly truncates?: boolean;
  /** Text that a fix begins with, where the source text of the value does not do: `x = (x + 1)` for `x++`. */
  readonly rewritten?: string;
}

/** The narrow kind that a destination of this kind promises. */
export function narrowOf(kind: ElementKind): Pick<Destination, 'narrow'> {
  return kind === 'i32' || kind === 'u32' || kind === 'f32' ? {} : { narrow: kind };
}

/**
 * Brings a value to the kind that its place needs, or reports why it cannot go there. `known`: what inference found of
 * it, where it is not the value of `node` itself.
 */
export function convert(
  context: TreeContext,
  node: ts.Expression,
  value: Expression,
  want: ScalarType,
  to: Destination,
  known: ValueType = context.kinds.typeOf(node),
): Expression {
  checkRange(context, node, known, to);
  const constant = context.scope.constantOf(node);
  if (typeof constant === 'number' && want !== 'bool' && want !== 'reference') {
    const number = constantAs(constant, known, want, to);
    if (number !== null) return { op: 'number', type: want, value: number, position: value.position };
  }
  return convertWord(context, node, value, want, to, known);
}

function constantAs(constant: number, known: ValueType, want: NumberKind, to: Destination): number | null {
  if (want === 'f32') return Math.fround(constant);
  if (constant === 0) return 0;
  const [low, high] = want === 'i32' ? [I32_LOW, I32_HIGH] : [0, U32_HIGH];
  if (known.tag === 'int' && constant >= low && constant <= high) return constant;
  if ((known.tag === 'int' && to.eitherSign === true) || to.truncates === true) {
    const word = known.tag === 'f32' ? Math.fround(constant) : constant;
    return want === 'i32' ? word | 0 : word >>> 0;
  }
  return null;
}

function convertWord(
  context: TreeContext,
  node: ts.Expression,
  value: Expression,
  want: ScalarType,
  to: Destination,
  known: ValueType,
): Expression {
  const from = value.type;
  if (from === want) return value;
  if (from === 'void') {
    report(context, 'SH2110', node, { text: sourceText(node) });
    return placeholder(value.position);
  }
  if (from === 'reference' || want === 'reference') {
    report(context, 'SH2110', node, { text: sourceText(node) });
    return placeholder(value.position);
  }
  const wrap = (conversion: Conversion): Expression => {
    return { op: 'convert', type: want, conversion, value, position: value.position };
  };
  if (from === 'bool' && to.truncates === true) {
    const { position } = value;
    const bit: Expression = { op: 'convert', type: 'i32', conversion: 'bool-to-i32', value, position };
    return want === 'u32' ? cast(bit, 'u32') : bit;
  }
  if (from === 'bool' || want === 'bool') {
    const fix = from === 'bool' ? `write \`${inBrackets(node)} ? 1 : 0\`` : `write \`${inBrackets(node)} !== 0\``;
    mismatch(context, 'SH2109', node, from, want, to, fix);
    return placeholder(value.position, want === 'bool' ? 'bool' : 'i32');
  }
  if (want === 'f32') return wrap(from === 'u32' ? 'u32-to-f32' : 'i32-to-f32');
  if (from === 'f32') {
    if (to.truncates !== true) reportFraction(context, node, want, to);
    return wrap(want === 'u32' ? 'f32-to-u32' : 'f32-to-i32');
  }
  if (to.eitherSign !== true && !fitsBoth(known)) {
    mismatch(context, 'SH2104', node, from, want, to, `${to.rewritten ?? inBrackets(node)} ${keepBits(want)}`);
  }
  return wrap(want === 'u32' ? 'i32-to-u32' : 'u32-to-i32');
}

/** A conversion that the source asks for, as `| 0` does; nothing is reported. */
export function cast(value: Expression, want: 'i32' | 'u32'): Expression {
  const { type: from, position } = value;
  if (from === want) return value;
  if (value.op === 'number') {
    return { op: 'number', type: want, value: want === 'i32' ? value.value | 0 : value.value >>> 0, position };
  }
  const conversion: Conversion =
    from === 'f32' ? (want === 'i32' ? 'f32-to-i32' : 'f32-to-u32') : want === 'i32' ? 'u32-to-i32' : 'i32-to-u32';
  return { op: 'convert', type: want, conversion, value, position };
}

function mismatch(
  context: TreeContext,
  code: 'SH2104' | 'SH2109',
  node: ts.Expression,
  from: ScalarType,
  want: ScalarType,
  to: Destination,
  fix: string,
): void {
  report(context, code, node, {
    text: sourceText(node),
    source: withArticle(from),
    target: to.text,
    kind: withArticle(want),
    fix,
  });
}

function reportFraction(context: TreeContext, node: ts.Expression, want: 'i32' | 'u32', to: Destination): void {
  const division = operandsOf(node, ts.SyntaxKind.SlashToken) ?? operandsOf(node, ts.SyntaxKind.SlashEqualsToken);
  const isInteger = (e: ts.Expression): boolean => context.kinds.typeOf(e).tag === 'int';
  const isQuotient = division !== null && isInteger(division.left) && isInteger(division.right);
  report(context, isQuotient ? 'SH2103' : 'SH2102', node, {
    text: sourceText(node),
    target: to.text,
    kind: withArticle(want),
    fix: `${to.rewritten ?? inBrackets(node)} ${keepBits(want)}`,
  });
}

/** Reports a value that may leave the range that the kind of its destination promises. */
export function checkRange(context: TreeContext, node: ts.Expression, known: ValueType, to: Destination): void {
  const { narrow } = to;
  if (narrow === undefined) return;
  const range = elementType(narrow);
  if (known.tag !== 'int' || range.tag !== 'int') return;
  if (known.low >= range.low && known.high <= range.high) return;
  const text = to.rewritten ?? inBrackets(node);
  const fixes = {
    u8: `${text} & 0xff`,
    u16: `${text} & 0xffff`,
    i8: `${text} << 24 >> 24`,
    i16: `${text} << 16 >> 16`,
  };
  report(context, 'SH2106', node, {
    text: sourceText(node),
    target: to.text,
    kind: withArticle(narrow),
    fix: fixes[narrow],
    wide: 'i32',
  });
}

/** Source text that an operator can be written behind. */
export function inBrackets(node: ts.Expression): string {
  const inner = skipWrappers(node);
  const isTight =
    ts.isIdentifier(inner) ||
    ts.isNumericLiteral(inner) ||
    ts.isElementAccessExpression(inner) ||
    ts.isPropertyAccessExpression(inner) ||
    ts.isCallExpression(inner);
  return isTight || ts.isParenthesizedExpression(node) ? sourceText(node) : `(${sourceText(node)})`;
}

export function keepBits(want: 'i32' | 'u32'): string {
  return want === 'u32' ? '>>> 0' : '| 0';
}

export function withArticle(kind: string): string {
  if (kind === 'bool') return 'a boolean';
  return `${/^[if]/.test(kind) ? 'an' : 'a'} ${kind}`;
}

import ts from 'typescript';
import type {
  ArrayExpression,
  Expression,
  Global,
  Local,
  ScalarType,
  SourcePosition,
  TrapSite,
} from '../kernel-tree/tree.ts';
import { declaredType, isLeftOutSometimes } from './kind-annotations.ts';
import { scalarOf } from './number-kinds.ts';
import { skipWrappers } from './reachable-functions.ts';
import { buildArray } from './tree-arrays.ts';
import { buildAssignment, buildStep } from './tree-assignments.ts';
import { buildCall } from './tree-calls.ts';
import { buildClassExpression, selfLocalOf } from './tree-classes.ts';
import { placeholder, positionOf, report, sourceText, type TreeContext } from './tree-context.ts';
import { cast, convert, type Destination, narrowOf } from './tree-conversions.ts';
import { buildList } from './tree-fixed-arrays.ts';
import { functionWord } from './tree-functions.ts';
import { buildGetter } from './tree-members.ts';
import { buildBinary, buildNegation, buildQuotient } from './tree-operators.ts';
import { buildCoalesce, buildOptional, buildOptionalEffect, truthOfMaybe } from './tree-optional.ts';
import { integerQuotient, isAssignmentOperator } from './tree-patterns.ts';
import { buildRecord } from './tree-records.ts';
import { refuseTable } from './tree-tables.ts';

/** Builds the expressions of one function. */
export class ExpressionBuilder {
  readonly context: TreeContext;
  /** Stands for `this` where that is not the object of the function that is built. */
  ownSelf: Local | null = null;
  /** Objects that were evaluated before what is built of them: those before a `?.`. */
  readonly held: Map<ts.Expression, Expression> = new Map();

  constructor(context: TreeContext) {
    this.context = context;
  }

  /** The variable that `this` is. */
  get self(): Local {
    return this.ownSelf ?? selfLocalOf(this.context);
  }

  /** The value as a kind that its place needs. */
  as(node: ts.Expression, want: ScalarType, to: Destination): Expression {
    return convert(this.context, node, this.value(node), want, to);
  }

  /** A value that was built from `node`, as a kind that its place needs. */
  convertTo(node: ts.Expression, value: Expression, want: ScalarType, to: Destination): Expression {
    return convert(this.context, node, value, want, to);
  }

  /** The value in the kind it has by itself. */
  value(node: ts.Expression): Expression {
    const held = this.held.get(node);
    if (held !== undefined) return held;
    const position = positionOf(this.context, node);
    if (ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node)) return this.value(node.expression);
    if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node)) return this.#asserted(node);
    const constant = this.context.scope.constantOf(node);
    if (typeof constant === 'boolean') return { op: 'bool', type: 'bool', value: constant, position };
    if (typeof constant === 'number') {
      const type = scalarOf(this.context.kinds.typeOf(node));
      if (type === 'f32') return { op: 'number', type, value: Math.fround(constant), position };
      return { op: 'number', type: type === 'u32' ? type : 'i32', value: constant === 0 ? 0 : constant, position };
    }
    if (refuseTable(this.context, node)) return placeholder(position);
    const record =
      buildOptional(this, node) ??
      buildList(this, node) ??
      buildClassExpression(this, node) ??
      buildGetter(this, node) ??
      buildRecord(this, node);
    if (record !== null) return record;
    if (this.context.kinds.typeOf(node).tag === 'function') return functionWord(this, node);
    if (ts.isIdentifier(node)) return this.#name(node);
    if (ts.isPropertyAccessExpression(node)) {
      if (this.context.scope.resolve(node) !== null) return this.#name(node);
      return this.#length(node);
    }
    if (ts.isElementAccessExpression(node)) return this.#element(node);
    if (ts.isPrefixUnaryExpression(node)) return this.#prefix(node);
    if (ts.isPostfixUnaryExpression(node)) return buildStep(this, node, 'old');
    if (ts.isBinaryExpression(node)) return this.#binary(node);
    if (ts.isConditionalExpression(node)) return this.#conditional(node);
    if (ts.isCallExpression(node)) return buildCall(this, node);
    report(this.context, 'SH2110', node, { text: sourceText(node) });
    return placeholder(position);
  }

  /** An expression whose value nobody wants; it may have none. */
  effect(node: ts.Expression): Expression {
    const inner = skipWrappers(node);
    const position = positionOf(this.context, inner);
    if (ts.isPostfixUnaryExpression(inner)) return buildStep(this, inner, 'new');
    const optional = buildOptionalEffect(this, inner);
    if (optional !== null) return optional;
    if (ts.isCallExpression(inner)) return buildCall(this, inner);
    if (ts.isConditionalExpression(inner)) {
      return this.#choice(inner.condition, inner.whenTrue, inner.whenFalse);
    }
    if (!ts.isBinaryExpression(inner)) return this.value(inner);
    switch (inner.operatorToken.kind) {
      case ts.SyntaxKind.CommaToken: {
        const items = [this.effect(inner.left), this.effect(inner.right)] as const;
        return { op: 'sequence', type: items[1].type, items, position };
      }
      case ts.SyntaxKind.AmpersandAmpersandToken:
        return this.#choice(inner.left, inner.right, null);
      case ts.SyntaxKind.BarBarToken:
        return this.#choice(inner.left, null, inner.right);
      default:
        return this.value(inner);
    }
  }

  /** Effects that a condition chooses from, where a statement cannot stand. */
  #choice(condition: ts.Expression, whenTrue: ts.Expression | null, whenFalse: ts.Expression | null): Expression {
    const position = positionOf(this.context, condition);
    const branch = (node: ts.Expression | null): Expression => {
      const nothing = placeholder(position);
      return node === null
        ? nothing
        : {
            op: 'sequence',
            type: 'i32',
            items: [this.effect(node), nothing],
            position: positionOf(this.context, node),
          };
    };
    return {
      op: 'conditional',
      type: 'i32',
      condition: this.condition(condition),
      whenTrue: branch(whenTrue),
      whenFalse: branch(whenFalse),
      position,
    };
  }

  /** The value as a boolean. Numbers are true unless they are 0 or NaN. */
  condition(node: ts.Expression): Expression {
    const inner = skipWrappers(node);
    const position = positionOf(this.context, inner);
    if (ts.isBinaryExpression(inner)) {
      const operator = inner.operatorToken.kind;
      if (operator === ts.SyntaxKind.AmpersandAmpersandToken || operator === ts.SyntaxKind.BarBarToken) {
        return {
          op: operator === ts.SyntaxKind.BarBarToken ? 'or' : 'and',
          type: 'bool',
          left: this.condition(inner.left),
          right: this.condition(inner.right),
          position,
        };
      }
    }
    if (this.context.kinds.typeOf(inner).tag === 'array') {
      report(this.context, 'SH2113', node, { text: sourceText(node) });
      return placeholder(position, 'bool');
    }
    return truthOfMaybe(this, inner) ?? this.truth(node, this.value(inner));
  }

  /** A value that was built from `node`, as a boolean. */
  truth(node: ts.Expression, value: Expression): Expression {
    const { position } = value;
    if (value.type === 'bool') return value;
    if (value.type === 'void') {
      report(this.context, 'SH2110', node, { text: sourceText(node) });
      return placeholder(position, 'bool');
    }
    return { op: 'convert', type: 'bool', conversion: 'to-bool', value, position };
  }

  /** An expression that stands for a typed array. */
  array(node: ts.Expression): ArrayExpression {
    return buildArray(this, node);
  }

  /** Index and check of `x[i]`. */
  index(node: ts.ElementAccessExpression, array: ArrayExpression): { index: Expression; check: TrapSite | null } {
    const argument = node.argumentExpression;
    const text = sourceText(node);
    const index = this.as(argument, 'i32', { text: `an index`, eitherSign: true });
    const isProven = index.op === 'number' && index.value >= 0 && index.value < fixedLength(array);
    if (!this.context.boundsChecks || isProven) return { index, check: null };
    return { index, check: { kind: 'index-out-of-range', position: positionOf(this.context, node), text } };
  }

  #asserted(node: ts.AsExpression | ts.SatisfiesExpression): Expression {
    const { checker } = this.context.scope.sources;
    const declared = declaredType(checker, checker.getTypeFromTypeNode(node.type), true);
    if (declared.tag !== 'kind') return this.value(node.expression);
    const text = `what \`${sourceText(node.type)}\` says`;
    return this.as(node.expression, scalarOf(declared.type), { text, ...narrowOf(declared.kind) });
  }

  #name(node: ts.Identifier | ts.PropertyAccessExpression): Expression {
    const position = positionOf(this.context, node);
    const binding = this.context.scope.resolve(node);
    if (binding?.tag === 'local' && isLeftOutSometimes(binding.declaration)) {
      const isLeftOut = this.context.kinds.variableType(binding.declaration).tag === 'null';
      if (isLeftOut) return zero(scalarOf(this.context.kinds.typeOf(node)), position);
    }
    if (binding?.tag === 'local') {
      const local = this.context.localOf(binding.declaration);
      if (this.context.kinds.typeOf(node).tag === 'maybe')
        report(this.context, 'SH3016', node, { text: sourceText(node) });
      if (local.type.tag === 'scalar') return { op: 'local', type: local.type.scalar, local, position };
    }
    if (binding?.tag === 'state') {
      const global = this.context.stateOf(binding.declaration, binding.initial);
      if (global.type.tag === 'scalar') return { op: 'global', type: global.type.scalar, global, position };
    }
    if (binding?.tag === 'object' && binding.isCaptured) {
      const global = this.context.capturedOf(binding.declaration, binding.value);
      if (global === null) return { op: 'null', type: 'reference', position };
      return { op: 'global-record', type: 'reference', global, position };
    }
    if (binding?.tag === 'object') {
      const global = this.context.objectOf(binding.declaration, binding.value);
      const isRecord = typeof global.initial === 'object' && 'record' in global.initial;
      return { op: isRecord ? 'global-record' : 'global', type: 'reference', global, position };
    }
    report(this.context, 'SH2110', node, { text: sourceText(node) });
    return placeholder(position);
  }

  #length(node: ts.PropertyAccessExpression): Expression {
    const position = positionOf(this.context, node);
    const owner = this.context.kinds.typeOf(node.expression);
    if (owner.tag !== 'record') return { op: 'length', type: 'i32', array: this.array(node.expression), position };
    const count: Expression = { op: 'number', type: 'i32', value: owner.shape.fields.size, position };
    if (ts.isIdentifier(skipWrappers(node.expression))) return count;
    return { op: 'sequence', type: 'i32', items: [this.effect(node.expression), count], position };
  }

  #element(node: ts.ElementAccessExpression): Expression {
    const array = this.array(node.expression);
    const { index, check } = this.index(node, array);
    const type = scalarOf(this.context.kinds.typeOf(node));
    const position = positionOf(this.context, node);
    // A u32 element is a u32 whatever is known of its range.
    return {
      op: 'element',
      type: type === 'bool' ? 'i32' : type,
      array,
      index,
      check,
      position,
    };
  }

  #prefix(node: ts.PrefixUnaryExpression): Expression {
    const position = positionOf(this.context, node);
    const isNumber = this.context.kinds.typeOf(node.operand).tag !== 'bool';
    const bits: Destination = { text: 'the operand of `~`', eitherSign: true, truncates: isNumber };
    switch (node.operator) {
      case ts.SyntaxKind.PlusPlusToken:
      case ts.SyntaxKind.MinusMinusToken:
        return buildStep(this, node, 'new');
      case ts.SyntaxKind.MinusToken:
        return buildNegation(this, node);
      case ts.SyntaxKind.PlusToken: {
        const value = this.value(node.operand);
        if (value.type !== 'bool') return value;
        return { op: 'convert', type: 'i32', conversion: 'bool-to-i32', value, position };
      }
      case ts.SyntaxKind.ExclamationToken:
        return { op: 'logical-not', type: 'bool', value: this.condition(node.operand), position };
      default: {
        const quotient = integerQuotient(node, (e) => this.context.kinds.typeOf(e));
        if (quotient !== null) return buildQuotient(this, quotient, position);
        const inner = skipWrappers(node.operand);
        if (ts.isPrefixUnaryExpression(inner) && inner.operator === ts.SyntaxKind.TildeToken) {
          return cast(this.as(inner.operand, 'i32', bits), 'i32');
        }
        return { op: 'unary', type: 'i32', operator: 'not', value: this.as(node.operand, 'i32', bits), position };
      }
    }
  }

  #binary(node: ts.BinaryExpression): Expression {
    const operator = node.operatorToken.kind;
    if (isAssignmentOperator(operator)) return buildAssignment(this, node);
    if (operator === ts.SyntaxKind.CommaToken) {
      const right = this.value(node.right);
      const items = [this.effect(node.left), right];
      return { op: 'sequence', type: right.type, items, position: positionOf(this.context, node) };
    }
    if (operator === ts.SyntaxKind.QuestionQuestionToken) return buildCoalesce(this, node);
    const isLogical = operator === ts.SyntaxKind.AmpersandAmpersandToken || operator === ts.SyntaxKind.BarBarToken;
    return isLogical ? this.#logical(node) : buildBinary(this, node);
  }

  /** `a && b` and `a || b` for their value. */
  #logical(node: ts.BinaryExpression): Expression {
    const { kinds } = this.context;
    const [left, right] = [kinds.typeOf(node.left), kinds.typeOf(node.right)];
    if (left.tag === 'bool' && right.tag === 'bool') return this.condition(node);
    const isOr = node.operatorToken.kind === ts.SyntaxKind.BarBarToken;
    const first = skipWrappers(node.left);
    const areNumbers = (left.tag === 'int' || left.tag === 'f32') && (right.tag === 'int' || right.tag === 'f32');
    if (!areNumbers || !ts.isIdentifier(first)) {
      const [a, b] = [sourceText(node.left), sourceText(node.right)];
      const fix = isOr ? `${a} ? ${a} : ${b}` : `${a} ? ${b} : ${a}`;
      report(this.context, 'SH2108', node, { text: sourceText(node), fix });
      return placeholder(positionOf(this.context, node));
    }
    // A name can be read twice: nothing comes between.
    const type = scalarOf(kinds.typeOf(node));
    const to: Destination = { text: `the other side of \`${isOr ? '||' : '&&'}\`` };
    const [again, other] = [this.as(node.left, type, to), this.as(node.right, type, to)];
    return {
      op: 'conditional',
      type,
      condition: this.condition(node.left),
      whenTrue: isOr ? again : other,
      whenFalse: isOr ? other : again,
      position: positionOf(this.context, node),
    };
  }

  #conditional(node: ts.ConditionalExpression): Expression {
    const { kinds } = this.context;
    const [whenTrue, whenFalse] = [kinds.typeOf(node.whenTrue), kinds.typeOf(node.whenFalse)];
    const position = positionOf(this.context, node);
    const condition = this.condition(node.condition);
    if (whenTrue.tag === 'void' || whenFalse.tag === 'void') {
      report(this.context, 'SH2110', node, { text: sourceText(node) });
      return placeholder(position);
    }
    const type = scalarOf(kinds.typeOf(node));
    const to: Destination = { text: `the other side of \`?:\`` };
    return {
      op: 'conditional',
      type,
      condition,
      whenTrue: this.as(node.whenTrue, type, to),
      whenFalse: this.as(node.whenFalse, type, to),
      position,
    };
  }
}

/** Nothing, or what stands in code that is never reached. */
function zero(type: ScalarType, position: SourcePosition): Expression {
  if (type === 'reference') return { op: 'null', type, position };
  return type === 'bool' ? placeholder(position, 'bool') : { op: 'number', type, value: 0, position };
}

/** Length of an array of a module, which never changes; 0 if it is not known. */
function fixedLength(array: ArrayExpression): number {
  return array.op === 'global-array' ? lengthOf(array.global) : 0;
}

function lengthOf(global: Global): number {
  const { initial } = global;
  return typeof initial === 'object' && 'length' in initial ? initial.length : 0;
}

import ts from 'typescript';
import type { Expression, JumpTarget, Local, SourcePosition, Statement } from '../kernel-tree/tree.ts';
import { scalarOf, type ValueType } from './number-kinds.ts';
import { skipWrappers } from './reachable-functions.ts';
import { variableDestination } from './tree-assignments.ts';
import { positionOf, report, sourceText, type TreeContext } from './tree-context.ts';
import { assignPattern, declarePattern } from './tree-destructuring.ts';
import { ExpressionBuilder } from './tree-expressions.ts';
import { buildForOf } from './tree-for-of.ts';
import { declareFunction, functionWord } from './tree-functions.ts';
import { constantText } from './tree-logs.ts';
import { declareOptional, holdMaybe } from './tree-optional.ts';
import { isAssignmentOperator } from './tree-patterns.ts';
import { buildSwitch } from './tree-switch.ts';

/** What `break` and `continue` without a label, or with one of `labels`, jump to. */
interface Jump {
  readonly target: JumpTarget;
  readonly labels: readonly string[];
  /** `label` blocks are named only; `continue` passes a switch by. */
  readonly kind: 'loop' | 'switch' | 'label';
}

/** Where the end of an expanded body is, and what holds its result. */
interface Ending {
  readonly target: JumpTarget;
  readonly result: Local | null;
  /** What says whether there is a result; null where there always is. */
  readonly given: Local | null;
}

/** Builds the statements of one function. */
export class StatementBuilder {
  readonly context: TreeContext;
  readonly expressions: ExpressionBuilder;
  readonly #result: ValueType;
  readonly #ending: Ending | null;
  readonly #jumps: Jump[] = [];

  /** `ending`: what `return` does in a body that stands in the place of a call. */
  constructor(context: TreeContext, result: ValueType, ending: Ending | null = null) {
    this.#ending = ending;
    this.context = context;
    this.expressions = new ExpressionBuilder(context);
    this.#result = result;
  }

  list(nodes: readonly ts.Statement[]): Statement[] {
    return nodes.flatMap((node) => this.statement(node));
  }

  statement(node: ts.Statement, labels: readonly string[] = []): Statement[] {
    const position = positionOf(this.context, node);
    if (ts.isBlock(node)) return [{ op: 'block', target: null, body: this.list(node.statements), position }];
    if (ts.isVariableStatement(node)) return this.#declare(node.declarationList);
    if (ts.isExpressionStatement(node)) return this.effect(node.expression);
    if (ts.isIfStatement(node)) return [this.#if(node)];
    if (ts.isWhileStatement(node)) return [this.#while(node, 'first', labels)];
    if (ts.isDoStatement(node)) return [this.#while(node, 'last', labels)];
    if (ts.isForStatement(node)) return [this.#for(node, labels)];
    if (ts.isForOfStatement(node)) return [buildForOf(this, node, labels)];
    if (ts.isSwitchStatement(node)) return [buildSwitch(this, node, labels)];
    if (ts.isLabeledStatement(node)) return this.#labelled(node, labels);
    if (ts.isBreakStatement(node)) return this.#jump(node, 'break');
    if (ts.isContinueStatement(node)) return this.#jump(node, 'continue');
    if (ts.isReturnStatement(node)) return this.return(node.expression ?? null, position);
    if (ts.isThrowStatement(node)) return [this.#throw(node)];
    if (ts.isEmptyStatement(node) || ts.isTypeAliasDeclaration(node) || ts.isInterfaceDeclaration(node)) return [];
    if (ts.isFunctionDeclaration(node)) return [];
    report(this.context, 'SH1000', node, { kind: ts.SyntaxKind[node.kind] ?? 'this' });
    return [];
  }

  /** A body of a loop or branch: the statements of its block, without a block around them. */
  body(node: ts.Statement): Statement[] {
    return ts.isBlock(node) ? this.list(node.statements) : this.statement(node);
  }

  return(node: ts.Expression | null, position: SourcePosition): Statement[] {
    if (node === null) return this.#end(null, position);
    if (this.#result.tag === 'void') return [...this.effect(node), ...this.#end(null, position)];
    if (this.#result.tag === 'function') return this.#end(functionWord(this.expressions, node), position);
    const to = this.context.resultDestination(this.context.owner);
    if (this.#ending !== null && this.#ending.given !== null) {
      const { given } = this.#ending;
      const held = holdMaybe(this.expressions, node, scalarOf(this.#result), to);
      const isThere: Expression = held.isThere ?? { op: 'bool', type: 'bool', value: true, position };
      const mark: Expression = {
        op: 'assign',
        type: 'bool',
        target: { op: 'local', local: given },
        value: isThere,
        position,
      };
      const before = [held.before, mark].map((value): Statement => ({ op: 'expression', value, position }));
      return [...before, ...this.#end(held.value, position)];
    }
    const value = this.expressions.as(node, scalarOf(this.#result), to);
    return this.#end(value, position);
  }

  #end(value: Expression | null, position: SourcePosition): Statement[] {
    if (this.#ending === null) return [{ op: 'return', value, position }];
    const { target, result } = this.#ending;
    const jump: Statement = { op: 'break', target, position };
    if (value === null || result === null || result.type.tag !== 'scalar') return [jump];
    const place = { op: 'local', local: result } as const;
    const type = result.type.scalar;
    return [{ op: 'expression', value: { op: 'assign', type, target: place, value, position }, position }, jump];
  }

  /** An expression as a statement. */
  effect(node: ts.Expression): Statement[] {
    const inner = skipWrappers(node);
    const position = positionOf(this.context, inner);
    if (ts.isConditionalExpression(inner)) {
      const condition = this.expressions.condition(inner.condition);
      const [whenTrue, whenFalse] = [this.effect(inner.whenTrue), this.effect(inner.whenFalse)];
      return [{ op: 'if', condition, whenTrue, whenFalse, position }];
    }
    if (ts.isBinaryExpression(inner)) {
      switch (inner.operatorToken.kind) {
        case ts.SyntaxKind.CommaToken:
          return [...this.effect(inner.left), ...this.effect(inner.right)];
        case ts.SyntaxKind.AmpersandAmpersandToken:
        case ts.SyntaxKind.BarBarToken: {
          const condition = this.expressions.condition(inner.left);
          const effect = this.effect(inner.right);
          const isAnd = inner.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken;
          const [whenTrue, whenFalse] = isAnd ? [effect, []] : [[], effect];
          return [{ op: 'if', condition, whenTrue, whenFalse, position }];
        }
      }
      const parts = assignPattern(this.expressions, inner);
      if (parts !== null) return parts;
      const assigned = this.#assignArray(inner);
      if (assigned !== null) return [assigned];
    }
    const statement: Statement = { op: 'expression', value: this.expressions.effect(inner), position };
    return this.#returnsNever(inner) ? [statement, unreachable(position, sourceText(inner))] : [statement];
  }

  #assignArray(node: ts.BinaryExpression): Statement | null {
    if (!isAssignmentOperator(node.operatorToken.kind)) return null;
    const target = skipWrappers(node.left);
    const binding = ts.isIdentifier(target) ? this.context.scope.resolve(target) : null;
    if (binding?.tag !== 'local') return null;
    const local = this.context.localOf(binding.declaration);
    if (local.type.tag !== 'array') return null;
    const value = this.expressions.array(node.right);
    return { op: 'assign-array', local, value, position: positionOf(this.context, node) };
  }

  #returnsNever(node: ts.Expression): boolean {
    if (!ts.isCallExpression(node)) return false;
    const { checker } = this.context.scope.sources;
    const signature = checker.getResolvedSignature(node);
    if (signature === undefined) return false;
    return (checker.getReturnTypeOfSignature(signature).flags & ts.TypeFlags.Never) !== 0;
  }

  #declare(list: ts.VariableDeclarationList): Statement[] {
    return list.declarations.flatMap((node): Statement[] => {
      const position = positionOf(this.context, node);
      if (!ts.isIdentifier(node.name)) {
        return node.initializer === undefined ? [] : declarePattern(this.expressions, node.name, node.initializer);
      }
      if (this.context.scope.functionOfDeclaration(node) !== null) return [];
      if (this.context.kinds.variableType(node).tag === 'function') return declareFunction(this.expressions, node);
      if (this.context.givenOf(node) !== null) {
        return declareOptional(this.expressions, node, node.initializer ?? null);
      }
      const local = this.context.localOf(node);
      if (local.type.tag === 'array') {
        if (node.initializer !== undefined) {
          return [{ op: 'declare-array', local, value: this.expressions.array(node.initializer), position }];
        }
        report(this.context, 'SH3009', node, { name: local.name });
        return [];
      }
      if (node.initializer === undefined) return [{ op: 'declare', local, value: null, position }];
      const to = variableDestination(this.context, node);
      const value = this.expressions.as(node.initializer, local.type.scalar, to);
      return [{ op: 'declare', local, value, position }];
    });
  }

  #if(node: ts.IfStatement): Statement {
    const condition = this.expressions.condition(node.expression);
    const whenTrue = this.body(node.thenStatement);
    const whenFalse = node.elseStatement === undefined ? [] : this.body(node.elseStatement);
    return { op: 'if', condition, whenTrue, whenFalse, position: positionOf(this.context, node) };
  }

  /** The condition of a loop; null for one that is always true. */
  #loopCondition(node: ts.Expression | undefined): Expression | null {
    if (node === undefined || this.context.scope.constantOf(node) === true) return null;
    return this.expressions.condition(node);
  }

  #while(node: ts.WhileStatement | ts.DoStatement, test: 'first' | 'last', labels: readonly string[]): Statement {
    const condition = this.#loopCondition(node.expression);
    const { target, inner: body } = this.within('loop', labels, () => this.body(node.statement));
    return { op: 'loop', target, test, condition, body, update: [], position: positionOf(this.context, node) };
  }

  #for(node: ts.ForStatement, labels: readonly string[]): Statement {
    const position = positionOf(this.context, node);
    const { initializer } = node;
    const before: Statement[] =
      initializer === undefined
        ? []
        : ts.isVariableDeclarationList(initializer)
          ? this.#declare(initializer)
          : this.effect(initializer);
    const condition = this.#loopCondition(node.condition);
    const { target, inner: body } = this.within('loop', labels, () => this.body(node.statement));
    const update =
      node.incrementor === undefined ? [] : commaParts(node.incrementor).map((e) => this.expressions.effect(e));
    const loop: Statement = { op: 'loop', target, test: 'first', condition, body, update, position };
    return before.length === 0 ? loop : { op: 'block', target: null, body: [...before, loop], position };
  }

  #labelled(node: ts.LabeledStatement, outer: readonly string[]): Statement[] {
    const labels = [...outer, node.label.text];
    const inner = node.statement;
    const takesLabels =
      ts.isIterationStatement(inner, false) || ts.isSwitchStatement(inner) || ts.isLabeledStatement(inner);
    if (takesLabels) return this.statement(inner, labels);
    const { target, inner: body } = this.within('label', labels, () => this.body(inner));
    return [{ op: 'block', target, body, position: positionOf(this.context, node) }];
  }

  /** Builds what is inside of a statement that can be left by `break`. */
  within<T>(
    kind: Jump['kind'],
    labels: readonly string[],
    build: (target: JumpTarget) => T,
  ): { readonly target: JumpTarget; readonly inner: T } {
    const target: JumpTarget = { name: labels.at(-1) ?? kind };
    this.#jumps.push({ target, labels, kind });
    const inner = build(target);
    this.#jumps.pop();
    return { target, inner };
  }

  #jump(node: ts.BreakStatement | ts.ContinueStatement, op: 'break' | 'continue'): Statement[] {
    const label = node.label?.text;
    const found = this.#jumps.findLast((jump) =>
      label === undefined
        ? jump.kind === 'loop' || (op === 'break' && jump.kind === 'switch')
        : jump.labels.includes(label),
    );
    return found === undefined ? [] : [{ op, target: found.target, position: positionOf(this.context, node) }];
  }

  #throw(node: ts.ThrowStatement): Statement {
    const position = positionOf(this.context, node);
    const thrown = node.expression;
    const [argument] = ts.isNewExpression(thrown) ? (thrown.arguments ?? []) : [];
    const message = argument === undefined ? '' : constantText(this.context, argument);
    if (message === null) report(this.context, 'SH1115', thrown);
    const errorClass = ts.isNewExpression(thrown) ? thrown.expression.getText() : 'Error';
    return {
      op: 'throw',
      site: { kind: 'throw', position, text: sourceText(node), errorClass, message: message ?? '' },
      position,
    };
  }
}

/** Stands where control cannot come, so that a function with a result never ends without one. */
export function unreachable(position: SourcePosition, text: string): Statement {
  return { op: 'throw', site: { kind: 'unreachable', position, text }, position };
}

function commaParts(node: ts.Expression): ts.Expression[] {
  const inner = skipWrappers(node);
  if (!ts.isBinaryExpression(inner) || inner.operatorToken.kind !== ts.SyntaxKind.CommaToken) return [inner];
  return [...commaParts(inner.left), ...commaParts(inner.right)];
}

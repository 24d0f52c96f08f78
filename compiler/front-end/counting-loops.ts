import ts from 'typescript';
import type { KernelScope, Variable } from './kind-scope.ts';
import { BOTTOM, I32_HIGH, integer, type ValueType } from './number-kinds.ts';
import { assignedTarget } from './tree-patterns.ts';

/** What inference gives to the rule for counting loops. */
export interface CountFlow {
  readonly scope: KernelScope;
  /** Where a variable is assigned, besides its declaration. */
  assignmentsOf(variable: Variable): readonly ts.Expression[];
  evaluate(node: ts.Expression): ValueType;
}

/**
 * `for (let i = …; i < end; i++)` where nothing else assigns `i`: the step never goes beyond `end`, and so the counter
 * fits i32 and u32 alike if it starts at 0 or above.
 */
export class CountingLoops {
  readonly #flow: CountFlow;
  /** Steps, with the test of their loop. */
  readonly #tests = new Map<ts.Expression, ts.BinaryExpression>();

  constructor(flow: CountFlow) {
    this.#flow = flow;
  }

  note(node: ts.ForStatement): void {
    const { condition, incrementor } = node;
    if (condition === undefined || incrementor === undefined || !ts.isBinaryExpression(condition)) return;
    const operator = condition.operatorToken.kind;
    if (operator !== ts.SyntaxKind.LessThanToken && operator !== ts.SyntaxKind.LessThanEqualsToken) return;
    const target = assignedTarget(incrementor);
    if (target === null || !ts.isIdentifier(target) || !ts.isIdentifier(condition.left)) return;
    const binding = this.#flow.scope.resolve(target);
    const tested = this.#flow.scope.resolve(condition.left);
    if (binding?.tag !== 'local' || tested?.tag !== 'local' || tested.declaration !== binding.declaration) return;
    const all = this.#flow.assignmentsOf(binding.declaration);
    if (all.length === 1 && all[0] === incrementor) this.#tests.set(incrementor, condition);
  }

  /** The value of a step, with what the test of its loop says of it. */
  stepped(node: ts.Expression, type: ValueType, before: ValueType, by: number): ValueType {
    const test = this.#tests.get(node);
    if (test === undefined || before.tag !== 'int' || type.tag === 'f32' || by < 1) return type;
    const end = this.#flow.evaluate(test.right);
    if (end.tag === 'bottom') return BOTTOM;
    const beyond = test.operatorToken.kind === ts.SyntaxKind.LessThanToken ? by - 1 : by;
    if (end.tag !== 'int' || end.high + beyond > I32_HIGH || before.low < 0) return type;
    return integer('i32', Math.min(before.low + by, end.high + beyond), Math.max(0, end.high + beyond));
  }
}

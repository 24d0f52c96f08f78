import ts from 'typescript';
import type { Expression, JumpTarget, Statement } from '../kernel-tree/tree.ts';
import { operationKind, scalarOf } from './number-kinds.ts';
import { positionOf, temporary } from './tree-context.ts';
import { convert, type Destination } from './tree-conversions.ts';
import type { StatementBuilder } from './tree-statements.ts';

/**
 * A switch as blocks inside each other: the innermost tests the cases in order and leaves the block that ends before
 * the statements of the one that matches; falling through is going on behind a block.
 */
export function buildSwitch(builder: StatementBuilder, node: ts.SwitchStatement, labels: readonly string[]): Statement {
  const { context } = builder;
  const position = positionOf(context, node);
  const value = builder.expressions.value(node.expression);
  const type = value.type === 'void' ? 'i32' : value.type;
  const local = temporary('chosen', { tag: 'scalar', scalar: type }, position);
  const chosen: Expression = { op: 'local', type, local, position };
  const { clauses } = node.caseBlock;
  const { target, inner } = builder.within('switch', labels, (end) => {
    const targets = targetsOf(clauses);
    const jump = (to: JumpTarget | undefined): Statement => ({ op: 'break', target: to ?? end, position });
    let body: Statement[] = [];
    for (const [index, clause] of clauses.entries()) {
      if (!ts.isCaseClause(clause)) continue;
      const condition = matches(builder, node.expression, chosen, clause.expression);
      body.push({ op: 'if', condition, whenTrue: [jump(targets[index])], whenFalse: [], position: condition.position });
    }
    const fallback = clauses.findIndex(ts.isDefaultClause);
    body.push(jump(fallback < 0 ? end : targets[fallback]));
    for (const [index, clause] of clauses.entries()) {
      const before = targets[index];
      // Several cases with the same statements share a target: the block ends before the last of them.
      if (before === undefined || targets[index + 1] === before) continue;
      body = [{ op: 'block', target: before, body, position }, ...builder.list(clause.statements)];
    }
    return body;
  });
  return { op: 'block', target, body: [{ op: 'declare', local, value, position }, ...inner], position };
}

/** One target for each clause; clauses without statements have that of the next. Undefined behind the last statement. */
function targetsOf(clauses: readonly ts.CaseOrDefaultClause[]): readonly (JumpTarget | undefined)[] {
  const targets: (JumpTarget | undefined)[] = [];
  let next: JumpTarget | undefined;
  for (const clause of [...clauses].reverse()) {
    if (clause.statements.length > 0) next = { name: ts.isCaseClause(clause) ? 'case' : 'default' };
    targets.unshift(next);
  }
  return targets;
}

function matches(
  builder: StatementBuilder,
  subject: ts.Expression,
  chosen: Expression,
  candidate: ts.Expression,
): Expression {
  const { context } = builder;
  const [left, right] = [context.kinds.typeOf(subject), context.kinds.typeOf(candidate)];
  const areBooleans = left.tag === 'bool' && right.tag === 'bool';
  const kind = areBooleans ? 'bool' : operationKind(left, right);
  const to: Destination = { text: areBooleans || scalarOf(left) === kind ? 'the value of the switch' : 'a case' };
  const other = builder.expressions.as(candidate, kind, to);
  return {
    op: 'compare',
    type: 'bool',
    operator: 'eq',
    kind,
    left: convert(context, subject, chosen, kind, to),
    right: other,
    position: positionOf(context, candidate),
  };
}

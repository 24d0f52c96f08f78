/** Walks kernel trees: all expressions and array expressions of a statement list, outer ones before inner ones. */
import type { Argument, ArrayExpression, Expression, Statement, Target } from '../kernel-tree/tree.ts';

export interface TreeVisitor {
  readonly statement?: (statement: Statement) => void;
  readonly expression?: (expression: Expression) => void;
  readonly array?: (array: ArrayExpression) => void;
}

export function walkStatements(statements: readonly Statement[], visitor: TreeVisitor): void {
  for (const statement of statements) walkStatement(statement, visitor);
}

function walkStatement(statement: Statement, visitor: TreeVisitor): void {
  visitor.statement?.(statement);
  switch (statement.op) {
    case 'declare':
    case 'return':
      if (statement.value !== null) walkExpression(statement.value, visitor);
      return;
    case 'declare-array':
    case 'assign-array':
      walkArray(statement.value, visitor);
      return;
    case 'expression':
      walkExpression(statement.value, visitor);
      return;
    case 'if':
      walkExpression(statement.condition, visitor);
      walkStatements(statement.whenTrue, visitor);
      walkStatements(statement.whenFalse, visitor);
      return;
    case 'loop':
      if (statement.condition !== null) walkExpression(statement.condition, visitor);
      walkStatements(statement.body, visitor);
      for (const item of statement.update) walkExpression(item, visitor);
      return;
    case 'block':
      walkStatements(statement.body, visitor);
      return;
    case 'break':
    case 'continue':
    case 'throw':
      return;
  }
}

export function walkExpression(expression: Expression, visitor: TreeVisitor): void {
  visitor.expression?.(expression);
  const each = (...values: readonly Expression[]): void => {
    for (const value of values) walkExpression(value, visitor);
  };
  switch (expression.op) {
    case 'number':
    case 'bool':
    case 'local':
    case 'global':
    case 'null':
    case 'global-record':
      return;
    case 'new-record':
      each(...expression.values.map(({ value }) => value));
      return;
    case 'field':
      each(expression.owner);
      return;
    case 'length':
      walkArray(expression.array, visitor);
      return;
    case 'element':
      walkArray(expression.array, visitor);
      each(expression.index);
      return;
    case 'unary':
    case 'logical-not':
    case 'convert':
      each(expression.value);
      return;
    case 'binary':
    case 'compare':
    case 'and':
    case 'or':
      each(expression.left, expression.right);
      return;
    case 'fused':
      each(expression.a, expression.b, expression.c);
      return;
    case 'conditional':
      each(expression.condition, expression.whenTrue, expression.whenFalse);
      return;
    case 'assign':
    case 'update':
      walkTarget(expression.target, visitor);
      each(expression.value);
      return;
    case 'call':
    case 'intrinsic':
      for (const argument of expression.arguments) walkArgument(argument, visitor);
      return;
    case 'sequence':
      each(...expression.items);
      return;
    case 'inline':
      walkStatements(expression.body, visitor);
  }
}

function walkArgument(argument: Argument, visitor: TreeVisitor): void {
  if (argument.tag === 'scalar') walkExpression(argument.value, visitor);
  else walkArray(argument.value, visitor);
}

function walkTarget(target: Target, visitor: TreeVisitor): void {
  if (target.op === 'field') walkExpression(target.owner, visitor);
  if (target.op !== 'element') return;
  walkArray(target.array, visitor);
  walkExpression(target.index, visitor);
}

function walkArray(array: ArrayExpression, visitor: TreeVisitor): void {
  visitor.array?.(array);
  if (array.op === 'new-array') for (const value of array.values) walkExpression(value, visitor);
  if (array.op !== 'conditional-array') return;
  walkExpression(array.condition, visitor);
  walkArray(array.whenTrue, visitor);
  walkArray(array.whenFalse, visitor);
}

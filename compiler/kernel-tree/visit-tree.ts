import type { Argument, ArrayElement, ArrayExpression, Expression, Statement, Target } from './tree.ts';

/** What {@link visitStatements} calls, outer nodes first. */
export interface TreeVisitor {
  readonly statement?: (statement: Statement) => void;
  readonly expression?: (expression: Expression) => void;
  /** Every array that is mentioned, and for what. */
  readonly array?: (array: ArrayExpression, use: ArrayUse) => void;
}

/** `alias`: bound to a local; `pass`: an argument; `keep`: held by a record, where it may be read and written. */
export type ArrayUse = 'read' | 'write' | 'length' | 'alias' | 'pass' | 'keep';

export function visitStatements(body: readonly Statement[], visitor: TreeVisitor): void {
  for (const s of body) {
    visitor.statement?.(s);
    switch (s.op) {
      case 'declare':
      case 'return':
        if (s.value !== null) visitExpression(s.value, visitor);
        break;
      case 'expression':
        visitExpression(s.value, visitor);
        break;
      case 'declare-array':
      case 'assign-array':
        visitArray(s.value, 'alias', visitor);
        break;
      case 'if':
        visitExpression(s.condition, visitor);
        visitStatements(s.whenTrue, visitor);
        visitStatements(s.whenFalse, visitor);
        break;
      case 'loop':
        if (s.condition !== null) visitExpression(s.condition, visitor);
        visitStatements(s.body, visitor);
        for (const e of s.update) visitExpression(e, visitor);
        break;
      case 'block':
        visitStatements(s.body, visitor);
        break;
      case 'break':
      case 'continue':
      case 'throw':
        break;
    }
  }
}

export function visitExpression(e: Expression, visitor: TreeVisitor): void {
  visitor.expression?.(e);
  switch (e.op) {
    case 'number':
    case 'bool':
    case 'local':
    case 'global':
    case 'null':
    case 'global-record':
      break;
    case 'new-record':
      for (const { value } of e.values) visitExpression(value, visitor);
      break;
    case 'field':
      visitExpression(e.owner, visitor);
      break;
    case 'array-reference':
      visitArray(e.array, 'keep', visitor);
      break;
    case 'length':
      visitArray(e.array, 'length', visitor);
      break;
    case 'element':
      visitArray(e.array, 'read', visitor);
      visitExpression(e.index, visitor);
      break;
    case 'unary':
    case 'convert':
    case 'logical-not':
      visitExpression(e.value, visitor);
      break;
    case 'binary':
    case 'compare':
    case 'and':
    case 'or':
      visitExpression(e.left, visitor);
      visitExpression(e.right, visitor);
      break;
    case 'fused':
      for (const part of e.cFirst ? [e.c, e.a, e.b] : [e.a, e.b, e.c]) visitExpression(part, visitor);
      break;
    case 'conditional':
      for (const part of [e.condition, e.whenTrue, e.whenFalse]) visitExpression(part, visitor);
      break;
    case 'assign':
      visitTarget(e.target, false, visitor);
      visitExpression(e.value, visitor);
      break;
    case 'update':
      visitTarget(e.target, true, visitor);
      visitExpression(e.value, visitor);
      break;
    case 'call':
    case 'intrinsic':
      for (const argument of e.arguments) visitArgument(argument, visitor);
      break;
    case 'sequence':
      for (const item of e.items) visitExpression(item, visitor);
      break;
    case 'inline':
      visitStatements(e.body, visitor);
      break;
  }
}

function visitArgument(argument: Argument, visitor: TreeVisitor): void {
  if (argument.tag === 'scalar') visitExpression(argument.value, visitor);
  else visitArray(argument.value, 'pass', visitor);
}

function visitTarget(target: Target, isRead: boolean, visitor: TreeVisitor): void {
  if (target.op === 'field') visitExpression(target.owner, visitor);
  if (target.op !== 'element') return;
  if (isRead) visitor.array?.(target.array, 'read');
  visitArray(target.array, 'write', visitor);
  visitExpression(target.index, visitor);
}

function visitArray(array: ArrayExpression, use: ArrayUse, visitor: TreeVisitor): void {
  visitor.array?.(array, use);
  if (array.op === 'conditional-array') {
    visitExpression(array.condition, visitor);
    visitArray(array.whenTrue, use, visitor);
    visitArray(array.whenFalse, use, visitor);
  } else if (array.op === 'new-array') {
    for (const value of array.values) visitExpression(value, visitor);
  } else if (array.op === 'subarray') {
    visitArray(array.array, use, visitor);
    visitExpression(array.begin, visitor);
    if (array.end !== null) visitExpression(array.end, visitor);
  } else if (array.op === 'changed-array') {
    visitArray(array.value, use, visitor);
    for (const effect of array.effects) visitExpression(effect, visitor);
  } else if (array.op === 'held-array') {
    visitExpression(array.reference, visitor);
    visitExpression(array.length, visitor);
  } else if (array.op === 'peer-array') {
    visitExpression(array.peer, visitor);
    visitArray(array.array, use, visitor);
  }
}

/** The kind of the elements of an array. */
export function elementKindOf(array: ArrayExpression): ArrayElement {
  switch (array.op) {
    case 'new-array':
    case 'held-array':
      return array.element;
    case 'conditional-array':
      return elementKindOf(array.whenTrue);
    case 'subarray':
    case 'peer-array':
      return elementKindOf(array.array);
    case 'changed-array':
      return elementKindOf(array.value);
    default: {
      const { name, type } = array.op === 'local-array' ? array.local : array.global;
      if (type.tag !== 'array') throw new Error(`${name} is no array`);
      return type.element;
    }
  }
}

/** The variables that an array expression may stand for, or for a part of. */
export function arrayRoots(
  array: ArrayExpression,
): readonly Extract<ArrayExpression, { op: 'local-array' | 'global-array' }>[] {
  switch (array.op) {
    case 'new-array':
    case 'held-array':
      return [];
    case 'conditional-array':
      return [...arrayRoots(array.whenTrue), ...arrayRoots(array.whenFalse)];
    case 'subarray':
      return arrayRoots(array.array);
    case 'peer-array':
      // Each core is both a core that looks and one that is looked at.
      return arrayRoots(array.array);
    case 'changed-array':
      return arrayRoots(array.value);
    default:
      return [array];
  }
}

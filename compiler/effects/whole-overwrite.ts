/**
 * Proof that a kernel overwrites every element of an array parameter: a loop `for (i = 0; i < y.length; i++)` at the top
 * level of the function that stores to `y[i]` in every turn. Nothing else is recognised; that only costs a transfer.
 *
 * A trap on the way does no harm: then no array is written back. Leaving the function or the loop early does.
 */

import type { ArrayExpression, Expression, KernelFunction, Local, Statement } from '../kernel-tree/tree.ts';
import { visitStatements } from '../kernel-tree/visit-tree.ts';

type Loop = Extract<Statement, { op: 'loop' }>;

/** True if `f`, when it returns, has overwritten every element of `parameter`. That it reads none is the caller's matter. */
export function overwritesWholly(f: KernelFunction, parameter: Local): boolean {
  if (isReassigned(f.body, parameter)) return false;
  return sequenceOverwrites(f.body, parameter, new Set());
}

/** `zeros`: locals that are 0 here. */
function sequenceOverwrites(statements: readonly Statement[], parameter: Local, zeros: Set<Local>): boolean {
  for (const statement of statements) {
    switch (statement.op) {
      case 'declare':
        if (statement.value !== null)
          forgetAssigned([{ ...statement, op: 'expression', value: statement.value }], zeros);
        if (statement.value?.op === 'number' && statement.value.value === 0) zeros.add(statement.local);
        else zeros.delete(statement.local);
        continue;
      case 'expression': {
        const { value } = statement;
        forgetAssigned([statement], zeros);
        const isZero = value.op === 'assign' && value.target.op === 'local' && isNumber(value.value, 0);
        if (isZero && value.op === 'assign' && value.target.op === 'local') zeros.add(value.target.local);
        continue;
      }
      case 'declare-array':
      case 'assign-array':
        forgetAssigned([statement], zeros);
        continue;
      case 'block':
        if (statement.target === null && sequenceOverwrites(statement.body, parameter, zeros)) return true;
        break;
      case 'loop':
        if (loopOverwrites(statement, parameter, zeros)) return true;
        break;
      case 'return':
        return false;
      case 'throw':
        // What follows is not reached, and what was reached ended in an error.
        return true;
      case 'if': {
        const taken = sequenceOverwrites(statement.whenTrue, parameter, new Set(zeros));
        if (taken && sequenceOverwrites(statement.whenFalse, parameter, new Set(zeros))) return true;
        break;
      }
      default:
        return false;
    }
    // From here on the statement may also have been left half way, but not the function.
    if (leavesFunction([statement])) return false;
    forgetAssigned([statement], zeros);
  }
  return false;
}

function loopOverwrites(loop: Loop, parameter: Local, zeros: ReadonlySet<Local>): boolean {
  const { condition, update, body } = loop;
  if (loop.test !== 'first' || condition === null || condition.op !== 'compare') return false;
  const counter = condition.left;
  if (counter.op !== 'local' || counter.type !== 'i32' || !zeros.has(counter.local)) return false;
  if (condition.operator !== 'lt' || condition.kind !== 'i32') return false;
  if (condition.right.op !== 'length' || !isArray(condition.right.array, parameter)) return false;
  const [step, ...more] = update;
  if (step === undefined || more.length > 0 || !isIncrement(step, counter.local)) return false;
  if (isAssigned(body, counter.local) || leavesLoop(body)) return false;
  return body.some((statement) => storesElement(statement, parameter, counter.local));
}

/** `y[i] = …` as a statement of its own, reached in every turn. */
function storesElement(statement: Statement, parameter: Local, counter: Local): boolean {
  if (statement.op === 'block' && statement.target === null) {
    return statement.body.some((inner) => storesElement(inner, parameter, counter));
  }
  if (statement.op === 'if') {
    return (
      statement.whenTrue.some((inner) => storesElement(inner, parameter, counter)) &&
      statement.whenFalse.some((inner) => storesElement(inner, parameter, counter))
    );
  }
  if (statement.op !== 'expression' || statement.value.op !== 'assign') return false;
  const { target } = statement.value;
  return (
    target.op === 'element' &&
    isArray(target.array, parameter) &&
    target.index.op === 'local' &&
    target.index.local === counter
  );
}

/** `i++`, `i += 1`, `i = i + 1`. */
function isIncrement(e: Expression, counter: Local): boolean {
  if ((e.op !== 'update' && e.op !== 'assign') || e.target.op !== 'local' || e.target.local !== counter) return false;
  const old = e.op === 'update' ? e.current : counter;
  const { value } = e;
  if (value.op !== 'binary' || value.operator !== 'add' || value.type !== 'i32') return false;
  const isOld = (x: Expression): boolean => x.op === 'local' && x.local === old;
  return (isOld(value.left) && isNumber(value.right, 1)) || (isOld(value.right) && isNumber(value.left, 1));
}

const isNumber = (e: Expression, value: number): boolean => e.op === 'number' && e.value === value;
const isArray = (array: ArrayExpression, local: Local): boolean => array.op === 'local-array' && array.local === local;

function isReassigned(statements: readonly Statement[], local: Local): boolean {
  let found = false;
  visitStatements(statements, {
    statement: (s) => {
      found ||= s.op === 'assign-array' && s.local === local;
    },
  });
  return found;
}

function isAssigned(statements: readonly Statement[], local: Local): boolean {
  const zeros = new Set<Local>([local]);
  forgetAssigned(statements, zeros);
  return !zeros.has(local);
}

function forgetAssigned(statements: readonly Statement[], zeros: Set<Local>): void {
  visitStatements(statements, {
    expression: (e) => {
      if ((e.op === 'assign' || e.op === 'update') && e.target.op === 'local') zeros.delete(e.target.local);
    },
    statement: (s) => {
      if (s.op === 'declare') zeros.delete(s.local);
    },
  });
}

/** Any jump, even one that stays inside a nested loop. */
function leavesLoop(body: readonly Statement[]): boolean {
  let leaves = false;
  visitStatements(body, {
    statement: (s) => {
      leaves ||= s.op === 'break' || s.op === 'continue' || s.op === 'return';
    },
  });
  return leaves;
}

function leavesFunction(statements: readonly Statement[]): boolean {
  let leaves = false;
  visitStatements(statements, {
    statement: (s) => {
      leaves ||= s.op === 'return';
    },
  });
  return leaves;
}

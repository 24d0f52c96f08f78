import type { Expression, KernelFunction, Local, Statement, Target } from '../kernel-tree/tree.ts';

/** 2^-126: a float32 below it (and not zero) is subnormal. */
const SMALLEST_NORMAL = 2 ** -126;

/**
 * True if the f32 value of `e` can never be subnormal, so that flushing it would do nothing. Results of operations are
 * flushed; what comes from memory, from parameters and from bit patterns may not be.
 */
export function isFlushed(e: Expression, flushedLocals: ReadonlySet<Local>): boolean {
  switch (e.op) {
    case 'number':
      return !(Math.abs(e.value) < SMALLEST_NORMAL) || e.value === 0;
    case 'local':
      return flushedLocals.has(e.local);
    case 'unary':
    case 'fused':
      return true;
    case 'binary':
      if (e.operator !== 'min' && e.operator !== 'max') return true;
      return isFlushed(e.left, flushedLocals) && isFlushed(e.right, flushedLocals);
    case 'conditional':
      return isFlushed(e.whenTrue, flushedLocals) && isFlushed(e.whenFalse, flushedLocals);
    case 'convert':
      return e.conversion === 'i32-to-f32' || e.conversion === 'u32-to-f32';
    case 'assign':
      return isFlushed(e.value, flushedLocals);
    case 'update':
      return e.yields === 'new' && isFlushed(e.value, flushedLocals);
    case 'inline':
      return e.result !== null && flushedLocals.has(e.result);
    case 'sequence': {
      const last = e.items.at(-1);
      return last !== undefined && isFlushed(last, flushedLocals);
    }
    default:
      return false;
  }
}

/**
 * The f32 locals of a function that never hold a subnormal: found by taking all but the parameters for flushed, and
 * dropping those that are given a value which is not, until nothing changes.
 */
export function flushedLocalsOf(f: KernelFunction): ReadonlySet<Local> {
  const flows = new Map<Local, Expression[]>();
  const unknown = new Set<Local>(f.parameters);
  const flow = (local: Local, value: Expression): void => {
    const values = flows.get(local);
    if (values === undefined) flows.set(local, [value]);
    else values.push(value);
  };
  visitExpressions(f.body, (e) => {
    if (e.op === 'assign' && e.target.op === 'local') flow(e.target.local, e.value);
    if (e.op === 'update') {
      if (e.target.op === 'local') {
        flow(e.target.local, e.value);
        flow(e.current, { op: 'local', type: e.type as 'f32', local: e.target.local, position: e.position });
      } else unknown.add(e.current);
    }
  });
  visitStatements(f.body, (s) => {
    if (s.op === 'declare' && s.value !== null) flow(s.local, s.value);
  });
  const flushed = new Set<Local>();
  for (const local of flows.keys()) {
    if (!unknown.has(local) && local.type.tag === 'scalar' && local.type.scalar === 'f32') flushed.add(local);
  }
  for (let changed = true; changed; ) {
    changed = false;
    for (const local of flushed) {
      if (flows.get(local)?.every((value) => isFlushed(value, flushed))) continue;
      flushed.delete(local);
      changed = true;
    }
  }
  return flushed;
}

/** Calls `visit` on every statement, outer ones first. */
export function visitStatements(body: readonly Statement[], visit: (s: Statement) => void): void {
  for (const s of body) {
    visit(s);
    if (s.op === 'if') {
      visitStatements(s.whenTrue, visit);
      visitStatements(s.whenFalse, visit);
    } else if (s.op === 'loop' || s.op === 'block') visitStatements(s.body, visit);
    for (const e of expressionsOf(s)) visitInlined(e, visit);
  }
}

/** The statements in the middle of expressions. */
function visitInlined(e: Expression, visit: (s: Statement) => void): void {
  if (e.op === 'inline') visitStatements(e.body, visit);
  else for (const child of children(e)) visitInlined(child, visit);
}

/** Calls `visit` on every expression of a function body, outer ones first. */
export function visitExpressions(body: readonly Statement[], visit: (e: Expression) => void): void {
  visitStatements(body, (s) => {
    for (const e of expressionsOf(s)) visitOwn(e, visit);
  });
}

function expressionsOf(s: Statement): Expression[] {
  switch (s.op) {
    case 'declare':
    case 'return':
      return s.value === null ? [] : [s.value];
    case 'declare-array':
    case 'assign-array':
      return arrayChildren(s.value);
    case 'expression':
      return [s.value];
    case 'if':
      return [s.condition];
    case 'loop':
      return s.condition === null ? [...s.update] : [s.condition, ...s.update];
    default:
      return [];
  }
}

/** Calls `visit` on `e` and everything in it. */
export function visitExpression(e: Expression, visit: (e: Expression) => void): void {
  visit(e);
  for (const child of children(e)) visitExpression(child, visit);
  if (e.op === 'inline') visitExpressions(e.body, visit);
}

function visitOwn(e: Expression, visit: (e: Expression) => void): void {
  visit(e);
  for (const child of children(e)) visitOwn(child, visit);
}

type ArrayOf = Extract<Statement, { op: 'declare-array' }>['value'];

function arrayChildren(a: ArrayOf): Expression[] {
  switch (a.op) {
    case 'new-array':
      return [...a.values];
    case 'conditional-array':
      return [a.condition, ...arrayChildren(a.whenTrue), ...arrayChildren(a.whenFalse)];
    case 'subarray':
      return [...arrayChildren(a.array), a.begin, ...(a.end === null ? [] : [a.end])];
    case 'held-array':
      return [a.reference, a.length];
    case 'peer-array':
      return [a.peer, ...arrayChildren(a.array)];
    case 'changed-array':
      return [...arrayChildren(a.value), ...a.effects];
    default:
      return [];
  }
}

function targetChildren(t: Target): Expression[] {
  if (t.op === 'field') return [t.owner];
  return t.op === 'element' ? [...arrayChildren(t.array), t.index] : [];
}

function children(e: Expression): readonly Expression[] {
  switch (e.op) {
    case 'length':
    case 'array-reference':
      return arrayChildren(e.array);
    case 'element':
      return [...arrayChildren(e.array), e.index];
    case 'unary':
    case 'logical-not':
    case 'convert':
      return [e.value];
    case 'binary':
    case 'compare':
    case 'and':
    case 'or':
      return [e.left, e.right];
    case 'fused':
      return [e.a, e.b, e.c];
    case 'conditional':
      return [e.condition, e.whenTrue, e.whenFalse];
    case 'assign':
    case 'update':
      return [...targetChildren(e.target), e.value];
    case 'call':
    case 'intrinsic':
      return e.arguments.flatMap((a) => (a.tag === 'scalar' ? [a.value] : arrayChildren(a.value)));
    case 'sequence':
      return e.items;
    case 'new-record':
      return e.values.map(({ value }) => value);
    case 'field':
      return [e.owner];
    default:
      return [];
  }
}

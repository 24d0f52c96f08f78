import type ts from 'typescript';
import { callCircles } from '../kernel-tree/call-circles.ts';
import type { Argument, Expression, KernelFunction, Local, Statement } from '../kernel-tree/tree.ts';
import { visitStatements } from '../kernel-tree/visit-tree.ts';
import { declaredDepth, MAX_DEPTH } from './declared-depth.ts';
import type { DiagnosticSink } from './diagnostics.ts';
import type { FunctionInstance } from './function-instances.ts';

export interface InstanceCall {
  readonly caller: FunctionInstance;
  readonly callee: FunctionInstance;
  readonly call: ts.Node;
}

/** How deep each function that calls itself, alone or by way of others, may go. */
export type Depths = ReadonlyMap<FunctionInstance, number>;

/**
 * Finds the functions that call themselves. Reports each call that closes a circle of which not every function says how
 * deep it goes.
 */
export function findRecursion(
  calls: readonly InstanceCall[],
  nameOf: (f: FunctionInstance) => string,
  sink: DiagnosticSink,
): Depths {
  const from = new Map<FunctionInstance, InstanceCall[]>();
  for (const call of calls) from.set(call.caller, [...(from.get(call.caller) ?? []), call]);
  const circleOf = callCircles(from.keys(), (f) => (from.get(f) ?? []).map(({ callee }) => callee));
  const depths = new Map<FunctionInstance, number>();
  const done = new Set<FunctionInstance>();
  const path: FunctionInstance[] = [];
  function follow(f: FunctionInstance): void {
    path.push(f);
    for (const { callee, call } of from.get(f) ?? []) {
      const start = path.indexOf(callee);
      if (start >= 0) closed(path.slice(start), call);
      else if (!done.has(callee)) follow(callee);
    }
    path.pop();
    done.add(f);
  }

  /** `way`: one way round. What must have a depth are all functions that lead to each other, by other ways too. */
  function closed(way: readonly FunctionInstance[], call: ts.Node): void {
    const circle = circleOf.get(way[0] as FunctionInstance) ?? way;
    const declared = circle.map((f) => declaredDepth(f.node));
    const [first] = declared;
    const invalid = circle[declared.indexOf('invalid')];
    const missing = circle.filter((_, index) => declared[index] === null);
    if (invalid !== undefined) {
      sink.report('SH3025', invalid.node.name ?? invalid.node, { limit: MAX_DEPTH });
    } else if (missing.length > 0) {
      const between = way.slice(1).map((g) => `\`${nameOf(g)}\``);
      sink.report('SH3005', call, {
        name: nameOf(way[0] as FunctionInstance),
        way: between.length === 0 ? '' : `, by way of ${between.join(', ')}`,
        missing: missing.map((f) => `\`${nameOf(f)}\``).join(', '),
      });
    } else if (typeof first === 'number' && declared.every((depth) => depth === first)) {
      for (const f of circle) depths.set(f, first);
    } else {
      const names = circle.map((f) => `\`${nameOf(f)}\``).join(', ');
      sink.report('SH3026', call, { names, depth: Math.max(...declared.map(Number)) });
    }
  }

  for (const f of from.keys()) if (!done.has(f)) follow(f);
  return depths;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };
type Call = Extract<Expression, { op: 'call' }>;

/**
 * Gives each function that calls itself one more parameter: how many calls may still be open, this one included. At
 * the outermost call it is the declared depth, and one less at each call from a function that calls itself. It is not
 * module state, so nothing is left of it when a kernel ends by an error.
 *
 * What is exported, or may be called by code that is no kernel, keeps its parameters: such a function is called `f`,
 * and the one that counts `f@depth`. Returns the functions in their order, with those that are new.
 */
export function countDepth(
  functions: readonly KernelFunction[],
  depths: ReadonlyMap<KernelFunction, number>,
): KernelFunction[] {
  const counting = new Map<
    KernelFunction,
    { readonly f: KernelFunction; readonly left: Local; readonly depth: number }
  >();
  for (const [f, depth] of depths) {
    const { position } = f;
    const left: Local = { name: 'left', type: { tag: 'scalar', scalar: 'i32' }, mutable: false, position };
    const counter: KernelFunction = {
      ...f,
      symbol: `${f.symbol}@depth`,
      name: `${f.name}@depth`,
      parameters: [...f.parameters, left],
      body: [tooDeep(f, left, depth), ...f.body],
      exported: false,
      depth,
    };
    counting.set(f, { f: counter, left, depth });
  }
  const retarget = (within: KernelFunction, left: Local | null): void => {
    visitStatements(within.body, {
      expression(e) {
        const found = e.op === 'call' ? counting.get(e.callee) : undefined;
        if (e.op !== 'call' || found === undefined) return;
        const call = e as Writable<Call>;
        call.callee = found.f;
        call.arguments = [...call.arguments, remaining(e, left, found.depth)];
      },
    });
  };
  for (const f of functions) {
    const counter = counting.get(f);
    if (counter === undefined) retarget(f, null);
    else retarget(counter.f, counter.left);
  }
  return functions.flatMap((f) => {
    const counter = counting.get(f);
    if (counter === undefined) return [f];
    if (!f.exported) return [counter.f];
    (f as Writable<KernelFunction>).parameters = f.parameters.map((local) => ({ ...local, mutable: false }));
    f.body = forward(f, counter.f, counter.depth);
    return [counter.f, f];
  });
}

function remaining({ position }: Call, left: Local | null, depth: number): Argument {
  const number = (value: number): Expression => ({ op: 'number', type: 'i32', value, position });
  if (left === null) return { tag: 'scalar', value: number(depth) };
  const before: Expression = { op: 'local', type: 'i32', local: left, position };
  return {
    tag: 'scalar',
    value: { op: 'binary', type: 'i32', operator: 'sub', left: before, right: number(1), position },
  };
}

function tooDeep({ position, name }: KernelFunction, left: Local, depth: number): Statement {
  const value: Expression = { op: 'local', type: 'i32', local: left, position };
  const none: Expression = { op: 'number', type: 'i32', value: 1, position };
  const message = `recursion deeper than @depth ${depth}`;
  const site = { kind: 'throw', position, text: name, errorClass: 'RangeError', message } as const;
  return {
    op: 'if',
    condition: { op: 'compare', type: 'bool', operator: 'lt', kind: 'i32', left: value, right: none, position },
    whenTrue: [{ op: 'throw', site, position }],
    whenFalse: [],
    position,
  };
}

/** The body of an exported function: one call of the function that counts. */
function forward(f: KernelFunction, counter: KernelFunction, depth: number): Statement[] {
  const { position } = f;
  const values = f.parameters.map(
    (local): Argument =>
      local.type.tag === 'array'
        ? { tag: 'array', value: { op: 'local-array', local } }
        : { tag: 'scalar', value: { op: 'local', type: local.type.scalar, local, position } },
  );
  const deepest: Argument = { tag: 'scalar', value: { op: 'number', type: 'i32', value: depth, position } };
  const value: Expression = { op: 'call', type: f.result, callee: counter, arguments: [...values, deepest], position };
  return f.result === 'void' ? [{ op: 'expression', value, position }] : [{ op: 'return', value, position }];
}

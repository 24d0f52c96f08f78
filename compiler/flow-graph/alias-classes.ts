/**
 * Which array parameters are provably apart from every other array and global that their function touches.
 *
 * Arrays that the host passes never overlap (the call refuses it). A parameter of a function that kernels call is apart
 * if it is so at each of these calls: what is passed is one known array, no other argument is the same, and neither the
 * function nor anything it calls touches that array by its global name.
 */
import type { ArrayExpression, Global, KernelFunction, KernelProgram, Local } from '../kernel-tree/tree.ts';
import { visitStatements } from '../kernel-tree/visit-tree.ts';

export interface ArrayOrigins {
  /** Array parameters that overlap nothing else in their function and what it calls. */
  readonly apart: ReadonlySet<Local>;
  /** Array locals that always are the same parameter or global, or parts of it. Parameters are not in it. */
  readonly origin: ReadonlyMap<Local, Local | Global>;
}

interface Call {
  readonly callee: KernelFunction;
  /** For each array parameter of the callee: what is passed, null if unknown. */
  readonly passed: readonly { readonly parameter: Local; readonly from: Local | Global | null }[];
}

export function arrayOrigins(program: KernelProgram): ArrayOrigins {
  const origin = new Map<Local, Local | Global>();
  const touched = new Map<KernelFunction, Set<Global>>();
  const callees = new Map<KernelFunction, Set<KernelFunction>>();
  const calls: Call[] = [];
  const apart = new Set<Local>();
  for (const f of program.functions) {
    const reassigned = new Set<Local>();
    visitStatements(f.body, {
      statement: (s) => {
        if (s.op === 'assign-array') reassigned.add(s.local);
      },
    });
    const resolve = (array: ArrayExpression): Local | Global | null => {
      if (array.op === 'global-array') return array.global;
      // A part of an array is a place in the same memory, and nowhere else.
      if (array.op === 'subarray') return resolve(array.array);
      if (array.op === 'changed-array') return resolve(array.value);
      if (array.op !== 'local-array' || reassigned.has(array.local)) return null;
      if (f.parameters.includes(array.local)) return array.local;
      return origin.get(array.local) ?? null;
    };
    for (const parameter of f.parameters) {
      if (parameter.type.tag === 'array' && !reassigned.has(parameter)) apart.add(parameter);
    }
    const note = (local: Local, value: ArrayExpression): void => {
      const found = resolve(value);
      if (found !== null) origin.set(local, found);
    };
    const globals = new Set<Global>();
    const called = new Set<KernelFunction>();
    visitStatements(f.body, {
      statement: (s) => {
        if (s.op === 'declare-array' && !reassigned.has(s.local)) note(s.local, s.value);
      },
      array: (a) => {
        if (a.op === 'global-array') globals.add(a.global);
        // Its own local stands for what the value stands for; it is declared nowhere else.
        if (a.op === 'changed-array') note(a.local, a.value);
      },
      expression: (e) => {
        if (e.op !== 'call') return;
        called.add(e.callee);
        const passed = e.arguments.flatMap((argument, index) => {
          const parameter = e.callee.parameters[index];
          if (argument.tag !== 'array' || parameter === undefined) return [];
          return [{ parameter, from: resolve(argument.value) }];
        });
        if (passed.length > 0) calls.push({ callee: e.callee, passed });
      },
    });
    touched.set(f, globals);
    callees.set(f, called);
  }
  closeOverCalls(touched, callees);
  settle(calls, touched, apart);
  return { apart, origin };
}

/** Adds to each function what its callees touch. */
function closeOverCalls(
  touched: ReadonlyMap<KernelFunction, Set<Global>>,
  callees: ReadonlyMap<KernelFunction, ReadonlySet<KernelFunction>>,
): void {
  for (let changed = true; changed; ) {
    changed = false;
    for (const [f, globals] of touched) {
      const before = globals.size;
      for (const callee of callees.get(f) ?? []) for (const global of touched.get(callee) ?? []) globals.add(global);
      if (globals.size > before) changed = true;
    }
  }
}

/** Removes parameters from `apart` until no call contradicts it. */
function settle(
  calls: readonly Call[],
  touched: ReadonlyMap<KernelFunction, ReadonlySet<Global>>,
  apart: Set<Local>,
): void {
  // Globals that a parameter may be.
  const globalsOf = new Map<Local, Set<Global>>();
  for (let changed = true; changed; ) {
    changed = false;
    const drop = (parameter: Local): void => {
      if (apart.delete(parameter)) changed = true;
    };
    for (const { callee, passed } of calls) {
      for (const { parameter, from } of passed) {
        if (from === null) {
          drop(parameter);
          continue;
        }
        const known = globalsOf.get(parameter) ?? new Set();
        globalsOf.set(parameter, known);
        const before = known.size;
        if ('symbol' in from) known.add(from);
        else {
          if (!apart.has(from)) drop(parameter);
          for (const global of globalsOf.get(from) ?? []) known.add(global);
        }
        if (known.size > before) changed = true;
        for (const global of known) if (touched.get(callee)?.has(global) === true) drop(parameter);
        for (const other of passed) if (other.parameter !== parameter && other.from === from) drop(parameter);
      }
    }
  }
}

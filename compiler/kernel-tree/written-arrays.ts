import type { ArrayExpression, Global, KernelFunction, Local } from './tree.ts';
import { arrayRoots, visitStatements } from './visit-tree.ts';

/** Module arrays, parameters and array variables whose elements some function may write. */
export type WrittenArrays = ReadonlySet<Global | Local>;

/**
 * Finds what is written, through variables that stand for other arrays and through calls. An array whose address is
 * taken, or that a record holds, counts as written.
 */
export function writtenArrays(functions: readonly KernelFunction[]): WrittenArrays {
  const written = new Set<Global | Local>();
  /** If the first is written, so is the second. */
  const flows: (readonly [Local, Global | Local])[] = [];
  const rootsOf = (array: ArrayExpression): (Global | Local)[] =>
    arrayRoots(array).map((root) => (root.op === 'local-array' ? root.local : root.global));
  for (const f of functions) {
    visitStatements(f.body, {
      statement(s) {
        if (s.op !== 'declare-array' && s.op !== 'assign-array') return;
        for (const root of rootsOf(s.value)) flows.push([s.local, root]);
      },
      array(array, use) {
        if (use === 'write' || use === 'keep') for (const root of rootsOf(array)) written.add(root);
        if (array.op === 'changed-array') for (const root of rootsOf(array.value)) flows.push([array.local, root]);
      },
      expression(e) {
        if (e.op !== 'call' && e.op !== 'intrinsic') return;
        if (e.op === 'intrinsic' && e.intrinsic === 'begins-behind') return;
        for (const [index, argument] of e.arguments.entries()) {
          if (argument.tag === 'scalar') continue;
          const parameter = e.op === 'call' ? e.callee.parameters[index] : undefined;
          for (const root of rootsOf(argument.value)) {
            if (parameter === undefined) written.add(root);
            else flows.push([parameter, root]);
          }
        }
      },
    });
  }
  for (let size = -1; size !== written.size; ) {
    size = written.size;
    for (const [from, to] of flows) if (written.has(from)) written.add(to);
  }
  return written;
}

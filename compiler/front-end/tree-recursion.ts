import type ts from 'typescript';
import type { DiagnosticSink } from './diagnostics.ts';
import type { FunctionInstance } from './function-instances.ts';

interface Call {
  readonly caller: FunctionInstance;
  readonly callee: FunctionInstance;
  readonly call: ts.Node;
}

/** Reports each call that closes a circle. */
export function reportRecursion(
  calls: readonly Call[],
  nameOf: (f: FunctionInstance) => string,
  sink: DiagnosticSink,
): void {
  const from = new Map<FunctionInstance, Call[]>();
  for (const call of calls) from.set(call.caller, [...(from.get(call.caller) ?? []), call]);
  const done = new Set<FunctionInstance>();
  const path: FunctionInstance[] = [];
  function follow(f: FunctionInstance): void {
    path.push(f);
    for (const { callee, call } of from.get(f) ?? []) {
      const start = path.indexOf(callee);
      if (start >= 0) {
        const between = path.slice(start + 1).map((g) => `\`${nameOf(g)}\``);
        const way = between.length === 0 ? '' : `, by way of ${between.join(', ')}`;
        sink.report('SH3005', call, { name: nameOf(callee), way });
      } else if (!done.has(callee)) follow(callee);
    }
    path.pop();
    done.add(f);
  }
  for (const f of from.keys()) if (!done.has(f)) follow(f);
}

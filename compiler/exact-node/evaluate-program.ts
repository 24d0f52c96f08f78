import type { Global, KernelFunction, KernelProgram } from '../kernel-tree/tree.ts';
import { LineWriter } from './line-writer.ts';
import { NameScope } from './names.ts';
import type { PrintedNames, RuntimeName } from './print-expression.ts';
import { printFunction } from './print-function.ts';
import { objectLines, objectsOf } from './print-objects.ts';
import { INTRINSIC_IMPORTS, initialText } from './program-text.ts';
import * as runtime from './runtime.ts';

/** A kernel as ordinary code calls it. Typed-array parameters take arrays; booleans are true and false. */
export type EvaluatedKernel = (...values: never[]) => number | boolean | undefined;

/** What intrinsics do here, by their names in device/kernel; those left out throw. */
export type IntrinsicFunctions = Readonly<Record<string, (...values: never[]) => unknown>>;

/** What takes the place of the console. */
export type LogFunctions = Partial<Pick<typeof runtime, 'log' | 'warn'>>;

/**
 * Prints a whole kernel program as one piece of JavaScript and runs it: its exported kernels, with fresh module state.
 * For tests and tools that compare a core with exact Node without files and loaders.
 */
export function evaluateProgram(
  program: KernelProgram,
  intrinsics: IntrinsicFunctions = {},
  logs: LogFunctions = {},
): Readonly<Record<string, EvaluatedKernel>> {
  const make = new Function('$runtime', '$intrinsics', programText(program)) as (
    runtimeModule: object,
    functions: IntrinsicFunctions,
  ) => Readonly<Record<string, EvaluatedKernel>>;
  return make({ ...runtime, ...logs }, intrinsics);
}

/** Arrays that other cores look at: `$intrinsics.sharedArray(symbol, initial)` makes them. */
export interface CoreSharing {
  readonly arrays: ReadonlySet<Global>;
}

/** The body of a function of `$runtime` and `$intrinsics` that returns the exported kernels by name. */
export function programText(program: KernelProgram, sharing: CoreSharing | null = null): string {
  const scope = new NameScope(null);
  scope.reserve('$runtime');
  scope.reserve('$intrinsics');
  const functions = new Map<KernelFunction, string>();
  for (const f of program.functions) functions.set(f, scope.take(f.symbol));
  const globals = new Map<Global, string>();
  for (const global of program.globals) globals.set(global, scope.take(global.symbol));
  const helpers = new Map<RuntimeName, string>();
  const names: PrintedNames = {
    functionName: (callee) => nameOf(functions, callee),
    globalName: (global) => nameOf(globals, global),
    runtimeName: (name) => {
      const known = helpers.get(name) ?? scope.take(`$${name}`);
      helpers.set(name, known);
      return known;
    },
    intrinsicName: (name) => `$intrinsics.${INTRINSIC_IMPORTS[name].name}`,
  };
  const out = new LineWriter();
  out.write("'use strict';");
  const objects = objectsOf(program.globals);
  const isShared = (global: Global): boolean => sharing?.arrays.has(global) === true;
  // What other cores see holds numbers only; objects may refer to it.
  for (const [global, name] of globals) {
    if (!isShared(global)) continue;
    const initial = initialText(global, names.globalName);
    out.write(`let ${name} = $intrinsics.sharedArray(${JSON.stringify(global.symbol)}, ${initial});`);
  }
  const own = [...objects].filter((global) => !isShared(global));
  for (const line of objectLines(own, names.globalName)) out.write(line);
  for (const [global, name] of globals) {
    if (objects.has(global) || isShared(global)) continue;
    const symbol = JSON.stringify(global.symbol);
    if (global.isLock === true) out.write(`let ${name} = new $intrinsics.Lock(${symbol});`);
    else out.write(`let ${name} = ${initialText(global, names.globalName)};`);
  }
  for (const [f, name] of functions) {
    printFunction(f, { head: `function ${name}`, convertArguments: f.exported }, names, scope, out);
  }
  for (const [name, local] of helpers) out.write(`var ${local} = $runtime.${name};`);
  const exported = program.functions.filter((f) => f.exported);
  out.write(`return { ${exported.map((f) => `${JSON.stringify(f.name)}: ${functions.get(f)}`).join(', ')} };`);
  return out.text;
}

function nameOf<T extends { readonly symbol: string }>(known: ReadonlyMap<T, string>, wanted: T): string {
  const name = known.get(wanted);
  if (name === undefined) throw new Error(`${wanted.symbol} is not part of the program`);
  return name;
}

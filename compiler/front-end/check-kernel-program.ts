import type { KernelProgram, ScalarType, VariableType } from '../kernel-tree/tree.ts';
import { arrayLibrary } from './array-library.ts';
import { buildTimeCode } from './build-time-code.ts';
import { classHierarchy } from './class-hierarchy.ts';
import { DiagnosticSink, type KernelDiagnostic } from './diagnostics.ts';
import { isGeneric } from './function-types.ts';
import { KindInference } from './kind-inference.ts';
import { KernelScope } from './kind-scope.ts';
import { isChecked } from './math-library.ts';
import { evaluateModuleConstants } from './module-constants.ts';
import { kernelReach } from './reachable-functions.ts';
import { recordShapes } from './record-shapes.ts';
import { checkSyntax } from './syntax-whitelist.ts';
import { buildKernelTree } from './tree-builder.ts';
import { type KernelSourceOptions, loadKernelSources } from './typescript-program.ts';

/** What the host must know to call a kernel. */
export interface KernelSignature {
  /** Name under which the entry module exports it. */
  readonly name: string;
  /** Symbol of its {@link KernelProgram} function: `kernels.saxpy`. */
  readonly symbol: string;
  readonly parameters: readonly { readonly name: string; readonly type: VariableType }[];
  readonly result: ScalarType | 'void';
}

export interface CheckedKernels {
  readonly program: KernelProgram;
  /** The exported functions of the entry module, in the order of `program.functions`. */
  readonly signatures: readonly KernelSignature[];
}

export interface CheckKernelOptions extends KernelSourceOptions {
  /** Check the index of each read and write of an element. Default true. */
  readonly boundsChecks?: boolean;
}

/**
 * Reads a kernel module and what it imports, and checks all of it. `checked` is null if there are diagnostics. Never
 * throws for what is wrong with the source.
 */
export function checkKernelProgram(
  entryFile: string,
  options: CheckKernelOptions = {},
): { readonly diagnostics: readonly KernelDiagnostic[]; readonly checked: CheckedKernels | null } {
  const sink = new DiagnosticSink();
  return { checked: check(entryFile, options, sink), diagnostics: sink.diagnostics };
}

function check(entryFile: string, options: CheckKernelOptions, sink: DiagnosticSink): CheckedKernels | null {
  const sources = loadKernelSources(entryFile, options, sink);
  if (sources === null) return null;
  checkSyntax(sources, sink);
  // What is not in the language has no kinds, and its top-level code must not run.
  if (sink.hasErrors) return null;
  const constants = evaluateModuleConstants(sources, sink);
  if (sink.hasErrors) return null;
  const scope = new KernelScope(sources, constants);
  const reach = kernelReach(sources);
  const shapes = recordShapes(sources.checker);
  // What generic code makes of its types is looked at with each of its instances.
  for (const f of reach.functions) if (!isChecked(f, sources.entry) && !isGeneric(f)) shapes.joinFlows(f);
  for (const code of buildTimeCode(sources, reach.variables)) shapes.joinFlows(code);
  const kinds = new KindInference(scope, reach.functions, reach.exports.values(), sink);
  for (const { name, at, types } of shapes.conflicts) {
    if (at !== null) sink.report('SH2114', at, { name, first: types[0], second: types[1] });
  }
  for (const { name } of classHierarchy(sources).accessorsTakenForFields()) {
    sink.report('SH2116', name, { name: name.getText() });
  }
  if (sink.hasErrors) return null;
  const { program, exported } = buildKernelTree({
    scope,
    kinds,
    reach,
    sink,
    boundsChecks: options.boundsChecks ?? true,
    arrayLibrary: arrayLibrary(checkKernelProgram),
  });
  if (sink.hasErrors) return null;
  const signatures = [...exported].map(([name, f]) => ({
    name,
    symbol: f.symbol,
    parameters: f.parameters.map((local) => ({ name: local.name, type: local.type })),
    result: f.result,
  }));
  return { program, signatures };
}

import { join } from 'node:path';
import { DiagnosticSink, type KernelDiagnostic } from '../../../compiler/front-end/diagnostics.ts';
import { type ConstantValue, evaluateModuleConstants } from '../../../compiler/front-end/module-constants.ts';
import { checkSyntax } from '../../../compiler/front-end/syntax-whitelist.ts';
import { type KernelSources, loadKernelSources } from '../../../compiler/front-end/typescript-program.ts';

/** Folder of the files that exist in these tests only. */
export const FOLDER = '/project';

export interface Checked {
  readonly diagnostics: readonly KernelDiagnostic[];
  readonly codes: readonly string[];
  readonly sources: KernelSources | null;
  /** By name of the variable. */
  readonly constants: Readonly<Record<string, ConstantValue>>;
}

/**
 * Runs the front end over modules that are given as text. A text alone is the entry `kernels.ts`. The directive is put
 * in front of a text that has none, unless it begins with a line `// plain`.
 */
export function check(files: string | Readonly<Record<string, string>>, options: { timeoutMs?: number } = {}): Checked {
  const texts = typeof files === 'string' ? { 'kernels.ts': files } : files;
  const known = new Map(
    Object.entries(texts).map(([name, text]) => [
      join(FOLDER, name),
      text.includes("'use kernel'") || text.startsWith('// plain') ? text : `'use kernel';\n${text}`,
    ]),
  );
  const sink = new DiagnosticSink();
  const sources = loadKernelSources(join(FOLDER, 'kernels.ts'), { readFile: (path) => known.get(path) }, sink);
  if (sources !== null) checkSyntax(sources, sink);
  const constants: Record<string, ConstantValue> = {};
  if (sources !== null && !sink.hasErrors) {
    for (const [declaration, value] of evaluateModuleConstants(sources, sink, options)) {
      // Which object of the top-level code it was is no part of the value.
      const { source: _, ...plain } = value.kind === 'array' ? value : { ...value, source: null };
      constants[declaration.name.getText()] = plain as ConstantValue;
    }
  }
  return { diagnostics: sink.diagnostics, codes: sink.diagnostics.map((d) => d.code), sources, constants };
}

/** A kernel of one function with this body; `i`, `j`: i32, `u`: u32, `f`: f32, `b`: boolean, `x`, `y`: arrays. */
export function body(statements: string): string {
  return `import { type f32, type i32, type u32, coreIndex } from 'shoal/kernel';
let state = 0;
const table = new Float32Array([1, 2, 3]);
function twice(v: i32): i32 { return (v * 2) | 0; }
export function kernel(i: i32, j: i32, u: u32, f: f32, b: boolean, x: Float32Array, y: Int32Array): void {
  state = state + twice(i) + coreIndex() + table[0];
  ${statements}
}`;
}

/** Kernel sources written in tests, checked, and shown as text. */
import { type CheckKernelOptions, checkKernelProgram } from '../../../compiler/front-end/check-kernel-program.ts';
import { printTree } from '../../../compiler/kernel-tree/print-tree.ts';
import type { KernelProgram } from '../../../compiler/kernel-tree/tree.ts';

const HEAD = `'use kernel'; import type { f32, i8, i16, i32, u8, u16, u32 } from 'shoal/kernel';\n`;

/** A module as the tests write it, with the directive and the kinds before it. */
export function moduleText(source: string): string {
  return HEAD + source;
}

export type Modules = Readonly<Record<string, string>>;

/** Checks `kernels.ts` with this text behind the directive and the imports of all kinds, or these files. */
export function check(
  source: string | Modules,
  options: CheckKernelOptions = {},
): ReturnType<typeof checkKernelProgram> {
  const modules: Modules = typeof source === 'string' ? { 'kernels.ts': moduleText(source) } : source;
  return checkKernelProgram('/project/kernels.ts', {
    readFile: (path) => modules[path.replace('/project/', '')],
    ...options,
  });
}

/** The program of a source that must be accepted. */
export function programOf(source: string | Modules, options: CheckKernelOptions = {}): KernelProgram {
  const { checked, diagnostics } = check(source, options);
  if (checked === null) throw new Error(diagnostics.map((d) => `${d.code} ${d.message}`).join('\n'));
  return checked.program;
}

/** The printed tree; the name of the module is left out. */
export function treeOf(source: string | Modules, options: CheckKernelOptions = {}): string {
  return printTree(programOf(source, options)).replaceAll('kernels.', '');
}

/** The body of `export function f(parameters)` as text. */
export function bodyOf(parameters: string, body: string, before = '', options: CheckKernelOptions = {}): string {
  const text = treeOf(`${before}\nexport function f(${parameters}) { ${body} }`, options);
  const lines = text.split('\n');
  const head = lines.findIndex((line) => line.startsWith('export function f('));
  return lines
    .slice(head + 1)
    .map((line) => line.slice(2))
    .join('\n');
}

/** Parameters that `treeOfBody` declares. */
const PARAMETERS =
  'n: i32, m: i32, u: u32, w: u32, f: f32, g: f32, h: f32, b: boolean, x: Float32Array, y: Float32Array, k: Int32Array, q: Uint32Array, c: Uint8Array, s: Int16Array';

/** The same with those of the parameters above that the body mentions: all are too many for registers. */
export function treeOfBody(body: string): string {
  const words = new Set(body.match(/\w+/g));
  const used = PARAMETERS.split(', ').filter((parameter) => words.has(parameter.split(':')[0] ?? ''));
  return bodyOf(used.join(', '), body);
}

/** What is refused, one line each: `SH2102 <text that is marked>: message => replacement`. */
export function refusalsOf(source: string | Modules, options: CheckKernelOptions = {}): string {
  const { checked, diagnostics } = check(source, options);
  if ((checked === null) !== diagnostics.length > 0) throw new Error('a program with diagnostics is not checked');
  return diagnostics
    .map((d) => `${d.code} ${d.position.line - 1}:${d.position.column} ${d.message} => ${d.replacement}`)
    .join('\n');
}

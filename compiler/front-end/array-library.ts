/**
 * The functions behind the methods of arrays: ordinary kernels of device/kernel/arrays, compiled for the kinds of
 * elements that a program uses and made a part of it. So their meaning is written down once, for cores and exact Node.
 */
import { join } from 'node:path';
import { ShoalError } from '../../protocol/errors.ts';
import type { ElementKind, KernelFunction } from '../kernel-tree/tree.ts';
import type { CheckedKernels, CheckKernelOptions } from './check-kernel-program.ts';
import type { KernelDiagnostic } from './diagnostics.ts';
import { ELEMENT_KIND_OF_ARRAY, kernelLibrary } from './kernel-library.ts';
import { readSourceFile } from './typescript-program.ts';

/** Where a function is, and its parameters: an array of a kind of elements, such an element, or an i32. */
interface LibraryFunction {
  readonly file: string;
  readonly parameters: readonly ('array' | 'other' | 'value' | 'i32')[];
}

export type ArrayFunctionName =
  | 'fill'
  | 'copy'
  | 'convert'
  | 'truncate'
  | 'copyWithin'
  | 'indexOf'
  | 'lastIndexOf'
  | 'includes'
  | 'reverse'
  | 'sortIntegers'
  | 'sortNumbers'
  | 'largest'
  | 'smallest';

const FUNCTIONS: Readonly<Record<ArrayFunctionName, LibraryFunction>> = {
  fill: { file: 'fill', parameters: ['array', 'value', 'i32', 'i32'] },
  copy: { file: 'copy', parameters: ['array', 'array', 'i32'] },
  convert: { file: 'copy', parameters: ['array', 'other', 'i32'] },
  truncate: { file: 'copy', parameters: ['array', 'other', 'i32'] },
  copyWithin: { file: 'copy', parameters: ['array', 'i32', 'i32', 'i32'] },
  indexOf: { file: 'search', parameters: ['array', 'value', 'i32'] },
  lastIndexOf: { file: 'search', parameters: ['array', 'value', 'i32'] },
  includes: { file: 'search', parameters: ['array', 'value', 'i32'] },
  reverse: { file: 'reverse', parameters: ['array'] },
  sortIntegers: { file: 'sort', parameters: ['array'] },
  sortNumbers: { file: 'sort', parameters: ['array'] },
  largest: { file: 'extremes', parameters: ['array', 'value'] },
  smallest: { file: 'extremes', parameters: ['array', 'value'] },
};

/** A function of the library for some kinds of elements, and those that it calls. */
export interface ArrayFunction {
  readonly function: KernelFunction;
  readonly all: readonly KernelFunction[];
}

/** `other`: elements of the second array of `convert`. */
export type ArrayLibrary = (name: ArrayFunctionName, element: ElementKind, other?: ElementKind) => ArrayFunction;

type Check = (
  entry: string,
  options: CheckKernelOptions,
) => { readonly diagnostics: readonly KernelDiagnostic[]; readonly checked: CheckedKernels | null };

/** Compiled once in a process: what a program does with them changes nothing. */
const compiled = new Map<string, ArrayFunction>();

/** `check`: how kernel programs are compiled. */
export function arrayLibrary(check: Check): ArrayLibrary {
  return (name, element, other = element) => {
    const key = `${name} ${element} ${other}`;
    let found = compiled.get(key);
    if (found === undefined) {
      found = compile(check, name, element, other);
      compiled.set(key, found);
    }
    return found;
  };
}

function compile(check: Check, name: ArrayFunctionName, element: ElementKind, other: ElementKind): ArrayFunction {
  const { packageRoot } = kernelLibrary();
  const { file, parameters } = FUNCTIONS[name];
  // A module that exists nowhere: it says for which kinds the function is wanted.
  const entry = join(packageRoot, 'device/kernel/arrays', `${name}-${element}-${other}.ts`);
  const word = element === 'f32' || element === 'u32' ? element : 'i32';
  const types = { array: classOf(element), other: classOf(other), value: word, i32: 'i32' };
  const names = parameters.map((_, index) => `p${index}`);
  const text = `'use kernel';
import type { f32, i32, u32 } from 'shoal/kernel';
import { ${name} } from './${file}.ts';
export function entry(${parameters.map((kind, index) => `p${index}: ${types[kind]}`).join(', ')}) {
  return ${name}(${names.join(', ')});
}
`;
  const { checked, diagnostics } = check(entry, {
    boundsChecks: false,
    readFile: (path) => (path === entry ? text : readSourceFile(path)),
  });
  const all = checked?.program.functions.filter((f) => !f.exported) ?? [];
  const wanted = all.find((f) => f.name === name || f.name.startsWith(`${name}<`));
  if (wanted === undefined) {
    const [first] = diagnostics;
    const what = first === undefined ? 'it is not there' : `line ${first.position.line}: ${first.message}`;
    throw new ShoalError('INTERNAL', `library function ${name} of arrays: ${what}`, { details: { diagnostics } });
  }
  // No module has a name with such a character.
  const symbol = `array:${wanted.name}`;
  for (const f of all) (f as { symbol: string }).symbol = f === wanted ? symbol : `${symbol}/${f.name}`;
  return { function: wanted, all };
}

function classOf(element: ElementKind): string {
  return Object.entries(ELEMENT_KIND_OF_ARRAY).find(([, kind]) => kind === element)?.[0] ?? '';
}

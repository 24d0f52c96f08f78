import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { ShoalError } from '../../protocol/errors.ts';

/** The files that every kernel program is checked with, besides the user's. Absolute paths. */
export interface KernelLibrary {
  /** Stands in for TypeScript's standard library. */
  readonly globals: string;
  /** What `shoal/kernel…` resolves to, by import name. */
  readonly modules: ReadonlyMap<string, string>;
  /** Root of this package: what is in its device/core may use the names that are kept for the core runtime. */
  readonly packageRoot: string;
}

let located: KernelLibrary | null = null;

/** Finds the library in this package, whether this file runs as source or from dist. */
export function kernelLibrary(): KernelLibrary {
  if (located !== null) return located;
  const packageRoot = findPackageRoot(dirname(fileURLToPath(import.meta.url)));
  located = {
    globals: join(packageRoot, 'compiler/front-end/kernel-lib/kernel.d.ts'),
    modules: new Map([
      ['shoal/kernel', join(packageRoot, 'device/kernel/index.ts')],
      ['shoal/kernel/machine', join(packageRoot, 'device/kernel/machine.ts')],
    ]),
    packageRoot,
  };
  return located;
}

function findPackageRoot(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'compiler/front-end/kernel-lib/kernel.d.ts'))) return folder;
    if (dirname(folder) === folder) throw new ShoalError('INTERNAL', `the kernel library is not above ${start}`);
  }
}

/** True for a file of the library. */
export function isLibraryFile(path: string): boolean {
  const library = kernelLibrary();
  if (path === library.globals) return true;
  for (const module of library.modules.values()) if (path === module) return true;
  return false;
}

/** True for what is a part of this package where kernels are: printed modules hold copies of its functions. */
export function isLibrarySource(path: string): boolean {
  return path.startsWith(join(kernelLibrary().packageRoot, 'device/kernel') + sep);
}

const parsed = new Map<string, ts.SourceFile>();

/** The parsed library file; parsed once in a process, since TypeScript can share source files between programs. */
export function librarySourceFile(path: string): ts.SourceFile {
  const known = parsed.get(path);
  if (known !== undefined) return known;
  const file = parseKernelFile(path, readFileSync(path, 'utf8'));
  parsed.set(path, file);
  return file;
}

/** Parses a file as kernels are parsed: newest syntax, JSDoc left as comments. */
export function parseKernelFile(path: string, text: string): ts.SourceFile {
  return ts.createSourceFile(
    path,
    text,
    { languageVersion: ts.ScriptTarget.ESNext, jsDocParsingMode: ts.JSDocParsingMode.ParseNone },
    true,
    ts.ScriptKind.TS,
  );
}

/** Typed arrays of the language. */
export const ELEMENT_KIND_OF_ARRAY = {
  Int8Array: 'i8',
  Uint8Array: 'u8',
  Int16Array: 'i16',
  Uint16Array: 'u16',
  Int32Array: 'i32',
  Uint32Array: 'u32',
  Float32Array: 'f32',
} as const;

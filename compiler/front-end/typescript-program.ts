import { readFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import ts from 'typescript';
import type { SourcePosition } from '../kernel-tree/tree.ts';
import type { DiagnosticSink } from './diagnostics.ts';
import { isLibraryFile, kernelLibrary, librarySourceFile, parseKernelFile } from './kernel-library.ts';
import { isMathFile, isPower, mathFiles, mathFunctionAt } from './math-library.ts';
import { nameModules, orderModules, resolveImport } from './module-graph.ts';
import { type ModuleFunction, moduleFunction } from './reachable-functions.ts';
import { deepBracket, MAX_NESTING, parseWithinLimits } from './source-limits.ts';

/** A kernel program as TypeScript sees it. */
export interface KernelSources {
  readonly checker: ts.TypeChecker;
  readonly entry: ts.SourceFile;
  /**
   * The kernel modules that are reached, the entry among them, dependencies first; then those of device/kernel/math
   * that they need. Library files are not among them.
   */
  readonly modules: readonly ts.SourceFile[];
  readonly program: ts.Program;
  positionOf(node: ts.Node): SourcePosition;
  /**
   * Unique in the program, for symbols: the base name, `kernels`; where two are equal also their folder, `a/kernels`.
   */
  moduleName(file: ts.SourceFile): string;
  /**
   * What a name in an expression means if the kernel library declares it: `coreIndex` and `load8` from the modules of
   * shoal/kernel, `Math.sqrt`, `Int32Array.length`, `NaN`. Null for everything else.
   */
  libraryName(node: ts.Node): string | null;
  /** The function of device/kernel/math that an expression names, `Math.sin`; null for everything else. */
  mathFunction(node: ts.Node): ModuleFunction | null;
}

export interface KernelSourceOptions {
  /** Reads a file; undefined if there is none. Paths are absolute. Default: the file system. */
  readonly readFile?: (path: string) => string | undefined;
  /** Modules outside of it are refused. Default: the nearest folder above the entry that has a package.json. */
  readonly projectRoot?: string;
}

const OPTIONS: ts.CompilerOptions = {
  noLib: true,
  types: [],
  strict: true,
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
  allowImportingTsExtensions: true,
  verbatimModuleSyntax: true,
  noEmit: true,
};

/**
 * Reads a kernel module and the kernel modules it imports. Reports missing files, parse errors and wrong imports, and
 * returns null if there are any. Types and syntax are not checked yet: `checkSyntax` does it.
 */
export function loadKernelSources(
  entryFile: string,
  options: KernelSourceOptions,
  sink: DiagnosticSink,
): KernelSources | null {
  const library = kernelLibrary();
  const entryPath = resolve(entryFile);
  const readFile = readOnce(options.readFile ?? readSourceFile);
  if (!/(?<!\.d)\.ts$/.test(entryPath)) {
    sink.reportFile('SH4008', entryPath, { file: entryPath });
    return null;
  }
  if (readFile(entryPath) === undefined) {
    sink.reportFile('SH4001', entryPath, { file: entryPath });
    return null;
  }
  const tooDeep = new Map<string, string>();
  const program = ts.createProgram({
    rootNames: [library.globals, entryPath, ...mathFiles()],
    options: OPTIONS,
    host: compilerHost(readFile, dirname(entryPath), tooDeep),
  });
  for (const [path, text] of tooDeep) {
    const position = positionAt(path, text, deepBracket(text));
    sink.reportPosition('SH5005', position, { limit: MAX_NESTING });
  }
  if (tooDeep.size > 0) return null;
  const entry = program.getSourceFile(entryPath);
  if (entry === undefined) throw new Error(`typescript lost ${entryPath}`);
  const projectRoot = options.projectRoot === undefined ? findProjectRoot(entryPath, readFile) : options.projectRoot;
  const modules = orderModules(program, entry, { readFile, projectRoot: projectRoot && resolve(projectRoot) }, sink);
  if (sink.hasErrors) return null;
  const checker = program.getTypeChecker();
  const names = nameModules(modules);
  return {
    checker,
    entry,
    modules,
    program,
    positionOf,
    moduleName(file) {
      const name = names.get(file);
      if (name === undefined) throw new Error(`${file.fileName} is not a module of this program`);
      return name;
    },
    libraryName: (node) => libraryName(checker, node),
    mathFunction: (node) => mathFunction(program, checker, node),
  };
}

/** Where an offset of a text is that was not parsed. */
function positionAt(file: string, text: string, offset: number): SourcePosition {
  const lines = text.slice(0, offset).split(/\r\n|[\n\r\u2028\u2029]/);
  return { file, line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}

/** Where a node begins, comments before it left out. */
function positionOf(node: ts.Node): SourcePosition {
  const file = node.getSourceFile();
  const { line, character } = file.getLineAndCharacterOfPosition(node.getStart(file));
  return { file: file.fileName, line: line + 1, column: character + 1 };
}

function libraryName(checker: ts.TypeChecker, node: ts.Node): string | null {
  let symbol = checker.getSymbolAtLocation(ts.isPropertyAccessExpression(node) ? node.name : node);
  if (symbol !== undefined && (symbol.flags & ts.SymbolFlags.Alias) !== 0) symbol = checker.getAliasedSymbol(symbol);
  const declaration = symbol?.declarations?.[0];
  if (symbol === undefined || declaration === undefined) return null;
  if (ts.isSourceFile(declaration) || !isLibraryFile(declaration.getSourceFile().fileName)) return null;
  const owner = declaration.parent;
  const isMember = ts.isInterfaceDeclaration(owner) || ts.isClassDeclaration(owner);
  return isMember ? `${owner.name?.text}.${symbol.name}` : symbol.name;
}

function mathFunction(program: ts.Program, checker: ts.TypeChecker, node: ts.Node): ModuleFunction | null {
  const found = mathFunctionAt(node);
  if (found === null) return null;
  if (!isPower(node) && libraryName(checker, node) === null) return null; // the user's own `Math`
  const file = program.getSourceFile(found.file);
  const symbol = file === undefined ? undefined : checker.getSymbolAtLocation(file);
  const declaration = symbol?.exports?.get(ts.escapeLeadingUnderscores(found.name))?.valueDeclaration;
  if (declaration === undefined) throw new Error(`${found.file} does not export ${found.name}`);
  return moduleFunction(declaration);
}

/** `tooDeep` takes the texts that cannot be parsed because of their nesting. */
function compilerHost(
  readFile: (path: string) => string | undefined,
  currentDirectory: string,
  tooDeep: Map<string, string>,
): ts.CompilerHost {
  return {
    getSourceFile(path) {
      if (isLibraryFile(path) || isMathFile(path)) return librarySourceFile(path);
      const text = readFile(path);
      if (text === undefined) return undefined;
      const file = parseWithinLimits(path, text);
      if (file === null) tooDeep.set(path, text);
      return file ?? parseKernelFile(path, '');
    },
    resolveModuleNameLiterals: (literals, containingFile) =>
      literals.map((literal) => {
        const { path } = resolveImport(literal.text, containingFile, readFile);
        // What the library imports for its own work in Node is not a part of kernels, and is not read.
        const isSeen = path !== undefined && (isLibraryFile(path) || !isLibraryFile(containingFile));
        return isSeen
          ? { resolvedModule: { resolvedFileName: path, extension: ts.Extension.Ts } }
          : { resolvedModule: undefined };
      }),
    fileExists: (path) => isLibraryFile(path) || isMathFile(path) || readFile(path) !== undefined,
    readFile,
    writeFile: () => {},
    getDefaultLibFileName: () => kernelLibrary().globals,
    getCurrentDirectory: () => currentDirectory,
    getCanonicalFileName: (path) => path,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => '\n',
  };
}

function readOnce(read: (path: string) => string | undefined): (path: string) => string | undefined {
  const known = new Map<string, string | undefined>();
  return (path) => {
    if (known.has(path)) return known.get(path);
    const text = read(path)?.replace(/^\ufeff/, '');
    known.set(path, text);
    return text;
  };
}

/** Text of a file; undefined if there is none. */
export function readSourceFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // missing, a folder, or not readable: all are reported as a file that cannot be read
  }
}

function findProjectRoot(entryPath: string, readFile: (path: string) => string | undefined): string | null {
  for (let folder = dirname(entryPath); ; folder = dirname(folder)) {
    if (readFile(join(folder, 'package.json')) !== undefined) return folder;
    if (folder === dirname(folder) || folder.endsWith(`${sep}node_modules`)) return null;
  }
}

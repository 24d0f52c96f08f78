import { basename, dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import ts from 'typescript';
import { coresModuleName, isCoresModuleName } from './cores-library.ts';
import type { DiagnosticSink } from './diagnostics.ts';
import { isLibraryFile, kernelLibrary } from './kernel-library.ts';
import { isMathFile, isMathModuleName, mathFunctionAt, mathModuleName } from './math-library.ts';
import { checkNesting } from './source-limits.ts';

/** What an import specifier means; `fault` if it cannot be followed. */
interface ImportTarget {
  readonly path?: string;
  readonly fault?: 'package' | 'missing' | 'extension';
  readonly suggestion?: string;
}

const MAX_PARSE_ERRORS = 10;

/** Follows one import specifier. Node's resolution is not used: kernels import files by their name, and two libraries. */
export function resolveImport(
  specifier: string,
  containingFile: string,
  readFile: (path: string) => string | undefined,
): ImportTarget {
  const library = kernelLibrary().modules.get(specifier);
  if (library !== undefined) return { path: library };
  if (!/^\.\.?\//.test(specifier)) return { fault: 'package' };
  const path = resolve(dirname(containingFile), specifier);
  if (/(?<!\.d)\.ts$/.test(specifier)) {
    return isLibraryFile(path) || isMathFile(path) || readFile(path) !== undefined ? { path } : { fault: 'missing' };
  }
  const suggestion = `${specifier.replace(/\.[cm]?[jt]sx?$/, '')}.ts`;
  return { fault: 'extension', suggestion };
}

interface GraphOptions {
  readonly readFile: (path: string) => string | undefined;
  /** Null: anywhere. */
  readonly projectRoot: string | null;
}

/**
 * Kernel modules that the entry reaches by value imports, dependencies first, then those of device/kernel/math that they
 * name functions of. Reports what is wrong with them.
 */
export function orderModules(
  program: ts.Program,
  entry: ts.SourceFile,
  options: GraphOptions,
  sink: DiagnosticSink,
): readonly ts.SourceFile[] {
  const tooDeep = new Set<ts.SourceFile>();
  const ordered: ts.SourceFile[] = [];
  const state = new Map<ts.SourceFile, 'open' | 'done'>();
  const path: ts.SourceFile[] = [];

  function visit(file: ts.SourceFile): void {
    state.set(file, 'open');
    path.push(file);
    // One mistake may make hundreds; the first tell what it is.
    for (const d of program.getSyntacticDiagnostics(file).slice(0, MAX_PARSE_ERRORS)) {
      const message = ts.flattenDiagnosticMessageText(d.messageText, ' ').replace(/\.$/, '');
      // An unexpected end of file has no width.
      sink.reportSpan('SH4004', { file, start: d.start, end: d.start + d.length }, { message });
    }
    if (!checkNesting(file, sink)) tooDeep.add(file);
    for (const link of moduleLinks(file)) follow(file, link);
    path.pop();
    state.set(file, 'done');
    ordered.push(file);
  }

  function follow(from: ts.SourceFile, { specifier, typeOnly }: ModuleLink): void {
    const name = specifier.text;
    const target = resolveImport(name, from.fileName, options.readFile);
    if (target.fault === 'package') {
      sink.report('SH4005', specifier, { name });
      return;
    }
    if (target.fault === 'extension') {
      sink.report('SH4006', specifier, { name, suggestion: target.suggestion ?? '' });
      return;
    }
    const file = target.path === undefined ? undefined : program.getSourceFile(target.path);
    if (target.path === undefined || file === undefined) {
      sink.report('SH4001', specifier, { file: resolve(dirname(from.fileName), name) });
      return;
    }
    if (isLibraryFile(target.path) || typeOnly) return;
    if (options.projectRoot !== null && !isInside(options.projectRoot, target.path) && !isMathFile(target.path)) {
      sink.report('SH4007', specifier, { name, root: options.projectRoot });
      return;
    }
    const directive = directivePlace(file);
    if (directive === 'absent') {
      sink.report('SH4002', specifier, { file: name });
      return;
    }
    if (state.get(file) === 'open') {
      const circle = [...path.slice(path.indexOf(file)), file].map((f) => basename(f.fileName)).join(' → ');
      sink.report('SH4003', specifier, { path: circle });
      return;
    }
    if (directive !== 'first' && !state.has(file)) sink.report('SH4010', directive);
    if (!state.has(file)) visit(file);
  }

  const directive = directivePlace(entry);
  if (directive === 'absent') {
    const start = entry.statements[0]?.getStart(entry) ?? 0;
    sink.reportSpan('SH4002', { file: entry, start, end: start }, { file: basename(entry.fileName) });
  } else if (directive !== 'first') sink.report('SH4010', directive);
  if (options.projectRoot !== null && !isInside(options.projectRoot, entry.fileName)) {
    sink.reportFile('SH4007', entry.fileName, { name: entry.fileName, root: options.projectRoot });
  }
  visit(entry);
  // The list grows while it is walked: library kernels name each other's functions too.
  for (const file of ordered) {
    // What is nested too deep is not walked: the walk is as deep.
    if (tooDeep.has(file)) continue;
    for (const path of mathFilesNamedIn(file)) {
      const math = program.getSourceFile(path);
      if (math !== undefined && !state.has(math)) visit(math);
    }
  }
  return ordered;
}

function mathFilesNamedIn(file: ts.SourceFile): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    const named = mathFunctionAt(node);
    if (named !== null) found.add(named.file);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** Where 'use kernel' stands: first, nowhere, or at the statement that is returned. */
function directivePlace(file: ts.SourceFile): 'first' | 'absent' | ts.Statement {
  const isString = (s: ts.Statement): s is ts.ExpressionStatement & { readonly expression: ts.StringLiteral } =>
    ts.isExpressionStatement(s) && ts.isStringLiteral(s.expression);
  const found = file.statements.find((s) => isString(s) && s.expression.text === 'use kernel');
  if (found === undefined) return 'absent';
  for (const statement of file.statements) {
    if (statement === found) return 'first';
    if (!isString(statement)) return found;
  }
  return found;
}

interface ModuleLink {
  readonly specifier: ts.StringLiteral;
  readonly typeOnly: boolean;
}

function moduleLinks(file: ts.SourceFile): ModuleLink[] {
  const links: ModuleLink[] = [];
  for (const statement of file.statements) {
    if (ts.isImportDeclaration(statement) && ts.isStringLiteral(statement.moduleSpecifier)) {
      links.push({ specifier: statement.moduleSpecifier, typeOnly: importsOnlyTypes(statement.importClause) });
    } else if (
      ts.isExportDeclaration(statement) &&
      statement.moduleSpecifier !== undefined &&
      ts.isStringLiteral(statement.moduleSpecifier)
    ) {
      const names = statement.exportClause;
      const typeOnly =
        statement.isTypeOnly ||
        (names !== undefined &&
          ts.isNamedExports(names) &&
          names.elements.length > 0 &&
          names.elements.every((e) => e.isTypeOnly));
      links.push({ specifier: statement.moduleSpecifier, typeOnly });
    }
  }
  return links;
}

function importsOnlyTypes(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const names = clause.namedBindings;
  return (
    clause.name === undefined &&
    names !== undefined &&
    ts.isNamedImports(names) &&
    names.elements.length > 0 &&
    names.elements.every((e) => e.isTypeOnly)
  );
}

/**
 * Symbols of the core runtime and of the board that compiled code refers to begin with these; a user's module of that
 * name is called by its folder too.
 */
const RUNTIME_MODULES: ReadonlySet<string> = new Set(['arguments', 'outbound', 'traps', 'board']);

/** Unique names: as many path components from the end as tell the modules apart. */
export function nameModules(modules: readonly ts.SourceFile[]): ReadonlyMap<ts.SourceFile, string> {
  const runtime = `${kernelLibrary().packageRoot}${sep}device${sep}core${sep}`;
  const ends = (file: ts.SourceFile, count: number): string =>
    file.fileName.replace(/\.ts$/, '').split(/[\\/]/).slice(-count).join('/');
  const names = new Map<ts.SourceFile, string>();
  for (const file of modules) {
    const libraryName = isMathFile(file.fileName) ? mathModuleName(file.fileName) : coresModuleName(file.fileName);
    if (libraryName !== null) {
      names.set(file, libraryName);
      continue;
    }
    const others = modules.filter((other) => other !== file && !isMathFile(other.fileName));
    const reserved = RUNTIME_MODULES.has(ends(file, 1)) && !file.fileName.startsWith(runtime);
    let count = reserved ? 2 : 1;
    const isTaken = (name: string): boolean =>
      isMathModuleName(name) || isCoresModuleName(name) || others.some((o) => ends(o, count) === name);
    while (isTaken(ends(file, count))) count++;
    names.set(file, ends(file, count));
  }
  return names;
}

import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { type Context, createContext, runInContext } from 'node:vm';
import ts from 'typescript';
import { memberKey } from './class-members.ts';
import type { MadeFunctions } from './made-functions.ts';
import { resolveImport } from './module-graph.ts';
import type { KernelSources } from './typescript-program.ts';

/** Why top-level code did not end as it should. */
export type EvaluationFault =
  | { readonly kind: 'threw'; readonly message: string; readonly file: ts.SourceFile; readonly start: number }
  | { readonly kind: 'timeout'; readonly file: ts.SourceFile }
  | { readonly kind: 'unrepeatable'; readonly name: string; readonly file: ts.SourceFile; readonly start: number };

/** Values of the module-level variables and classes after all top-level code has run, or why it could not. */
export type Evaluation = ReadonlyMap<ts.VariableDeclaration | ts.ClassDeclaration, unknown> | EvaluationFault;

/** Names that would make two builds of one source differ. */
const UNREPEATABLE = ['Date', 'Math.random'] as const;

interface LoadedModule {
  readonly exports: Record<string, unknown>;
}

interface Bridge {
  exports: Record<string, unknown>;
  require: (specifier: string) => Record<string, unknown>;
  capture: (values: Record<string, unknown>) => void;
  made: MadeFunctions['note'];
}

/**
 * Runs the top-level code of the modules as ordinary JavaScript, dependencies first, in a context of its own that has
 * the language and nothing of Node. Each module gets `timeoutMs`. `functions` is told of each function that is made.
 */
export function evaluateModules(sources: KernelSources, timeoutMs: number, functions: MadeFunctions): Evaluation {
  const values = new Map<ts.VariableDeclaration | ts.ClassDeclaration, unknown>();
  const context = createContext({});
  runInContext(REFUSALS, context);
  const loaded = new Map<string, LoadedModule>();
  const maps = new Map<string, { readonly file: ts.SourceFile; readonly map: SourceMap }>();
  const made: Bridge['made'] = (...of) => functions.note(...of);
  const readOf = (path: string): string | undefined => sources.program.getSourceFile(path)?.text;

  const requireFrom =
    (importer: string) =>
    (specifier: string): Record<string, unknown> => {
      const path = resolveImport(specifier, importer, (name) => readOf(name) ?? '').path;
      if (path === undefined) throw new Error(`cannot import '${specifier}'`);
      const known = loaded.get(path);
      if (known !== undefined) return known.exports;
      // Kernel modules ran before; what is left are the library's own modules.
      const module: LoadedModule = { exports: {} };
      loaded.set(path, module);
      runModule(context, path, transpile(path, readFileSync(path, 'utf8')).code, timeoutMs, {
        exports: module.exports,
        require: requireFrom(path),
        capture: () => {},
        made,
      });
      return module.exports;
    };

  for (const file of sources.modules) {
    const declarations = new Map<string, ts.VariableDeclaration | ts.ClassDeclaration>([
      ...moduleVariables(file),
      ...moduleClasses(file),
    ]);
    const names = [...declarations.keys()];
    const module: LoadedModule = { exports: {} };
    loaded.set(file.fileName, module);
    // In the same module scope, so that it sees what is not exported.
    const ending = `\n;globalThis.__shoal.capture({ ${names.join(', ')} });\n`;
    const { code, map } = transpile(file.fileName, file.text + ending, [functions.rewrite(file)]);
    maps.set(file.fileName, { file, map });
    try {
      runModule(context, file.fileName, code, timeoutMs, {
        exports: module.exports,
        require: requireFrom(file.fileName),
        capture: (captured) => {
          for (const [name, declaration] of declarations) values.set(declaration, captured[name]);
        },
        made,
      });
    } catch (error) {
      return faultOf(error, file, maps);
    }
  }
  return values;
}

/** Top-level variables by name. */
export function moduleVariables(file: ts.SourceFile): Map<string, ts.VariableDeclaration> {
  const found = new Map<string, ts.VariableDeclaration>();
  for (const statement of file.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const declaration of statement.declarationList.declarations) {
      if (ts.isIdentifier(declaration.name)) found.set(declaration.name.text, declaration);
    }
  }
  return found;
}

function moduleClasses(file: ts.SourceFile): Map<string, ts.ClassDeclaration> {
  const found = new Map<string, ts.ClassDeclaration>();
  for (const statement of file.statements) {
    if (ts.isClassDeclaration(statement) && statement.name !== undefined) found.set(statement.name.text, statement);
  }
  return found;
}

const REFUSALS = `(() => {
  const refuse = (name) => { const e = new Error(name + ' is not there at build time'); e.unrepeatable = name; throw e; };
  Math.random = () => refuse('Math.random');
  globalThis.Date = new Proxy(function Date() {}, {
    get: () => refuse('Date'), apply: () => refuse('Date'), construct: () => refuse('Date'),
  });
})()`;

/** Private members as properties of the same name as in kernels, where the values of objects can be read from outside. */
function openPrivateMembers(context: ts.TransformationContext): ts.Transformer<ts.SourceFile> {
  const { factory } = context;
  const visit = (node: ts.Node): ts.Node => {
    if (ts.isPropertyAccessExpression(node) && ts.isPrivateIdentifier(node.name)) {
      const owner = ts.visitNode(node.expression, visit, ts.isExpression);
      const key = factory.createStringLiteral(memberKey(node.name));
      return node.questionDotToken === undefined
        ? factory.createElementAccessExpression(owner, key)
        : factory.createElementAccessChain(owner, node.questionDotToken, key);
    }
    if (ts.isPrivateIdentifier(node)) return factory.createStringLiteral(memberKey(node));
    return ts.visitEachChild(node, visit, context);
  };
  return (file) => ts.visitEachChild(file, visit, context);
}

function transpile(
  path: string,
  text: string,
  rewrites: readonly ts.TransformerFactory<ts.SourceFile>[] = [],
): { readonly code: string; readonly map: SourceMap } {
  const output = ts.transpileModule(text, {
    fileName: path,
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2023,
      sourceMap: true,
      esModuleInterop: true,
    },
    transformers: { before: [...rewrites, openPrivateMembers] },
  });
  const code = output.outputText.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n');
  return { code, map: new SourceMap(JSON.parse(output.sourceMapText ?? '{}')) };
}

function runModule(context: Context, path: string, code: string, timeoutMs: number, bridge: Bridge): void {
  const before: unknown = context.__shoal;
  context.__shoal = bridge;
  try {
    // On one line with the first line of the code, so that lines stay what the source map says.
    const wrapped = `((exports, require) => {${code}\n})(__shoal.exports, __shoal.require)`;
    runInContext(wrapped, context, { filename: path, timeout: timeoutMs });
  } finally {
    context.__shoal = before;
  }
}

function faultOf(
  error: unknown,
  file: ts.SourceFile,
  maps: ReadonlyMap<string, { readonly file: ts.SourceFile; readonly map: SourceMap }>,
): EvaluationFault {
  const facts = (typeof error === 'object' && error !== null ? error : {}) as {
    readonly code?: unknown;
    readonly name?: unknown;
    readonly message?: unknown;
    readonly stack?: unknown;
    readonly unrepeatable?: unknown;
  };
  if (facts.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return { kind: 'timeout', file };
  const place = placeOf(String(facts.stack ?? ''), maps) ?? { file, start: 0 };
  if (UNREPEATABLE.some((name) => name === facts.unrepeatable)) {
    return { kind: 'unrepeatable', name: String(facts.unrepeatable), ...place };
  }
  const message = facts.message === undefined ? String(error) : `${String(facts.name)}: ${String(facts.message)}`;
  return { kind: 'threw', message, ...place };
}

/** The innermost frame of the stack that lies in a kernel module. */
function placeOf(
  stack: string,
  maps: ReadonlyMap<string, { readonly file: ts.SourceFile; readonly map: SourceMap }>,
): { readonly file: ts.SourceFile; readonly start: number } | null {
  for (const line of stack.split('\n')) {
    const frame = /^\s+at (?:.* \()?(.*):(\d+):(\d+)\)?$/.exec(line);
    const module = frame === null ? undefined : maps.get(frame[1] ?? '');
    if (frame === null || module === undefined) continue;
    const entry = module.map.findEntry(Number(frame[2]) - 1, Number(frame[3]) - 1);
    if (!('originalLine' in entry)) continue;
    const lines = module.file.getLineStarts();
    const start = (lines[entry.originalLine] ?? 0) + entry.originalColumn;
    return { file: module.file, start: Math.min(start, module.file.end) };
  }
  return null;
}

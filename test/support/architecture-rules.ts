/**
 * The rules of ARCHITECTURE.md as functions over a source tree, so that the same check runs on the project and on
 * fixtures that break each rule. Every function returns the violations as text; an empty list means the rule holds.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { build } from 'esbuild';
import ts from 'typescript';

/** Who may import whom; packages by name, `node:` for Node's own modules. */
export const IMPORT_RULES: Readonly<Record<string, { folders: readonly string[]; packages: readonly string[] }>> = {
  protocol: { folders: [], packages: [] },
  boards: { folders: ['protocol'], packages: [] },
  'device/kernel': { folders: [], packages: [] },
  'device/core': { folders: ['device/kernel', 'protocol'], packages: ['shoal/kernel'] },
  'device/boot': { folders: ['protocol'], packages: [] },
  'device/boot-linux': { folders: ['device/boot', 'protocol'], packages: ['node:'] },
  'device/window-linux': { folders: ['protocol', 'boards'], packages: ['koffi', 'node:'] },
  compiler: { folders: ['protocol', 'boards'], packages: ['typescript', 'node:'] },
  'device/control-linux': { folders: ['device/control', 'device/window-linux', 'protocol'], packages: ['node:'] },
  'device/control': { folders: ['protocol'], packages: [] },
  emulator: {
    folders: ['protocol', 'boards'],
    packages: ['@jitl/quickjs-wasmfile-release-sync', 'node:', 'quickjs-emscripten-core'],
  },
  host: {
    folders: ['protocol', 'boards', 'compiler', 'emulator', 'device/window-linux'],
    packages: ['cbor-x/index-no-eval', 'esbuild', 'koffi', 'serialport', 'usb', 'vite', 'node:'],
  },
  'flash-tools': {
    folders: ['protocol', 'boards', 'compiler', 'emulator', 'host'],
    packages: ['commander', 'node:'],
  },
};

/** Kernel library sources reach the machine only through the package's public names. */
const LIBRARY_PACKAGES: readonly string[] = ['shoal/kernel', 'shoal/kernel/machine'];

function* sourceFiles(folder: string): Generator<string> {
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    if (name === 'node_modules' || name === 'dist') continue;
    if (statSync(path).isDirectory()) yield* sourceFiles(path);
    else if (name.endsWith('.ts')) yield path;
  }
}

function specifiersOf(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier !== undefined) {
      found.push((node.moduleSpecifier as ts.StringLiteral).text);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      found.push((node.argument.literal as ts.StringLiteral).text);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments;
      if (argument !== undefined && ts.isStringLiteral(argument)) found.push(argument.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function roomOf(root: string, file: string): string | undefined {
  const path = relative(root, file).split(sep).join('/');
  return Object.keys(IMPORT_RULES).find((room) => path.startsWith(`${room}/`));
}

/** Imports against the arrows, type-only and dynamic ones included, and packages that a folder may not use. */
export function importViolations(root: string): string[] {
  const violations: string[] = [];
  for (const [room, rule] of Object.entries(IMPORT_RULES)) {
    const folder = join(root, room);
    if (statSync(folder, { throwIfNoEntry: false }) === undefined) continue;
    for (const file of sourceFiles(folder)) {
      const from = relative(root, file);
      for (const specifier of specifiersOf(file)) {
        if (specifier.startsWith('.')) {
          const target = resolve(dirname(file), specifier);
          const to = roomOf(root, target);
          if (to === undefined) violations.push(`${from} imports ${specifier}, which is in no folder with rules`);
          else if (to !== room && !rule.folders.includes(to))
            violations.push(`${from} imports ${relative(root, target)}`);
        } else {
          const allowed =
            rule.packages.some((name) => (name === 'node:' ? specifier.startsWith('node:') : specifier === name)) ||
            (room.startsWith('device/') && LIBRARY_PACKAGES.includes(specifier));
          if (!allowed) violations.push(`${from} imports the package ${specifier}`);
        }
      }
    }
  }
  return violations;
}

/** Names that do not say what a file holds, and files that are not kebab-case. */
export function nameViolations(root: string): string[] {
  const violations: string[] = [];
  for (const room of Object.keys(IMPORT_RULES)) {
    const folder = join(root, room);
    if (statSync(folder, { throwIfNoEntry: false }) === undefined) continue;
    for (const file of sourceFiles(folder)) {
      const path = relative(root, file);
      if (/(^|\/)(utils?|helpers?|common|misc)(\.|\/)/.test(path)) violations.push(`${path}: the name says nothing`);
      if (!/^[a-z0-9]+(-[a-z0-9]+)*(\.d)?\.ts$/.test(path.split('/').at(-1) ?? ''))
        violations.push(`${path}: not kebab-case`);
    }
  }
  return violations;
}

/** Errors of TypeScript in `file`, compiled with the options of `folder`'s tsconfig.json, as `TS2591: text`. */
export function compileErrors(root: string, folder: string, file: string): string[] {
  const configPath = join(root, folder, 'tsconfig.json');
  const config = ts.getParsedCommandLineOfConfigFile(
    configPath,
    { composite: false, incremental: false },
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
        throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'));
      },
    },
  );
  if (config === undefined) throw new Error(`${configPath} cannot be read`);
  const { tsBuildInfoFile: _unused, ...options } = config.options;
  const program = ts.createProgram([file], { ...options, noEmit: true, rootDir: root });
  return ts
    .getPreEmitDiagnostics(program)
    .filter((diagnostic) => diagnostic.file?.fileName === file)
    .map((diagnostic) => `TS${diagnostic.code}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ')}`);
}

/** What an entry bundles to: its minified size, the files in it, and the packages that it loads statically. */
export async function bundle(entry: string): Promise<{ bytes: number; inputs: string[]; packages: string[] }> {
  const result = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    splitting: true,
    outdir: 'unused',
    format: 'esm',
    platform: 'node',
    packages: 'external',
    conditions: ['dev'],
    logLevel: 'silent',
  });
  const main = Object.entries(result.metafile.outputs).find(([, output]) => output.entryPoint !== undefined);
  if (main === undefined) throw new Error(`${entry} gives no bundle`);
  const reached = new Set<string>();
  const packages = new Set<string>();
  let bytes = 0;
  const visit = (path: string): void => {
    const output = result.metafile.outputs[path];
    if (output === undefined || reached.has(path)) return;
    reached.add(path);
    bytes += output.bytes;
    for (const used of output.imports) {
      if (used.kind === 'dynamic-import') continue;
      if (used.external === true) packages.add(used.path);
      else visit(used.path);
    }
  };
  visit(main[0]);
  const inputs = [...reached].flatMap((path) => Object.keys(result.metafile.outputs[path]?.inputs ?? {}));
  return { bytes, inputs, packages: [...packages].sort() };
}

/** An entry whose minified bundle is over its budget. */
export async function budgetViolations(budgets: Readonly<Record<string, number>>): Promise<string[]> {
  const violations: string[] = [];
  for (const [entry, budgetBytes] of Object.entries(budgets)) {
    const { bytes } = await bundle(entry);
    if (bytes > budgetBytes) violations.push(`${entry} bundles to ${bytes} bytes, over its budget of ${budgetBytes}`);
  }
  return violations;
}

/** Source files over the limit that ARCHITECTURE.md does not name. */
export function lengthViolations(root: string, limitLines: number, architecture: string): string[] {
  const violations: string[] = [];
  for (const room of Object.keys(IMPORT_RULES)) {
    const folder = join(root, room);
    if (statSync(folder, { throwIfNoEntry: false }) === undefined) continue;
    for (const file of sourceFiles(folder)) {
      const lines = readFileSync(file, 'utf8').split('\n').length - 1;
      const path = relative(root, file);
      if (lines > limitLines && !architecture.includes(path)) violations.push(`${path} has ${lines} lines`);
    }
  }
  return violations;
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { DiagnosticSink } from '../../../compiler/front-end/diagnostics.ts';
import { kernelReach } from '../../../compiler/front-end/reachable-functions.ts';
import { checkSyntax } from '../../../compiler/front-end/syntax-whitelist.ts';
import { loadKernelSources } from '../../../compiler/front-end/typescript-program.ts';
import { body, check } from './front-end-check.ts';

const KERNEL = 'export function k(): void {}';

describe('files', () => {
  test('are read from disk by default', () => {
    const folder = mkdtempSync(join(tmpdir(), 'shoal-front-end-'));
    try {
      const path = join(folder, 'größe 寸法.ts');
      writeFileSync(path, `\ufeff'use kernel';\r\nexport function größe(寸法: number): number { return 寸法; }\r\n`);
      const sink = new DiagnosticSink();
      const sources = loadKernelSources(path, {}, sink);
      if (sources === null) throw new Error(JSON.stringify(sink.diagnostics));
      checkSyntax(sources, sink);
      expect(sink.diagnostics).toEqual([]);
      const [kernel] = kernelReach(sources).functions;
      expect(kernel && sources.positionOf(kernel)).toEqual({ file: path, line: 2, column: 1 });
      expect(sources.moduleName(sources.entry)).toBe('größe 寸法');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test.each([
    '/p/kernels.js',
    '/p/kernels.d.ts',
    '/p/kernels.tsx',
    '/p/kernels.mts',
    '/p/kernels',
  ])('%s is refused by its name', (path) => {
    const sink = new DiagnosticSink();
    expect(loadKernelSources(path, { readFile: () => `'use kernel';\n${KERNEL}` }, sink)).toBeNull();
    expect(sink.diagnostics.map((d) => d.code)).toEqual(['SH4008']);
  });

  test('a folder is no file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'shoal-front-end-.ts-'));
    try {
      const sink = new DiagnosticSink();
      loadKernelSources(`${folder}/../${folder.split('/').at(-1)}`, {}, sink);
      expect(sink.diagnostics.map((d) => d.code)).toEqual(['SH4008']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('an entry outside of the project that was named is refused', () => {
    const sink = new DiagnosticSink();
    const options = { readFile: () => `'use kernel';\n${KERNEL}`, projectRoot: '/p/inner' };
    expect(loadKernelSources('/p/kernels.ts', options, sink)).toBeNull();
    expect(sink.diagnostics.map((d) => d.code)).toEqual(['SH4007']);
  });

  test.each(['', '   \n', '\u0000', "'use kernel'"])('an empty module %j has a place to point to', (text) => {
    const sink = new DiagnosticSink();
    const sources = loadKernelSources('/p/k.ts', { readFile: (p) => (p === '/p/k.ts' ? text : undefined) }, sink);
    if (sources !== null) checkSyntax(sources, sink);
    expect(sink.hasErrors).toBe(true);
    expect(sink.diagnostics[0]?.position.file).toBe('/p/k.ts');
  });
});

describe('the directive', () => {
  test.each([
    "'use kernel'",
    '"use kernel";',
    "/* licence */\n// more\n'use kernel';",
    "'use strict';\n'use kernel';",
    "#!/usr/bin/env node\n'use kernel';",
  ])('%j begins a kernel module', (head) => {
    expect(check(`${head}\n${KERNEL}${head.includes("'use kernel'") ? '' : " // 'use kernel'"}`).codes).toEqual([]);
  });

  test.each([
    "// 'use kernel'",
    "('use kernel');",
    "'use  kernel';",
    "const a = 'use kernel';",
  ])('%j does not', (head) => {
    expect(check(`// plain\n${head}\n${KERNEL}`).codes).toContain('SH4002');
  });
});

describe('imports', () => {
  test('a circle is named by its files', () => {
    const { diagnostics } = check({
      'kernels.ts': `import { a } from './a.ts';\nexport function k(): void { a(); }`,
      'a.ts': `import { b } from './b.ts';\nexport function a(): void { b(); }`,
      'b.ts': `import { a } from './a.ts';\nexport function b(): void { a(); }`,
    });
    expect(diagnostics.map((d) => d.message)).toEqual(['modules import each other in a circle: a.ts → b.ts → a.ts']);
  });

  test('types may go round, and come from any module', () => {
    const { codes } = check({
      'kernels.ts': `import { a } from './a.ts';\nexport type N = number;\nexport function k(n: N): void { a(n); }`,
      'a.ts': `import type { N } from './kernels.ts';\nimport { type M } from './m.ts';\nexport function a(n: N & M): void {}`,
      'm.ts': '// plain\nimport { readFileSync } from "node:fs";\nexport type M = number;\nreadFileSync("x");',
    });
    expect(codes).toEqual([]);
  });

  test('order is dependencies first, each once', () => {
    const { sources } = check({
      'kernels.ts': `import { a } from './a.ts';\nimport { b } from './b.ts';\nexport function k(): void { a(); b(); }`,
      'a.ts': `import { c } from './c.ts';\nexport function a(): void { c(); }`,
      'b.ts': `import { c } from './c.ts';\nexport function b(): void { c(); }`,
      'c.ts': 'export function c(): void {}',
    });
    expect(sources?.modules.map((file) => sources.moduleName(file))).toEqual(['c', 'a', 'b', 'kernels']);
  });

  test('modules of one name, and those named as the core runtime, are called by their folders too', () => {
    const { sources } = check({
      'kernels.ts': `import { a } from './x/lib.ts';\nimport { b } from './y/lib.ts';\nimport { t } from './traps.ts';
        export function k(): void { a(); b(); t(); }`,
      'x/lib.ts': 'export function a(): void {}',
      'y/lib.ts': 'export function b(): void {}',
      'traps.ts': 'export function t(): void {}',
    });
    expect(sources?.modules.map((file) => sources.moduleName(file))).toEqual([
      'x/lib',
      'y/lib',
      'project/traps',
      'kernels',
    ]);
  });

  test('library names are told from names of the user', () => {
    const { sources } = check(`import { coreIndex as here } from 'shoal/kernel';
      import { load8 } from 'shoal/kernel/machine';
      function sqrt(v: number): number { return v; }
      export function k(x: Float32Array): void { x[0] = here() + load8(1) + sqrt(Math.sqrt(x.length)) + NaN; }`);
    const names: (string | null | undefined)[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node)) names.push(sources?.libraryName(node.expression));
      if (ts.isPropertyAccessExpression(node) && node.name.text === 'length') names.push(sources?.libraryName(node));
      ts.forEachChild(node, visit);
    };
    if (sources !== null) visit(sources.entry);
    expect(names).toEqual(['coreIndex', 'load8', null, 'Math.sqrt', 'NumberArray.length']);
  });
});

describe('reach', () => {
  test('exported functions, what they call, and the variables they mention', () => {
    const { sources } = check(`
      const used = 1; const unused = 2; export const exported = 3; let counter = 0;
      function called(): void { counter++; }
      function forBuild(): number { return unused; }
      const made = forBuild();
      export const k = (): number => { called(); return used + made; };`);
    if (sources === null) throw new Error('no sources');
    const reach = kernelReach(sources);
    expect([...reach.exports.keys()]).toEqual(['k']);
    expect([...reach.functions].map((f) => f.name?.getText() ?? 'arrow')).toEqual(['arrow', 'called']);
    expect([...reach.variables].map((v) => v.name.getText()).sort()).toEqual(['counter', 'made', 'used']);
  });
});

test('the advice of TypeScript to change its library never arrives', () => {
  for (const name of ['Promise', 'Map', 'console', 'document', 'process', 'Iterator', 'BigInt64Array', 'describe']) {
    const { diagnostics } = check(body(`${name};`));
    expect(diagnostics.length, name).toBe(1);
    const [d] = diagnostics;
    expect(`${d?.message} ${d?.replacement}`).not.toMatch(/target library|compiler option|npm i|types\/node/);
  }
});

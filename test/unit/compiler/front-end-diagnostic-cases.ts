// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are sources with templates in them
import { body } from './front-end-check.ts';

type Files = string | Readonly<Record<string, string>>;

/** For each number at least one program that is refused with it, and with nothing else. */
export const DIAGNOSTIC_CASES: Readonly<Record<string, readonly Files[]>> = {
  SH1001: [
    'class A { accessor x = 1 }\nexport function k(): number { return new A().x; }',
    body('const c = class {};'),
    body('class A { private x = 1; static y = 2; get z() { return 1; } }'),
  ],
  SH1002: [
    body('const o = { [i]: 1 };'),
    'export function k(o: { [name: string]: number }): void {}',
    'export function k(o: object): void {}',
  ],
  SH1003: [
    body('const a = [[1], [2]];'),
    'export function k(a: boolean[]): void {}',
    body('const a: (number | boolean)[] = [1];'),
  ],
  SH1004: [
    'const [a] = [1];\nexport function k(): number { return a; }',
    body('let a = 0; let c = 0; const d = ([a, c] = [1, 2]);'),
  ],
  SH1006: [body('const m = Math;'), body('const e = RangeError;')],
  SH1007: ['export function k(a = 1): void {}'],
  SH1008: [
    'export function k(a?: number): void {}',
    'function f(...a: [number, boolean]): void {}\nexport function k(): void { f(1, true); }',
    'function g(f: (a?: number) => void): void {}\nexport function k(): void { g(() => {}); }',
  ],
  SH1009: ['export function k<T extends number>(a: T): void {}'],
  SH3023: ['export function k(f: () => void): void { f(); }'],
  SH1010: [body('enum E { A }')],
  SH1011: [
    body('state = "a" + 1;'),
    'export function k(s: string): void {}',
    body('const s = `a`;'),
    body("'use strict';"),
  ],
  SH1012: [
    body('Math.hypot(...x);'),
    body('const p = [{ a: 1 }]; const [q, ...rest] = p;'),
    body('const p = [{ a: 1 }]; const q = [...p, { a: 2 }];'),
  ],
  SH1013: [
    'export async function k(): Promise<void> {}',
    body('for await (const v of x) state += v;'),
    'export const k = async (): Promise<void> => {};',
  ],
  SH1014: ['export function* k() {}', 'export function* k() { yield 1; }'],
  SH1015: [body('try { state = 1; } catch { state = 2; } finally { state = 3; }')],
  SH1017: [body('if (1 in x) state = 1;')],
  SH1018: [body('if (x instanceof Float32Array) state = 1;')],
  SH1019: [body('const n = 1n;'), 'export function k(n: bigint): void {}', body('BigInt(1);')],
  SH1020: [
    'export function k(a: Map<number, number>): void {}',
    body('const s = String(i);'),
    body('const m = new Map();').replace('new Map()', 'Map'),
    body('Date.now();'),
  ],
  SH3054: [body('y.push(1);'), body('const z = [1, 2]; state = z.pop();'), body('[1].splice(0, 1);')],
  SH1021: [body('x.entries();'), body('x.join(1);'), body('state = x.buffer;'), body('state = x.byteLength;')],
  SH1022: [body('state = Math.random();'), body('state = Math.f16round(f);')],
  SH1023: [body('state = x?.length;'), body('state = x?.[0];'), body('state = f ?? 1;'), body('state ??= 1;')],
  SH1024: ['export function k(a: i32): void { for (const v of a) {} }\ntype i32 = number;'],
  SH1025: [body('switch (b) { case true: state = 1; }')],
  SH1026: [
    body('export const z = 1;'),
    'export default function k(): void {}',
    {
      'kernels.ts': "import * as a from './a.ts';\nexport function k(): void { a.f(); }",
      'a.ts': 'export function f(): void {}',
    },
    { 'kernels.ts': "export * from './a.ts';\nexport function k(): void {}", 'a.ts': 'export function f(): void {}' },
    {
      'kernels.ts': "import f from './a.ts';\nexport function k(): void { f(); }",
      'a.ts': 'function f(): void {}\nexport { f };',
    },
    'function f(): void {}\nexport { f as g };',
    'function f(): void {}\nexport { f };\nexport default f;',
  ],
  SH1027: [body('using a = i;')],
  SH1029: [body('let v = 0; for (v of x) state = v;')],
  SH1030: ['export function k(a: number): void;\nexport function k(a: number): void {}'],
  SH1031: ['type P = Float32Array | Int32Array;\nexport function k(p: P): void {}'],
  SH1032: [body('coreIndex()++;'), body('(i, j) = 1;')],
  SH1033: [
    "import { range } from 'shoal/kernel';\nexport function k(): void { const all = range(3); }",
    "import { range } from 'shoal/kernel';\nexport function k(x: Float32Array): void { x.set(Float32Array.from(range(3))); }",
  ],
  SH1035: [body('for (const pair of y.entries()) state = pair[1];')],
  SH1040: [body('console.error(i);'), body('console.table([1]);')],
  SH1041: [body('console.log(x);'), body('console.log(`${x}`);'), body("console.assert(f > 0, 'f', { f });")],
  SH1043: ["import { assert } from 'shoal/kernel';\nexport function k(n: number): void { assert(n > 0, `n ${n}`); }"],
  SH1101: ['export function k(a: any): void {}', 'export function k(a: unknown): void {}', body('state = i as any;')],
  SH1102: [body('eval(state);'), body('new Function();')],
  SH1103: [body('delete y[0];')],
  SH1104: [body('const r = /a/;')],
  SH1105: [body('var a = 1;'), 'var a = 1;\nexport function k(): number { return a; }'],
  SH1106: [body('if (i == j) state = 1;'), body('if (i != j) state = 1;')],
  SH1107: [body('with (x) state = 1;')],
  SH1108: [body('debugger;')],
  SH1109: [body('twice.call(0, i);'), body('x.constructor;'), body('Object.keys(x);')],
  SH1110: [body('state = arguments.length;')],
  SH1111: [body('for (const k in x) state = 1;')],
  SH1112: [
    'namespace N { export const a = 1; }\nexport function k(): number { return N.a; }',
    'namespace N { export const a = 1; }\nexport function k(): void {}',
  ],
  SH1113: [
    body("import('./a.ts');"),
    body('require(1);'),
    body('import.meta;'),
    "import a = require('./a.ts');\nexport function k(): void {}",
  ],
  SH1114: [body('typeof i;'), body('void i;')],
  SH1115: [
    body('throw i;'),
    body('throw new Error();'),
    body('throw new Error(`a ${x}`, i);'),
    body("throw new TypeError('a');"),
    body("const e = new Error('a');"),
    body("Error('a');"),
  ],
  SH1116: [body('const a = null;'), body('const a = undefined;')],
  SH1117: ['export function k(@d a: number): void {}'],
  SH1118: [body('state = <number>i;')],
  SH1119: [
    body('// @ts-ignore\n  state = 1;'),
    '// @ts-nocheck\nexport function k(): void {}',
    body('/* @ts-expect-error */ state = 1;'),
  ],
  SH1120: ['export function k(s: symbol): void {}', body('Symbol.iterator;')],
  SH1121: [
    'declare function g(): void;\nexport function k(): void { g(); }',
    'declare const c: number;\nexport function k(): number { return c; }',
  ],
  SH1122: [body('const s = `a${i}`;'), body('twice`a`;')],
  SH1123: [body('this;'), body('new.target;'), 'export function k(this: number): void {}'],
  SH1125: [body("x['length'];"), body('state[0];'), body('x[b];')],
  SH1126: [
    "import { readRegister } from 'shoal/kernel/machine';\nconst n = 'ilat';\nexport function l(): number { return readRegister(n); }",
  ],
  SH2001: [body('state = x;'), 'export function k(): number {}'],
  SH2002: [body('new Foo();'), body('state = foo;'), body('window;'), 'export function k(a: Foo): void {}'],
  SH2003: [body('state = tabel[0];')],
  SH2004: [body('x.lenght;'), body('i.toFixed(1);')],
  SH2005: [body('const n: i32 = f;'), body('twice(f);'), body('twice(u);')],
  SH2006: ['export function k(a): void {}'],
  SH2007: [
    'export function k(): void {}\nconst a = 1;\nconst a = 2;',
    {
      'kernels.ts': "import { f } from './a.ts';\nfunction f(): void {}\nexport function k(): void { f(); }",
      'a.ts': 'export function f(): void {}',
    },
  ],
  SH2008: [body('b++;'), body('state = b + 1;'), body('state = b * 2;')],
  SH2009: [body('twice();'), body('twice(i, j);')],
  SH2010: [
    {
      'kernels.ts': "import { g } from './a.ts';\nexport function k(): void { g(); }",
      'a.ts': 'export function f(): void {}',
    },
    "import { coreIndx } from 'shoal/kernel';\nexport function k(): void { coreIndx(); }",
  ],
  SH2011: ["import { f32 } from 'shoal/kernel';\nexport function k(a: f32): void {}"],
  SH2012: [
    'const a = f();\nfunction f() { return new Float64Array(3); }\nexport function k(): number { return a[0]; }',
  ],
  SH3031: [
    'class Node<T> { next: Node<T> | null = null; }\nclass List<T> { first = new Node<T>(); }\nexport function k(): void { new List<i32>(); }',
  ],
  SH3032: [
    'class P { x = 1; get twice(): number { return this.x * 2; } }\nexport function k(): number { const p = new P(); const { twice } = p; return twice; }',
  ],
  SH3001: [body('const a = new x();')],
  SH3002: ['const a = new Float32Array(4);\nconst c = a;\nexport function k(): number { return a[0] + c[0]; }'],
  SH3003: [
    'const a: Float32Array = f();\nfunction f() { return new Float64Array(3); }\nexport function k(): number { return a[0]; }',
    'const a: Float32Array = f();\nfunction f() { return [1, 2].map((v) => v); }\nexport function k(): number { return a[0]; }',
    'const a: Int32Array = f();\nfunction f() { return [new Float32Array(3)].at(0); }\nexport function k(): number { return a[0]; }',
  ],
  SH3004: ['let a: number;\nexport function k(): void { a = 1; }'],
  SH4001: [{ 'kernels.ts': "import { f } from './none.ts';\nexport function k(): void { f(); }" }, { 'other.ts': '' }],
  SH4002: [
    {
      'kernels.ts': "import { f } from './a.ts';\nexport function k(): void { f(); }",
      'a.ts': '// plain\nexport function f(): void {}',
    },
    '// plain\nexport function k(): void {}',
  ],
  SH4003: [
    {
      'kernels.ts': "import { f } from './a.ts';\nexport function k(): void { f(); }",
      'a.ts': "import { k } from './kernels.ts';\nexport function f(): void { k(); }",
    },
  ],
  SH4004: [body('state = ;'), body('if (')],
  SH4005: [
    "import { readFileSync } from 'node:fs';\nexport function k(): void {}",
    "import type { A } from 'shoal';\nexport function k(): void {}",
    "import '/etc/passwd.ts';\nexport function k(): void {}",
  ],
  SH4006: [
    "import { f } from './a';\nexport function k(): void { f(); }",
    "import { f } from './a.js';\nexport function k(): void { f(); }",
  ],
  SH4007: [
    {
      'package.json': '// plain {}',
      'kernels.ts': "import { f } from '../out.ts';\nexport function k(): void { f(); }",
      '../out.ts': 'export function f(): void {}',
    },
  ],
  SH4009: ['export const a = 1;'],
  SH4010: ["const a = 1;\n'use kernel';\nexport function k(): number { return a; }"],
  SH5001: [
    'const a = f();\nfunction f(): number { const o = null as never as Float32Array; return o[0]; }\nexport function k(): number { return a; }',
  ],
  SH5002: ['while (true) {}\nexport function k(): void {}'],
  SH5003: ['const a = new Float32Array(9e6);\nexport function k(): number { return a[0]; }'],
  SH5004: [
    'const a: number = Math.random();\nexport function k(): number { return a; }',
    'const a = f();\nfunction f(): number { return Date.now(); }\nexport function k(): number { return a; }',
  ],
};

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are sources with templates in them
/** The constructs of TypeScript that somebody may try in a kernel, each with a program that uses it. */

import { type Construct, module, planned, statements } from './construct.ts';

export interface ConstructGroup {
  readonly title: string;
  readonly constructs: readonly Construct[];
}

const RANGE = "import { range } from 'shoal/kernel';";

const OTHER = {
  'other.ts':
    "'use kernel';\nimport type { i32 } from 'shoal/kernel';\nexport function twice(v: i32): i32 { return v + v; }\nexport type Side = 0 | 1;\n",
};

export const CONSTRUCT_GROUPS: readonly ConstructGroup[] = [
  {
    title: 'Modules',
    constructs: [
      module(
        'import of a kernel module',
        "import { twice } from './other.ts';\nexport function f(v: i32): i32 { return twice(v); }",
        "import { twice } from './other.ts'",
        OTHER,
      ),
      module(
        'import of types',
        "import type { Side } from './other.ts';\nexport function f(v: i32): i32 { const side: Side = 1; return v + side; }",
        "import type { Side } from './other.ts'",
        OTHER,
      ),
      module(
        're-export',
        "export { twice } from './other.ts';\nexport function f(v: i32): i32 { return v; }",
        "export { twice } from './other.ts'",
        OTHER,
      ),
      module(
        'constant, computed once at build time',
        'const squares: Int32Array = Int32Array.from({ length: 9 }, (_, i) => i * i);\nexport function f(i: i32): i32 { return squares[i]; }',
        'const squares: Int32Array = Int32Array.from({ length: 9 }, (_, i) => i * i)',
      ),
      module(
        'function from a factory, made at build time',
        'const adder = (n: i32) => (v: i32): i32 => (v + n) | 0;\nconst two = adder(2);\nexport function f(v: i32): i32 { return two(v); }',
        'const two = adder(2)',
      ),
      module(
        'function that captured an object at build time',
        'interface Options { gain: i32; taps: number[] }\nconst filter = (o: Options) => (v: i32): i32 => v * o.gain + o.taps[1];\nconst strong = filter({ gain: 3, taps: [1, 2] });\nexport function f(v: i32): i32 { return strong(v & 7); }',
        'const strong = filter({ gain: 3, taps: [1, 2] })',
      ),
      module(
        'table of functions, chosen by constants',
        'const ops = { twice: (v: i32): i32 => v * 2, not: (v: i32): i32 => ~v };\nexport function f(v: i32): i32 { return ops.twice(ops.not(v & 7)); }',
        'const ops = { twice: (v: i32): i32 => v * 2, not: (v: i32): i32 => ~v }',
      ),
      module(
        'state of a core',
        'let calls: i32 = 0;\nexport function count(): i32 { return ++calls; }',
        'let calls: i32 = 0',
      ),
      module(
        'object of a module',
        'const config = { scale: 0.5, origin: { x: 1, y: 2 } };\nexport function f(v: f32): f32 { return config.scale * v + config.origin.x; }',
        'const config = { scale: 0.5, origin: { x: 1, y: 2 } }',
      ),
      module(
        'object as the state of a core',
        'class Counter { n: i32 = 0; next(): i32 { return ++this.n; } }\nlet counter = new Counter();\nexport function f(): i32 { return counter.next(); }',
        'let counter = new Counter()',
      ),
      module('default export', 'export default function f(v: i32): i32 { return v; }'),
      module(
        'import as a namespace',
        "import * as other from './other.ts';\nexport function f(v: i32): i32 { return other.twice(v); }",
        "import * as other from './other.ts'",
        OTHER,
      ),
      module(
        're-export as a namespace',
        "export * as other from './other.ts';\nexport function f(v: i32): i32 { return v; }",
        "export * as other from './other.ts'",
        OTHER,
      ),
      module(
        'import attributes',
        "import { twice } from './other.ts' with { type: 'kernel' };\nexport function f(v: i32): i32 { return twice(v); }",
        "import { twice } from './other.ts' with { type: 'kernel' }",
        OTHER,
      ),
      statements('import at run time', "import('./other.ts');"),
      module(
        'import by require',
        "import other = require('./other.ts');\nexport function f(v: i32): i32 { return v; }",
        "import other = require('./other.ts')",
        OTHER,
      ),
      module('export of one value', 'export function f(v: i32): i32 { return v; }\nexport = f;', 'export = f'),
      module(
        'namespace',
        'namespace N { export const a = 1; }\nexport function f(): i32 { return N.a; }',
        'namespace N { export const a = 1; }',
      ),
      module(
        'declaration without code',
        'declare function g(): void;\nexport function f(): void { g(); }',
        'declare function g(): void',
      ),
      module(
        'export as a global name',
        'export as namespace N;\nexport function f(): void {}',
        'export as namespace N',
      ),
    ],
  },
  {
    title: 'Functions',
    constructs: [
      module('exported function: a kernel', 'export function half(v: f32): f32 { return v / 2; }'),
      module(
        'function',
        'function half(v: f32): f32 { return v / 2; }\nexport function f(v: f32): f32 { return half(half(v)); }',
        'function half(v: f32): f32 { return v / 2; }',
      ),
      module(
        'arrow function of a module',
        'const half = (v: f32): f32 => v / 2;\nexport function f(v: f32): f32 { return half(v); }',
        'const half = (v: f32): f32 => v / 2',
      ),
      module(
        'function expression of a module',
        'const half = function (v: f32): f32 { return v / 2; };\nexport function f(v: f32): f32 { return half(v); }',
        'const half = function (v: f32): f32 { return v / 2; }',
      ),
      module(
        'default parameter',
        'function scale(v: f32, by: f32 = 2): f32 { return v * by; }\nexport function f(v: f32): f32 { return scale(v); }',
        'function scale(v: f32, by: f32 = 2): f32 { … }',
      ),
      module(
        'optional parameter',
        'function scale(v: f32, by?: f32): f32 { return v * (by ?? 2); }\nexport function f(v: f32): f32 { return scale(v); }',
        'function scale(v: f32, by?: f32): f32 { return v * (by ?? 2); }',
      ),
      module(
        'rest parameter',
        'function first(...all: f32[]): f32 { return all[0]; }\nexport function f(v: f32): f32 { return first(v, v); }',
        'function first(...all: f32[]): f32 { … }',
      ),
      module(
        'rest parameter that is a tuple',
        'function first(...both: [f32, f32]): f32 { return both[0]; }\nexport function f(v: f32): f32 { return first(v, v); }',
        'function first(...both: [f32, f32]): f32 { … }',
      ),
      module(
        'spread in a call',
        'function area(w: f32, h: f32): f32 { return w * h; }\nexport function f(x: Float32Array): f32 { const t: [f32, f32] = [x[0], 2]; return area(...t) + Math.max(...x); }',
        'area(...t) + Math.max(...x)',
      ),
      statements('function in a function', 'const add = (v: f32): f32 => v + b; a = add(a);'),
      module(
        'function as an argument',
        'function each(x: Float32Array, g: (v: f32) => f32): void { for (let i = 0; i < x.length; i++) x[i] = g(x[i]); }\nfunction half(v: f32): f32 { return v / 2; }\nexport function f(x: Float32Array): void { each(x, half); }',
        'function each(x: Float32Array, g: (v: f32) => f32): void { … }',
      ),
      module(
        'type of a constructor',
        'function make(g: new () => Error): void {}\nexport function f(): void { make(Error); }',
        'function make(g: new () => Error): void',
      ),
      module(
        'generics',
        'function pick<T>(ok: boolean, a: T, b: T): T { return ok ? a : b; }\nexport function f(ok: boolean): f32 { return pick<f32>(ok, 1, 2); }',
        'function pick<T>(ok: boolean, a: T, b: T): T { … }',
      ),
      module(
        'overloads',
        'export function f(v: i32): i32;\nexport function f(v: i32): i32 { return v; }',
        'function f(v: i32): i32; function f(v: f32): f32;',
      ),
      planned(
        module(
          'recursion with a declared depth',
          '/** @depth 12 */\nfunction factorial(n: i32): i32 { return n < 2 ? 1 : n * factorial(n - 1); }\nexport function f(n: i32): i32 { return factorial(n); }',
          '/** @depth 12 */ function factorial(n: i32): i32 { … factorial(n - 1) … }',
        ),
      ),
      module(
        'recursion without one',
        'function factorial(n: i32): i32 { return n < 2 ? 1 : n * factorial(n - 1); }\nexport function f(n: i32): i32 { return factorial(n); }',
        'function factorial(n: i32): i32 { … factorial(n - 1) … }',
      ),
      module('async function', 'export async function f(): Promise<void> {}'),
      statements('await', 'await a; for await (const v of x) a += v;'),
      module('generator', 'export function* f() { yield 1; }'),
      module('`this` as a parameter', 'export function f(this: i32): i32 { return this; }'),
      module(
        'type guard',
        'function isSmall(v: i32): v is 0 | 1 { return v < 2; }\nexport function f(v: i32): i32 { return isSmall(v) ? 1 : 0; }',
        'function isSmall(v: i32): v is 0 | 1 { … }',
      ),
      module(
        'assertion function',
        'function positive(ok: boolean): asserts ok { if (!ok) throw new Error("no"); }\nexport function f(v: i32): i32 { positive(v > 0); return v; }',
        'function positive(ok: boolean): asserts ok { … }',
      ),
      module('decorator', 'export function f(@d v: i32): i32 { return v; }'),
    ],
  },
  {
    title: 'Variables and statements',
    constructs: [
      statements('let and const', 'const half: f32 = a / 2; let sum = half; sum += b;'),
      statements('let without a value', 'let v!: i32; if (ok) v = 1; else v = 2;'),
      statements('array destructuring', 'const [p, q] = x;'),
      statements('object destructuring', 'const { length } = x;'),
      statements('array with a hole', 'const [, q] = x;'),
      statements('var', 'var v = 1;'),
      statements('using', 'using v = a;'),
      statements('if, else', 'if (ok) a = 1; else a = 2;'),
      statements('while, do', 'while (n > 0) n--; do n++; while (n < 9);'),
      statements('for', 'for (let i = 0; i < x.length; i++) a += x[i];'),
      statements('for-of over a typed array', 'for (const v of x) a += v;'),
      statements('for-of over a range', 'for (const i of range(1, n, 2)) a += i;', RANGE),
      statements('for-of over a tuple', 'const t: [f32, f32] = [a, b]; for (const v of t) a += v;'),
      statements(
        'for-of over entries, keys, values',
        'for (const [i, v] of x.entries()) a += i * v; for (const i of x.keys()) a += i; for (const v of x.values()) a += v;',
      ),
      statements('range as a value', 'const all = range(n);', RANGE),
      statements('for-of with a variable of before', 'let v: f32 = 0; for (v of x) a += v;'),
      statements('for-in', 'for (const key in x) a += 1;'),
      statements('switch over numbers', 'switch (n) { case 1: a = 1; break; default: a = 2; }'),
      statements('switch over booleans', 'switch (ok) { case true: a = 1; break; default: a = 2; }'),
      statements('labelled break and continue', 'rows: for (;;) { for (;;) { if (ok) break rows; continue rows; } }'),
      statements('block, empty statement', '{ const v = a; a = v; };'),
      statements('throw of an error with a literal message', "if (n < 0) throw new RangeError('n is negative');"),
      statements('throw of anything else', 'throw n;'),
      statements('try, catch', 'try { a = 1; } catch { a = 2; }'),
      statements('with', 'with (x) a = 1;'),
      statements('debugger', 'debugger;'),
      statements('@ts-ignore', '/* @ts-ignore */ a = 1;'),
    ],
  },
  {
    title: 'Operators',
    constructs: [
      statements('arithmetic', 'a = -(a * b + a / b) - +b; n = n % m;'),
      statements('bits', 'n = ~(n & m | n ^ 3) << 2 >> 1; u = u >>> 1;'),
      statements('comparison', 'ok = n < m || n >= 2 && n !== 3 || !(a > b) && a <= b && n === m;'),
      statements('choice', 'a = ok ? a : b; ok = n > 0 ? false : true;'),
      statements(
        'assignment',
        'n += 1; n -= 1; n *= 2; a /= 2; n %= 9; n <<= 1; n >>= 1; u >>>= 1; n &= 7; n |= 1; n ^= 1;',
      ),
      statements('counting', 'n++; --n; y[0]++;'),
      statements('comma', 'for (let i = 0, j = 9; i < j; i++, j--) a += x[i];'),
      statements('power', 'a = a ** 2;'),
      statements('power assignment', 'a **= 2;'),
      statements('logical assignment', 'ok &&= n > 0; ok ||= n < 0;'),
      statements('comparison that converts', 'ok = n == m; ok = n != m;'),
      statements(
        '?. and ?? of objects',
        'let p: Point | null = ok ? { x: a, y: b } : null; a = p?.x ?? 0; p ??= { x: 1, y: 2 };',
        'interface Point { x: f32; y: f32 }',
      ),
      module(
        'methods, elements and arrays behind ?.',
        'interface Step { apply: (v: f32) => f32; data: Float32Array }\nexport function f(x: Float32Array): f32 { const own: Step = { apply: (v) => v * 2, data: x }; const s = x[0] > 1 ? own : null; s?.data.fill(1); return s?.apply(2) ?? s?.data[1] ?? 0; }',
        's?.data.fill(1); return s?.apply(2) ?? s?.data[1] ?? 0;',
      ),
      statements('?. and ?? of what is always there', 'n = x?.length; a = a ?? b;'),
      statements('as, satisfies, !', 'a = (n as f32) + (m satisfies i32) + n!;'),
      statements('<T>x', 'a = <f32>n;'),
      statements('typeof, void', 'void a; typeof a;'),
      statements('delete', 'delete x[0];'),
      statements('in', 'ok = 1 in x;'),
      statements('instanceof', 'ok = x instanceof Float32Array;'),
    ],
  },
  {
    title: 'Types',
    constructs: [
      module(
        'number kinds',
        'export function f(a: i32, b: u32, c: f32, d: u8, e: boolean): f32 { return e ? a : c; }',
        'i8 i16 i32 · u8 u16 u32 · f32 · boolean',
      ),
      module(
        'alias, union of numbers',
        'type Side = 0 | 1;\nexport function f(v: i32): i32 { const side: Side = v > 0 ? 1 : 0; return side; }',
        'type Side = 0 | 1',
      ),
      module(
        'typeof, indexed and other types of types',
        'const one: f32 = 1;\ntype T = (typeof one);\ntype E<X> = X extends (infer Y extends number) & number ? Y : never;\ntype U = Float32Array[number];\ntype K = keyof Float32Array;\ntype P = typeof Math.PI;\nexport function f(v: f32): f32 { const w: T = v; const z: U = w; return z; }',
        'type T = typeof one; type U = Float32Array[number]; type P = typeof Math.PI',
      ),
      module(
        'names of imported types',
        "type Side = import('./other.ts').Side;\nexport function f(v: i32): i32 { const side: Side = 1; return v + side; }",
        "type Side = import('./other.ts').Side",
        OTHER,
      ),
      module('bigint', 'export function f(v: bigint): void { const w = 1n; }', 'bigint, 1n'),
      module('string', "export function f(v: string): void { const w = 'text'; const z = `text`; }", "string, 'text'"),
      statements('template with values', 'const v = `${n}`;'),
      statements('tagged template', 'tag`text`;', 'function tag(v: TemplateStringsArray): void {}'),
      module(
        'type of texts',
        'type Name = `v${number}`;\nexport function f(v: Name): void {}',
        'type Name = `v${number}`',
      ),
      module('symbol', 'export function f(v: symbol): void {}'),
      module(
        'null, undefined',
        'export function f(v: f32 | null | undefined): void { const w = null; }',
        'null, undefined',
      ),
      module('any, unknown', 'export function f(v: any, w: unknown): void {}'),
      module('object', 'export function f(v: object): void {}'),
      statements('regular expression', 'const v = /a/;'),
      statements('import.meta', 'import.meta;'),
    ],
  },
  {
    title: 'Arrays, objects, classes',
    constructs: [
      statements('element and length of a typed array', 'x[0] = x[x.length - 1];'),
      module(
        'typed array of a module',
        'const table = new Uint8Array(256);\nexport function f(i: i32): i32 { return table[i]; }',
        'const table = new Uint8Array(256)',
      ),
      statements('choice between typed arrays', 'const z = ok ? x : x; a = z[0];'),
      statements('typed array made in a function', 'const z = new Float32Array(4); z[n] = a;'),
      statements('typed array of elements', 'const z = Int32Array.of(1, n); const w = new Uint8Array([3, 4]);'),
      statements('typed array of a length that is not known', 'const z = new Float32Array(n);'),
      statements('copy of an array of known length', 'const z = new Int16Array(9); const w = Int32Array.from(z);'),
      statements('copy of another array', 'const z = x.slice();'),
      statements('array literal', 'const z = [1, 2, 3]; n = z[1];'),
      statements(
        'array that grows within a capacity',
        'const list = fixedArray<i32>(16); list.push(n); list[0] += m; for (const v of list) n += v; n = list.pop() + list.length;',
        "import { fixedArray } from 'shoal/kernel';",
      ),
      statements('spread in an array', 'const z = [...y.subarray(0, 4), n, ...Int32Array.of(1, 2)]; m = z[n];'),
      statements('spread of an array of unknown length', 'const z = [...x];'),
      statements('spread in a tuple', 'const t: [f32, f32] = [a, b]; const w: [f32, f32, f32] = [...t, 1]; a = w[2];'),
      module(
        'tuple',
        'function pair(v: f32): [f32, f32] { return [v, -v]; }\nexport function f(v: f32): f32 { const both = pair(v); return both[1]; }',
        'function pair(v: f32): [f32, f32] { return [v, -v]; }',
      ),
      module(
        'tuple with names, options or a rest',
        'type N = [first: f32, second: f32];\ntype T = [f32, f32?, ...f32[]];\nfunction g(v: T, w: N): f32 { return v[0] + w[1]; }\nexport function f(v: f32): f32 { return g([v], [v, v]); }',
        'type T = [f32, f32?, ...f32[]]; type N = [first: f32, second: f32]',
      ),
      module(
        'array of objects',
        'interface Point { x: f32; y: f32 }\nconst corners: Point[] = [{ x: 0, y: 0 }, { x: 1, y: 2 }];\nexport function f(v: f32): f32 { const own: Point[] = [{ x: v, y: 1 }, corners[1]]; let sum: f32 = 0; for (const { x, y } of own) sum += x * y; return sum; }',
        'const own: Point[] = [{ x: v, y: 1 }, corners[1]]; for (const { x, y } of own) …',
      ),
      statements('object literal', 'const p = { x: a, y: b }; a = p.x + p.y;'),
      statements('short and computed names, spread', "const p = { a, ['b']: b }; const q = { ...p, a: 1 }; a = q.b;"),
      statements('rest of an object', 'const p = { a, b }; const { b: c, ...rest } = p; a = rest.a + c;'),
      statements(
        'rest of a tuple or array',
        'const [, ...rest] = [a, b, 1]; const [first, ...others] = y.subarray(0, 4); a = rest[0]; n = first + others[2];',
      ),
      statements(
        'rest in an assignment',
        'const t: [f32, f32, f32] = [a, b, 1]; let rest: [f32, f32] = [0, 0]; [a, ...rest] = t; const o = { b, n }; let others: { n: i32 } = o; ({ b, ...others } = o);',
      ),
      module(
        'optional field',
        'interface Point { x: f32; at?: { v: f32 } }\nexport function f(v: f32): f32 { const p: Point = { x: v }; return p.at?.v ?? p.x; }',
        'interface Point { x: f32; at?: { v: f32 } }',
      ),
      module(
        'field that may be missing a number, boolean or string',
        "interface Options { gain?: f32; mode?: 'low' | 'high'; limit: f32 | null }\nexport function f(v: f32): f32 { const o: Options = { limit: null }; const { gain = 2 } = o; o.limit ??= v; return o.mode === undefined ? gain : o.limit; }",
        'interface Options { gain?: f32; limit: f32 | null } const { gain = 2 } = o; o.limit ??= v;',
      ),
      module(
        'variable that may be missing a number',
        'interface Options { gain?: f32 }\nexport function f(v: f32): f32 { const o: Options = {}; const gain = o.gain; return gain === undefined ? v : gain; }',
        'const gain = o.gain;',
      ),
      module(
        'result that may be missing a number',
        'function found(v: i32): i32 | undefined { return v > 1 ? v : undefined; }\nexport function f(v: i32): i32 { return found(v) ?? 0; }',
        'function found(v: i32): i32 | undefined { … }',
      ),
      module(
        'field that is an array',
        'interface Ring { data: Float32Array; taps: number[] }\nexport function f(x: Float32Array): f32 { const r: Ring = { data: x, taps: [1, 2, 3] }; return r.data[r.taps[0]]; }',
        'const r: Ring = { data: x, taps: [1, 2, 3] }; return r.data[r.taps[0]];',
      ),
      module(
        'field of a class that is an array',
        'class Ring { readonly data = new Float32Array(8); #taps: Int32Array; constructor(taps: Int32Array) { this.#taps = taps; } get(i: i32): f32 { return this.data[this.#taps[i]]; } }\nexport function f(i: i32): f32 { const taps = Int32Array.of(1, 2); return new Ring(taps).get(i); }',
        'class Ring { readonly data = new Float32Array(8); … }',
      ),
      module(
        'field that is a function',
        'interface Step { apply: (v: i32) => i32 }\nexport function f(v: i32): i32 { const step: Step = { apply: v > 1 ? (w) => w * 2 : (w) => -w }; return step.apply(v); }',
        'const step: Step = { apply: (w) => w * 2 }; return step.apply(v);',
      ),
      module(
        'field that is a function with variables of its own',
        'interface Step { apply: (v: i32) => i32 }\nexport function f(v: i32): i32 { const step: Step = { apply: (w) => w * v }; return step.apply(v); }',
        'const step: Step = { apply: (w) => w * v };',
      ),
      module(
        'interface',
        'interface Point { readonly x: f32; y: f32 }\nexport function f(v: f32): f32 { const p: Point = { x: v, y: v }; return p.x; }',
        'interface Point { readonly x: f32; y: f32 }',
      ),
      module(
        'type of an object',
        'type Point = { x: f32; y: f32 };\nexport function f(v: f32): f32 { const p: Point = { x: v, y: v }; return p.x; }',
        'type Point = { x: f32; y: f32 }',
      ),
      module(
        'mapped type',
        "type Point = { [K in 'x' | 'y']: f32 };\nexport function f(v: f32): f32 { const p: Point = { x: v, y: v }; return p.x; }",
        "type Point = { [K in 'x' | 'y']: f32 }",
      ),
      module(
        'method of an object',
        'interface Shape { area(): f32 }\nexport function f(v: f32): f32 { const s: Shape = { area(): f32 { return v; } }; return s.area(); }',
        'interface Shape { area(): f32 }',
      ),
      module(
        'fields by number, objects that are called',
        'interface Table { [key: number]: f32; (v: f32): f32; new (v: f32): Table }\nfunction g(t: Table): f32 { return t[0]; }\nexport function f(v: f32): f32 { return g({ 0: v } as Table); }',
        'interface Table { [key: number]: f32; (v: f32): f32; new (v: f32): Table }',
      ),
      module(
        'discriminated union',
        'type Shape = { kind: 0; r: f32 } | { kind: 1; w: f32 };\nfunction size(s: Shape): f32 { return s.kind === 0 ? s.r : s.w; }\nexport function f(v: f32): f32 { return size({ kind: 0, r: v }); }',
        'type Shape = { kind: 0; r: f32 } | { kind: 1; w: f32 }',
      ),
      module(
        'enum',
        'enum Side { left, right }\nexport function f(): i32 { return Side.right; }',
        'enum Side { left, right }',
      ),
      module(
        'generic interface',
        'interface Pair<A, B> { a: A; b: B }\nfunction swap<T>(p: Pair<T, T>): Pair<T, T> { return { a: p.b, b: p.a }; }\nexport function f(v: f32): f32 { const p: Pair<f32, f32> = { a: v, b: 1 }; return swap(p).b; }',
        'interface Pair<A, B> { a: A; b: B }',
      ),
      module(
        'generic class',
        'class Box<T> { value: T; constructor(value: T) { this.value = value; } get(): T { return this.value; } }\nexport function f(v: f32, n: i32): f32 { return new Box<f32>(v).get() + new Box<i32>(n).get(); }',
        'class Box<T> { value: T; constructor(value: T) { … } get(): T { … } }',
      ),
      module(
        'class',
        'class Counter { n: i32 = 0; constructor(start: i32) { this.n = start; } add(by: i32): void { this.n += by; } }\nexport function f(v: i32): i32 { const c = new Counter(v); c.add(1); return c.n; }',
        'class Counter { n: i32 = 0; constructor(…) { … } add(by: i32): void { … } }',
      ),
      module(
        'static, private, readonly',
        'class A { static readonly one: i32 = 1; private n: i32 = 2; read(): i32 { return this.n; } }\nexport function f(): i32 { return A.one + new A().read(); }',
        'class A { static readonly one: i32 = 1; private n: i32 = 2; … }',
      ),
      module(
        'getters and setters',
        'class A { n: i32 = 1; get twice(): i32 { return 2 * this.n; } set twice(v: i32) { this.n = v >> 1; } }\nexport function f(v: i32): i32 { const a = new A(); a.twice = v; return a.twice; }',
        'class A { get twice(): i32 { … } set twice(v: i32) { … } }',
      ),
      module(
        'inheritance',
        'class A { n: i32 = 1; read(): i32 { return this.n; } }\nclass B extends A { override read(): i32 { return super.read() + 1; } }\nexport function f(): i32 { return new B().read(); }',
        'class B extends A { override read(): i32 { return super.read() + 1; } }',
      ),
      module(
        'method that is found at run time',
        'abstract class A { abstract read(): i32; }\nclass B extends A { read(): i32 { return 1; } }\nclass C extends A { read(): i32 { return 2; } }\nexport function f(ok: boolean): i32 { const a: A = ok ? new B() : new C(); return a.read(); }',
        'const a: A = ok ? new B() : new C(); n = a.read();',
      ),
      module(
        'method without its object',
        'class A { n: i32 = 1; read(): i32 { return this.n; } }\nexport function f(): i32 { const read = new A().read; return read(); }',
        'const read = new A().read;',
      ),
      module(
        'static state',
        'class A { static count: i32 = 0; }\nexport function f(): i32 { return ++A.count; }',
        'class A { static count: i32 = 0; }',
      ),
      module(
        'abstract class, `protected`, `public`',
        'abstract class A { protected n: i32 = 1; public abstract read(): i32; }\nclass B extends A { read(): i32 { return this.n; } }\nexport function f(): i32 { return new B().read(); }',
        'abstract class A { protected n: i32; public abstract read(): i32 }',
      ),
      module(
        '#private',
        'class A { #n: i32 = 1; read(): i32 { return this.#n; } }\nexport function f(): i32 { return new A().read(); }',
        'class A { #n: i32 = 1; … }',
      ),
      module(
        '`accessor`, static block',
        'class A { accessor n: i32 = 1; static {} ; }\nexport function f(): i32 { return new A().n; }',
        'class A { accessor n: i32 = 1; static { … } }',
      ),
      statements('class expression', 'const A = class {};'),
      module(
        'implements',
        'interface Shape { w: f32 }\nclass A implements Shape { w: f32 = 1; }\nexport function f(): f32 { return new A().w; }',
        'class A implements Shape { w: f32 = 1 }',
      ),
      module(
        'type of this',
        'class A { self(): this { return this; } }\nexport function f(): void { new A().self(); }',
        'class A { self(): this { … } }',
      ),
      module(
        'variance',
        'type Box<in out T> = { v: T };\nexport function f(v: f32): f32 { const b: Box<f32> = { v }; return b.v; }',
        'type Box<in out T> = { v: T }',
      ),
    ],
  },
  {
    title: 'Library',
    constructs: [
      statements(
        'Math on both kinds',
        'a = Math.abs(a) + Math.min(a, b) + Math.max(a, b) + Math.sign(a); n = Math.abs(n) + Math.min(n, m);',
      ),
      statements(
        'Math on f32',
        'a = Math.sqrt(a) + Math.floor(a) + Math.ceil(a) + Math.trunc(a) + Math.round(a) + Math.fround(a * b);',
      ),
      statements('Math on integers', 'n = Math.imul(n, m) + Math.clz32(n);'),
      statements('constants', 'a = Math.PI + NaN + Infinity;'),
      statements('where a kernel runs', 'n = coreIndex();'),
      module(
        'other cores, barriers, locks',
        `import { barrier, Lock, south } from 'shoal/kernel';
const row = new Float32Array(8);
const lock = new Lock();
export function f(a: f32): f32 {
  const below = south();
  lock.acquire();
  if (below !== null) below.view(row)[0] = a;
  lock.release();
  barrier();
  return row[0];
}`,
        'below.view(row)[0] = a; barrier(); lock.acquire();',
      ),
      statements(
        'trigonometry',
        'a = Math.sin(a) + Math.cos(a) + Math.tan(a) + Math.asin(a) + Math.acos(a) + Math.atan(a) + Math.atan2(a, b);',
      ),
      statements(
        'powers and logarithms',
        'a = Math.exp(a) + Math.expm1(a) + Math.log(a) + Math.log1p(a) + Math.log2(a) + Math.log10(a) + Math.pow(a, b) + Math.cbrt(a) + Math.hypot(a, b);',
      ),
      statements(
        'hyperbolic functions',
        'a = Math.sinh(a) + Math.cosh(a) + Math.tanh(a) + Math.asinh(a) + Math.acosh(a) + Math.atanh(a);',
      ),
      statements('a function of Math as a value', 'const g = ok ? Math.sqrt : Math.sin; a = g(a);'),
      statements('Math.random', 'a = Math.random();'),
      statements('parts of arrays', 'const z = x.subarray(1, -1); z[0] = a;'),
      statements(
        'fill, set, copyWithin of arrays',
        'x.fill(0); x.fill(a, 1, -1); x.set(x.subarray(1), 0); x.copyWithin(0, 2);',
      ),
      statements(
        'at, indexOf, lastIndexOf, includes',
        'n = y.indexOf(n, 1) + y.lastIndexOf(n); ok = y.includes(n); a = x.at(-1)!;',
      ),
      statements('reverse and sort', 'x.sort(); y.reverse();'),
      statements('slice', 'const z = y.slice(0, 4);'),
      statements('push, pop, shift, unshift, splice', 'const z = [n, m]; z.push(n);'),
      statements('map, filter, reduce, forEach, …', 'x.map((v) => v + 1);'),
      module('Float64Array, BigInt64Array', 'export function f(v: Float64Array): void {}'),
      module('Map, Set', 'export function f(v: Map<i32, i32>): void {}'),
      statements('console.log', "console.log('n', n, `a ${a}`);"),
      statements('console.assert', "console.assert(ok, 'n', n);"),
      statements('assert', "assert(ok, 'not ok');", "import { assert } from 'shoal/kernel';"),
      statements('console.error, …', 'console.error(n);'),
      statements('log of an array or object', 'console.log(x);'),
      statements('eval', 'eval(n);'),
      statements('prototypes', 'twice.call(0, n);', 'function twice(v: i32): i32 { return v + v; }'),
      statements('arguments', 'n = arguments.length;'),
    ],
  },
];

import { describe, expect, test } from 'vitest';
import { check } from './tree-of-source.ts';

const VEC = 'interface Vec { x: f32; y: f32 }\n';

function codes(source: string): string[] {
  return check(source).diagnostics.map((d) => `${d.code} ${d.position.line}:${d.position.column}`);
}

describe('what objects are refused', () => {
  test('SH2114: one field, two kinds', () => {
    expect(
      codes(
        'interface A { v: f32 }\ninterface B { v: i32 }\n' +
          'function g(a: A): f32 { return a.v; }\nexport function k(n: i32): f32 { const b: B = { v: n }; return g(b); }',
      ),
    ).toEqual(['SH2114 3:15']);
  });

  test('SH2114: elements of tuples, which no declaration names', () => {
    expect(
      codes(
        'function g(t: [i32, f32]): f32 { return t[1]; }\n' +
          'export function k(n: i32): f32 { const t: [i32, i32] = [n, n]; return g(t); }',
      ),
    ).toEqual(['SH2114 3:73']);
  });

  test('SH3011: module state keeps an object of a function, by itself or through another function', () => {
    const state = `${VEC}const first: Vec = { x: 1, y: 2 };\nlet current = first;\n`;
    expect(
      codes(`${state}export function k(n: i32): f32 {\n  current = { x: n, y: 1 };\n  return current.x; }`),
    ).toEqual(['SH3011 6:3']);
    expect(
      codes(
        `${state}function keep(v: Vec): void { current = v; }\n` +
          'export function k(n: i32): f32 { keep(first); keep({ x: n, y: 1 }); return current.x; }',
      ),
    ).toEqual(['SH3011 6:47']);
    expect(
      codes(
        `${VEC}const holder = { vec: { x: 1, y: 2 } };\nexport function k(n: i32): f32 {\n  holder.vec = { x: n, y: 1 };\n` +
          '  return holder.vec.x; }',
      ),
    ).toEqual(['SH3011 5:3']);
  });

  test('SH3014: a function that calls itself returns what it makes', () => {
    expect(
      codes(
        `${VEC}/** @depth 4 */\nfunction far(n: i32): Vec {\n  const near: Vec = n > 0 ? far(n - 1) : { x: 0, y: 0 };\n  return { x: near.x + 1, y: n };\n}\n` +
          'export function k(n: i32): f32 { return far(n).x; }',
      ),
    ).toEqual([]);
    expect(
      codes(
        `${VEC}/** @depth 4 */\nfunction far(n: i32): Vec {\n  return n > 0 ? far(n - 1) : { x: 0, y: 0 };\n}\n` +
          'export function k(n: i32): f32 { return far(n).x; }',
      ),
    ).toEqual(['SH3014 4:10']);
  });

  test('SH2111 and SH3003: what a field of a module object cannot hold', () => {
    expect(codes('interface A { n: i32 }\nconst a: A = { n: 1.5 };\nexport function k(): i32 { return a.n; }')).toEqual(
      ['SH2111 3:7'],
    );
    expect(
      codes('const made: { n: i32 } = JSON.parse(\'{"n":[1]}\');\nexport function k(): i32 { return made.n; }'),
    ).toEqual(['SH3003 2:7']);
  });

  test('SH3012: an object of the caller keeps one of ours', () => {
    expect(
      codes(
        `${VEC}interface Body { pos: Vec }\nfunction move(b: Body): void {\n  b.pos = { x: 1, y: 2 };\n}\n` +
          'export function k(): f32 { const b = { pos: { x: 0.5, y: 1 } }; move(b); return b.pos.x; }',
      ),
    ).toEqual(['SH3012 5:3']);
  });

  test('SH3012 through a function that stores its parameter', () => {
    expect(
      codes(
        `${VEC}interface Body { pos: Vec }\nfunction set(b: Body, pos: Vec): void { b.pos = pos; }\n` +
          'function move(b: Body): void { const p = { x: 1, y: 2 };\n  set(b, p); }\n' +
          'export function k(): f32 { const b = { pos: { x: 0.5, y: 1 } }; move(b); return b.pos.x; }',
      ),
    ).toEqual(['SH3012 6:3']);
  });

  test('SH3013: beyond the turn of a loop', () => {
    expect(
      codes(
        `${VEC}export function k(n: i32): f32 {\n  let last: Vec = { x: 0, y: 0 };\n` +
          '  for (let i = 0; i < n; i++) {\n    const now = { x: last.x + 1, y: 0 };\n    last = now;\n  }\n' +
          '  return last.x;\n}',
      ),
    ).toEqual(['SH3013 7:5']);
  });

  test('a variable of the loop may keep it', () => {
    expect(
      codes(
        `${VEC}export function k(n: i32): f32 {\n  let sum: f32 = 0;\n  for (let i = 0; i < n; i++) {\n` +
          '    const now = { x: i, y: 0 };\n    let other: Vec = { x: 1, y: 1 };\n    if (n > 3) other = now;\n' +
          '    sum += other.x;\n  }\n  return sum;\n}',
      ),
    ).toEqual([]);
  });

  test('SH3015: objects do not travel', () => {
    expect(codes(`${VEC}export function k(v: Vec): f32 { return v.x; }`)).toEqual(['SH3015 3:19']);
    expect(codes(`${VEC}export function k(n: f32): Vec { return { x: n, y: n }; }`)).toEqual(['SH3015 3:17']);
  });
});

describe('what may be missing', () => {
  const optional = 'interface P { x: f32; w?: f32; at?: { v: f32 } }\n';
  const use = (text: string): string => `${optional}export function k(n: i32): f32 {\n  ${text}\n}`;
  test('SH3028: an optional field that is a function', () => {
    const step = 'interface S { x: f32; run?: (v: f32) => f32 }\n';
    expect(codes(`${step}export function k(): f32 { const s: S = { x: 1 }; return s.x; }`)).toEqual(['SH3028 3:41']);
    expect(codes(use('const q: P = { x: 1 }; return q.x;'))).toEqual([]);
    expect(codes(use('const q: P = { x: 1, w: 2 }; return q.at?.v ?? q.x;'))).toEqual([]);
  });

  test('SH3029: a default for an element of an array', () => {
    expect(codes('export function k(x: Float32Array): f32 { const [a = 1] = x; return a; }')).toEqual(['SH3029 2:50']);
  });

  test('SH3016 and SH3017: a number that may be missing goes where it has to be there', () => {
    const q = 'const q: P = { x: 1 };';
    expect(codes(use(`${q} const { w } = q; return w ?? 1;`))).toEqual([]);
    expect(codes(use(`${q} return q.w!;`))).toEqual(['SH3016 4:33']);
    expect(codes(use(`${q} return Math.sqrt(q.w ?? 1);`))).toEqual([]);
    const result = 'function k(n: i32): i32 | undefined { return n > 1 ? n : undefined; }\n';
    expect(codes(`${result}export function f(n: i32): i32 { return k(n) ?? 0; }`)).toEqual([]);
    expect(codes(`export ${result}`)).toContain('SH3017 2:17');
  });

  test('SH1023: where nothing can be missing, or a number would be', () => {
    expect(codes(use('const v: f32 = 1; return v ?? 1;'))).toEqual(['SH1023 4:28']);
    const either = 'interface E { v?: f32 | null }\n';
    expect(codes(`${either}export function k(): i32 { const e: E = {}; return e.v === null ? 1 : 0; }`)).toEqual([
      'SH1023 3:52',
    ]);
    expect(codes(use('const q: P | null = n > 0 ? { x: 1, w: 2 } : null; const v = q?.x; return v ?? 1;'))).toEqual([]);
  });

  test('SH1028: logical assignment to a setter', () => {
    const box = 'class Box { v = 1; get w(): i32 { return this.v; } set w(v: i32) { this.v = v; } }\n';
    expect(codes(`${box}export function k(): i32 { const b = new Box(); b.w ||= 2; return b.v; }`)).toEqual([
      'SH1028 3:49',
    ]);
  });

  test('SH1012: spread of what may be null has SH3016, of an array its own number', () => {
    expect(codes(use('const q: P | null = n > 0 ? { x: 1, w: 2 } : null; const r = { ...q }; return 1;'))).toEqual([
      'SH3016 4:66',
    ]);
    expect(codes('export function k(x: Float32Array): i32 { const r = { ...x }; return 1; }')).toEqual(['SH1012 2:55']);
    expect(codes(use('const q: P = { x: 1 }; const r = { w: 3, ...q }; return r.w;'))).toEqual(['SH1012 4:47']);
  });

  test('SH3030: a field that is an array or nothing', () => {
    const kernel = (value: string): string =>
      `export function k(x: Float32Array): i32 { const a: A = ${value}; return 1; }`;
    expect(codes(`interface A { data?: Float32Array }\n${kernel('{}')}`)).toEqual(['SH3030 3:56']);
    expect(codes(`interface A { data: Float32Array | null }\n${kernel('{ data: x }')}`)).toEqual(['SH3030 3:64']);
    expect(codes(`interface A { data: Float32Array }\n${kernel('{ data: x }')}`)).toEqual([]);
  });

  test('SH3011 to SH3013: an array that a function made is kept beyond it', () => {
    const kept = (body: string): string[] =>
      codes(
        `interface A { data: Float32Array }\nconst state: A = { data: new Float32Array(2) };\n` +
          `function set(a: A): void { a.data = new Float32Array(3); }\n` +
          `export function k(x: Float32Array, n: i32): void { const own: A = { data: x }; ${body} }`,
      );
    expect(kept('state.data = own.data;')).toEqual(['SH3011 5:93']);
    expect(kept('set(own);')).toEqual(['SH3012 4:37']);
    expect(kept('for (let i = 0; i < n; i++) own.data = new Float32Array(3);')).toEqual(['SH3013 5:119']);
    expect(kept('state.data[0] = own.data[n];')).toEqual([]);
  });

  test('SH3010: an array is stored by a statement', () => {
    const source =
      'interface A { data: Float32Array }\nexport function k(x: Float32Array): f32 { const a: A = { data: x };';
    expect(codes(`${source} return (a.data = x, 1); }`)).toEqual(['SH3010 3:77']);
  });
});

describe('a null that nobody tests', () => {
  const source = (use: string): string =>
    `interface P { x: f32; w?: f32 }\nexport function k(n: i32): f32 { const q: P = { x: 1.5, w: 2 }; const p: P | null = n > 0 ? q : null; return ${use}; }`;
  test('SH3016: p! and p as P', () => {
    expect(codes(source('p!.x'))).toEqual(['SH3016 3:110']);
    expect(codes(source('(p as P).x'))).toEqual(['SH3016 3:111']);
    expect(codes(source('q.w!'))).toEqual(['SH3016 3:110']);
  });
  test('a test is enough, and `!` where nothing can be null does no harm', () => {
    expect(codes(source('p === null ? 0 : p.x'))).toEqual([]);
    expect(codes(source('q!.x'))).toEqual([]);
  });
});

describe('what classes are refused', () => {
  test('SH2116: a getter that an interface has as a field', () => {
    const source = (member: string): string =>
      `interface Shape { ${member} }\nclass Square implements Shape { get sides(): i32 { return 4; } }\n` +
      'export function k(): i32 { const s: Shape = new Square(); return s.sides; }';
    expect(codes(source('readonly sides: i32'))).toEqual(['SH2116 3:37']);
    expect(codes(source('get sides(): i32'))).toEqual([]);
  });

  test('SH2115: a method of an interface that no object has', () => {
    expect(
      codes(
        'interface Shape { w: f32; area(): f32 }\nclass Box implements Shape { w = 1; area(): f32 { return this.w; } }\n' +
          'function g(s: Shape | null): f32 { return s === null ? 0 : s.area(); }\nexport function k(): f32 { return g(null); }',
      ),
    ).toEqual(['SH2115 4:62']);
  });

  test('SH1127: a method that is passed on without its object', () => {
    const box = 'class Box { w = 1; area(): f32 { return this.w; } }\n';
    expect(codes(`${box}export function k(): f32 { const f = new Box().area; return f(); }`)).toEqual(['SH1127 3:38']);
    expect(
      codes(`${box}export function k(): f32 { const b = new Box(); const f = () => b.area(); return f(); }`),
    ).toEqual([]);
  });
});

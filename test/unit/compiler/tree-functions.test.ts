import { describe, expect, test } from 'vitest';
import { evaluateProgram } from '../../../compiler/exact-node/evaluate-program.ts';
import { bodyOf, programOf, refusalsOf, treeOf } from './tree-of-source.ts';
import { assertValid } from './tree-validity.ts';

const EACH = 'function each(n: i32, f: (i: i32) => void): void { for (let i = 0; i < n; i++) f(i); }\n';
const ADD = 'function add(a: i32, b: i32): i32 { return (a + b) | 0; }\n';

describe('closures', () => {
  test('a local function stands in the place of its call, and what it uses is the variable itself', () => {
    const body = 'let sum = 0; const put = (v: i32): void => { sum += v; }; put(n); put(2); return sum;';
    expect(bodyOf('n: i32', body)).toMatchInlineSnapshot(`
      "let sum: i32 = 0
      inline put { const v: i32 = n; (sum = i32.add(sum, v)) }
      inline put { const v: i32 = 2; (sum = i32.add(sum, v)) }
      return sum"
    `);
  });

  test('a function that takes functions stands in the place of its call', () => {
    const text = bodyOf('x: Int32Array', 'let sum = 0; each(x.length, (i) => { sum += x[i]; }); return sum;', EACH);
    expect(text).toMatchInlineSnapshot(`
      "let sum: i32 = 0
      inline each { const n: i32 = x.length; block; |let i: i32 = 0; |loop loop first i32.lt(i, n) update (i = i32.add(i, 1)); ||inline function { const i: i32 = i; (sum = i32.add(sum, x[i])) } }
      return sum"
    `);
  });

  test('return is an assignment to the result and a break', () => {
    const body = 'const f = (v: i32): i32 => { if (v > n) return 1; return v; }; return f(1) + f(n);';
    expect(bodyOf('n: i32', body)).toMatchInlineSnapshot(
      `"return i32.add(inline f { const v: i32 = 1; if i32.gt(v, n); |(f.result = 1); |break f; (f.result = v) } => f.result, inline f { const v: i32 = n; if i32.gt(v, n); |(f.result = 1); |break f; (f.result = v) } => f.result)"`,
    );
  });

  test('a local function that uses nothing around it is a machine function', () => {
    expect(treeOf('export function f(n: i32): i32 { const g = (v: i32): i32 => v ^ 5; return g(g(n)); }')).toBe(
      [
        'export function f(n: i32): i32',
        '  return f.g(f.g(n))',
        'function f.g(v: i32): i32',
        '  return i32.xor(v, 5)',
      ].join('\n'),
    );
  });

  test('a choice among functions is a word', () => {
    const body = 'const g = c ? add : (p: i32, q: i32): i32 => p ^ n; return g(n, 2);';
    expect(bodyOf('c: boolean, n: i32', body, ADD)).toMatchInlineSnapshot(`
      "const g: i32 = (c ? 0 : 1)
      return inline choice { const choice: i32 = g; const argument: i32 = n; const argument: i32 = 2; if i32.eq(choice, 0); |(chosen = add(argument, 2)); else; |(chosen = inline function { const p: i32 = argument; const q: i32 = 2; (function.result = i32.xor(p, n)) } => function.result) } => chosen"
    `);
  });

  test('what is passed beyond the parameters is evaluated and dropped', () => {
    const body =
      'let calls = 0; const g = (h: (a: i32, b: i32) => void): void => h(1, calls++); g((a) => { calls += a; }); return calls;';
    const text = bodyOf('', body);
    expect(text).toContain('const a: i32 = 1; (calls = i32.add(calls, 1));');
  });

  test('kinds are inferred for each expansion', () => {
    const source = `const id = (v: number, f: (w: number) => number): number => f(v);
      export function f(n: i32, g: f32): f32 { const a: i32 = id(n, (w) => w); return id(g, (w) => w) + a; }`;
    expect(refusalsOf(source)).toBe('');
    assertValid(programOf(source));
  });
});

describe('generic functions', () => {
  test('are compiled for each type', () => {
    const source = `function first<T extends Float32Array | Uint8Array>(x: T): number { return x[0]; }
      export function f(x: Float32Array, y: Uint8Array): f32 { return first(x) + first(y) + first<Uint8Array>(y); }`;
    expect(treeOf(source)).toMatchInlineSnapshot(`
      "function first<Float32Array>(x: f32[]): f32
        return x[0]
      function first<Uint8Array>(x: u8[]): i32
        return x[0]
      export function f(x: f32[], y: u8[]): f32
        return f32.add(f32.add(first<Float32Array>(x), i32-to-f32(first<Uint8Array>(y))), i32-to-f32(first<Uint8Array>(y)))"
    `);
  });

  test('a type parameter may be a number', () => {
    const source = `function same<T extends number>(a: T): T { const b: T = a; return b; }
      export function f(n: u32, g: f32): u32 { return same<u32>(n) + (same<f32>(g) >>> 0) + same(3 as u32); }`;
    expect(treeOf(source)).toMatchInlineSnapshot(`
      "function same<u32>(a: u32): u32
        const b: u32 = a
        return b
      function same<f32>(a: f32): f32
        const b: f32 = a
        return b
      export function f(n: u32, g: f32): u32
        return u32.add(u32.add(same<u32>(n), f32-to-u32(same<f32>(g))), same<u32>(3u))"
    `);
  });

  test('one that takes a function', () => {
    const source = `function map<T extends Int32Array | Float32Array>(x: T, f: (v: T[number]) => number): void {
        for (let i = 0; i < x.length; i++) x[i] = f(x[i]);
      }
      export function f(x: Int32Array, y: Float32Array): void { map(x, (v) => v | 1); map(y, (v) => v * 0.5); }`;
    expect(treeOf(source)).toMatchInlineSnapshot(`
      "export function f(x: i32[], y: f32[]): void
        inline map { const x = x; block; |let i: i32 = 0; |loop loop first i32.lt(i, x.length) update (i = i32.add(i, 1)); ||(x[i] = f.function(x[i])) }
        inline map { const x = y; block; |let i: i32 = 0; |loop loop first i32.lt(i, x.length) update (i = i32.add(i, 1)); ||(x[i] = f.function#2(x[i])) }
      function f.function(v: i32): i32
        return i32.or(v, 1)
      function f.function#2(v: f32): f32
        return f32.mul(v, 0.5f)"
    `);
  });
});

test('defaults stand at the head of a function with fewer parameters', () => {
  const source = `function scale(a: i32, by: i32 = 2, off: i32 = by + 1): i32 { return (Math.imul(a, by) + off) | 0; }
    export function f(n: i32): i32 { return (scale(n) + scale(n, 3, 4)) | 0; }`;
  expect(treeOf(source)).toMatchInlineSnapshot(`
    "function scale/1(a: i32): i32
      const by: i32 = 2
      const off: i32 = i32.add(by, 1)
      return i32.add(i32.mul(a, by), off)
    function scale(a: i32, by: i32, off: i32): i32
      return i32.add(i32.mul(a, by), off)
    export function f(n: i32): i32
      return i32.add(scale/1(n), scale(n, 3, 4))"
  `);
});

test('objects that functions in the place of calls make, take and give', () => {
  const source = `interface P { x: i32; y: i32 }
    function each(n: i32, f: (p: P) => void): void { for (let i = 0; i < n; i++) f({ x: i, y: 1 }); }
    export function f(n: i32): i32 {
      const sum: P = { x: 0, y: 0 };
      const make = (x: i32): P => ({ x, y: n });
      each(n, (p) => { sum.x += p.x; sum.y += p.y + make(2).y; });
      return sum.x + sum.y;
    }`;
  expect(treeOf(source)).toContain('const p: reference = new P(x: i, y: 1); new(sum.x: current');
});

describe('refused', () => {
  test('SH3020: a function that may outlive what it uses', () => {
    const source = `${ADD}export function f(n: i32): i32 {
      let g: (a: i32, b: i32) => i32 = add;
      for (let i = 0; i < n; i++) { if (i === 2) g = (a, b) => (a + i + b) | 0; }
      return g(1, 2);
    }`;
    expect(refusalsOf(source)).toMatchInlineSnapshot(
      `"SH3020 3:11 \`g\` is assigned the function \`function\`, which uses \`i\` => hold it in a \`const\`, or choose with \`if\` where it is called"`,
    );
    expect(
      refusalsOf('export function f(n: i32): i32 { for (let i = 0, g = (): i32 => i; i < n; i++) n = g(); return n; }'),
    ).toContain('SH3020');
    // What lives as long may be used.
    const fine = `${ADD}export function f(n: i32): i32 { let g = add; if (n > 1) g = (a, b) => (a + n + b) | 0; return g(1, 2); }`;
    expect(refusalsOf(fine)).toBe('');
  });

  test('SH3021: no end of functions in functions', () => {
    const source = `function again(n: i32, f: () => i32): i32 { return n > 0 ? again(n - 1, () => f() + 1) : f(); }
      export function f(n: i32): i32 { return again(n, () => n); }`;
    expect(refusalsOf(source)).toMatchInlineSnapshot(
      `"SH3021 1:60 \`again\` comes back to itself, and its code stands in the place of its calls => write a loop, or let the function that calls itself use its parameters only: numbers and arrays"`,
    );
  });

  test('SH3003: a function in module state, or one that is not of the source', () => {
    const state = `${ADD}let op = add;\nexport function f(n: i32): i32 { return op(n, 1); }`;
    expect(refusalsOf(state)).toContain(
      'SH3003 2:5 the value of `op` (Function) cannot be kept on a core => hold it in a `const`',
    );
    const built = `const root = Math.sqrt;\nexport function f(n: f32): f32 { return root(n); }`;
    expect(refusalsOf(built)).toContain('SH3003 1:7');
    const bound = `${ADD}const op: (a: i32) => i32 = add.bind(null, 1);\nexport function f(n: i32): i32 { return op(n); }`;
    expect(refusalsOf(bound)).toContain('SH3003 2:7');
  });

  test('SH3003: a function that captured what a core cannot keep', () => {
    const source = `const make = (p: Float64Array) => (v: i32): i32 => (v + p.length) | 0;
      const f1 = make(new Float64Array(2));
      export function f(n: i32): i32 { return f1(n); }`;
    expect(refusalsOf(source)).toContain(
      'SH3003 1:15 the value of `p` (Float64Array) cannot be kept on a core => let the',
    );
  });

  test('SH3033 and SH3034: what is done to functions and constants of the build', () => {
    const table = `${ADD}const ops = { add, scale: 2 };\nconst list = [add, add];\n`;
    const ofBody = (body: string): string => refusalsOf(`${table}export function f(n: i32): i32 { ${body} }`);
    expect(ofBody('return ops.add(n, ops.scale);')).toBe('');
    expect(ofBody('return list[n](n, 1);')).toMatch(/^SH3033 4:41 `list\[n\]`/);
    expect(ofBody('const o = ops; return n;')).toContain('SH3033 4:44');
    expect(ofBody('ops.add = (a, b) => a; return n;')).toContain('SH3034 4:34');
    expect(ofBody('ops.scale = n; return n;')).toContain('SH3034 4:34');
    const counter = `const make = () => { let count = 0; return (): i32 => { count += 1; return count; }; };
      const next = make();
      export function f(): i32 { return next(); }`;
    expect(refusalsOf(counter)).toMatch(/^SH3034 1:57 `count`/);
    const captured = `const make = (o: { n: i32 }) => (): i32 => { o = { n: 2 }; return o.n; };
      const next = make({ n: 1 });
      export function f(): i32 { return next(); }`;
    expect(refusalsOf(captured)).toMatch(/^SH3034 1:46 `o`/);
  });

  test('SH3024: a function in an object that uses variables', () => {
    const known = `${ADD}export function f(n: i32): i32 { const o = { g: add, n }; return o.n; }`;
    expect(refusalsOf(known)).toBe('');
    const source = `export function f(n: i32): i32 { const o = { g: (v: i32): i32 => v + n }; return o.g(1); }`;
    expect(refusalsOf(source)).toMatchInlineSnapshot(
      `"SH3024 1:49 the field \`g\` of an object is a function that uses variables of a function around it => give the values to the function as parameters, or keep them in fields of the object"`,
    );
  });

  test('SH3022: more expansions than anyone can use', () => {
    const level = (k: number): string =>
      `function g${k}(f: () => i32): i32 { return ${Array.from({ length: 12 }, () => (k === 0 ? 'f()' : `g${k - 1}(f)`)).join(' ^ ')}; }`;
    const source = `${[0, 1, 2, 3].map(level).join('\n')}\nexport function f(n: i32): i32 { return g3(() => n); }`;
    expect(refusalsOf(source)).toContain('SH3022');
  });
});

describe('recursion with a declared depth', () => {
  const fact = (comment: string): string =>
    `${comment} function fact(n: i32): i32 { return n < 2 ? 1 : Math.imul(n, fact(n - 1)); }\nexport function f(n: i32): i32 { return fact(n); }`;

  test('counts the calls that are open', () => {
    expect(treeOf(fact('/** @depth 12 */'))).toMatchInlineSnapshot(`
      "function fact@depth(n: i32, left: i32): i32
        if i32.lt(left, 1)
          throw RangeError recursion deeper than @depth 12
        return (i32.lt(n, 2) ? 1 : i32.mul(n, fact@depth(i32.sub(n, 1), i32.sub(left, 1))))
      export function f(n: i32): i32
        return fact@depth(n, 12)"
    `);
  });

  test('an exported one keeps its parameters', () => {
    const source = '/** Adds.\n * @depth 3\n */\nexport function f(n: i32): i32 { return n < 1 ? 0 : n + f(n - 1); }';
    expect(treeOf(source)).toMatchInlineSnapshot(`
      "function f@depth(n: i32, left: i32): i32
        if i32.lt(left, 1)
          throw RangeError recursion deeper than @depth 3
        return (i32.lt(n, 1) ? 0 : i32.add(n, f@depth(i32.sub(n, 1), i32.sub(left, 1))))
      export function f(n: i32): i32
        return f@depth(n, 3)"
    `);
  });

  test('SH3005 says how to declare it, SH3025 and SH3026 what is wrong there', () => {
    expect(refusalsOf(fact('// @depth 12\n'))).toMatchInlineSnapshot(
      `"SH3005 2:63 \`fact\` calls itself => write a loop, or say how many calls may be open at once: \`/** @depth 12 */\` before \`fact\`"`,
    );
    expect(refusalsOf(fact('/** @depth many */'))).toMatchInlineSnapshot(
      `"SH3025 1:29 the comment before this function has an \`@depth\` that is no number from 1 to 4096 => write \`/** @depth 12 */\`"`,
    );
    expect(refusalsOf(fact('/** @depth 5000 */'))).toContain('SH3025');
    const two = `/** @depth 2 */ function a(n: i32): i32 { return n > 0 ? b(n - 1) : 0; }
      /** @depth 3 */ function b(n: i32): i32 { return n > 0 ? a(n - 1) : 1; }
      export function f(n: i32): i32 { return a(n); }`;
    expect(refusalsOf(two)).toMatchInlineSnapshot(
      `"SH3026 2:64 \`a\`, \`b\` call each other, and their \`@depth\` is not the same => write \`/** @depth 3 */\` before each of them"`,
    );
  });

  test('one call too many is an error, and the next call begins anew', () => {
    const exact = evaluateProgram(programOf(fact('/** @depth 5 */'))) as { f(n: number): number };
    expect(exact.f(5)).toBe(120);
    expect(() => exact.f(6)).toThrow(new RangeError('recursion deeper than @depth 5'));
    expect(exact.f(5)).toBe(120);
  });

  test('every function of a circle needs one, by whatever way it is reached', () => {
    const source = `/** @depth 9 */ function a(n: i32): i32 { return n > 0 ? b(n - 1) + c(n - 1) : 0; }
      /** @depth 9 */ function b(n: i32): i32 { return n > 0 ? a(n - 1) : 1; }
      function c(n: i32): i32 { return b(n); }
      export function f(n: i32): i32 { return a(n); }`;
    expect(refusalsOf(source)).toContain('before `c`');
    expect(refusalsOf(source.replace('function c', '/** @depth 9 */ function c'))).toBe('');
  });
});

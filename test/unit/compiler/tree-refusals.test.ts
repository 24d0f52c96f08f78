// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are sources with templates in them
import { describe, expect, test } from 'vitest';
import { DIAGNOSTICS } from '../../../compiler/front-end/diagnostics.ts';
import { refusalsOf } from './tree-of-source.ts';

const seen = new Set<string>();

function refusals(source: Parameters<typeof refusalsOf>[0]): string {
  const text = refusalsOf(source);
  for (const [code] of text.matchAll(/SH\d{4}/g)) seen.add(code);
  return text;
}

describe('refusals of texts', () => {
  test('SH1115 of a message with a value', () => {
    expect(
      refusals('const N = 3; export function f(n: i32) { throw new Error(`${N} of ${n}`); }'),
    ).toMatchInlineSnapshot(
      `"SH1115 1:48 only \`throw new Error('literal')\` and \`throw new RangeError('literal')\` are in the language => throw an Error with a literal message; constants may stand in it, values can be logged before"`,
    );
  });

  test('SH1041 of what a type parameter stands for', () => {
    expect(
      refusals('function g<T>(v: T): void { console.log(v); } export function f(x: Int32Array) { g(1); g(x); }'),
    ).toMatchInlineSnapshot(`"SH1041 1:41 \`v\` cannot be logged => log its fields or elements one by one"`);
  });

  test('SH1042', () => {
    expect(refusals(`export function f(n: i32) { console.log(${'n, '.repeat(33)}); }`)).toMatch(
      /^SH1042 1:29 one call logs 33 values => write two calls$/,
    );
    expect(refusals(`export function f(n: i32) { console.log(${'n, 3, '.repeat(32)}); }`)).toBe('');
  });
});

describe('refusals of kinds and memory', () => {
  test('SH2101', () => {
    expect(refusals('export function f(x: number, ok: i32) { return x; }')).toMatchInlineSnapshot(
      `"SH2101 1:19 the parameter \`x\` of an exported function does not say its number kind => write \`x: i32\`, \`x: u32\` or \`x: f32\`"`,
    );
  });

  test('SH2101 of a module that is imported', () => {
    expect(
      refusals({
        'kernels.ts': "'use kernel'; import { g } from './g.ts';\nexport function f() { return g(1); }",
        'g.ts': "'use kernel';\nexport function g(x: number) { return x; }",
      }),
    ).toMatchInlineSnapshot(
      `"SH2101 1:19 the parameter \`x\` of an exported function does not say its number kind => write \`x: i32\`, \`x: u32\` or \`x: f32\`"`,
    );
  });

  test('SH2102 variable', () => {
    expect(refusals('export function f(x: f32) { let n: i32 = 0; n = x * 2; }')).toMatchInlineSnapshot(
      `"SH2102 1:49 \`x * 2\` is an f32, and \`n\` is an i32 => write \`(x * 2) | 0\`"`,
    );
  });

  test('SH2102 literal', () => {
    expect(refusals('export function f() { let n: i32 = 0; n = 0.5; }')).toMatchInlineSnapshot(
      `"SH2102 1:43 \`0.5\` is an f32, and \`n\` is an i32 => write \`0.5 | 0\`"`,
    );
  });

  test('SH2102 literal in a declaration', () => {
    expect(refusals('const N = 0.5; export function f(): i32 { const n: u32 = N; return 1; }')).toMatchInlineSnapshot(
      `"SH2102 1:58 \`N\` is an f32, and \`n\` is a u32 => write \`N >>> 0\`"`,
    );
  });

  test('SH2102 compound', () => {
    expect(refusals('export function f(n: i32, x: f32) { n += x; n *= 0.5; }')).toMatchInlineSnapshot(`
      "SH2102 1:37 \`n += x\` is an f32, and \`n\` is an i32 => write \`n = (n + x) | 0\`
      SH2102 1:45 \`n *= 0.5\` is an f32, and \`n\` is an i32 => write \`n = (n * 0.5) | 0\`"
    `);
  });

  test('SH2102 parameter', () => {
    expect(refusals('function g(n: i32) {} export function f(a: Float32Array) { g(a[0]); }')).toMatchInlineSnapshot(
      `"SH2102 1:62 \`a[0]\` is an f32, and the parameter \`n\` of \`g\` is an i32 => write \`a[0] | 0\`"`,
    );
  });

  test('SH2102 result', () => {
    expect(refusals('export function f(x: f32): i32 { return x + 1; }')).toMatchInlineSnapshot(
      `"SH2102 1:41 \`x + 1\` is an f32, and the result of \`f\` is an i32 => write \`(x + 1) | 0\`"`,
    );
  });

  test('SH2102 index', () => {
    expect(refusals('export function f(a: Float32Array, x: f32) { a[x] = 1; }')).toMatchInlineSnapshot(
      `"SH2102 1:48 \`x\` is an f32, and an index is an i32 => write \`x | 0\`"`,
    );
  });

  test('SH2102 element', () => {
    expect(refusals('export function f(a: Int32Array, x: Float32Array) { a[0] = x[0]; }')).toMatchInlineSnapshot(
      `"SH2102 1:60 \`x[0]\` is an f32, and \`a[0]\` is an i32 => write \`x[0] | 0\`"`,
    );
  });

  test('SH2102 as', () => {
    expect(refusals('export function f(x: f32) { return (x * 2) as i32; }')).toMatchInlineSnapshot(
      `"SH2102 1:36 \`(x * 2)\` is an f32, and what \`i32\` says is an i32 => write \`(x * 2) | 0\`"`,
    );
  });

  test('SH2102 a variable that another assignment made an f32', () => {
    expect(
      refusals('export function f(a: Int32Array): f32 { let i = 0; i = i + 0.5; a[i] = 1; return i; }'),
    ).toMatchInlineSnapshot(`"SH2102 1:67 \`i\` is an f32, and an index is an i32 => write \`i | 0\`"`);
  });

  test('SH2103 variable', () => {
    expect(
      refusals('export function f(a: i32, b: i32) { let n: i32 = a / b; let u: u32 = 7 / 2; }'),
    ).toMatchInlineSnapshot(`
      "SH2103 1:50 \`a / b\` is a fraction (f32), and \`n\` is an i32 => write \`(a / b) | 0\` for integer division
      SH2103 1:70 \`7 / 2\` is a fraction (f32), and \`u\` is a u32 => write \`(7 / 2) >>> 0\` for integer division"
    `);
  });

  test('SH2103 index', () => {
    expect(refusals('export function f(x: Float32Array) { return x[x.length / 2]; }')).toMatchInlineSnapshot(
      `"SH2103 1:47 \`x.length / 2\` is a fraction (f32), and an index is an i32 => write \`(x.length / 2) | 0\` for integer division"`,
    );
  });

  test('SH2103 compound', () => {
    expect(refusals('export function f(n: i32) { n /= 2; }')).toMatchInlineSnapshot(
      `"SH2103 1:29 \`n /= 2\` is a fraction (f32), and \`n\` is an i32 => write \`n = (n / 2) | 0\` for integer division"`,
    );
  });

  test('SH2103 result', () => {
    expect(refusals('export function f(n: i32): i32 { return (n / 2); }')).toMatchInlineSnapshot(
      `"SH2103 1:41 \`(n / 2)\` is a fraction (f32), and the result of \`f\` is an i32 => write \`(n / 2) | 0\` for integer division"`,
    );
  });

  test('SH2104 variable', () => {
    expect(
      refusals('export function f(u: u32, n: i32) { let a: i32 = 0; a = u + 1; let b: u32 = n - 1; }'),
    ).toMatchInlineSnapshot(`
      "SH2104 1:57 \`u + 1\` is a u32, and \`a\` is an i32 => write \`(u + 1) | 0\` to keep the bits
      SH2104 1:77 \`n - 1\` is an i32, and \`b\` is a u32 => write \`(n - 1) >>> 0\` to keep the bits"
    `);
  });

  test('SH2104 literal', () => {
    expect(refusals('export function f() { let u: u32 = -1; let n: i32 = 0xffffffff; }')).toMatchInlineSnapshot(`
      "SH2104 1:36 \`-1\` is an i32, and \`u\` is a u32 => write \`(-1) >>> 0\` to keep the bits
      SH2104 1:53 \`0xffffffff\` is a u32, and \`n\` is an i32 => write \`0xffffffff | 0\` to keep the bits"
    `);
  });

  test('SH2104 compound', () => {
    expect(refusals('export function f(u: u32) { u ^= 1; u |= 3; }')).toMatchInlineSnapshot(`
      "SH2104 1:29 \`u ^= 1\` is an i32, and \`u\` is a u32 => write \`u = (u ^ 1) >>> 0\` to keep the bits
      SH2104 1:37 \`u |= 3\` is an i32, and \`u\` is a u32 => write \`u = (u | 3) >>> 0\` to keep the bits"
    `);
  });

  test('SH2104 a variable of both kinds', () => {
    expect(refusals('export function f(u: u32, n: i32) { let a = n + 0; a = u; return a; }')).toMatchInlineSnapshot(
      `"SH2104 1:56 \`u\` is a u32, and \`a\` is an i32 => write \`u | 0\` to keep the bits"`,
    );
  });

  test('SH2104 parameter of both kinds', () => {
    expect(
      refusals('function g(x: number) { return x; } export function f(u: u32, n: i32) { g(n); g(u); }'),
    ).toMatchInlineSnapshot(
      `"SH2104 1:81 \`u\` is a u32, and the parameter \`x\` of \`g\` is an i32 => write \`u | 0\` to keep the bits"`,
    );
  });

  test('SH2104 choice', () => {
    expect(refusals('export function f(u: u32, n: i32) { return n > 0 ? u : n; }')).toMatchInlineSnapshot(
      `"SH2104 1:52 \`u\` is a u32, and the other side of \`?:\` is an i32 => write \`u | 0\` to keep the bits"`,
    );
  });

  test('SH2104 minimum', () => {
    expect(refusals('export function f(u: u32, n: i32) { return Math.min(u, n); }')).toMatchInlineSnapshot(
      `"SH2104 1:56 \`n\` is an i32, and the other parameter of \`Math.min\` is a u32 => write \`n >>> 0\` to keep the bits"`,
    );
  });

  test('SH2104 address', () => {
    expect(
      refusals({
        'kernels.ts':
          "'use kernel'; import { load32, writeRegister } from 'shoal/kernel/machine';\nexport function f() { let a = -4; load32(a + 1); writeRegister('imask', 0.5); }",
      }),
    ).toMatchInlineSnapshot(`
      "SH2104 1:42 \`a + 1\` is an i32, and an address is a u32 => write \`(a + 1) >>> 0\` to keep the bits
      SH2102 1:73 \`0.5\` is an f32, and the parameter of \`writeRegister\` is an i32 => write \`0.5 | 0\`"
    `);
  });

  test('SH2105', () => {
    expect(
      refusals('export function f(u: u32, n: i32) { if (u < n) return n * u; return n % u; }'),
    ).toMatchInlineSnapshot(`
      "SH2105 1:41 \`u < n\` mixes i32 and u32 => write \`n >>> 0\` to work with u32
      SH2105 1:55 \`n * u\` mixes i32 and u32 => write \`n >>> 0\` to work with u32
      SH2105 1:69 \`n % u\` mixes i32 and u32 => write \`n >>> 0\` to work with u32"
    `);
  });

  test('SH2105 literal', () => {
    expect(
      refusals('export function f(u: u32, n: i32) { return n === 0x80000000 || u - -1 === 0; }'),
    ).toMatchInlineSnapshot(`
      "SH2105 1:44 \`n === 0x80000000\` mixes i32 and u32 => write \`n >>> 0\` to work with u32
      SH2105 1:64 \`u - -1\` mixes i32 and u32 => write \`(-1) >>> 0\` to work with u32"
    `);
  });

  test('SH2105 integer division', () => {
    expect(refusals('export function f(u: u32, n: i32) { return (u / n) | 0; }')).toMatchInlineSnapshot(
      `"SH2105 1:45 \`u / n\` mixes i32 and u32 => write \`n >>> 0\` to work with u32"`,
    );
  });

  test('SH2106', () => {
    expect(
      refusals(
        'export function f(n: i32) { let a: u8 = 300; a++; a += 1; a--; let b: i8 = a - 0; let c: i16 = n + 1; let d: u16 = -1; a = (a + 1) & 0xff; }',
      ),
    ).toMatchInlineSnapshot(`
      "SH2106 1:41 \`300\` may not fit into \`a\`, which is a u8 => write \`300 & 0xff\` to keep the low bits, or give \`a\` the kind i32
      SH2106 1:46 \`a++\` may not fit into \`a\`, which is a u8 => write \`a = (a + 1) & 0xff\` to keep the low bits, or give \`a\` the kind i32
      SH2106 1:51 \`a += 1\` may not fit into \`a\`, which is a u8 => write \`a = (a + 1) & 0xff\` to keep the low bits, or give \`a\` the kind i32
      SH2106 1:59 \`a--\` may not fit into \`a\`, which is a u8 => write \`a = (a - 1) & 0xff\` to keep the low bits, or give \`a\` the kind i32
      SH2106 1:76 \`a - 0\` may not fit into \`b\`, which is an i8 => write \`(a - 0) << 24 >> 24\` to keep the low bits, or give \`b\` the kind i32
      SH2106 1:96 \`n + 1\` may not fit into \`c\`, which is an i16 => write \`(n + 1) << 16 >> 16\` to keep the low bits, or give \`c\` the kind i32
      SH2106 1:116 \`-1\` may not fit into \`d\`, which is a u16 => write \`(-1) & 0xffff\` to keep the low bits, or give \`d\` the kind i32"
    `);
  });

  test('SH2106 result and parameter', () => {
    expect(
      refusals('function g(n: u8): u16 { return n * 1000; } export function f(n: i32) { g(n + 0); }'),
    ).toMatchInlineSnapshot(`
      "SH2106 1:33 \`n * 1000\` may not fit into the result of \`g\`, which is a u16 => write \`(n * 1000) & 0xffff\` to keep the low bits, or give the result of \`g\` the kind i32
      SH2106 1:75 \`n + 0\` may not fit into the parameter \`n\` of \`g\`, which is a u8 => write \`(n + 0) & 0xff\` to keep the low bits, or give the parameter \`n\` of \`g\` the kind i32"
    `);
  });

  test('SH2108', () => {
    expect(
      refusals(
        'export function f(n: i32, x: f32, b: boolean) { const a = (n + 1) || n; const c = x * 2 && n; return x && n; }',
      ),
    ).toMatchInlineSnapshot(`
      "SH2108 1:59 \`(n + 1) || n\` gives one of two numbers here => write \`(n + 1) ? (n + 1) : n\`
      SH2108 1:83 \`x * 2 && n\` gives one of two numbers here => write \`x * 2 ? n : x * 2\`"
    `);
  });

  test('SH2109', () => {
    expect(refusals('export function f(b: boolean, n: i32) { return -b + n; }')).toMatchInlineSnapshot(
      `"SH2109 1:49 \`b\` is a boolean, and the operand of \`-\` is an i32 => write \`b ? 1 : 0\`"`,
    );
  });

  test('SH2110', () => {
    expect(refusals('export function f(x: Float32Array) { x; }')).toMatchInlineSnapshot(
      `"SH2110 1:38 \`x\` does not give a value that a core can hold => null"`,
    );
  });

  test('SH2110 a variable of a number and a boolean', () => {
    expect(refusals('export function f(n: i32, b: boolean) { let a = b ? n : b; return n; }')).toMatchInlineSnapshot(
      `"SH1031 1:45 values of type \`false | i32\` are not in this version yet => use i32, u32, f32, boolean, an interface or a typed array"`,
    );
  });

  test('SH2111', () => {
    expect(
      refusals(
        'const N: i32 = 0.5; const U: u32 = -1; const B: u8 = 256; let s: i32 = 2 ** 40; const F: f32 = 0.1; export function f() { return N + U + B + s + F; }',
      ),
    ).toMatchInlineSnapshot(`
      "SH2111 1:7 the value of \`N\`, 0.5, is not an i32 => compute a value that fits, or give \`N\` another kind
      SH2111 1:27 the value of \`U\`, -1, is not a u32 => compute a value that fits, or give \`U\` another kind
      SH2111 1:46 the value of \`B\`, 256, is not a u8 => compute a value that fits, or give \`B\` another kind
      SH2111 1:63 the value of \`s\`, 1099511627776, is not an i32 => compute a value that fits, or give \`s\` another kind"
    `);
  });

  test('SH2112', () => {
    expect(refusals('export function f(x: Float32Array, y: Float32Array) { return x === y; }')).toMatchInlineSnapshot(
      `"SH2112 1:62 arrays are compared => compare their lengths or elements"`,
    );
  });

  test('SH2113', () => {
    expect(
      refusals('export function f(x: Float32Array) { if (x) return 1; return !x ? 2 : 3; }'),
    ).toMatchInlineSnapshot(`
      "SH2113 1:42 an array is used as a condition => compare its length: \`x.length > 0\`
      SH2113 1:63 an array is used as a condition => compare its length: \`x.length > 0\`"
    `);
  });

  test('SH3005', () => {
    expect(
      refusals(
        'function g(n: i32): i32 { return n > 0 ? g(n - 1) : 0; } export function f(n: i32): i32 { return g(n); }',
      ),
    ).toMatchInlineSnapshot(
      `"SH3005 1:42 \`g\` calls itself => write a loop, or say how many calls may be open at once: \`/** @depth 12 */\` before \`g\`"`,
    );
  });

  test('SH3005 by way of others', () => {
    expect(
      refusals(
        'function a(n: i32): void { b(n); } function b(n: i32): void { c(n); } function c(n: i32): void { a(n); } export function f(n: i32) { a(n); }',
      ),
    ).toMatchInlineSnapshot(
      `"SH3005 1:98 \`a\` calls itself, by way of \`b\`, \`c\` => write a loop, or say how many calls may be open at once: \`/** @depth 12 */\` before \`a\`, \`b\`, \`c\`"`,
    );
  });

  test('SH3006', () => {
    expect(refusals('export function f(x: Float32Array) { return x; }')).toMatchInlineSnapshot(
      `"SH3006 1:17 \`f\` returns an array => pass the array that shall be filled as a parameter"`,
    );
  });

  test('SH3007', () => {
    expect(
      refusals('let t = new Float32Array(4); const s = new Float32Array(4); export function f() { t = s; }'),
    ).toMatchInlineSnapshot(
      `"SH3007 1:83 the array \`t\` of a module is replaced by another => write its elements, or hold the array that is in use in a variable of the function"`,
    );
  });

  test('SH3008', () => {
    expect(
      refusals('export function f(x: Float32Array, y: Float32Array, n: i32) { return (n++, x)[0]; }'),
    ).toMatchInlineSnapshot(`"SH3008 1:70 \`(n++, x)\` is not an array that a core can name => use one of those"`);
  });

  test('SH3009', () => {
    expect(
      refusals('export function f(x: Float32Array) { let a: Float32Array; a = x; return a[0]; }'),
    ).toMatchInlineSnapshot(
      `"SH3009 1:42 the array variable \`a\` has no value at its declaration => give it an array: \`let a = x\`"`,
    );
  });

  test('SH3010', () => {
    expect(
      refusals('export function f(x: Float32Array, y: Float32Array, n: i32) { n = ((x = y), n); return (x = y)[0]; }'),
    ).toMatchInlineSnapshot(`
      "SH3010 1:69 \`x = y\` replaces an array in the middle of an expression => write it as a statement of its own
      SH3008 1:88 \`(x = y)\` is not an array that a core can name => use one of those"
    `);
  });

  test('every number is shown here', () => {
    const all = Object.keys(DIAGNOSTICS).filter((code) =>
      /^SH21(?!14|15|16)|^SH3005|^SH3006|^SH3007|^SH3008|^SH3009|^SH3010/.test(code),
    );
    expect(all.filter((code) => !seen.has(code))).toEqual([]);
  });
});

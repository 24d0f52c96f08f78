import fc from 'fast-check';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { DIAGNOSTICS } from '../../../compiler/front-end/diagnostics.ts';
import { SYNTAX_RULES, syntaxKindName, syntaxRule } from '../../../compiler/front-end/syntax-rules.ts';
import { body, check } from './front-end-check.ts';

describe('the table of syntax', () => {
  const kinds = [...new Set(Object.values(ts.SyntaxKind).filter((value) => typeof value === 'number'))];

  test('classifies every kind that TypeScript knows, and no other', () => {
    expect(kinds.length).toBeGreaterThan(350);
    expect(kinds.filter((kind) => syntaxRule(kind) === undefined).map(syntaxKindName)).toEqual([]);
    expect(Object.keys(SYNTAX_RULES).sort()).toEqual(kinds.map(syntaxKindName).sort());
  });

  test.each(Object.entries(SYNTAX_RULES))('%s is allowed, refused with a number, or absent for a reason', (_, rule) => {
    if (rule.rule === 'refused') expect(DIAGNOSTICS).toHaveProperty(rule.code);
    else if (rule.rule === 'absent') expect(rule.why.length).toBeGreaterThan(8);
    else if (rule.rule === 'module' && rule.elsewhere !== null) expect(DIAGNOSTICS).toHaveProperty(rule.elsewhere);
    else expect(['kernel', 'type', 'module']).toContain(rule.rule);
  });
});

describe('in the language', () => {
  test.each([
    'let a: i32 = 0; const c = 1.5; let d: f32; d = c; state = d + a;',
    'let a = 1; a += 2; a -= 3; a *= 4; a %= 5; a <<= 1; a >>= 1; a >>>= 1; a &= 7; a |= 8; a ^= 9; a++; --a; state = a;',
    'let q = 1.5; q /= 3; state = q;',
    'state = (i + j - 3) * 4 % 5 | i & j ^ ~i << 2 >> 1 >>> 3;',
    'state = +i - -j; b = !b; state = b ? i : j;',
    'if (i < j && (i <= j || i > j) && !(i >= j) && i === j && i !== j) state = 1; else state = 2;',
    'while (i > 0) { i--; if (i === 3) continue; break; }',
    'do { i = i - 1; } while (i > 0);',
    'outer: for (let a = 0, c = 9; a < c; a++, c--) { for (;;) { if (b) break outer; continue outer; } }',
    'for (const v of x) state += v; for (let v of y) { v += 1; state = v; }',
    'switch (i) { case 0: state = 1; break; case -1: case 2: { state = 3; } default: return; }',
    "if (i < 0) throw new Error('negative'); throw new RangeError(`too large`);",
    'x[i] = y[j]; y[i]++; y[j] += 2; y[i | 0] = x.length; (y[i]) = 1;',
    'const z = b ? x : x; z[0] = 1;',
    'let z = x; z = x; z[0] = 1;',
    'state = Math.sqrt(Math.abs(f)) + Math.min(i, j) + Math.max(1, 2, 3) + Math.floor(f) + Math.ceil(f);',
    'state = Math.trunc(f) + Math.sign(f) + Math.imul(i, j) + Math.clz32(i) + Math.fround(f) + Math.PI + Math.SQRT2;',
    'state = (i as number) + i! + (i satisfies i32) + (((i)));',
    'state = NaN; state = Infinity; state = 0x10 + 0b1 + 0o7 + 1e3 + 1_000;',
    'const t: boolean = true; b = t && false;',
    'type N = i32; interface P { a: N } const n: N = i; state = n;',
    ';{ { } } return;',
    'state = (i++, j);',
    'let v!: i32; v = 3; state = v;',
    'const w = { a: 1 } as never;'.replace('{ a: 1 }', 'i'),
    'let h: f32 = i; h = u; h = f; state = h;',
    'const o: i32 = f | 0; const p: u32 = i >>> 0; state = o + p;',
  ])('%s', (statements) => {
    expect(check(body(statements)).diagnostics).toEqual([]);
  });

  test('functions in all forms, exports in both, calls between modules', () => {
    const checked = check({
      'kernels.ts': `import { type i32 } from 'shoal/kernel';
        import { load32, readRegister, testAndSet } from 'shoal/kernel/machine';
        import { twice as double, SIZE, type Word } from './lib/two.ts';
        import type { Note } from './notes.ts';
        const half = (v: i32): i32 => v >> 1;
        const third = function (v: i32): i32 { return (v / 3) | 0; };
        function hidden(w: Word): i32 { return double(half(third(w))); }
        function listed(): i32 { return hidden(SIZE) + load32(0x100) + readRegister('ilat') + testAndSet(0, 1); }
        export const direct = (v: i32): i32 => listed() + v;
        export { listed, type Note };
        export { twice } from './lib/two.ts';`,
      'lib/two.ts': `import { type i32 } from 'shoal/kernel';
        export type Word = i32;
        export const SIZE = 4;
        export function twice(v: i32): i32 { return v + v; }`,
      'notes.ts': '// plain\nexport interface Note { text: string }\nexport class A { x = /a/; }',
    });
    expect(checked.diagnostics).toEqual([]);
    expect(checked.sources?.modules.map((file) => file.fileName)).toEqual([
      '/project/lib/two.ts',
      '/project/kernels.ts',
    ]);
  });

  test('code for build time may hold anything', () => {
    const checked = check(`
      import { type i32 } from 'shoal/kernel';
      const names = ['a', 'b'].map((name) => ({ name, code: name.charCodeAt(0) }));
      function makeTable(): Float32Array {
        const table = new Float32Array(8);
        for (const [i, { code }] of names.entries()) table[i] = Math.sin(code) ** 2;
        return table;
      }
      const table = makeTable();
      if (table.length !== 8) throw new Error(\`\${table.length}\`);
      export function k(i: i32): number { return table[i]; }`);
    expect(checked.diagnostics).toEqual([]);
    expect(checked.constants.table).toMatchObject({ kind: 'array', element: 'f32' });
  });

  test('but not in a function that a kernel reaches', () => {
    const checked = check(`
      function f(): number { return Math.random(); }
      function g(): number { return f(); }
      let t = 0;
      if (t > 1) t = f();
      export function k(): number { return t + g(); }`);
    expect(checked.codes).toEqual(['SH1022']);
  });
});

test('any text ends in diagnostics, never in an exception', () => {
  const word = fc.constantFrom(
    ...'export function k ( ) { } [ ] : ; , . = => + - * / < > ! ? & | i32 a b x 1 2.5 "s" `t` if else for while of in'.split(
      ' ',
    ),
    ...'let const var return class new this async await yield import from type as typeof throw switch case @ # ...'.split(
      ' ',
    ),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 25 }), (words) => {
      const text = words.join(' ');
      for (const source of [text, body(text)]) {
        const { diagnostics } = check(source, { timeoutMs: 100 });
        for (const d of diagnostics) {
          expect(d.code).not.toBe('SH1000');
          expect(d.position.line).toBeGreaterThan(0);
        }
      }
    }),
    { seed: 20, numRuns: 300 },
  );
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { printTree } from '../../../compiler/kernel-tree/print-tree.ts';
import { check } from './tree-of-source.ts';
import { assertValid } from './tree-validity.ts';

/** Source text of programs that TypeScript accepts mostly, and the rules for kinds sometimes. */
const { expression, condition, statement } = fc.letrec<{ expression: string; condition: string; statement: string }>(
  (tie) => {
    const e = tie('expression');
    const c = tie('condition');
    const s = tie('statement');
    const number = fc.oneof(
      fc.constantFrom('0', '1', '3', '255', '-7', '0.5', '-0', '2147483648', '1e10', 'LIMIT', 'HALF', 'Math.PI'),
      fc.integer({ min: -300, max: 300 }).map(String),
    );
    const place = fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom('n', 'a', 'b', 'f', 'g', 'total', 'count') },
      { weight: 1, arbitrary: fc.constantFrom('u', 'v') },
      fc
        .tuple(fc.constantFrom('x', 'k', 'c', 'table', 'memory', '(on ? x : y)'), e)
        .map(([x, i]) => `${x}[(${i}) | 0]`),
    );
    return {
      expression: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        number,
        place,
        fc.tuple(e, fc.constantFrom('+', '-', '*', '/', '+', '-', '*', '%'), e).map(([l, o, r]) => `(${l} ${o} ${r})`),
        fc.tuple(e, fc.constantFrom('&', '|', '^', '<<', '>>', '>>>'), e).map(([l, o, r]) => `(${l} ${o} ${r})`),
        fc.tuple(e, fc.constantFrom('| 0', '>>> 0', '& 15', '>>> 1')).map(([l, o]) => `(${l} ${o})`),
        fc
          .tuple(e, e, fc.constantFrom('((L / R) | 0)', '~~(L / R)', 'Math.trunc(L / R)', '(L / R >>> 0)'))
          .map(([l, r, form]) => form.replace('L', () => l).replace('R', () => r)),
        fc.tuple(fc.constantFrom('-', '~', '+', '- -', '~~'), e).map(([o, v]) => `(${o}${v})`),
        fc.tuple(c, e, e).map(([t, l, r]) => `(${t} ? ${l} : ${r})`),
        fc
          .tuple(fc.constantFrom('abs', 'sqrt', 'fround', 'floor', 'sign', 'clz32', 'trunc'), e)
          .map(([name, v]) => `Math.${name}(${v})`),
        fc
          .tuple(fc.constantFrom('Math.min', 'Math.max', 'Math.imul', 'mix'), e, e)
          .map(([f, l, r]) => `${f}(${l}, ${r})`),
        fc.tuple(place, fc.constantFrom('=', '+=', '-=', '*=', '|=', '>>='), e).map(([p, o, v]) => `(${p} ${o} ${v})`),
        fc.tuple(place, fc.constantFrom('++', '--')).map(([p, o]) => `(${p}${o})`),
        fc.tuple(place, fc.constantFrom('++', '--')).map(([p, o]) => `(${o}${p})`),
        fc.tuple(fc.constantFrom('n', 'f', 'a'), fc.constantFrom('||', '&&'), e).map((parts) => `(${parts.join(' ')})`),
        fc.constantFrom('x.length', 'coreLike()', '+on', '(on ? x : y).length'),
        e.map((v) => `((${v}) as number)`),
      ),
      condition: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom('on', 'true', '!n', '!f'),
        fc.tuple(e, fc.constantFrom('<', '<=', '>', '>=', '===', '!=='), e).map(([l, o, r]) => `${l} ${o} ${r}`),
        fc.tuple(c, fc.constantFrom('&&', '||'), c).map(([l, o, r]) => `((${l}) ${o} (${r}))`),
        c.map((v) => `!(${v})`),
      ),
      statement: fc.oneof(
        { maxDepth: 3 },
        fc
          .tuple(place, fc.constantFrom('=', '=', '+=', '-=', '*=', '/=', '%=', '^=', '<<=', '>>>='), e)
          .map(([p, o, v]) => `${p} ${o} ${v};`),
        e.map((v) => `a = ${v};`),
        fc.tuple(c, s, s).map(([t, l, r]) => `if (${t}) { ${l} } else { ${r} }`),
        fc.tuple(e, s).map(([end, body]) => `for (let i = 0; i < ${end}; i++) { ${body} b = i; }`),
        fc.tuple(c, s).map(([t, body]) => `while (${t}) { ${body} if (on) continue; break; }`),
        fc
          .tuple(fc.constantFrom('x', 'k', 'on ? x : y', 'table'), s)
          .map(([x, body]) => `for (const w of ${x}) { ${body} g += w; }`),
        fc
          .tuple(e, s, s)
          .map(([v, l, r]) => `switch ((${v}) | 0) { case 0: ${l} case LIMIT: ${r} break; default: ${l} }`),
        fc.tuple(s, s).map(([l, r]) => `${l} ${r}`),
        fc.tuple(c, e).map(([t, v]) => `(${t}) && (a = ${v});`),
      ),
    };
  },
);

const program = fc.tuple(fc.array(statement, { maxLength: 4 }), expression, expression, condition).map(
  ([body, mixed, result, test]) => `
const LIMIT = 10; const HALF = 0.5;
const table = new Float32Array([1, 2]); const memory = new Uint16Array(4);
let total = 0; let count = 0;
function coreLike() { return 3; }
function mix(p: number, q: number) { return p + q * 2; }
function other(n: i32, f: f32, on: boolean, u: u32, v: u32, x: Float32Array, y: Float32Array, k: Int32Array, c: Uint8Array) {
  let a = 0; let b = 0; let g: f32 = 0;
  if (${test}) return ${mixed};
  return g + a + b;
}
export function f(n: i32, f: f32, on: boolean, u: u32, v: u32, x: Float32Array, y: Float32Array, k: Int32Array, c: Uint8Array) {
  let a = 0; let b = 0; let g: f32 = 0;
  ${body.join('\n  ')}
  return (${result}) + other(n, f, on, u, v, x, y, k, c);
}`,
);

describe('random programs', () => {
  test('are refused with a number or give a tree of the right kinds', { timeout: 120_000 }, () => {
    const outcomes = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(program, (source) => {
        const { checked, diagnostics } = check(source);
        if (checked === null) {
          outcomes.refused++;
          return diagnostics.length > 0 && diagnostics.every((d) => /^SH[1-5]\d{3}$/.test(d.code));
        }
        outcomes.accepted++;
        assertValid(checked.program);
        return printTree(checked.program).length > 0 && diagnostics.length === 0;
      }),
      { seed: 20, numRuns: 250 },
    );
    expect(outcomes.accepted).toBeGreaterThan(50);
    expect(outcomes.refused).toBeGreaterThan(50);
  });
});

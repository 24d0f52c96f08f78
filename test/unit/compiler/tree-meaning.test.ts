import fc from 'fast-check';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { evaluateProgram } from '../../../compiler/exact-node/evaluate-program.ts';
import { programOf } from './tree-of-source.ts';

/**
 * Programs that stay exact in doubles: small integers, and halves in f32. What their trees mean must be what
 * JavaScript itself makes of the source: order of evaluation, loops, jumps, switch, steps and stores.
 */
const place = fc.constantFrom('a', 'b', 'count');
const element = fc.constantFrom('c[I & 3]', 's[I & 3]', 'k[I & 3]', '(on ? k : m)[I & 3]', 'kept[I & 3]');

/** Renames labels, so that nested ones differ. */
const inside = (body: string): string =>
  body.replace(/\b(outer|block)(\d*)/g, (_, word: string, depth: string) => `${word}${Number(depth) + 1}`);

const { expression, statement } = fc.letrec<{ expression: string; condition: string; statement: string }>((tie) => {
  const e = tie('expression');
  const c = tie('condition');
  const s = tie('statement');
  const at = fc.tuple(element, e).map(([text, index]) => text.replace('I', () => `(${index})`));
  return {
    expression: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.oneof(place, fc.constantFrom('n', '0', '1', '7', '-3', 'k.length', '+on', 'LIMIT'), at),
      fc.tuple(e, fc.constantFrom('+', '-', '&', '|', '^'), e).map(([l, o, r]) => `(${l} ${o} ${r})`),
      fc.tuple(e, fc.constantFrom('>> 1', '<< 2', '>>> 28', '* 3', '% 5'), e).map(([l, o]) => `((${l} & 1023) ${o})`),
      fc.tuple(e, e).map(([l, r]) => `((${l} / ${r}) | 0)`),
      fc.tuple(c, e, e).map(([t, l, r]) => `(${t} ? ${l} : ${r})`),
      fc.tuple(place, e).map(([p, v]) => `(${p} = ${v} & 1023)`),
      fc.tuple(at, fc.constantFrom('=', '+=', '-=', '|=', '>>='), e).map(([p, o, v]) => `(${p} ${o} ${v} & 1023)`),
      fc
        .tuple(fc.oneof(place, at), fc.constantFrom('++', '--'), fc.boolean())
        .map(([p, o, isPrefix]) => (isPrefix ? `(${o}${p})` : `(${p}${o})`)),
      fc.tuple(e, e).map(([l, r]) => `(a = ${l} & 255, ${r})`),
      fc.tuple(e, e).map(([l, r]) => `mix(${l}, ${r})`),
      fc.tuple(fc.constantFrom('a', 'b'), fc.constantFrom('||', '&&'), e).map((parts) => `(${parts.join(' ')})`),
      fc.tuple(fc.constantFrom('abs', 'sign', 'clz32'), e).map(([name, v]) => `Math.${name}(${v})`),
      fc.tuple(fc.constantFrom('min', 'max'), e, e).map(([name, l, r]) => `Math.${name}(${l}, ${r})`),
      fc.tuple(fc.constantFrom('-', '~', '~~'), e).map(([o, v]) => `(${o}(${v} + 0))`),
    ),
    condition: fc.oneof(
      { maxDepth: 2 },
      fc.constantFrom('on', 'g > 2', '!a', '!g'),
      fc.tuple(e, fc.constantFrom('<', '<=', '>', '>=', '===', '!=='), e).map(([l, o, r]) => `(${l}) ${o} (${r})`),
      fc.tuple(c, fc.constantFrom('&&', '||', '==='), c).map(([l, o, r]) => `((${l}) ${o} (${r}))`),
      c.map((v) => `!(${v})`),
    ),
    statement: fc.oneof(
      { maxDepth: 3 },
      e.map((v) => `a = (${v}) & 1023;`),
      e.map((v) => `${v};`),
      e.map((v) => `g = (${v}) * 0.5 + g; if (g > 5000 || g < -5000) g = 0;`),
      fc.tuple(c, s, s).map(([t, l, r]) => `if (${t}) { ${l} } else { ${r} }`),
      fc.tuple(e, s).map(([end, body]) => `for (let i = 0; (i) < ${end} && --fuel > 0; i++) { ${body} b = i; }`),
      fc.tuple(c, s).map(([t, body]) => `while (--fuel > 0 && ${t}) { ${body} }`),
      fc.tuple(c, s).map(([t, body]) => `do { ${body} } while (--fuel > 0 && ${t});`),
      fc
        .tuple(c, s, c)
        .map(
          ([t, body, u]) =>
            `outer: for (const w of k) { for (const v of on ? k : m) { if (--fuel < 0) break outer; ${inside(body)} if (${t}) continue outer; if (${u}) break; a = v & 1023; } b = w & 1023; }`,
        ),
      fc
        .tuple(e, s, s, s)
        .map(
          ([v, x, y, z]) =>
            `switch ((${v}) & 3) { case 0: ${x} break; case 3: default: ${y} case LIMIT: { ${z} break; } case a & 3: ${x} }`,
        ),
      fc.tuple(c, s, s).map(([t, l, r]) => `block: { ${inside(l)} if (${t}) break block; ${inside(r)} }`),
      fc.tuple(c, e, e).map(([t, l, r]) => `${t} ? (a = (${l}) & 7) : (b = (${r}) & 7);`),
      fc.tuple(c, e).map(([t, v]) => `(${t}) && (count = (${v}) & 255);`),
      fc.tuple(c, e).map(([t, v]) => `(${t}) || (count = (${v}) & 255);`),
      fc.tuple(s, s).map(([l, r]) => `${l} ${r}`),
      c.map((t) => `{ let z = k; z = ${t} ? m : k; z[1]++; }`),
      fc.constantFrom('if (fuel < 150) return a;', 'if (fuel < 50) return b;'),
    ),
  };
});

const program = fc.tuple(fc.array(statement, { minLength: 1, maxLength: 4 }), expression, expression).map(
  ([body, mixed, result]) => `
const LIMIT = 2;
const kept = new Int16Array([5, -6, 7, 1000]);
let count = 3; let fuel = 200; let g: f32 = 0;
function mix(p: number, q: number): number { count = (count + p) & 63; return (p & 15) - (q & 15); }
function inner(n: i32, on: boolean, k: Int32Array, m: Int32Array, c: Uint8Array, s: Int16Array): i32 {
  let a = 1; let b = 2;
  return (${mixed}) + a - b;
}
export function f(n: i32, on: boolean, k: Int32Array, m: Int32Array, c: Uint8Array, s: Int16Array): i32 {
  let a = 0; let b = n;
  ${body.join('\n  ')}
  return ((${result}) & 65535) + (inner(n, on, k, m, c, s) & 255) + (a & 255) + (b & 255) + count + ((g * 2) | 0);
}`,
);

type Kernel = (n: number, on: boolean, ...arrays: (Int32Array | Uint8Array | Int16Array)[]) => unknown;

/** The source as JavaScript, types taken away and nothing else. */
function plain(source: string): Kernel {
  const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
  const text = ts
    .transpileModule(source, { compilerOptions: options })
    .outputText.replace('export function', 'function');
  return new Function(`${text}; return f;`)() as Kernel;
}

/** Result, or what was thrown, and the arrays as they are left. */
function outcome(kernel: Kernel): unknown {
  const arrays = [
    Int32Array.of(1, -2, 3, 40),
    Int32Array.of(9, 8, 7, 6),
    Uint8Array.of(1, 200, 255, 0),
    Int16Array.of(-1, 32767, 5, 6),
  ];
  return { result: kernel(6, true, ...arrays), arrays };
}

describe('what trees mean', () => {
  test('is what JavaScript makes of the source', { timeout: 120_000 }, () => {
    let accepted = 0;
    fc.assert(
      fc.property(program, (source) => {
        let exact: Kernel;
        try {
          exact = evaluateProgram(programOf(source)).f as unknown as Kernel;
        } catch (error) {
          // TypeScript refuses what it sees through, as `1 === 2`, and takes some `a < (b) > (c)` for a generic call.
          if (/^SH(2001|1032|4004)/.test((error as Error).message)) return;
          throw error;
        }
        accepted++;
        expect(outcome(exact)).toEqual(outcome(plain(source)));
      }),
      { seed: 7, numRuns: 200 },
    );
    expect(accepted).toBeGreaterThan(100);
  });
});

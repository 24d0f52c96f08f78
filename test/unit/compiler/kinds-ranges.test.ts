import fc from 'fast-check';
import type ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { evaluateProgram } from '../../../compiler/exact-node/evaluate-program.ts';
import { DiagnosticSink } from '../../../compiler/front-end/diagnostics.ts';
import { KindInference } from '../../../compiler/front-end/kind-inference.ts';
import { KernelScope } from '../../../compiler/front-end/kind-scope.ts';
import type { ValueType } from '../../../compiler/front-end/number-kinds.ts';
import { kernelReach } from '../../../compiler/front-end/reachable-functions.ts';
import { loadKernelSources } from '../../../compiler/front-end/typescript-program.ts';
import { check, moduleText } from './tree-of-source.ts';

/** What inference says of the result of `f`. */
function resultTypeOf(source: string): ValueType {
  const sources = loadKernelSources(
    '/project/kernels.ts',
    { readFile: (path) => (path === '/project/kernels.ts' ? moduleText(source) : undefined) },
    new DiagnosticSink(),
  );
  if (sources === null) throw new Error('the source was accepted before');
  const reach = kernelReach(sources);
  const scope = new KernelScope(sources, new Map<ts.VariableDeclaration, never>());
  const f = reach.exports.get('f');
  if (f === undefined) throw new Error('there is no f');
  return new KindInference(scope, reach.functions).resultType(f);
}

const { expression } = fc.letrec<{ expression: string }>((tie) => {
  const e = tie('expression');
  return {
    expression: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.constantFrom('n', 'm', 'a', 'b', 'i', '0', '1', '-1', '200', '65536', '2147483647', '-2147483648'),
      fc.constantFrom('c[n & 3]', 's[m & 3]', 'c.length', '(n >>> 1)', '(u & 255)', '(u >>> 28)', '(u | 0)'),
      fc.tuple(e, fc.constantFrom('+', '-', '*', '&', '|', '^', '<<', '>>'), e).map(([l, o, r]) => `(${l} ${o} ${r})`),
      fc
        .tuple(e, fc.constantFrom('& 7', '>> 3', '<< 2', '>>> 0 & 1023', '>>> 5', '% 10', '| 0', '<< 31'))
        .map(([l, o]) => `((${l}) ${o})`),
      fc.tuple(e, e).map(([l, r]) => `((${l} / ${r}) | 0)`),
      fc.tuple(e, e).map(([l, r]) => `(${l} % (${r} | 1))`),
      fc.tuple(e, e, e).map(([t, l, r]) => `(${t} > 0 ? ${l} : ${r})`),
      fc.tuple(fc.constantFrom('abs', 'sign', 'clz32', 'trunc'), e).map(([name, v]) => `Math.${name}(${v})`),
      fc.tuple(fc.constantFrom('min', 'max', 'imul'), e, e).map(([name, l, r]) => `Math.${name}(${l}, ${r})`),
      fc.tuple(fc.constantFrom('-', '~', '~~', '+'), e).map(([o, v]) => `(${o}${v})`),
    ),
  };
});

const program = fc.tuple(expression, expression, expression, expression).map(
  ([first, inLoop, afterLoop, result]) => `
export function f(n: i32, m: i32, u: u32, c: Uint8Array, s: Int16Array) {
  let a = 0; let b = 3; let i = 1;
  a = ${first};
  for (let i = 0; i < (m & 3); i++) { b = ${inLoop}; a = ${afterLoop}; }
  return ${result};
}`,
);

const EDGES = [0, 1, -1, 2, 3, 255, -256, 2 ** 31 - 1, -(2 ** 31), 12345678];
const words = fc.tuple(
  fc.constantFrom(...EDGES),
  fc.constantFrom(...EDGES),
  fc.constantFrom(0, 7, 2 ** 31, 2 ** 32 - 1),
);

describe('ranges', () => {
  test('hold every value that an expression can have', { timeout: 120_000 }, () => {
    let tested = 0;
    fc.assert(
      fc.property(program, fc.array(words, { minLength: 4, maxLength: 8 }), (source, inputs) => {
        const { checked } = check(source);
        if (checked === null) return;
        const type = resultTypeOf(source);
        if (type.tag !== 'int') return; // `-0` is an f32
        const kernel = evaluateProgram(checked.program).f as unknown as (...values: unknown[]) => number;
        for (const [n, m, u] of inputs) {
          const value = kernel(n, m, u, Uint8Array.of(0, 255, 7, 128), Int16Array.of(-32768, 32767, -1, 9));
          if (value < type.low || value > type.high) {
            throw new Error(`f(${n}, ${m}, ${u}) is ${value}, outside of ${type.low} … ${type.high}`);
          }
          tested++;
        }
      }),
      { seed: 5, numRuns: 250 },
    );
    expect(tested).toBeGreaterThan(700);
  });
});

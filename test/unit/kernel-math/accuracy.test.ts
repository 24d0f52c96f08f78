/** The functions of Math in exact Node, which has the bits of a core: their error, and JavaScript's special values. */
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { errorInUlp, MATH_FUNCTIONS, measureAccuracy } from '../../../bench/math/functions.ts';
import { evaluateProgram } from '../../../compiler/exact-node/evaluate-program.ts';
import { checkKernelProgram } from '../../../compiler/front-end/check-kernel-program.ts';

type Compute = (...values: number[]) => number;

/** `npm run bench -- math` takes a million. */
const POINTS = 20_000;

let exact: Readonly<Record<string, Compute>>;
beforeAll(() => {
  const file = fileURLToPath(new URL('../../../bench/math/kernels.ts', import.meta.url));
  const { checked, diagnostics } = checkKernelProgram(file);
  if (checked === null) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  exact = evaluateProgram(checked.program) as Readonly<Record<string, Compute>>;
});

function computed(name: string): Compute {
  const f = exact[name];
  if (f === undefined) throw new Error(`no kernel ${name}`);
  return f;
}

describe('the error', () => {
  test.each(MATH_FUNCTIONS.map((f) => [f.name, f] as const))('of %s keeps to its bound', (name, f) => {
    const { maximumUlp, at } = measureAccuracy(f, computed(name), POINTS);
    expect(maximumUlp, `at ${at.join(', ')}`).toBeLessThanOrEqual(f.boundUlp);
    // A bound is not much more than what is needed, and a measure that finds nothing measures nothing.
    expect(maximumUlp).toBeGreaterThan(f.boundUlp / 2.5);
  });

  test('is measured in units of the last place of the exact value', () => {
    expect(errorInUlp(1, 1 + 2 ** -24)).toBe(0.5);
    expect(errorInUlp(1, 1 - 2 ** -24)).toBe(1);
    expect(errorInUlp(0, 2 ** -126)).toBe(0);
    expect(errorInUlp(0, 2 ** -125)).toBe(2 ** 23);
    expect(errorInUlp(Number.POSITIVE_INFINITY, 2 ** 128)).toBe(0);
    expect(errorInUlp(Number.POSITIVE_INFINITY, (2 - 2 ** -23) * 2 ** 127)).toBe(1);
    for (const [got, wanted] of [
      [0, -0],
      [-0, 2 ** -130],
      [Number.NaN, 1],
      [1, Number.NaN],
      [1, Number.POSITIVE_INFINITY],
    ] as const) {
      expect(errorInUlp(got, wanted)).toBe(Number.POSITIVE_INFINITY);
    }
  });
});

const [INF, NAN] = [Number.POSITIVE_INFINITY, Number.NaN];
const HALF_PI = Math.fround(Math.PI / 2);
const PI = Math.fround(Math.PI);

describe('special values', () => {
  test.each([
    ['sin', [0, 0], [-0, -0], [INF, NAN], [-INF, NAN], [NAN, NAN], [2 ** -149, 0], [-(2 ** -149), -0]],
    ['cos', [0, 1], [-0, 1], [INF, NAN], [NAN, NAN]],
    ['tan', [0, 0], [-0, -0], [INF, NAN], [NAN, NAN]],
    ['asin', [0, 0], [-0, -0], [1, HALF_PI], [-1, -HALF_PI], [1.5, NAN], [-INF, NAN], [NAN, NAN]],
    ['acos', [1, 0], [-1, PI], [0, HALF_PI], [-1.5, NAN], [INF, NAN], [NAN, NAN]],
    ['atan', [0, 0], [-0, -0], [INF, HALF_PI], [-INF, -HALF_PI], [NAN, NAN]],
    ['sinh', [0, 0], [-0, -0], [INF, INF], [-INF, -INF], [90, INF], [NAN, NAN]],
    ['cosh', [0, 1], [-0, 1], [INF, INF], [-INF, INF], [-90, INF], [NAN, NAN]],
    ['tanh', [0, 0], [-0, -0], [INF, 1], [-INF, -1], [50, 1], [NAN, NAN]],
    ['asinh', [0, 0], [-0, -0], [INF, INF], [-INF, -INF], [NAN, NAN]],
    ['acosh', [1, 0], [INF, INF], [0.5, NAN], [-2, NAN], [-INF, NAN], [NAN, NAN]],
    ['atanh', [0, 0], [-0, -0], [1, INF], [-1, -INF], [1.5, NAN], [NAN, NAN]],
    ['exp', [0, 1], [-0, 1], [INF, INF], [-INF, 0], [89, INF], [-88, 0], [NAN, NAN]],
    ['expm1', [0, 0], [-0, -0], [INF, INF], [-INF, -1], [-30, -1], [NAN, NAN]],
    ['log', [1, 0], [0, -INF], [-0, -INF], [2 ** -149, -INF], [-1, NAN], [INF, INF], [-INF, NAN], [NAN, NAN]],
    ['log2', [1, 0], [8, 3], [2 ** -126, -126], [0, -INF], [-1, NAN], [INF, INF], [NAN, NAN]],
    ['log10', [1, 0], [0, -INF], [-1, NAN], [INF, INF], [NAN, NAN]],
    ['log1p', [0, 0], [-0, -0], [-1, -INF], [-2, NAN], [INF, INF], [-INF, NAN], [NAN, NAN]],
    ['cbrt', [0, 0], [-0, -0], [27, 3], [-8, -2], [INF, INF], [-INF, -INF], [NAN, NAN]],
  ] as [string, ...[number, number][]][])('%s', (name, ...cases) => {
    for (const [x, wanted] of cases) expect([x, computed(name)(x)]).toEqual([x, wanted]);
  });

  test('pow: the table of JavaScript', () => {
    const pow = computed('pow');
    const values = [0, -0, 1, -1, 2, -2, 3, -3, 0.5, -0.5, 2.5, -2.5, 2 ** 24, 2 ** 24 + 2, 2 ** 25, INF, -INF, NAN];
    for (const x of values) {
      for (const y of values) {
        const wanted = x ** y;
        // These are exact, or special, or too large or small for an f32.
        const isPlain = Number.isFinite(wanted) && Math.fround(wanted) !== wanted;
        if (!isPlain) expect([x, y, pow(x, y)]).toEqual([x, y, wanted]);
      }
    }
  });

  test('atan2: zeros, infinities and NaN in every pair', () => {
    const atan2 = computed('atan2');
    const values = [0, -0, 1, -1, INF, -INF, NAN];
    for (const y of values) {
      for (const x of values) expect([y, x, atan2(y, x)]).toEqual([y, x, Math.fround(Math.atan2(y, x))]);
    }
  });

  test('hypot: an infinity counts for more than a NaN', () => {
    const hypot = computed('hypot');
    expect([hypot(INF, NAN), hypot(NAN, -INF), hypot(NAN, 1), hypot(3, -4), hypot(-0, 0)]).toEqual([
      INF,
      INF,
      NAN,
      5,
      0,
    ]);
    expect([hypot(3e38, 3e38), hypot(3e-38, 4e-38)]).toEqual([INF, Math.fround(5e-38)]);
  });
});

import { describe, expect, test } from 'vitest';
import { check } from './front-end-check.ts';

const use = (...names: string[]): string => `\nexport function k(): number { return ${names.join(' + ')}; }`;

describe('module constants', () => {
  test('literals need nothing to be run', () => {
    const { constants, codes } = check(
      `const a = 16; const b = -1.5; const c = true; let d: number = (3 as number);
       const e = new Int16Array(3); const f = new Uint8Array([1, 258, -1]); const g = -0;${use('a')}`,
    );
    expect(codes).toEqual([]);
    expect(constants).toEqual({
      a: { kind: 'number', value: 16 },
      b: { kind: 'number', value: -1.5 },
      c: { kind: 'boolean', value: true },
      d: { kind: 'number', value: 3 },
      e: { kind: 'array', element: 'i16', values: [0, 0, 0] },
      f: { kind: 'array', element: 'u8', values: [1, 2, 255] },
      g: { kind: 'number', value: -0 },
    });
  });

  test('code is run as ordinary JavaScript, with values of the whole top level', () => {
    const { constants, codes } = check(`
      const N = 4;
      const squares = new Int32Array(N * N);
      for (let i = 0; i < squares.length; i++) squares[i] = i * i;
      let seed = 1;
      seed += 41;
      const mean: number = squares.reduce((a, b) => a + b, 0) / squares.length;
      const third = 1 / 3;
      const name = 'x'.repeat(3);
      const object = { a: 1 };${use('squares[0]', 'seed', 'mean', 'third')}`);
    expect(codes).toEqual([]);
    expect(constants.squares).toEqual({
      kind: 'array',
      element: 'i32',
      values: Array.from({ length: 16 }, (_, i) => i * i),
    });
    expect(constants.seed).toEqual({ kind: 'number', value: 42 });
    expect(constants.mean).toEqual({ kind: 'number', value: 77.5 });
    expect(constants.third).toEqual({ kind: 'number', value: 1 / 3 });
    expect(constants.name).toEqual({ kind: 'string', value: 'xxx' });
    expect(constants.object).toMatchObject({ kind: 'object', value: { a: 1 } });
  });

  test('modules see the values of modules they import, and the library', () => {
    const { constants, codes } = check({
      'kernels.ts': `import { type f32, coreCount } from 'shoal/kernel';
        import { bitsOf } from 'shoal/kernel/machine';
        import { WIDTH, ramp } from './sizes.ts';
        const table: Float32Array = ramp(WIDTH);
        const bits = bitsOf(1);
        const cores: number = coreCount();${use('table[0]', 'bits', 'cores', 'WIDTH')}`,
      'sizes.ts': `export const WIDTH = 2 + 1;
        export function ramp(n: number): Float32Array { return Float32Array.from({ length: n }, (_, i) => i / 10); }`,
    });
    expect(codes).toEqual([]);
    expect(constants.table).toEqual({ kind: 'array', element: 'f32', values: [0, 0.1, 0.2].map(Math.fround) });
    expect(constants.bits).toEqual({ kind: 'number', value: 0x3f800000 });
    expect(constants.cores).toEqual({ kind: 'number', value: 1 });
    expect(constants.WIDTH).toEqual({ kind: 'number', value: 3 });
  });

  test('unicode names, and names of words that the evaluation uses', () => {
    const { constants, codes } = check(`const größe = 1 + 1; const capture = 2 + 2;${use('größe', 'capture')}`);
    expect(codes).toEqual([]);
    expect(constants.größe).toEqual({ kind: 'number', value: 2 });
    expect(constants.capture).toEqual({ kind: 'number', value: 4 });
  });

  test('what throws is reported where it threw, in the message of JavaScript', () => {
    const { diagnostics } = check({
      'kernels.ts': `import { f } from './a.ts';\nconst a: number = f(3);${use('a')}`,
      'a.ts': `export function f(n: number): number {\n  if (n === 3) throw new RangeError(\`no \${n}\`);\n  return n;\n}`,
    });
    expect(diagnostics).toMatchObject([
      {
        code: 'SH5001',
        message: 'top-level code of a.ts failed: RangeError: no 3',
        position: { file: '/project/a.ts', line: 3, column: 22 },
      },
    ]);
  });

  test.each(['process.exit(3);', 'require("fs");', 'fetch("x");'])('Node is not there: %s', (statement) => {
    const { codes, diagnostics } = check(`${statement}\nexport function k(): void {}`);
    expect(codes).toEqual(['SH5001']);
    expect(diagnostics[0]?.message).toMatch(/is not defined|cannot import/);
  });

  test('what a kernel does not use may be anything', () => {
    const { codes } = check(`const a = new Map([[1, { b: /c/ }]]); const f = new Float64Array(3); const s = [f];
      export function k(): void {}`);
    expect(codes).toEqual([]);
  });

  test('arrays that share memory are told apart from copies', () => {
    const source = (second: string): string =>
      `const a = new Float32Array(4);\nconst b: Float32Array = ${second};${use('a[0]', 'b[0]')}`;
    expect(check(source('a.subarray(1)')).codes).toEqual(['SH3002']);
    expect(check(source('a.slice()')).codes).toEqual([]);
  });
});

import { SourceMap } from 'node:module';
import { describe, expect, test } from 'vitest';
import type { KernelFunction, KernelProgram, SourcePosition } from '../../../compiler/kernel-tree/tree.ts';
import { transformKernelModule } from '../../../host/run/transform-kernel-module.ts';
import {
  arrayLocal,
  arrayOf,
  binary,
  call,
  convert,
  element,
  giveBack,
  kernel,
  number,
  scalar,
  state,
  use,
} from './tree-builder.ts';

const MAIN = '/project/kernels.ts';
const OTHER = '/project/lib/more 100%.ts';

const MAIN_SOURCE = `'use kernel';
import { type f32, type i32, coreIndex } from 'shoal/kernel';
import { twice } from './lib/more%20100%25.ts';

/** Types go, comments stay. */
export interface Shape { width: i32 }

export const table: Float32Array = Float32Array.of(Math.sin(1), 2);
let count: i32 = 40 + 2;

/** Doubles an element. */
export function pick(
  x: Float32Array,
  i: i32,
): f32 {
  return (
    twice(
      x[i] as f32)
  );
}

export function where(): i32 { return coreIndex() + count; }
function plain(n: number): number { return n * 0.1; }
export { plain as ordinary };
`;
const OTHER_SOURCE = `'use kernel';
import type { f32 } from 'shoal/kernel';
function double(v: f32): f32 {
  return v + v;
}
export { double as twice };
`;

const at = (file: string, line: number, column: number): SourcePosition => ({ file, line, column });

/** The tree of MAIN, as the front end gives it, with the positions that matter. */
function program(): KernelProgram {
  const v = scalar('v', 'f32');
  const double: KernelFunction = {
    ...kernel('double', [v], 'f32', [giveBack(binary('add', 'f32', use(v), use(v)))], false),
    symbol: 'more 100%.double',
    position: at(OTHER, 3, 1),
  };
  const x = arrayLocal('x', 'f32');
  const i = scalar('i', 'i32');
  const read = element(arrayOf(x), 'f32', use(i), {
    kind: 'index-out-of-range',
    position: at(MAIN, 18, 7),
    text: 'x[i]',
  });
  const pick: KernelFunction = {
    ...kernel('pick', [x, i], 'f32', [{ ...giveBack(call(double, read)), position: at(MAIN, 16, 3) }]),
    position: at(MAIN, 12, 1),
  };
  const table = { ...state('table', { tag: 'array', element: 'f32' }, [0.5, 2]), position: at(MAIN, 8, 14) };
  const count = { ...state('count', { tag: 'scalar', scalar: 'i32' }, 42), position: at(MAIN, 9, 5) };
  const index = {
    op: 'intrinsic',
    type: 'i32',
    intrinsic: 'core-index',
    arguments: [],
    position: at(MAIN, 22, 38),
  } as const;
  const total = binary('add', 'i32', index, { op: 'global', type: 'i32', global: count, position: at(MAIN, 22, 52) });
  const where: KernelFunction = {
    ...kernel('where', [], 'i32', [giveBack(total)]),
    position: at(MAIN, 22, 1),
  };
  return {
    name: 'kernels',
    entryFile: MAIN,
    functions: [pick, where, double],
    globals: [table, count],
    files: [MAIN, OTHER],
  };
}

const readFile = (path: string): string => (path === MAIN ? MAIN_SOURCE : OTHER_SOURCE);

describe('a transformed module', () => {
  test('has exact kernels, frozen data, and the rest as it was', async () => {
    const { code } = await transformKernelModule({ program: program() }, MAIN, { readFile });
    expect(code).toMatchInlineSnapshot(`
      ""use kernel";
      import { twice as $$twice } from "./lib/more 100%25.ts";
      import { index as $$index } from "shoal/compiler/exact";
      import { coreIndex as $$coreIndex } from "shoal/kernel";
      let table = Float32Array.of(Math.sin(1), 2);
      let count = 40 + 2;
      function pick(x, i) {
        i = i | 0;
        return $$twice(x[$$index(i, x.length, "x[i]")]);
      }
      function where() {
        return $$coreIndex() + count | 0;
      }
      function plain(n) {
        return n * 0.1;
      }
      table = new Float32Array([0.5, 2]);
      count = 42;
      export {
        plain as ordinary,
        pick,
        table,
        where
      };
      "
    `);
  });

  test('maps a check inside an expression to its own line', async () => {
    const { code, map } = await transformKernelModule({ program: program() }, MAIN, { readFile });
    const lines = code.split('\n');
    const places = new SourceMap(map as never);
    const originOf = (text: string): number => {
      const line = lines.findIndex((l) => l.includes(text));
      const entry = places.findEntry(line, (lines[line] as string).indexOf(text));
      return 'originalLine' in entry ? entry.originalLine + 1 : 0;
    };
    expect(originOf('$$index(')).toBe(18);
    expect(originOf('return n * 0.1')).toBe(23);
    expect(originOf('function plain')).toBe(23);
    expect(originOf('function pick')).toBe(12);
    expect(map.sources).toEqual(['kernels.ts']);
    expect(map.sourcesContent).toEqual([MAIN_SOURCE]);
  });

  test('library functions and specialisations are copied in', async () => {
    const n = scalar('n', 'f32');
    const special: KernelFunction = {
      ...kernel('pick', [n], 'f32', [giveBack(convert('i32-to-f32', 'f32', number('i32', 3)))], false),
      symbol: 'kernels.pick$f32',
      position: at(MAIN, 12, 1),
    };
    const base = program();
    const pick = base.functions[0] as KernelFunction;
    pick.body = [giveBack(call(special, number('f32', 1)))];
    const { code } = await transformKernelModule(
      { program: { ...base, functions: [...base.functions, special] } },
      MAIN,
      {
        readFile,
      },
    );
    expect(code).toContain('function $$kernels_pick$f32(n) {');
    expect(code).toContain('return $$kernels_pick$f32(1);');
  });
});

import { describe, expect, test } from 'vitest';
import { lowerProgram } from '../../../compiler/flow-graph/lower.ts';
import type { Expression, KernelProgram, Statement, TrapSite } from '../../../compiler/kernel-tree/tree.ts';
import { optimise } from '../../../compiler/optimise/index.ts';
import {
  arrayLocal,
  arrayOf,
  assign,
  binary,
  compare,
  declare,
  element,
  elementTarget,
  giveBack,
  increment,
  indexSite,
  kernel,
  loop,
  number,
  position,
  programOf,
  run,
  scalar,
  state,
  use,
  useGlobal,
} from '../exact-node/tree-builder.ts';
import { type Argument, exactCalls, interpretCalls, newArray } from './run-tree.ts';

const x = arrayLocal('x', 'i32');
const y = arrayLocal('y', 'i32');
const row = scalar('row', 'i32');
const i = scalar('i', 'i32');
const turns = state('turns', { tag: 'scalar', scalar: 'i32' }, 0);
const i32 = (value: number): Expression => number('i32', value);
const plus = (a: Expression, b: Expression): Expression => binary('add', 'i32', a, b);

/** for (i < x.length) { turns++; y[row + i] = x[i] + y[row + i + 1]; } return turns; */
function copying(site: (text: string) => TrapSite | null): KernelProgram {
  const at = plus(use(row), use(i));
  const length: Expression = { op: 'length', type: 'i32', array: arrayOf(x), position };
  const value = plus(
    element(arrayOf(x), 'i32', use(i), site('x[i]')),
    element(arrayOf(y), 'i32', plus(at, i32(1)), site('y[row + i + 1]')),
  );
  const body: Statement[] = [
    run(assign({ op: 'global', global: turns }, 'i32', plus(useGlobal(turns), i32(1)))),
    run(assign(elementTarget(arrayOf(y), at, site('y[row + i]')), 'i32', value)),
  ];
  const main = kernel('main', [x, y, row], 'i32', [
    declare(i, i32(0)),
    loop({ name: 'loop' }, compare('lt', 'i32', use(i), length), body, [increment(i)]),
    giveBack(useGlobal(turns)),
  ]);
  return programOf([main], [turns]);
}

const numbers = (length: number): number[] => Array.from({ length }, (_, index) => index * 3);
const call = (xLength: number, yLength: number, rowValue: number): Argument[] => [
  newArray('i32', numbers(xLength)),
  newArray('i32', numbers(yLength)),
  rowValue,
];

describe('loops in two versions', () => {
  test('without checks where all indices are in range: as many steps as if there were none', () => {
    const calls = [call(500, 600, 20)];
    const stepsOf = (program: KernelProgram): number => {
      const graph = lowerProgram(program);
      optimise(graph, { verify: true });
      return interpretCalls(program, graph, calls).steps;
    };
    const checked = stepsOf(copying(indexSite));
    const unchecked = stepsOf(copying(() => null));
    expect(checked - unchecked).toBeLessThan(20);
  });

  test('with checks otherwise: the same trap in the same turn, after the same stores', () => {
    const calls = [
      call(5, 6, 0),
      call(5, 5, 0),
      call(5, 9, 3),
      call(5, 9, 4),
      call(5, 9, -1),
      call(0, 0, -7),
      call(5, 9, 0x7fffffff),
      call(5, 9, -0x80000000),
      call(1, 2, 0),
    ];
    const program = copying(indexSite);
    const graph = lowerProgram(program);
    optimise(graph, { verify: true });
    expect(interpretCalls(program, graph, calls).outcomes).toEqual(exactCalls(program, calls));
  });
});

import { describe, expect, test } from 'vitest';
import { lowerProgram } from '../../../compiler/flow-graph/lower.ts';
import type { Expression, KernelProgram, TrapSite } from '../../../compiler/kernel-tree/tree.ts';
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
const sum = state('sum', { tag: 'scalar', scalar: 'i32' }, 0);
const i32 = (value: number): Expression => number('i32', value);
const plus = (a: Expression, b: Expression): Expression => binary('add', 'i32', a, b);
type Site = (text: string) => TrapSite | null;
const at = (array: typeof x, index: Expression, site: Site): Expression =>
  element(arrayOf(array), 'i32', index, site(array.name));

/** y[1] = x[row + 2] + y[row] + x[row] + y[row + 3] + x[row + 4] + y[row + 1]; return y[0] + y[2] + y[1] + y[3]; */
function straight(site: Site): KernelProgram {
  const offsets = [2, 0, 0, 3, 4, 1];
  const terms = offsets.map((offset, k) => at(k % 2 === 0 ? x : y, plus(use(row), i32(offset)), site));
  const rest = [0, 2, 1, 3].map((index) => at(y, i32(index), site));
  const main = kernel('main', [x, y, row], 'i32', [
    run(assign(elementTarget(arrayOf(y), i32(1), site('y[1]')), 'i32', terms.reduce(plus))),
    giveBack(rest.reduce(plus)),
  ]);
  return programOf([main]);
}

/** for (i < rounds) sum += x[row + i] * y[i]; return sum; */
function counted(rounds: number, site: Site): KernelProgram {
  const product = binary('mul', 'i32', at(x, plus(use(row), use(i)), site), at(y, use(i), site));
  const body = [run(assign({ op: 'global', global: sum }, 'i32', plus(useGlobal(sum), product)))];
  const main = kernel('main', [x, y, row], 'i32', [
    declare(i, i32(0)),
    loop({ name: 'loop' }, compare('lt', 'i32', use(i), i32(rounds)), body, [increment(i)]),
    giveBack(useGlobal(sum)),
  ]);
  return programOf([main], [sum]);
}

const numbers = (length: number): number[] => Array.from({ length }, (_, index) => index * 3 + 1);
const call = (xLength: number, yLength: number, rowValue: number): Argument[] => [
  newArray('i32', numbers(xLength)),
  newArray('i32', numbers(yLength)),
  rowValue,
];

function stepsOf(program: KernelProgram, calls: Argument[][]): number {
  const graph = lowerProgram(program);
  optimise(graph, { verify: true });
  return interpretCalls(program, graph, calls).steps;
}

const rows = [0, 1, 3, 4, 5, 6, 7, -1, -2, -4, -5, 0x7fffffff, 0x7ffffffe, -0x80000000];
const lengths = [
  [9, 9],
  [9, 4],
  [4, 9],
  [5, 5],
  [0, 0],
  [8, 3],
  [3, 8],
] as const;
const edges = rows.flatMap((value) => lengths.map(([a, b]) => call(a, b, value)));

describe('checks that follow each other', () => {
  test('take the time of the lowest and the highest of each array', () => {
    const calls = [call(50, 60, 20)];
    // Ten checks in two places: four and one comparisons, each with its sum and its branch.
    expect(
      stepsOf(straight(indexSite), calls) -
        stepsOf(
          straight(() => null),
          calls,
        ),
    ).toBeLessThan(18);
  });

  test('trap at the first that fails, with its words, after the same stores', () => {
    const program = straight(indexSite);
    const graph = lowerProgram(program);
    optimise(graph, { verify: true });
    expect(interpretCalls(program, graph, edges).outcomes).toEqual(exactCalls(program, edges));
  });
});

describe('small counted loops', () => {
  test.each([1, 2, 5, 6])('of %i rounds have no loop any more', (rounds) => {
    const graph = lowerProgram(counted(rounds, indexSite));
    optimise(graph, { verify: true });
    expect(graph.functions[0]?.loops).toEqual([]);
  });

  test('stay loops where size counts, or where there are many rounds', () => {
    for (const [rounds, goal] of [
      [5, 'size'],
      [9, 'speed'],
    ] as const) {
      const graph = lowerProgram(counted(rounds, indexSite));
      optimise(graph, { verify: true, goal });
      expect(graph.functions[0]?.loops).not.toEqual([]);
    }
  });

  test.each([0, 1, 5, 8, 9])('of %i rounds give the same results and traps', (rounds) => {
    const program = counted(rounds, indexSite);
    const graph = lowerProgram(program);
    optimise(graph, { verify: true });
    expect(interpretCalls(program, graph, edges).outcomes).toEqual(exactCalls(program, edges));
  });
});

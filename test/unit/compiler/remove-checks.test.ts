import { describe, expect, test } from 'vitest';
import type { GraphProgram } from '../../../compiler/flow-graph/graph.ts';
import { lowerProgram } from '../../../compiler/flow-graph/lower.ts';
import type { Expression, KernelProgram, Local, Statement } from '../../../compiler/kernel-tree/tree.ts';
import { optimise } from '../../../compiler/optimise/index.ts';
import { Random } from '../../support/kernel-generator/random.ts';
import {
  arrayLocal,
  arrayOf,
  assign,
  assignLocal,
  binary,
  compare,
  declare,
  element,
  elementTarget,
  giveBack,
  indexSite,
  kernel,
  loop,
  number,
  position,
  programOf,
  run,
  scalar,
  use,
  when,
} from '../exact-node/tree-builder.ts';
import { type Argument, exactCalls, interpretCalls, newArray } from './run-tree.ts';

const i32 = (value: number): Expression => number('i32', value);
const x = arrayLocal('x', 'i32');
const y = arrayLocal('y', 'u8');
const n = scalar('n', 'i32');
const m = scalar('m', 'i32');
const i = scalar('i', 'i32');
const sum = scalar('sum', 'i32');
const lengthOf = (array: Local): Expression => ({ op: 'length', type: 'i32', array: arrayOf(array), position });
const plus = (a: Expression, b: Expression): Expression => binary('add', 'i32', a, b);

/** for (i = first; condition; i += step) body, and the sum back. */
function counting(
  first: Expression,
  condition: Expression,
  step: number,
  body: Statement[],
  test: 'first' | 'last' = 'first',
): KernelProgram {
  const update = assignLocal(i, plus(use(i), i32(step)));
  return programOf([
    kernel('main', [x, y, n, m], 'i32', [
      declare(sum, i32(0)),
      declare(i, first),
      loop({ name: 'loop' }, condition, body, [update], test),
      giveBack(use(sum)),
    ]),
  ]);
}

const read = (index: Expression, array = x): Statement =>
  run(assignLocal(sum, plus(use(sum), element(arrayOf(array), 'i32', index, indexSite('x[…]')))));
const write = (index: Expression, array = y): Statement =>
  run(assign(elementTarget(arrayOf(array), index, indexSite('y[…]')), 'i32', use(i)));

function checksLeft(program: KernelProgram): number {
  const graph: GraphProgram = lowerProgram(program);
  optimise(graph, { verify: true });
  const codes = graph.functions.flatMap((f) => f.blocks.flatMap((block) => block.instructions));
  return codes.filter((code) => code.op === 'bounds-check').length;
}

describe('index checks that go', () => {
  const below = compare('lt', 'i32', use(i), lengthOf(x));

  test('a counter below the length', () => {
    expect(checksLeft(counting(i32(0), below, 1, [read(use(i))]))).toBe(0);
    expect(checksLeft(counting(i32(3), below, 1, [read(use(i))]))).toBe(0);
  });

  test('neighbours, when the loop leaves room for them', () => {
    const inner = compare('lt', 'i32', use(i), plus(lengthOf(x), i32(-1)));
    const neighbours = [read(plus(use(i), i32(-1))), read(use(i)), read(plus(use(i), i32(1)))];
    expect(checksLeft(counting(i32(1), inner, 1, neighbours))).toBe(0);
    expect(checksLeft(counting(i32(0), inner, 1, neighbours))).toBe(1);
    expect(checksLeft(counting(i32(1), below, 1, neighbours))).toBe(1);
  });

  test('counting down, and in steps', () => {
    const notNegative = compare('ge', 'i32', use(i), i32(0));
    expect(checksLeft(counting(plus(lengthOf(x), i32(-1)), notNegative, -1, [read(use(i))]))).toBe(0);
    expect(checksLeft(counting(i32(0), below, 4, [read(use(i))]))).toBe(0);
  });

  test('masked indices of a constant length stay unless the mask fits', () => {
    const masked = (mask: number) => binary('and', 'i32', use(n), i32(mask));
    const table = {
      symbol: 'kernels.table',
      name: 'table',
      type: { tag: 'array', element: 'i32' },
      storage: 'constant',
      initial: [1, 2, 3, 4],
      position,
    } as const;
    const reading = (mask: number): KernelProgram =>
      programOf(
        [
          kernel('main', [n], 'i32', [
            giveBack(element({ op: 'global-array', global: table }, 'i32', masked(mask), indexSite('t[…]'))),
          ]),
        ],
        [table],
      );
    expect(checksLeft(reading(3))).toBe(0);
    expect(checksLeft(reading(7))).toBe(1);
  });
});

describe('index checks that stay', () => {
  const below = compare('lt', 'i32', use(i), lengthOf(x));

  test.each([
    ['another array', counting(i32(0), below, 1, [read(use(i), y)])],
    ['a start that may be negative', counting(use(n), below, 1, [read(use(i))])],
    ['one beyond', counting(i32(0), compare('le', 'i32', use(i), lengthOf(x)), 1, [read(use(i))])],
    ['a loop that tests last', counting(i32(0), below, 1, [read(use(i))], 'last')],
    ['a counter that may wrap', counting(i32(0), compare('ne', 'i32', use(i), use(n)), 1, [read(use(i))])],
    ['an unrelated limit', counting(i32(0), compare('lt', 'i32', use(i), use(n)), 1, [read(use(i))])],
  ])('%s', (_, program) => {
    expect(checksLeft(program)).toBe(1);
  });

  test('the counter after its change', () => {
    const step = run(assignLocal(i, plus(use(i), i32(1))));
    expect(checksLeft(counting(i32(0), below, 1, [step, read(use(i))]))).toBe(1);
  });
});

describe('random counting loops', () => {
  /** Bounds at both ends of the words, so that counters wrap if anything lets them. */
  const edge = (random: Random): number =>
    random.pick([
      0, 0, 0, 1, 2, 3, 4, 5, -1, -2, 7, 0x7fffffff, 0x7ffffffe, 0x7ffffffd, -0x80000000, -0x7fffffff, 0x40000000,
    ]);

  function bound(random: Random): Expression {
    const base = random.pick([lengthOf(x), lengthOf(y), use(n), use(m), i32(edge(random))]);
    return random.chance(0.4) ? plus(base, i32(random.pick([-2, -1, 1, 2, 0x7fffffff, -0x80000000]))) : base;
  }

  function index(random: Random): Expression {
    const base = random.chance(0.8) ? use(i) : use(n);
    switch (random.below(5)) {
      case 0:
        return base;
      case 1:
      case 2:
        return plus(base, i32(random.pick([-2, -1, 1, 2, 0x7fffffff])));
      case 3:
        return binary('max', 'i32', i32(0), binary('min', 'i32', base, bound(random)));
      default:
        return binary('min', 'i32', binary('max', 'i32', base, i32(random.below(3) - 1)), bound(random));
    }
  }

  function body(random: Random): Statement[] {
    const list: Statement[] = [];
    for (let count = 1 + random.below(3); count > 0; count--) {
      const access = random.chance(0.6)
        ? read(index(random), random.pick([x, y]))
        : write(index(random), random.pick([x, y]));
      const guard = compare(
        random.pick(['lt', 'le', 'gt', 'ge', 'eq']),
        'i32',
        random.pick([use(i), use(n)]),
        bound(random),
      );
      list.push(random.chance(0.4) ? when(guard, [access]) : access);
    }
    return list;
  }

  test('trap exactly where exact Node does', () => {
    let removed = 0;
    for (let seed = 1; seed <= 1000; seed++) {
      const random = new Random(seed);
      const condition = compare(random.pick(['lt', 'lt', 'le', 'gt', 'ge', 'ne']), 'i32', use(i), bound(random));
      const step = random.pick([1, 1, 1, 2, 3, -1, -2, 0x40000000]);
      // A loop may be longer than anybody waits for: the sum is how many turns it has taken at most.
      const turns = scalar('turns', 'i32');
      const program = counting(bound(random), condition, step, body(random), random.chance(0.8) ? 'first' : 'last');
      const main = program.functions[0];
      if (main === undefined) throw new Error('no kernel');
      const limited: Statement[] = main.body.map((statement) =>
        statement.op === 'loop'
          ? {
              ...statement,
              body: [
                ...statement.body,
                run(assignLocal(turns, plus(use(turns), i32(1)))),
                when(compare('gt', 'i32', use(turns), i32(40)), [giveBack(use(sum))]),
              ],
            }
          : statement,
      );
      main.body = [declare(turns, i32(0)), ...limited];
      const calls = Array.from({ length: 6 }, (): Argument[] => [
        newArray('i32', [1, 2, 3, 4, 5, 6].slice(0, random.below(7))),
        newArray('u8', [1, 2, 3, 4, 5, 6].slice(0, random.below(7))),
        edge(random),
        edge(random),
      ]);
      const graph = lowerProgram(program);
      const count = (): number =>
        graph.functions.flatMap((f) => f.blocks.flatMap((b) => b.instructions)).filter((c) => c.op === 'bounds-check')
          .length;
      const before = count();
      optimise(graph);
      removed += before - count();
      expect(interpretCalls(program, graph, calls).outcomes, `seed ${seed}`).toEqual(exactCalls(program, calls));
    }
    expect(removed).toBeGreaterThan(100);
  });
});

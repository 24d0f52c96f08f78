import { describe, expect, test } from 'vitest';
import { parameterEffects } from '../../../compiler/effects/parameter-effects.ts';
import type { Expression, KernelFunction, Local, Statement } from '../../../compiler/kernel-tree/tree.ts';
import {
  arrayLocal,
  arrayOf,
  assign,
  assignLocal,
  binary,
  call,
  compare,
  declare,
  element,
  elementTarget,
  giveBack,
  increment,
  indexSite,
  jump,
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
  when,
} from '../exact-node/tree-builder.ts';

const x = arrayLocal('x', 'f32');
const y = arrayLocal('y', 'f32');
const n = scalar('n', 'i32');
const i = scalar('i', 'i32');
const target = { name: 'loop' };
const zero = number('i32', 0);
const lengthOf = (array: Local): Expression => ({ op: 'length', type: 'i32', array: arrayOf(array), position });
const read = (array: Local, index: Expression = use(i)): Expression =>
  element(arrayOf(array), 'f32', index, indexSite('x[i]'));
const store = (array: Local, value: Expression, index: Expression = use(i)): Statement =>
  run(assign(elementTarget(arrayOf(array), index, indexSite('y[i]')), 'f32', value));
const one = number('f32', 1);

interface LoopParts {
  readonly first?: Expression;
  readonly condition?: Expression;
  readonly update?: Expression[];
}

/** for (let i = 0; i < y.length; i++) body, with parts exchanged. */
function full(body: Statement[], parts: LoopParts = {}): Statement {
  const condition = parts.condition ?? compare('lt', 'i32', use(i), lengthOf(y));
  const inner = loop(target, condition, body, parts.update ?? [increment(i)]);
  return { op: 'block', target: null, body: [declare(i, parts.first ?? zero), inner], position };
}

function directionsOf(body: Statement[], others: KernelFunction[] = []): Record<string, string> {
  const f = kernel('f', [x, y, n], 'void', body);
  const effects = parameterEffects(programOf([f, ...others])).get(f);
  return Object.fromEntries((effects?.arrays ?? []).map(({ parameter, direction }) => [parameter.name, direction]));
}

describe('directions of array parameters', () => {
  test('in, in-out, unused', () => {
    expect(directionsOf([full([store(y, binary('add', 'f32', read(x), read(y)))])])).toEqual({ x: 'in', y: 'in-out' });
    expect(directionsOf([])).toEqual({ x: 'unused', y: 'unused' });
    expect(directionsOf([run(lengthOf(x))])).toEqual({ x: 'unused', y: 'unused' });
  });

  test('out, if a full loop overwrites each element', () => {
    expect(directionsOf([full([store(y, read(x))])])).toEqual({ x: 'in', y: 'out' });
    expect(directionsOf([full([store(x, one), store(y, one)])])).toEqual({ x: 'in-out', y: 'out' });
    expect(
      directionsOf([full([when(compare('lt', 'i32', use(n), zero), [store(y, one)], [store(y, read(x))])])]).y,
    ).toBe('out');
    const step = assignLocal(i, binary('add', 'i32', use(i), number('i32', 1)));
    expect(directionsOf([full([store(y, one)], { update: [step] })]).y).toBe('out');
  });

  test('out in both arms, or after a throw in the other', () => {
    const condition = compare('lt', 'i32', use(n), zero);
    const fill = full([store(y, one)]);
    const failing: Statement = { op: 'throw', site: { kind: 'throw', position, text: '', message: 'no' }, position };
    expect(directionsOf([when(condition, [fill], [fill])]).y).toBe('out');
    expect(directionsOf([when(condition, [fill])]).y).toBe('in-out');
    expect(directionsOf([when(condition, [failing]), fill]).y).toBe('out');
  });

  test.each<[string, Statement[]]>([
    ['a store under a condition', [full([when(compare('lt', 'i32', use(n), zero), [store(y, one)])])]],
    ['a break', [full([when(compare('lt', 'i32', use(n), zero), [jump('break', target)]), store(y, one)])]],
    ['a continue', [full([when(compare('lt', 'i32', use(n), zero), [jump('continue', target)]), store(y, one)])]],
    ['an early return', [when(compare('lt', 'i32', use(n), zero), [giveBack(null)]), full([store(y, one)])]],
    ['a start at 1', [full([store(y, one)], { first: number('i32', 1) })]],
    [
      'a start that was changed',
      [
        declare(i, zero),
        run(assignLocal(i, use(n))),
        loop(target, compare('lt', 'i32', use(i), lengthOf(y)), [store(y, one)], [increment(i)]),
      ],
    ],
    ['another limit', [full([store(y, one)], { condition: compare('lt', 'i32', use(i), use(n)) })]],
    ['another array as limit', [full([store(y, one)], { condition: compare('lt', 'i32', use(i), lengthOf(x)) })]],
    [
      'steps of 2',
      [full([store(y, one)], { update: [assignLocal(i, binary('add', 'i32', use(i), number('i32', 2)))] })],
    ],
    ['another index', [full([store(y, one, use(n))])]],
    ['a counter that the body changes', [full([store(y, one), run(increment(i))])]],
    ['a read before', [run(read(y, zero)), full([store(y, one)])]],
    ['a read after', [full([store(y, one)]), run(read(y, zero))]],
    [
      'an update',
      [
        full([
          run({
            op: 'update',
            type: 'f32',
            target: elementTarget(arrayOf(y), use(i), null),
            current: scalar('c', 'f32'),
            value: one,
            yields: 'new',
            position,
          }),
        ]),
      ],
    ],
  ])('in-out with %s', (_, body) => {
    expect(directionsOf(body).y).toBe('in-out');
  });

  test('through calls and array locals', () => {
    const a = arrayLocal('a', 'f32');
    const fill = kernel('fill', [a], 'void', [store(a, one, zero)], false);
    expect(directionsOf([run(call(fill, arrayOf(y)))], [fill])).toEqual({ x: 'unused', y: 'in-out' });
    const local = arrayLocal('local', 'f32');
    const either = {
      op: 'conditional-array' as const,
      condition: compare('lt', 'i32', use(n), zero),
      whenTrue: arrayOf(x),
      whenFalse: arrayOf(y),
    };
    const through: Statement[] = [{ op: 'declare-array', local, value: either, position }, store(local, one, zero)];
    expect(directionsOf(through)).toEqual({ x: 'in-out', y: 'in-out' });
  });

  test('recursion comes to an end', () => {
    const a = arrayLocal('a', 'f32');
    const self = kernel('self', [a], 'void', [], false);
    self.body = [run(read(a, zero)), run(call(self, arrayOf(a)))];
    expect(directionsOf([run(call(self, arrayOf(x)))], [self]).x).toBe('in');
  });
});

describe('effects of functions', () => {
  const counter = state('counter', { tag: 'scalar', scalar: 'i32' }, 0);
  const effectsOf = (body: Statement[]) => {
    const helper = kernel('helper', [], 'void', body, false);
    const f = kernel('f', [], 'void', [run(call(helper))]);
    const effects = parameterEffects(programOf([helper, f], [counter])).get(f);
    if (effects === undefined) throw new Error('no effects');
    const { readsState, writesState, mayTrap, usesMachine, calls } = effects;
    return { readsState, writesState, mayTrap, usesMachine, calls: [...calls].map((c) => c.name) };
  };
  const none = { readsState: false, writesState: false, mayTrap: false, usesMachine: false, calls: ['helper'] };

  test('of what is called', () => {
    expect(effectsOf([])).toEqual(none);
    expect(effectsOf([run(useGlobal(counter))])).toEqual({ ...none, readsState: true });
    expect(effectsOf([run(assign({ op: 'global', global: counter }, 'i32', zero))])).toEqual({
      ...none,
      writesState: true,
    });
    expect(effectsOf([{ op: 'throw', site: { kind: 'throw', position, text: '' }, position }])).toEqual({
      ...none,
      mayTrap: true,
    });
    const idle: Expression = { op: 'intrinsic', type: 'void', intrinsic: 'idle', arguments: [], position };
    expect(effectsOf([run(idle)])).toEqual({ ...none, mayTrap: true, usesMachine: true });
  });
});

import { describe, expect, test } from 'vitest';
import { programText } from '../../../compiler/exact-node/evaluate-program.ts';
import {
  arrayLocal,
  arrayOf,
  assign,
  assignLocal,
  binary,
  bool,
  call,
  compare,
  declare,
  element,
  elementTarget,
  evaluate,
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
} from './tree-builder.ts';

const n = scalar('n', 'i32');
const i = scalar('i', 'i32');
const sum = scalar('sum', 'i32');
const i32 = (value: number) => number('i32', value);
const add = (p: typeof sum, value: Parameters<typeof assignLocal>[1]) =>
  run(assignLocal(p, binary('add', 'i32', use(p), value)));

describe('statements', () => {
  test('loops that test first or last, with updates on continue', () => {
    const target = { name: 'loop' };
    const body = (test: 'first' | 'last') =>
      kernel('f', [n], 'i32', [
        declare(i, i32(0)),
        declare(sum, i32(0)),
        loop(
          target,
          compare('lt', 'i32', use(i), use(n)),
          [
            when(compare('eq', 'i32', use(i), i32(2)), [jump('continue', target)]),
            when(compare('eq', 'i32', use(i), i32(5)), [jump('break', target)]),
            add(sum, use(i)),
          ],
          [increment(i)],
          test,
        ),
        giveBack(use(sum)),
      ]);
    const first = evaluate([body('first')]);
    expect([first.f?.(0), first.f?.(2), first.f?.(4), first.f?.(100)]).toEqual([0, 1, 4, 8]);
    const last = evaluate([body('last')]);
    expect([last.f?.(0), last.f?.(4), last.f?.(100)]).toEqual([0, 4, 8]);
  });

  test('labels: jumps out of and on with an outer loop, equal names, and blocks', () => {
    const outer = { name: 'rows' };
    const inner = { name: 'rows' };
    const block = { name: 'block' };
    const j = scalar('i', 'i32'); // the same name as the outer variable
    const f = kernel('f', [n], 'i32', [
      declare(i, i32(0)),
      declare(sum, i32(0)),
      loop(
        outer,
        null,
        [
          when(compare('ge', 'i32', use(i), use(n)), [jump('break', outer)]),
          declare(j, i32(0)),
          loop(
            inner,
            compare('lt', 'i32', use(j), i32(10)),
            [when(compare('gt', 'i32', use(j), use(i)), [jump('continue', outer)]), add(sum, i32(1))],
            [increment(j)],
          ),
        ],
        [increment(i)],
      ),
      {
        op: 'block',
        target: block,
        position,
        body: [when(compare('gt', 'i32', use(sum), i32(5)), [jump('break', block)]), add(sum, i32(100))],
      },
      giveBack(use(sum)),
    ]);
    const { f: call } = evaluate([f]);
    expect([call?.(2), call?.(3)]).toEqual([103, 6]);
  });

  test('a declaration in a loop starts anew in each round', () => {
    const fresh = scalar('fresh', 'i32');
    const { f } = evaluate([
      kernel('f', [n], 'i32', [
        declare(i, i32(0)),
        declare(sum, i32(0)),
        loop(
          { name: '' },
          compare('lt', 'i32', use(i), use(n)),
          [declare(fresh, null), add(fresh, i32(1)), add(sum, use(fresh))],
          [increment(i)],
        ),
        giveBack(use(sum)),
      ]),
    ]);
    expect(f?.(5)).toBe(5);
  });

  test('throw', () => {
    const site = {
      kind: 'throw',
      position,
      text: 'throw new TypeError("no")',
      errorClass: 'TypeError',
      message: 'no \u2603',
    } as const;
    const { f } = evaluate([kernel('f', [], 'void', [{ op: 'throw', site, position }])]);
    expect(f).toThrow(new TypeError('no \u2603'));
  });

  test('array variables', () => {
    const x = arrayLocal('x', 'i32');
    const y = arrayLocal('y', 'i32');
    const chosen = arrayLocal('chosen', 'i32');
    const flag = scalar('flag', 'bool');
    const { f } = evaluate([
      kernel('f', [x, y, flag], 'i32', [
        { op: 'declare-array', local: chosen, value: arrayOf(x), position },
        when(use(flag), [{ op: 'assign-array', local: chosen, value: arrayOf(y), position }]),
        giveBack(element(arrayOf(chosen), 'i32', i32(0), indexSite('chosen[0]'))),
      ]),
    ]);
    expect(f?.(Int32Array.of(3), Int32Array.of(4), false)).toBe(3);
    expect(f?.(Int32Array.of(3), Int32Array.of(4), true)).toBe(4);
  });
});

describe('programs', () => {
  test('functions call each other, recursion keeps variables apart', () => {
    const twice = kernel('twice', [n], 'i32', [giveBack(binary('mul', 'i32', use(n), i32(2)))], false);
    const factorial = kernel('factorial', [n], 'i32', []);
    const rest = scalar('rest', 'i32');
    factorial.body = [
      when(compare('le', 'i32', use(n), i32(1)), [giveBack(i32(1))]),
      declare(rest, call(factorial, binary('sub', 'i32', use(n), i32(1)))),
      giveBack(binary('mul', 'i32', use(n), use(rest))),
    ];
    const g = kernel('g', [n], 'i32', [giveBack(call(twice, call(factorial, use(n))))]);
    const kernels = evaluate([twice, factorial, g]);
    expect(kernels.g?.(5)).toBe(240);
    expect(Object.keys(kernels)).toEqual(['factorial', 'g']);
  });

  test('module state starts from its data and is kept between calls, apart for each evaluation', () => {
    const count = state('count', { tag: 'scalar', scalar: 'u32' }, 0xfffffffe);
    const seen = state('seen', { tag: 'scalar', scalar: 'bool' }, 0);
    const table = state('table', { tag: 'array', element: 'f32' }, [0.5, -0, Number.NaN]);
    const f = kernel('f', [], 'u32', [
      run(assign({ op: 'global', global: count }, 'u32', binary('add', 'u32', useGlobal(count), number('u32', 1)))),
      run(assign({ op: 'global', global: seen }, 'bool', bool(true))),
      giveBack(useGlobal(count)),
    ]);
    const get = kernel('get', [i], 'f32', [
      giveBack(element({ op: 'global-array', global: table }, 'f32', use(i), indexSite('table[i]'))),
    ]);
    const set = kernel('set', [i, scalar('v', 'f32')], 'void', []);
    set.body = [
      run(
        assign(
          elementTarget({ op: 'global-array', global: table }, use(i), indexSite('table[i]')),
          'f32',
          use(set.parameters[1] as (typeof set.parameters)[0]),
        ),
      ),
    ];
    const flag = kernel('flag', [], 'bool', [giveBack(useGlobal(seen))]);
    const one = evaluate([f, get, set, flag], [count, seen, table]);
    expect([one.flag?.(), one.f?.(), one.f?.(), one.f?.(), one.flag?.()]).toEqual([false, 0xffffffff, 0, 1, true]);
    expect([one.get?.(0), one.get?.(1), one.get?.(2)]).toEqual([0.5, -0, Number.NaN]);
    one.set?.(0, 7);
    expect(one.get?.(0)).toBe(7);
    expect(evaluate([f, get, set, flag], [count, seen, table]).get?.(0)).toBe(0.5);
    expect(() => one.get?.(3)).toThrow('table[i] with i=3, length 3');
  });

  test('variables named like functions, globals, reserved words and not like names at all', () => {
    const helper = kernel('helper', [n], 'i32', [giveBack(use(n))], false);
    const bad = scalar('for', 'i32');
    const odd = scalar('%3 odd', 'i32');
    const shadow = scalar('kernels_helper', 'i32');
    const maths = scalar('Math', 'i32');
    const { f } = evaluate([
      helper,
      kernel('f', [bad, odd, shadow, maths], 'i32', [
        giveBack(
          binary(
            'mul',
            'i32',
            call(helper, use(shadow)),
            binary('add', 'i32', use(maths), binary('add', 'i32', use(bad), use(odd))),
          ),
        ),
      ]),
    ]);
    expect(f?.(1, 2, 3, 4)).toBe(21);
  });

  test('values of operations are not flushed twice', () => {
    const a = scalar('a', 'f32');
    const s = scalar('s', 'f32');
    const text = programText(
      programOf([
        kernel('f', [a], 'f32', [
          declare(s, number('f32', 0)),
          run(assignLocal(s, binary('add', 'f32', use(s), use(a)))),
          giveBack(binary('mul', 'f32', use(s), use(s))),
        ]),
      ]),
    );
    expect(text).toContain('s = $flush(Math.fround(s + $flush(a)))');
    expect(text).toContain('return $flush(Math.fround(s * s))');
  });
});

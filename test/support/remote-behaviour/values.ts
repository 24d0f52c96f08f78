/** Values, identity, policies. */
import { copy, isRemote, ref } from 'shoal/protocol';
import { expect } from 'vitest';
import { type BehaviourTest, failure } from './behaviour-test.ts';
import { Point } from './exports.ts';

const EXACT: readonly unknown[] = [
  undefined,
  null,
  true,
  0,
  -0,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  2 ** 31,
  2 ** 32,
  -(2 ** 32) - 1,
  Number.MAX_SAFE_INTEGER,
  Number.MIN_SAFE_INTEGER,
  2 ** 53,
  1e300,
  5e-324,
  0.1,
  0n,
  -(2n ** 64n),
  2n ** 512n,
  '',
  'äöü \u{1f600}',
  new Date(0),
  new Date(8.64e15),
  new Date(Number.NaN),
  new Int8Array([-1, 2]),
  new Uint8Array([1, 2]),
  new Uint8ClampedArray([1, 2]),
  new Int16Array([-1, 2]),
  new Uint16Array([1, 2]),
  new Int32Array([-1, 2]),
  new Uint32Array([1, 2]),
  new Float32Array([1.5, Number.NaN]),
  new Float64Array([0.1, -0]),
  new BigInt64Array([-1n]),
  new BigUint64Array([2n ** 64n - 1n]),
  new Map<unknown, unknown>([
    ['a', 1],
    [{ b: 2 }, new Set([1n])],
  ]),
  new Set(['x', null]),
  [1, [2, [3]]],
  { a: { b: [{}] }, ['__proto__']: 5 },
  Object.freeze({ frozen: Object.freeze(['data']) }),
];

export function valuesBehave(check: BehaviourTest): void {
  check('values come back exactly as they were', async ({ far }) => {
    const values = far('values');
    for (const value of EXACT) expect(await values.echo(value)).toStrictEqual(value);
    expect(await values.echo(EXACT)).toStrictEqual(EXACT);
  });

  check('what has no exact form is refused before anything is sent', async ({ far, near }) => {
    const { echo } = far('values');
    const cyclic: unknown[] = [];
    cyclic.push(cyclic);
    let deep: unknown = 1;
    for (let depth = 0; depth < 100; depth++) deep = { deep };
    const refused = [
      Symbol('s'),
      '\ud800',
      cyclic,
      deep,
      new ArrayBuffer(8),
      new DataView(new ArrayBuffer(8)),
      Function,
      // biome-ignore lint/security/noGlobalEval: it must be refused
      eval,
    ];
    for (const value of refused) {
      expect(await failure(() => echo(value))).toMatchObject({ code: 'VALUE_REFUSED' });
      expect(await failure(() => echo([{ value, f: () => 1 }]))).toMatchObject({ code: 'VALUE_REFUSED' });
    }
    expect(near.counts.exported).toBe(0);
    expect(await echo('still well')).toBe('still well');
  });

  check('a result that cannot be sent is an error for the caller', async ({ far }) => {
    const { call } = far('callbacks');
    const error = await failure(() => call(() => Symbol('s')));
    expect(error).toMatchObject({ code: 'VALUE_REFUSED' });
  });

  check('an object that comes home is the original', async ({ far }) => {
    const { echo } = far('values');
    const point = new Point(1, 2);
    const callback = (): void => {};
    expect(await echo(point)).toBe(point);
    expect(await echo([callback, { point }])).toEqual([callback, { point }]);
    expect(((await echo([callback])) as unknown[])[0]).toBe(callback);
    const list = [1];
    expect(await echo(ref(list))).toBe(list);
    const shared = await far('geometry').shared();
    expect(await far('geometry').isShared(shared)).toBe(true);
    expect(await far('geometry').isShared([shared])).toBe(false);
  });

  check('one object of the far side is one proxy', async ({ far }) => {
    const geometry = far('geometry');
    const [first, second] = await Promise.all([geometry.shared(), geometry.shared()]);
    expect(first).toBe(second);
    expect((await far('values').objects()).point).toBe(first);
    const echoed = (await far('values').echo({ first })) as { first: unknown };
    expect(echoed.first).toBe(first);
    expect(await geometry).toBe(await far('geometry'));
    expect(await geometry.Point).toBe(await geometry.Point);
  });

  check('constant fields travel with the reference, others are fetched', async ({ far, pair }) => {
    const sensor = await far('sensors').make();
    const before = (await pair.farCounts()).answered;
    expect(await sensor.model).toBe('BMP180');
    expect(await sensor.channels).toBe(2);
    expect('model' in sensor).toBe(true);
    expect((await pair.farCounts()).answered).toBe(before);
    expect(await sensor.reading).toBe(20.5);
    expect((await pair.farCounts()).answered).toBe(before + 1);
  });

  check('a Remote is not taken for a promise, and says what it is', async ({ far }) => {
    const shared = await far('geometry').shared();
    expect(isRemote(shared)).toBe(true);
    expect((shared as unknown as { then: unknown }).then).toBeUndefined();
    expect(await (async () => shared)()).toBe(shared);
    expect(isRemote(await far('values').echo({ a: 1 }))).toBe(false);
  });

  check('copy and ref', async ({ far }) => {
    const { echo, typeOf, snapshotOf, pointByReference } = far('values');
    expect(await echo(copy(new Point(1, 2)))).toEqual({ x: 1, y: 2 });
    expect(await echo({ inside: copy(new Point(1, 2)) })).toEqual({ inside: { x: 1, y: 2 } });
    expect(await typeOf(ref({ a: 1 }))).toBe('[object Remote]');
    expect(await snapshotOf(await new (far('geometry').Point)(5, 6))).toEqual({ x: 5, y: 6 });
    const point = await pointByReference();
    expect(isRemote(point)).toBe(true);
    expect(await (point as unknown as { x: Promise<number> }).x).toBe(1);
  });

  check(
    "policy 'by-reference': what can change stays where it is",
    async ({ far }) => {
      const { echo, typeOf, list } = far('values');
      const data = { a: [1] };
      expect(await typeOf(data)).toBe('[object Remote]');
      expect(await echo(data)).toBe(data);
      expect(isRemote(await echo(copy(data)))).toBe(true);
      expect(await typeOf(Object.freeze({ a: 1 }))).toBe('[object Object]');
      expect(await typeOf(new Map())).toBe('[object Remote]');
      const remote = await list();
      expect(remote).toBeInstanceOf(Array);
      expect(await remote.length).toBe(3);
      expect(await remote[1]).toBe(2);
      const cyclic: unknown[] = [];
      cyclic.push(cyclic);
      expect(await echo(cyclic)).toBe(cyclic);
    },
    { passing: 'by-reference' },
  );

  check(
    'policy of its own',
    async ({ far }) => {
      const { echo, typeOf } = far('values');
      expect(await typeOf([1])).toBe('[object Array]');
      expect(await typeOf({ a: 1 })).toBe('[object Remote]');
      expect(await failure(() => echo(new Map()))).toMatchObject({ code: 'VALUE_REFUSED' });
    },
    {
      passing: (value) => (Array.isArray(value) ? 'copy' : value instanceof Map ? 'refuse' : 'reference'),
    },
  );
}

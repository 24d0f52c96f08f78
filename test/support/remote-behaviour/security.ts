/** What cannot be reached from the other side. */
import { get, has, keys, type Session, set } from 'shoal/protocol';
import { expect } from 'vitest';
import { type BehaviourTest, failure, NEEDS_AWAIT } from './behaviour-test.ts';

/** Names that lead to classes, prototypes or code. */
const OUT_OF_BOUNDS = [
  'constructor',
  'prototype',
  '__proto__',
  '__defineGetter__',
  '__lookupGetter__',
  'hasOwnProperty',
  'isPrototypeOf',
  'call',
  'apply',
  'bind',
  'caller',
  'arguments',
];

export function securityBehaves(check: BehaviourTest): void {
  check('only members of exported objects and of their classes are reached', async ({ far }) => {
    const targets: object[] = [far('fs'), far('geometry').Point, await far('geometry').shared(), far('later')];
    for (const target of targets) {
      for (const name of OUT_OF_BOUNDS) {
        if (
          (name === 'call' ||
            name === 'bind' ||
            name === 'apply' ||
            name === 'prototype' ||
            name === 'arguments' ||
            name === 'caller') &&
          target === targets[0]
        )
          continue;
        const found = await get(target, name).catch((error: { code: string }) => error.code);
        expect([undefined, 'REMOTE_REFUSED']).toContain(found);
        expect(await has(target, name)).toBe(false);
        expect(await failure(() => set(target, name, 1))).toMatchObject({ code: 'REMOTE_REFUSED' });
      }
    }
  });

  // Without promises it is this side that answers: see open-sync.test.ts.
  check(
    'what makes functions, and the source of one, is not told',
    async ({ far }) => {
      const { open } = far('fs');
      const build = Reflect.get(open, 'constructor') as (code: string) => Promise<unknown>;
      expect(await failure(() => build('return 1'))).toMatchObject({ code: 'REMOTE_REFUSED' });
      expect(await failure(() => far('later').toString())).toMatchObject({ code: 'REMOTE_REFUSED' });
    },
    NEEDS_AWAIT,
  );

  check('exports are found by their own names only', async ({ near }: { near: Session }) => {
    for (const name of ['__proto__', 'constructor', 'toString', '']) {
      expect(await failure(() => near.import(name))).toMatchObject({ code: 'EXPORT_NOT_FOUND' });
    }
  });

  check('methods of what others use too cannot be replaced, and nothing can be added', async ({ far }) => {
    expect(await failure(() => set(far('fs'), 'open', 1))).toMatchObject({ code: 'REMOTE_REFUSED' });
    expect(await failure(() => set(far('fs'), 'extra', 1))).toMatchObject({ code: 'REMOTE_REFUSED' });
    expect(await keys(far('fs'))).toEqual(['open']);
  });

  check('an argument called __proto__ is data', async ({ far }) => {
    const hostile = JSON.parse('{"__proto__": {"polluted": true}}') as object;
    const back = (await far('values').echo(hostile)) as object;
    expect(Object.keys(back)).toEqual(['__proto__']);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
}

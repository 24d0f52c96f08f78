/** One test of the behaviour suite: on a fresh pair, and nothing may be left in any table afterwards. */
import type { Imported, Scope, Session } from 'shoal/protocol';
import { expect, test } from 'vitest';
import { collectUntil } from '../collect-garbage.ts';
import type { ConnectedPair, MakePair, PairOptions } from './connected-pair.ts';
import type { Far } from './exports.ts';

/** What a test of the suite works with. */
export interface Bench {
  readonly near: Session;
  readonly scope: Scope;
  readonly pair: ConnectedPair;
  /** An export of the far side; what is reached through it is released at the end of the test. */
  far<K extends keyof Far>(name: K): Imported<Far[K]>;
}

export interface CaseOptions extends PairOptions {
  /** Beyond the limits of a session whose thread stands still: promises are passed, or awaited while calls run. */
  readonly needsAwait?: true;
}

export const NEEDS_AWAIT = { needsAwait: true } as const;

export type BehaviourTest = (name: string, body: (bench: Bench) => Promise<void>, options?: CaseOptions) => void;

/** `isSync`: results are values; `await` of them does nothing, so the same bodies serve. */
export function behaviourTest(makePair: MakePair, isSync = false): BehaviourTest {
  return (name, body, { needsAwait, ...options } = {}) => {
    if (isSync && needsAwait) return;
    test(name, async () => {
      const pair = await makePair(options);
      try {
        await useScope(pair, body);
        await expectNothingLeft(pair);
      } finally {
        await pair.end();
      }
    });
  };
}

/** In a function of its own, so that no variable keeps an object alive. */
async function useScope(pair: ConnectedPair, body: (bench: Bench) => Promise<void>): Promise<void> {
  const { near } = pair;
  const scope = near.scope();
  try {
    await body({ near, scope, pair, far: (name) => scope.import(name) });
  } finally {
    scope.end();
  }
}

export async function expectNothingLeft(pair: ConnectedPair): Promise<void> {
  const left = async (): Promise<Record<string, number>> => {
    const near = pair.near.counts;
    const far = await pair.farCounts();
    return {
      'held by the far side': near.exported,
      'held by the near side': near.imported,
      'calls of the near side': near.calling,
      'calls of the far side': far.calling,
      'exported by the far side': far.exported,
      'imported by the far side': far.imported,
    };
  };
  await collectUntil(async () => Object.values(await left()).every((count) => count === 0));
  expect(Object.entries(await left()).filter(([, count]) => count > 0)).toEqual([]);
}

/** What an operation throws, or its promise rejects with. */
export async function failure(operation: () => unknown): Promise<Error & Record<string, unknown>> {
  try {
    await operation();
  } catch (error) {
    return error as Error & Record<string, unknown>;
  }
  throw new Error('it did not fail');
}

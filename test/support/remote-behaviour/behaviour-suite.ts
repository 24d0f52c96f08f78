/** What remote objects must do, over any link. */
import { describe } from 'vitest';
import { behaviourTest } from './behaviour-test.ts';
import { callsBehave } from './calls.ts';
import type { MakePair } from './connected-pair.ts';
import { valuesBehave } from './values.ts';

export function describeRemoteBehaviour(link: string, makePair: MakePair): void {
  const check = behaviourTest(makePair);
  describe(`${link}: calls`, () => callsBehave(check));
  describe(`${link}: values`, () => valuesBehave(check));
}

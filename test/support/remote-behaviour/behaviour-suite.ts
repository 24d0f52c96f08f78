/** What remote objects must do, over any link. */
import { describe } from 'vitest';
import { behaviourTest } from './behaviour-test.ts';
import { callbacksBehave, cancellationBehaves, errorsBehave } from './callbacks-and-errors.ts';
import { callsBehave } from './calls.ts';
import type { MakePair } from './connected-pair.ts';
import { securityBehaves } from './security.ts';
import { releaseBehaves, streamsBehave } from './streams-and-release.ts';
import { valuesBehave } from './values.ts';

/** `isSync`: the near side is a session whose thread stands still while it waits. */
export function describeRemoteBehaviour(link: string, makePair: MakePair, isSync = false): void {
  const check = behaviourTest(makePair, isSync);
  describe(`${link}: calls`, () => callsBehave(check));
  describe(`${link}: values`, () => valuesBehave(check));
  describe(`${link}: callbacks`, () => callbacksBehave(check));
  describe(`${link}: errors`, () => errorsBehave(check));
  describe(`${link}: cancellation`, () => cancellationBehaves(check));
  describe(`${link}: streams`, () => streamsBehave(check));
  describe(`${link}: release`, () => releaseBehaves(check));
  describe(`${link}: security`, () => securityBehaves(check));
}

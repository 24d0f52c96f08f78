import { afterAll, beforeAll } from 'vitest';
import { describeRemoteBehaviour } from '../../support/remote-behaviour/behaviour-suite.ts';
import { FarSide } from '../../support/sync/far-side.ts';

let far: FarSide;
beforeAll(async () => {
  far = await FarSide.start();
});
afterAll(() => far.stop());

describeRemoteBehaviour('openSync', (options) => far.connect(options), true);

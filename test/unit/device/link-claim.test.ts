/** What is claimed twice in a process: who comes second is told. */
import { expect, test } from 'vitest';
import { claimLink } from '../../../device/window-linux/link-claim.ts';

const resource = `test:${process.pid}`;

test('a second claim in this process is refused until the first one is released', async () => {
  const claim = await claimLink(resource);
  await expect(claimLink(resource)).rejects.toMatchObject({
    code: 'LINK_BUSY',
    retryable: true,
    message: expect.stringContaining(`${resource} is in use by this process (${process.pid})`),
  });
  const other = await claimLink(`${resource}@0x1000`);
  claim.release();
  claim.release();
  (await claimLink(resource)).release();
  other.release();
});

test('one that ends early is no claim', async () => {
  const controller = new AbortController();
  const claiming = claimLink(resource, controller.signal);
  controller.abort(new Error('enough'));
  await expect(claiming).rejects.toThrow('enough');
  await expect(claimLink(resource, AbortSignal.abort(new Error('no')))).rejects.toThrow('no');
  (await claimLink(resource)).release();
});

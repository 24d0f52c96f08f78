import { expect, test } from 'vitest';
import { withDeadline } from '../../../../host/links/with-deadline.ts';
import { collectGarbage } from '../../../support/collect-garbage.ts';

/** Never resolves; rejects with the signal's reason. */
const forever = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason));
  });

test('what takes too long ends, whatever the garbage collector does meanwhile', async () => {
  const ended = withDeadline(200, [new AbortController().signal], forever);
  for (let round = 0; round < 5; round++) await collectGarbage();
  await expect(ended).rejects.toMatchObject({ name: 'TimeoutError' });
});

test('any of the signals ends it with its reason, also one that has aborted before', async () => {
  const [first, second] = [new AbortController(), new AbortController()];
  const ended = withDeadline(60_000, [first.signal, second.signal], forever);
  second.abort('enough');
  await expect(ended).rejects.toBe('enough');
  await expect(withDeadline(60_000, [first.signal, second.signal], forever)).rejects.toBe('enough');
});

test('afterwards neither has an effect', async () => {
  const outer = new AbortController();
  let inner: AbortSignal | undefined;
  const result = await withDeadline(1, [outer.signal], async (signal) => {
    inner = signal;
    return 7;
  });
  outer.abort();
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect([result, inner?.aborted]).toEqual([7, false]);
});

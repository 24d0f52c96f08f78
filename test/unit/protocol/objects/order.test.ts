import { connect } from 'shoal/protocol';
import { expect, test } from 'vitest';
import { Line } from '../../../support/remote-behaviour/controlled-channel.ts';

class Log {
  readonly entries: string[] = [];

  add(entry: string): void {
    this.entries.push(entry);
  }
}

test('what was sent to a result that turns out to be an own object is not overtaken by what comes later', async () => {
  const line = new Line();
  const far = connect(line.ends[1], { exports: { give: (value: unknown) => value } });
  const near = connect(line.ends[0]);
  const give = near.import<(log: Log) => Log>('give');
  await give;
  const log = new Log();
  line.isHeldUp = true;
  const result = give(log) as unknown as { add(entry: string): Promise<void> } & PromiseLike<Log>;
  near.flush();
  line.ends[0].deliverNow();
  far.flush();
  // The answer is on its way here, and this on its way there.
  const first = result.add('first, sent there and back');
  near.flush();
  const second = result.then((own) => own.add('second, on the object itself'));
  line.ends[1].deliverNow();
  await new Promise((resolve) => setTimeout(resolve, 1));
  line.resume();
  await Promise.all([first, second]);
  const own = await result;
  expect(own).toBe(log);
  expect(log.entries).toEqual(['first, sent there and back', 'second, on the object itself']);
});

/** Calls that are counted on the other side: whether each was carried out once and got its own answer. */
import { connect, type MessageChannel, type Session } from 'shoal/protocol';
import { expect } from 'vitest';

interface Counter {
  count(number: number): Promise<number>;
}

/** The answer to a call, so that no other call's fits. */
const answerTo = (number: number): number => number * 3 + 1;

/** What the far side carried out. */
export class CallCounter {
  /** By number of the call. */
  readonly times = new Map<number, number>();

  /** Makes this the far side of a channel. */
  serve(channel: MessageChannel): Session {
    const count = (number: number): number => {
      this.times.set(number, (this.times.get(number) ?? 0) + 1);
      return answerTo(number);
    };
    return connect(channel, { exports: { counter: { count } } });
  }
}

/** Makes `calls` calls, `inFlight` at a time; expects each one's own answer, and that it was carried out once. */
export async function callEachOnce(
  near: Session,
  counter: CallCounter,
  calls: number,
  inFlight: number,
): Promise<void> {
  const { count } = await near.import<Counter>('counter');
  let next = 0;
  const one = async (): Promise<void> => {
    while (next < calls) {
      const number = next++;
      const answer = await count(number);
      if (answer !== answerTo(number)) throw new Error(`call ${number} got the answer ${answer}`);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, one));
  expect(counter.times.size).toBe(calls);
  expect([...counter.times].filter(([, times]) => times !== 1)).toEqual([]);
}

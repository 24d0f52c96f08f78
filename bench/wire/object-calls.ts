/** What calls on objects take on a serial line with CRC-16: everything that was put on it, both ways. */
import { connect, release } from 'shoal/protocol';
import { openSession } from './simulated-session.ts';

const WARM_UP_CALLS = 100_000;
const CALLS = 1000;

class Thing {
  touch(): void {}
}

const exported = { nothing: (): void => {}, add: (a: number, b: number): number => a + b, get: () => new Thing() };

/** Bytes per action that the design allows. */
const BUDGETS = { nothing: 16.1, add: 21.1, awaited: 40, pipelined: 30 } as const;

export async function* objectCalls(): AsyncGenerator<Readonly<Record<string, string | number | boolean>>> {
  const { clock, line, ends } = openSession({ baud: 921_600 });
  connect(ends[1], { exports: { exported } });
  const near = connect(ends[0]);
  let isDone = false;
  /** Lets the time of the line pass until then; a turn of this process now and then, for what waits in promises. */
  const runUntil = async <T>(result: PromiseLike<T>): Promise<T> => {
    isDone = false;
    void Promise.resolve(result).finally(() => {
      isDone = true;
    });
    while (!isDone) {
      clock.pass(0.1);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return result;
  };
  const far = await runUntil(near.import<typeof exported>('exported'));
  const cases: readonly (readonly [name: string, budget: number, action: () => Promise<unknown>])[] = [
    ['null call', BUDGETS.nothing, () => far.nothing()],
    ['add(7, 35)', BUDGETS.add, () => far.add(7, 35)],
    [
      'get, call and release an object, awaited',
      BUDGETS.awaited,
      async () => {
        const thing = await far.get();
        await thing.touch();
        release(thing);
      },
    ],
    [
      'get, call and release an object, pipelined',
      BUDGETS.pipelined,
      async () => {
        const thing = far.get();
        await thing.touch();
        release(thing);
      },
    ],
  ];
  const repeat = async (action: () => Promise<unknown>, times: number): Promise<void> => {
    for (let call = 0; call < times; call++) await action();
  };
  await runUntil(repeat(() => far.nothing(), WARM_UP_CALLS));
  for (const [name, budget, action] of cases) {
    // Names and shapes are bound at their first use.
    await runUntil(repeat(action, 10));
    clock.pass(1000);
    const before = line.sentBytes[0] + line.sentBytes[1];
    await runUntil(repeat(action, CALLS));
    // What is still to be acknowledged.
    clock.pass(500);
    const bytesPerCall = (line.sentBytes[0] + line.sentBytes[1] - before) / CALLS;
    yield {
      suite: 'wire',
      case: name,
      crc: 16,
      calls: CALLS,
      warmUpCalls: WARM_UP_CALLS,
      bytesPerCall: Number(bytesPerCall.toFixed(3)),
      budget,
      met: bytesPerCall <= budget,
    };
  }
  near.close();
}

/** Errors of calls that wait for cores which do not come. They say who waits where. */
import { ShoalError } from '../../protocol/errors.ts';

/** What a core does. */
export interface CoreStanding {
  readonly core: readonly [row: number, column: number];
  /** That runs, or null. */
  readonly kernel: string | null;
  /** What it waits at, `barrier() at kernels.ts:12:3`, or null. */
  readonly wait: string | null;
}

/** Who waits where and who does not, one line for each place; null if no core waits. */
export function waitingText(cores: readonly CoreStanding[]): string | null {
  if (cores.every(({ wait }) => wait === null)) return null;
  const places = new Map<string, string[]>();
  for (const { core, kernel, wait } of cores) {
    const other = kernel === null ? 'without a call' : `${kernel} runs`;
    const place = wait === null ? other : `waits at ${wait}`;
    places.set(place, [...(places.get(place) ?? []), core.join()]);
  }
  const coresText = (list: readonly string[]): string => `core${list.length === 1 ? '' : 's'} ${list.join(' ')}`;
  return [...places].map(([place, list]) => `${place}: ${coresText(list)}`).join('\n');
}

/** `report`: what is known of all cores. */
export function deadlockError({ core, kernel, wait }: CoreStanding, report: string): ShoalError {
  const where = `core ${core.join()}`;
  const text =
    wait === null
      ? `${kernel} sleeps on ${where} and nothing can wake it`
      : `${kernel} waits on ${where} at ${wait}, and the cores it waits for will not come`;
  return new ShoalError('CALL_DEADLOCK', text, { hint: report, details: { core, report } });
}

/** `waiting`: who waits where, if anyone does. */
export function timeoutError({ core, kernel }: CoreStanding, timeoutMs: number, waiting: string | null): ShoalError {
  const text = `${kernel} did not answer within ${timeoutMs} ms (core ${core.join()})`;
  const hint = 'Give the call more time: kernels.with({ timeoutMs }).';
  return new ShoalError('CALL_TIMEOUT', text, {
    hint: waiting === null ? hint : `${waiting}\n${hint}`,
    details: { core, timeoutMs, ...(waiting === null ? {} : { waiting }) },
  });
}

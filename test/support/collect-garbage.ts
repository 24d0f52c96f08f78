import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const nextTask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** Collects garbage and lets the finalizers run. What a WeakRef gave lives to the end of its task. */
export async function collectGarbage(): Promise<void> {
  await nextTask();
  collect();
  await nextTask();
}

/** Collects garbage until `isDone`, or gives up after some tries: the caller's expectation then says what is left. */
export async function collectUntil(isDone: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 40 && !(await isDone()); attempt++) await collectGarbage();
}

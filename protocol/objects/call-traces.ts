/** Stacks of errors of the other side that tell of the calls on this one, too. */
import { hide } from './error-values.ts';

/** False on engines where stacks say nothing: then none is taken of a caller. */
export const TRACES_CALLS: boolean = true;

/** Puts the calls in a stack of this side behind the stack of the other side. */
export function joinStacks(error: Error, local: string | undefined): void {
  const calls = local?.match(/^ +at .*$/gm) ?? [];
  if (calls.length === 0) return;
  const all = [error.stack ?? error.message, '    -- called from the other side of a link --', ...calls];
  hide(error, 'stack', all.join('\n'));
}

/**
 * Rejects with `error`, which then tells who awaited it: an engine with asynchronous stack traces finds the async
 * functions that wait for the promise of the function that it is in. One turn goes by until this promise is the one that
 * they wait for.
 */
export async function withWaitingCalls(error: Error): Promise<never> {
  await undefined;
  await undefined;
  // Without the line of this function.
  joinStacks(error, new Error('waiting').stack?.replace(/^ +at .*$/m, ''));
  throw error;
}

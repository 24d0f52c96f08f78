/** In the script for small engines in place of protocol/values/engine-text.ts. */
import type * as text from '../../protocol/values/engine-text.ts';

export const LEAST_ENGINE_TEXT: typeof text.LEAST_ENGINE_TEXT = Infinity;
export const encodeByEngine: typeof text.encodeByEngine = () => false;
export const decodeByEngine: typeof text.decodeByEngine = () => undefined;
/** A function, which the bundler can do without. */
export function lengthByEngine(): undefined {
  return undefined;
}

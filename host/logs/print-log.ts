import type { LogEvent } from './log-event.ts';

/** What happens to a log that nobody listens to: `[2,1] text` on the console. */
export function printLog({ core, method, text }: LogEvent): void {
  // As one string, the text is not read as a format once more.
  console[method](`[${core[0]},${core[1]}] ${text}`);
}

/** What `shoal doctor` found out about one thing. */
export interface Check {
  /** What was looked at. */
  readonly name: string;
  /** `warn`: works, but something that some users need is missing. */
  readonly status: 'ok' | 'warn' | 'fail';
  /** What was found. */
  readonly finding: string;
  /** What to do about it, or null. */
  readonly hint: string | null;
}

export function check(name: string, status: Check['status'], finding: string, hint: string | null = null): Check {
  return { name, status, finding, hint };
}

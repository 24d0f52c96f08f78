/** What goes between the near and the far process of the behaviour suite, beside the link. */
import type { SessionCounts, SessionOptions } from 'shoal/protocol';

/** `options`: of sessions that begin from now on. */
export type ToFar = { readonly kind: 'options'; readonly options: SessionOptions } | { readonly kind: 'count' };

/** After its start and after each message: what the session counts. */
export interface FromFar {
  readonly kind: 'counts';
  readonly counts: SessionCounts | undefined;
}

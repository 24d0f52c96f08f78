import type { Imported } from './import-table.ts';
import type { RemoteSession } from './remote-handler.ts';

/** How a session differs whose thread waits for each answer (host/sync). */
export interface SessionAdaptation {
  /** What stands here for an object of the other side; undefined for what usually does. */
  readonly standFor?: (session: RemoteSession, imported: Imported) => object | undefined;
  /** Called when an answer has to wait for a promise of this side. What it throws is the answer. */
  readonly onPromise?: (promise: PromiseLike<unknown>) => void;
}

/** What can be done with objects of the other side that their own syntax has no place for. */
import type { CallOptions } from './pending-result.ts';
import { handlerOf, type RemoteHandler } from './remote-handler.ts';

function handlerOrThrow(remote: unknown): RemoteHandler {
  const handler = handlerOf(remote);
  if (handler === undefined) throw new TypeError('this is not an object of the other side');
  return handler;
}

/** True for what stands for an object, result or member of the other side. */
export function isRemote(value: unknown): boolean {
  return handlerOf(value) !== undefined;
}

/** Resolves to whether the object has a member of this name that can be reached: `name in remote`. */
export function has(remote: object, name: string): Promise<boolean> {
  const handler = handlerOrThrow(remote);
  return handler.operate('has', [...handler.path, name]).promise as Promise<boolean>;
}

/** Resolves to the names of the object's own enumerable fields: `Object.keys(remote)`. */
export function keys(remote: object): Promise<string[]> {
  const handler = handlerOrThrow(remote);
  return handler.operate('keys', handler.path).promise as Promise<string[]>;
}

/** Resolves to the value of a field: `await remote[name]`, also for names that promises have themselves. */
export function get(remote: object, name: string): Promise<unknown> {
  const handler = handlerOrThrow(remote);
  return handler.operate('get', [...handler.path, name]).promise;
}

/** Sets a field and resolves when that is done. `remote[name] = value` does the same, but nobody can wait for it. */
export async function set(remote: object, name: string, value: unknown): Promise<void> {
  const handler = handlerOrThrow(remote);
  await handler.operate('set', [...handler.path, name], [value]).promise;
}

/** The same object, whose calls and those of its results have other options. */
export function withOptions<T extends object>(remote: T, options: CallOptions): T {
  return handlerOrThrow(remote).withOptions(options, remote) as T;
}

/**
 * Tells the other side that this one needs the object no more; its use fails from then on with REFERENCE_RELEASED. Of a
 * result that is still to come, releases what comes. `remote[Symbol.dispose]()` is the same. Safe to call twice.
 */
export function release(remote: object): void {
  const handler = handlerOrThrow(remote);
  handler.session.release(handler.path.length === 0 ? handler.root : handler.result());
}

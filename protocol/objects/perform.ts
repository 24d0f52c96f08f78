/** Does what an operation says, on an object of this side. */
import { ShoalError } from '../errors.ts';
import { isObject } from '../values/plain-data.ts';
import { Cursor } from './cursor.ts';
import type { Name, Path } from './names.ts';
import type { Operation } from './object-messages.ts';
import { unmarked } from './passing.ts';
import { member, owner, setMember } from './reach.ts';
import { handlerOf } from './remote-handler.ts';

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return isObject(value) && typeof (value as { readonly then?: unknown }).then === 'function';
}

/** Follows a path; where a promise stands on it, the rest follows when that is settled. */
function follow(holder: unknown, path: Path, then: (holder: unknown) => unknown): unknown {
  let object = holder;
  for (const [index, name] of path.entries()) {
    object = memberOf(unmarked(object), name);
    if (isThenable(object)) return object.then((settled) => follow(settled, path.slice(index + 1), then));
  }
  return then(object);
}

/** A Remote of another session is asked, not looked into. */
function memberOf(holder: unknown, name: Name): unknown {
  if (handlerOf(holder) !== undefined) return (holder as Readonly<Record<Name, unknown>>)[name];
  return member(holder, name);
}

function callable(value: unknown, path: Path): (...parameters: unknown[]) => unknown {
  if (typeof value === 'function') return value as (...parameters: unknown[]) => unknown;
  const name = path.length === 0 ? 'this object' : path.map(String).join('.');
  throw new TypeError(`${name} is not a function`);
}

/**
 * The result, or a promise of it. Throws what the object throws, TypeError, REMOTE_REFUSED. `isRoot`: the object is
 * exported by name.
 */
export function perform(operation: Operation, target: unknown, isRoot: boolean): unknown {
  const { kind, path, arguments: values } = operation;
  const handler = handlerOf(target);
  if (handler !== undefined) return handler.operate(kind, [...handler.path, ...path], values).promise;
  const last = path[path.length - 1];
  switch (kind) {
    case 'call':
      return callable(target, path)(...values);
    case 'invoke':
      if (last === undefined) return callable(target, path)(...values);
      return follow(target, path.slice(0, -1), (holder) => invoke(unmarked(holder), last, path, values));
    case 'construct':
      return follow(target, path, (found) => Reflect.construct(callable(found, path), values));
    case 'get':
      return follow(target, path, (found) => found);
    case 'set':
      if (last === undefined) throw new TypeError('a field without a name cannot be set');
      return follow(target, path.slice(0, -1), (holder) => {
        setMember(unmarked(holder), last, values[0], isRoot || path.length > 1);
      });
    case 'has':
      if (last === undefined) return false;
      return follow(target, path.slice(0, -1), (holder) => has(unmarked(holder), last));
    case 'keys':
      return follow(target, path, (found) => Object.keys(Object(unmarked(found))));
    case 'iterate':
      return follow(target, path, (found) => Cursor.over(unmarked(found)));
    case 'next': {
      if (!(target instanceof Cursor)) throw new TypeError('only an iteration has a next value');
      return target.next(values[0]);
    }
    case 'await':
      return target;
    default:
      throw new ShoalError('INTERNAL', `'${kind}' is not an operation on an object`);
  }
}

function invoke(holder: unknown, name: Name, path: Path, values: readonly unknown[]): unknown {
  const method = callable(memberOf(holder, name), path);
  // What a Remote of another session gives is a Remote that knows its object.
  return handlerOf(holder) === undefined ? Reflect.apply(method, holder, values) : method(...values);
}

function has(holder: unknown, name: Name): boolean {
  try {
    return owner(holder, name) !== undefined;
  } catch {
    return false;
  }
}

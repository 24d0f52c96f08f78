/** Which members of an object the other side can reach. Everything that it asks for goes through `member`. */
import { ShoalError } from '../errors.ts';
import type { Name } from './names.ts';

/** Ways from an object to its class, to other objects of its kind, or to code. */
const FORBIDDEN: ReadonlySet<Name> = new Set<Name>([
  'constructor',
  'prototype',
  '__proto__',
  '__defineGetter__',
  '__defineSetter__',
  '__lookupGetter__',
  '__lookupSetter__',
  'caller',
  'callee',
  'arguments',
]);

/** Of what every object inherits, only these say nothing beyond the object itself. */
const HARMLESS: ReadonlySet<Name> = new Set<Name>(['toString', 'toLocaleString', 'valueOf']);

function refusedMember(name: Name): ShoalError {
  return new ShoalError('REMOTE_REFUSED', `'${String(name)}' cannot be reached from the other side of a link`, {
    hint: 'only own members of exported objects and members of their classes can; export a method that does it',
  });
}

/** What everything inherits, of this realm or another one. */
function isRootPrototype(object: object): boolean {
  if (object === Object.prototype || object === Function.prototype) return true;
  const isRoot = Object.getPrototypeOf(object) === null && Object.hasOwn(object, '__lookupGetter__');
  return isRoot || (typeof object === 'function' && Object.hasOwn(object, 'bind') && Object.hasOwn(object, 'call'));
}

/**
 * The object in the prototype chain that has the member, undefined if none has it. Throws REMOTE_REFUSED if the member
 * is out of bounds, TypeError if `holder` is null or undefined.
 */
export function owner(holder: unknown, name: Name): object | undefined {
  if (holder === undefined || holder === null) {
    throw new TypeError(`cannot read '${String(name)}' of ${holder}`);
  }
  if (FORBIDDEN.has(name)) throw refusedMember(name);
  for (let object: object | null = Object(holder) as object; object !== null; object = Object.getPrototypeOf(object)) {
    if (isRootPrototype(object)) {
      if (!(name in object)) return undefined;
      if (typeof object === 'function' || !HARMLESS.has(name)) throw refusedMember(name);
      return object;
    }
    if (Object.hasOwn(object, name)) return object;
  }
  return undefined;
}

/** The value of a member; undefined if there is none. Throws as {@link owner}. */
export function member(holder: unknown, name: Name): unknown {
  return owner(holder, name) === undefined ? undefined : (holder as Readonly<Record<Name, unknown>>)[name];
}

/**
 * Sets a field. Functions are never replaced, only arrays and plain objects get new fields, and of an object that is
 * exported by name only setters are reached: other sessions use it too. Throws REMOTE_REFUSED.
 */
export function setMember(holder: unknown, name: Name, value: unknown, isRoot: boolean): void {
  const where = owner(holder, name);
  const property = where === undefined ? undefined : Object.getOwnPropertyDescriptor(where, name);
  const isSetter = property?.set !== undefined;
  const isData = Array.isArray(holder) || Object.getPrototypeOf(holder) === Object.prototype;
  const isField = where === undefined ? isData : where === holder && typeof property?.value !== 'function';
  if (!isSetter && (isRoot || !isField || typeof holder !== 'object')) throw refusedMember(name);
  (holder as Record<Name, unknown>)[name] = value;
}

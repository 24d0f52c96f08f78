/** Data without a class of its own: what goes by value with all that is inside. */

/** True for what has members and an identity: functions are objects, too. */
export function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** True for `{ … }` and objects without a prototype, not for modules. */
export function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || (prototype === null && !(Symbol.toStringTag in value));
}

/** A copy of an array, Set, Map or plain object with each item replaced; everything else as it is. */
export function mapItems(value: unknown, replace: (item: unknown) => unknown): unknown {
  if (Array.isArray(value)) return Array.from(value, replace);
  if (value instanceof Set) return new Set(Array.from(value, replace));
  if (value instanceof Map) return new Map(Array.from(value, ([key, item]) => [replace(key), replace(item)]));
  if (typeof value !== 'object' || value === null || !isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replace(item)]));
}

/** By value or by reference: what decides for each object that is passed. */
import { isObject, isPlainObject } from '../values/plain-data.ts';
import { refused } from '../values/value-codec.ts';

/** What happens to an object that is passed. */
export type Passing = 'copy' | 'reference' | 'refuse';

/**
 * How arrays, plain objects, Map and Set go. (Primitives, Date, typed arrays, errors and frozen plain data always go by
 * value; functions, promises, streams and AbortSignals always as what they are; instances of other classes by
 * reference.)
 *
 * - `'copy-plain'`: by value, with everything inside them; cyclic or deep data is refused with VALUE_REFUSED
 * - `'by-reference'`: by reference, for changes on one side to be seen on the other
 * - a function: is asked for each of them and for each instance of a class; `'copy'` of an instance sends its own
 *   enumerable fields
 */
export type PassingPolicy = 'copy-plain' | 'by-reference' | ((value: object) => Passing);

/** What `copy` and `ref` return at run time. */
export class Marked {
  readonly value: object;
  readonly as: 'copy' | 'reference' | 'stream';

  constructor(value: object, as: 'copy' | 'reference' | 'stream') {
    this.value = value;
    this.as = as;
  }
}

/**
 * Passes a snapshot of `value` whatever the policy says: plain data with all that is inside, of an instance of a class
 * its own enumerable fields. For use in arguments, in data inside arguments, and in results.
 */
export function copy<T>(value: T): T {
  return (isObject(value) && typeof value !== 'function' ? new Marked(value, 'copy') : value) as T;
}

/** Passes a reference to `value` whatever the policy says. For use in arguments, in data inside them, and in results. */
export function ref<T extends object>(value: T): T {
  return new Marked(value, 'reference') as unknown as T;
}

/**
 * Passes an iterable, sync or async, as a stream: the other side gets a ReadableStream if its engine has them, else an
 * async iterable. Values are taken from it as fast as the other side reads.
 */
export function stream<T>(values: Iterable<T> | AsyncIterable<T>): AsyncIterable<T> {
  return new Marked(values, 'stream') as unknown as AsyncIterable<T>;
}

/** The value inside marks: what it means where nothing is passed. */
export function unmarked(value: unknown): unknown {
  return value instanceof Marked ? value.value : value;
}

/** Raw memory has no exact copy of its own kind here, and nothing that could be asked of a reference to it. */
function isRawMemory(value: object): boolean {
  const tag = Object.prototype.toString.call(value);
  return tag === '[object ArrayBuffer]' || tag === '[object SharedArrayBuffer]' || tag === '[object DataView]';
}

/** Functions that make code from text: whoever could call them could do anything. */
const MAKES_CODE: ReadonlySet<unknown> = new Set([
  Function,
  // biome-ignore lint/security/noGlobalEval: named to be refused
  eval,
  Object.getPrototypeOf(async () => {}).constructor,
  Object.getPrototypeOf(function* () {}).constructor,
  Object.getPrototypeOf(async function* () {}).constructor,
  Object.prototype,
  Function.prototype,
]);

/** Throws VALUE_REFUSED for an object that must not be reachable from outside. */
export function refuseDangerous(value: object): void {
  if (MAKES_CODE.has(value)) throw refused('a part of the language that gives power over everything cannot be passed');
}

/** How an array, plain object, Map, Set or instance of a class goes. Throws VALUE_REFUSED. */
export function passingOf(value: object, policy: PassingPolicy): 'copy' | 'reference' {
  if (typeof value === 'function') return 'reference';
  if (isRawMemory(value)) {
    throw refused('an ArrayBuffer or DataView cannot be sent', 'pass a typed array over it: new Uint8Array(buffer)');
  }
  const isData = Array.isArray(value) || isPlainObject(value);
  if (isData && Object.isFrozen(value)) return 'copy';
  if (typeof policy === 'function') {
    const passing = policy(value);
    if (passing === 'refuse') throw refused('the passing policy of this session refuses a value');
    return passing;
  }
  return policy === 'copy-plain' && (isData || value instanceof Map || value instanceof Set) ? 'copy' : 'reference';
}

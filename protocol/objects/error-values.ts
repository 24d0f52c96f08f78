/**
 * Errors by value: class, message, stack, own fields and cause. A class that both sides know comes back as that class,
 * any other as Error with its name. No code of the program runs while an error is made.
 */
import { markShoalError, ShoalError } from '../errors.ts';
import { fullText, knownOptions } from '../full-text.ts';
import { type ByteReader, ByteWriter, invalid, MAJOR_ARRAY, MAJOR_TAG } from '../values/head.ts';
import { type IncomingObjects, type OutgoingObjects, readValue, writeValue } from '../values/value-codec.ts';
import { platform } from './platform.ts';

/** "Serialised language-independent object with type name": an array of class, message, stack, fields and cause. */
export const TAG_OBJECT = 27;

export type Class = abstract new (...parameters: never[]) => object;

const BUILT_IN: Readonly<Record<string, Class>> = {
  Error,
  TypeError,
  RangeError,
  SyntaxError,
  ReferenceError,
  URIError,
  EvalError,
  AggregateError,
  ShoalError,
};

/** They have a place of their own, or would change how the error behaves. */
const NOT_FIELDS: ReadonlySet<string> = new Set([
  'message',
  'stack',
  'cause',
  'constructor',
  '__proto__',
  'toString',
  'toJSON',
  'then',
]);

/** Whatever the session's policy says: the other side makes the error from values. */
const BY_VALUE: OutgoingObjects = {
  write(writer, value, depth) {
    if (!(value instanceof Error)) return false;
    writeError(writer, value, depth);
    return true;
  },
};

/** Appends an error. Fields that cannot go by value stay behind: an error must get through. */
export function writeError(writer: ByteWriter, error: Error, depth: number): void {
  const itsClass: unknown = error.constructor;
  const className = typeof itsClass === 'function' ? itsClass.name : 'Error';
  const fields: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(error), 'errors', 'name'])) {
    const value: unknown = (error as unknown as Readonly<Record<string, unknown>>)[key];
    if (value !== undefined && !NOT_FIELDS.has(key) && goesByValue(value)) fields[key] = value;
  }
  if (fields.name === className) delete fields.name;
  const hasCause = error.cause !== undefined && (error.cause instanceof Error || goesByValue(error.cause));
  writer.head(MAJOR_TAG, TAG_OBJECT);
  writer.head(MAJOR_ARRAY, hasCause ? 5 : 4);
  // Texts of errors must get through; elsewhere a lone surrogate is refused.
  const stack = typeof error.stack === 'string' ? error.stack.toWellFormed() : null;
  for (const item of [className.toWellFormed(), String(error.message).toWellFormed(), stack, fields]) {
    writeValue(writer, item, depth + 1, BY_VALUE);
  }
  if (hasCause) writeValue(writer, error.cause, depth + 1, BY_VALUE);
}

function goesByValue(value: unknown): boolean {
  if (value instanceof Error || (Array.isArray(value) && value.every((item) => item instanceof Error))) return true;
  try {
    writeValue(new ByteWriter(), value);
    return true;
  } catch {
    return false;
  }
}

/** Reads what stands behind TAG_OBJECT. `classes` are the program's own, by name. */
export function readError(
  reader: ByteReader,
  start: number,
  depth: number,
  objects: IncomingObjects,
  classes: Readonly<Record<string, Class>>,
): Error {
  const items = readValue(reader, depth + 1, objects);
  if (!Array.isArray(items) || items.length < 4 || items.length > 5) throw invalid('an error that is none', start);
  const [className, sent, stack, fields, cause] = items as readonly unknown[];
  if (typeof className !== 'string' || typeof sent !== 'string' || typeof fields !== 'object' || fields === null) {
    throw invalid('an error that is none', start);
  }
  const message = fullText(sent);
  const error = make(className, message, (fields as { readonly name?: unknown }).name, classes);
  for (const [key, field] of Object.entries({ ...fields, ...knownOptions(sent) })) {
    if (key === 'name' || NOT_FIELDS.has(key)) continue;
    const value: unknown = key === 'hint' && typeof field === 'string' ? fullText(field) : field;
    const enumerable = key !== 'errors';
    Object.defineProperty(error, key, { value, enumerable, writable: true, configurable: true });
  }
  if (items.length === 5) hide(error, 'cause', cause);
  // Not every engine begins a stack with what happened.
  const head = `${className}: ${message}`;
  const calls = typeof stack === 'string' ? stack : '';
  hide(error, 'stack', calls.startsWith(String(className)) ? calls : `${head}\n${calls}`.trimEnd());
  return error;
}

/** The class of a name in the first table that has one. */
export function classNamed(name: string, ...tables: readonly Readonly<Record<string, Class>>[]): Class | undefined {
  return tables.find((table) => Object.hasOwn(table, name))?.[name];
}

function make(className: string, message: string, name: unknown, classes: Readonly<Record<string, Class>>): Error {
  if (className === 'DOMException' && platform.DOMException !== undefined && typeof name === 'string') {
    return new platform.DOMException(message, name);
  }
  const error = new Error(message);
  const known = classNamed(className, classes, BUILT_IN);
  const prototype: unknown = known?.prototype;
  if (prototype instanceof Error || prototype === Error.prototype) Object.setPrototypeOf(error, prototype as object);
  const itsName = typeof name === 'string' && (known !== undefined || name !== 'Error') ? name : className;
  if (error.name !== itsName) hide(error, 'name', itsName);
  return error;
}

/** ShoalErrors are recognised by their mark, which they lose on the way. */
export function markIfShoalError(error: Error): void {
  if (error instanceof ShoalError && typeof error.code === 'string') markShoalError(error);
}

/** Defines a field that is not listed. */
export function hide(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, enumerable: false, writable: true, configurable: true });
}

/**
 * What a reference says about its object when it is introduced: its kind, the name of its class, and which fields are
 * constant. A shape is described once and then has a number; the first numbers are the kinds without a class.
 */
import { MAX_CONSTANT_LENGTH, MAX_CONSTANTS, MAX_NAME_LENGTH, MAX_SHAPES } from '../limits.ts';
import { type ByteReader, type ByteWriter, invalid, MAJOR_UNSIGNED } from '../values/head.ts';
import { readValue, writeValue } from '../values/value-codec.ts';

/** Kinds by their number on the wire. */
export const KINDS = ['object', 'function', 'promise', 'stream', 'sink', 'signal', 'cursor'] as const;

/**
 * `promise`, `stream` (a readable one), `sink` (a writable one) and `signal` become one of the receiver's own kind;
 * a `cursor` is an iteration that has begun.
 */
export type Kind = (typeof KINDS)[number];

export interface Shape {
  readonly kind: Kind;
  readonly className: string | undefined;
  /** Names of the fields that travel with each introduction. */
  readonly constants: readonly string[];
  /** Equal for equal shapes. */
  readonly key: string;
}

export function makeShape(kind: Kind, className: string | undefined, constants: readonly string[]): Shape {
  return { kind, className, constants, key: [kind, className ?? '', ...constants].join('\n') };
}

/** The value of a constant field: small, and the same on both sides for ever. */
export type Constant = undefined | null | boolean | number | string;

/** On a class: `static [constantFields] = ['name', 'size']` names fields of its instances that never change. */
export const constantFields: unique symbol = Symbol('shoal.constantFields') as never;

const PLAIN_SHAPES: readonly Shape[] = KINDS.map((kind) => makeShape(kind, undefined, []));

/** What a number stands for that was introduced without a shape. */
export const PLAIN_OBJECT: Shape = makeShape('object', undefined, []);

/** Shapes that this side has described. */
export class OutgoingShapes {
  /** Number by description. */
  readonly #numbers = new Map<string, number>();

  get size(): number {
    return this.#numbers.size;
  }

  /** Forgets all but the first `size` shapes: a message with the others was not sent. */
  forget(size: number): void {
    if (this.#numbers.size === size) return;
    for (const key of [...this.#numbers.keys()].slice(size)) this.#numbers.delete(key);
  }

  /** Appends the number of the shape, or its description at its first use. */
  write(writer: ByteWriter, shape: Shape): void {
    const { key, kind, className, constants } = shape;
    const isPlain = className === undefined && constants.length === 0;
    const known = isPlain ? KINDS.indexOf(kind) : this.#numbers.get(key);
    if (known !== undefined) {
      writer.head(MAJOR_UNSIGNED, known);
      return;
    }
    if (this.#numbers.size < MAX_SHAPES) this.#numbers.set(key, KINDS.length + this.#numbers.size);
    writeValue(writer, [KINDS.indexOf(kind), className ?? null, ...constants]);
  }
}

/** Shapes that the other side has described. */
export class IncomingShapes {
  readonly #shapes: Shape[] = [];

  read(reader: ByteReader): Shape {
    const start = reader.offset;
    const item = readValue(reader);
    if (typeof item === 'number') {
      const shape = PLAIN_SHAPES[item] ?? this.#shapes[item - KINDS.length];
      if (shape === undefined) throw invalid(`shape ${item}, which was not described`, start);
      return shape;
    }
    if (!Array.isArray(item)) throw invalid('something else than a shape', start);
    const [kindNumber, className, ...constants] = item as readonly unknown[];
    const kind = KINDS[kindNumber as number];
    const isClass = className === null || (typeof className === 'string' && className.length <= MAX_NAME_LENGTH);
    const areNames = constants.length <= MAX_CONSTANTS && constants.every((name) => typeof name === 'string');
    if (kind === undefined || !isClass || !areNames) throw invalid('a shape that is none', start);
    const shape = makeShape(kind, className ?? undefined, constants as string[]);
    if (this.#shapes.length < MAX_SHAPES) this.#shapes.push(shape);
    return shape;
  }
}

const isConstant = (value: unknown): value is Constant =>
  value === null ||
  ['undefined', 'boolean', 'number'].includes(typeof value) ||
  (typeof value === 'string' && value.length <= MAX_CONSTANT_LENGTH);

/** The constant fields of an object: the simple ones of a frozen object, and those that its class names. */
export function constantsOf(object: object): {
  readonly names: readonly string[];
  readonly values: readonly Constant[];
} {
  const named = (object.constructor as { readonly [constantFields]?: readonly string[] } | undefined)?.[constantFields];
  const candidates = named ?? (typeof object === 'object' && Object.isFrozen(object) ? Object.keys(object) : []);
  const names: string[] = [];
  const values: Constant[] = [];
  for (const name of candidates) {
    const value: unknown = (object as Readonly<Record<string, unknown>>)[name];
    if (names.length === MAX_CONSTANTS || name.length > MAX_NAME_LENGTH || !isConstant(value)) continue;
    names.push(name);
    values.push(value);
  }
  return { names, values };
}

/** The name of an object's class, if it has one that says something. */
export function classNameOf(object: object): string | undefined {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (typeof prototype !== 'object' || prototype === null || prototype === Object.prototype) return undefined;
  const itsClass: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  const name: unknown = typeof itsClass === 'function' ? itsClass.name : undefined;
  return typeof name === 'string' && name !== '' && name.length <= MAX_NAME_LENGTH ? name : undefined;
}

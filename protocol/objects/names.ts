/**
 * Names of members on the wire. A text stands there once and is bound to the next number on both sides, without a
 * message for it; from then on the number stands there. Well-known symbols are negative numbers.
 */
import { MAX_NAME_LENGTH, MAX_NAMES, MAX_PATH } from '../limits.ts';
import {
  type ByteReader,
  type ByteWriter,
  invalid,
  MAJOR_ARRAY,
  MAJOR_NEGATIVE,
  MAJOR_TEXT,
  MAJOR_UNSIGNED,
} from '../values/head.ts';
import { readUtf8, utf8Length, writeUtf8 } from '../values/utf8.ts';

/** A member's name. Of symbols only the well-known ones can travel. */
export type Name = string | symbol;

/** From a target to a member; empty for the target itself. */
export type Path = readonly Name[];

/** Engines without explicit resource management have no such symbols: there they are the registered ones. */
export const DISPOSE: symbol = Symbol.dispose ?? Symbol.for('Symbol.dispose');
export const ASYNC_DISPOSE: symbol = Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose');

/** −1 is the first. */
const SYMBOLS: readonly symbol[] = [
  Symbol.iterator,
  Symbol.asyncIterator,
  DISPOSE,
  ASYNC_DISPOSE,
  Symbol.toPrimitive,
  Symbol.toStringTag,
];

/** Elements of arrays are not bound: their numbers would crowd out the names. */
function isBound(text: string, known: number): boolean {
  const first = text.charCodeAt(0);
  return known < MAX_NAMES && text.length <= MAX_NAME_LENGTH && !(first >= 0x30 && first <= 0x39);
}

/** Names that this side has sent. */
export class OutgoingNames {
  readonly #numbers = new Map<string, number>();

  get size(): number {
    return this.#numbers.size;
  }

  write(writer: ByteWriter, name: Name): void {
    if (typeof name === 'symbol') {
      const index = SYMBOLS.indexOf(name);
      if (index < 0) throw new TypeError(`${String(name)} cannot be reached on a remote object`);
      writer.head(MAJOR_NEGATIVE, index);
      return;
    }
    const number = this.#numbers.get(name);
    if (number !== undefined) {
      writer.head(MAJOR_UNSIGNED, number);
      return;
    }
    const lengthBytes = utf8Length(name);
    writer.head(MAJOR_TEXT, lengthBytes);
    writeUtf8(writer, name, lengthBytes);
    if (isBound(name, this.#numbers.size)) this.#numbers.set(name, this.#numbers.size);
  }

  writePath(writer: ByteWriter, path: Path): void {
    const [only] = path;
    if (only === undefined) {
      writer.byte(0xf6);
    } else if (path.length === 1) {
      this.write(writer, only);
    } else {
      if (path.length > MAX_PATH) throw new RangeError(`a path of ${path.length} names, at most ${MAX_PATH} are sent`);
      writer.head(MAJOR_ARRAY, path.length);
      for (const name of path) this.write(writer, name);
    }
  }

  /** Forgets all but the first `size` names: a message with the others was not sent. */
  forget(size: number): void {
    if (this.#numbers.size === size) return;
    for (const name of [...this.#numbers.keys()].slice(size)) this.#numbers.delete(name);
  }
}

/** Names that the other side has sent. */
export class IncomingNames {
  readonly #names: string[] = [];

  read(reader: ByteReader): Name {
    const start = reader.offset;
    reader.head();
    return this.#name(reader, start);
  }

  readPath(reader: ByteReader): Path {
    const start = reader.offset;
    reader.head();
    if (reader.major !== MAJOR_ARRAY) {
      if (reader.major === 7 && reader.information === 22) return [];
      return [this.#name(reader, start)];
    }
    const count = reader.value;
    if (count < 2 || count > MAX_PATH) throw invalid(`a path of ${count} names`, start);
    const path: Name[] = [];
    for (let index = 0; index < count; index++) path.push(this.read(reader));
    return path;
  }

  #name(reader: ByteReader, start: number): Name {
    const { major, value } = reader;
    if (major === MAJOR_UNSIGNED) {
      const name = this.#names[value];
      if (name === undefined) throw invalid(`name ${value}, which is not bound`, start);
      return name;
    }
    if (major === MAJOR_NEGATIVE) {
      const symbol = SYMBOLS[value];
      if (symbol === undefined) throw invalid(`symbol ${value}`, start);
      return symbol;
    }
    if (major !== MAJOR_TEXT) throw invalid('something else than a name', start);
    const first = reader.take(value);
    const name = readUtf8(reader.bytes, first, reader.offset);
    if (isBound(name, this.#names.length)) this.#names.push(name);
    return name;
  }
}

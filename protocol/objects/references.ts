/**
 * Objects on the wire. Tag 39 ("identifier") stands in front of
 *
 *     unsigned               an object of the sender, with the shape that last came with this number
 *     negative               −1 − number of an object of the receiver: it comes home
 *     [unsigned, shape, …]   an object of the sender, its shape and the values of its constant fields
 *     [call]                 the answer of the sender's call, in arguments only
 */
import { MAX_CONSTANTS, MAX_DEPTH, MAX_REFERENCES } from '../limits.ts';
import { readCallId, readUnsigned } from '../values/fields.ts';
import {
  type ByteReader,
  type ByteWriter,
  invalid,
  MAJOR_ARRAY,
  MAJOR_NEGATIVE,
  MAJOR_TAG,
  MAJOR_UNSIGNED,
} from '../values/head.ts';
import { mapItems } from '../values/plain-data.ts';
import { bytesOf, type TypedArray, typedArrayKind } from '../values/typed-arrays.ts';
import {
  type IncomingObjects,
  type OutgoingObjects,
  readValue,
  refused,
  writeFields,
  writeValue,
} from '../values/value-codec.ts';
import { type Class, markIfShoalError, readError, TAG_OBJECT, writeError } from './error-values.ts';
import type { Exported, ExportTable } from './export-table.ts';
import type { Imported } from './import-table.ts';
import { Marked, type PassingPolicy, passingOf, refuseDangerous } from './passing.ts';
import { isThenable } from './perform.ts';
import { handlerOf, type RemoteHandler, type RemoteSession } from './remote-handler.ts';
import type { Scope } from './scope.ts';
import {
  type Constant,
  classNameOf,
  constantsOf,
  IncomingShapes,
  makeShape,
  OutgoingShapes,
  type Shape,
} from './shapes.ts';
import { needsStandIn, standInFor } from './stand-ins.ts';

export const TAG_REFERENCE = 39;

/** Thrown while arguments are written: a member that stands in them must be asked for first. */
export class MustBeFetched {
  readonly handler: RemoteHandler;

  constructor(handler: RemoteHandler) {
    this.handler = handler;
  }
}

export class OutgoingReferences implements OutgoingObjects {
  readonly shapes: OutgoingShapes = new OutgoingShapes();
  readonly #exports: ExportTable;
  readonly #session: RemoteSession;
  readonly #policy: PassingPolicy;
  /** In arguments the answers of calls can be named; elsewhere nobody could wait for them. */
  namesAnswers = false;
  /** Of the message that is written. */
  scope: Scope | undefined;
  /** References written so far. */
  written = 0;
  /** Inside of what `copy` marks. */
  #isCopying = false;

  constructor(exports: ExportTable, session: RemoteSession, policy: PassingPolicy) {
    this.#exports = exports;
    this.#session = session;
    this.#policy = policy;
  }

  write(writer: ByteWriter, value: object, depth: number): boolean {
    if (value instanceof Marked) {
      if (value.as === 'copy') this.#copying(() => writeValue(writer, value.value, depth, this));
      else this.#writeReference(writer, value.value, value.as === 'stream');
      return true;
    }
    const handler = handlerOf(value);
    if (handler !== undefined) {
      this.#writeRemote(writer, value, handler, depth);
      return true;
    }
    if (value instanceof Error) {
      writeError(writer, value, depth);
      return true;
    }
    const how = this.#passing(value);
    if (how === 'reference') this.#writeReference(writer, value, false);
    else if (how === 'fields') writeFields(writer, value, depth, this);
    return how !== 'data';
  }

  /** By reference, by value as the data that it is, or by value as its own fields. Throws VALUE_REFUSED. */
  #passing(value: object): 'reference' | 'data' | 'fields' {
    if (typeof value === 'function' || needsStandIn(value) || this.#exports.of(value)?.isRoot || isThenable(value)) {
      return 'reference';
    }
    const isData = passingOf(value, 'copy-plain') === 'copy';
    if (this.#isCopying) return isData ? 'data' : 'fields';
    if (passingOf(value, this.#policy) === 'reference') return 'reference';
    return isData ? 'data' : 'fields';
  }

  #copying<T>(action: () => T): T {
    const wasCopying = this.#isCopying;
    this.#isCopying = true;
    try {
      return action();
    } finally {
      this.#isCopying = wasCopying;
    }
  }

  /**
   * What the other side would get for a value, for use on this side: what goes by value is copied. Throws VALUE_REFUSED.
   */
  snapshot(value: unknown, depth = 0): unknown {
    if (typeof value !== 'object' || value === null) return value;
    if (depth > MAX_DEPTH) throw refused(`a value is nested deeper than ${MAX_DEPTH}, or contains itself`);
    if (value instanceof Marked) {
      return value.as === 'copy' ? this.#copying(() => this.snapshot(value.value, depth)) : value.value;
    }
    const kind = typedArrayKind(value);
    if (kind !== undefined) return kind.over(bytesOf(value as TypedArray).slice());
    if (value instanceof Date) return new Date(value);
    if (value instanceof Error || handlerOf(value) !== undefined) return value;
    const how = this.#passing(value);
    if (how === 'reference') return value;
    return mapItems(how === 'fields' ? { ...value } : value, (item) => this.snapshot(item, depth + 1));
  }

  #writeReference(writer: ByteWriter, object: object, asStream: boolean): void {
    refuseDangerous(object);
    const exported = this.#exports.of(object) ?? this.#exports.add(this.#describe(object, asStream));
    const { id, shape, constants } = exported;
    this.written++;
    writer.head(MAJOR_TAG, TAG_REFERENCE);
    if (this.#exports.introduce(exported)) {
      writer.head(MAJOR_ARRAY, 2 + constants.length);
      writer.head(MAJOR_UNSIGNED, id);
      this.shapes.write(writer, shape);
      for (const value of constants) writeValue(writer, value);
    } else {
      writer.head(MAJOR_UNSIGNED, id);
    }
  }

  #describe(object: object, asStream: boolean, isRoot = false): Exported {
    const { scope } = this;
    if (asStream || needsStandIn(object)) {
      const { kind, face, released } = standInFor(object, this.#session.streamWindowBytes);
      const { names, values } = constantsOf(face);
      const shape = makeShape(kind, undefined, names);
      return { id: 0, count: 0, object, face, shape, constants: values, isRoot, scope, released };
    }
    // What it rejects with is for the other side, which asks later.
    if (isThenable(object)) object.then(undefined, () => undefined);
    const kind = isThenable(object) ? 'promise' : typeof object === 'function' ? 'function' : 'object';
    const { names, values } = constantsOf(object);
    const className = kind === 'object' ? classNameOf(object) : undefined;
    const shape = makeShape(kind, className, names);
    return { id: 0, count: 0, object, face: object, shape, constants: values, isRoot, scope, released: undefined };
  }

  /** An object that is exported by name, which stays. */
  describeRoot(object: object): Exported {
    refuseDangerous(object);
    return this.#describe(object, false, true);
  }

  #writeRemote(writer: ByteWriter, proxy: object, handler: RemoteHandler, depth: number): void {
    if (handler.session !== this.#session) {
      this.#writeReference(writer, proxy, false);
      return;
    }
    if (handler.hasArrived) {
      const id = this.#session.idOf(handler.root as Imported);
      this.written++;
      writer.head(MAJOR_TAG, TAG_REFERENCE);
      writer.head(MAJOR_NEGATIVE, id);
      return;
    }
    if (this.namesAnswers && handler.path.length > 0 && !handler.isFetched) throw new MustBeFetched(handler);
    const result = handler.result();
    result.observe();
    if (result.state === 'returned') {
      writeValue(writer, result.value, depth, this);
    } else if (result.state === 'threw') {
      throw result.value;
    } else if (this.namesAnswers && result.state === 'pending' && result.call > 0) {
      this.written++;
      writer.head(MAJOR_TAG, TAG_REFERENCE);
      writer.head(MAJOR_ARRAY, 1);
      writer.head(MAJOR_UNSIGNED, result.call);
    } else {
      this.#writeReference(writer, result.promise, false);
    }
  }
}

/** What references need of the session that reads them. */
export interface ReadingSession {
  /** An object of this side. Throws PROTOCOL_INVALID if the other side does not hold it. */
  ownObject(id: number, start: number): object;
  /** What the program gets for an object of the other side. */
  introduced(id: number, description: Description | undefined, start: number): unknown;
  /** The value of an answer, or what stands for it until it is there. Throws PROTOCOL_INVALID if there is no such call. */
  answerOf(call: number, start: number): unknown;
}

export interface Description {
  readonly shape: Shape;
  readonly constants: readonly Constant[];
}

export class IncomingReferences implements IncomingObjects {
  readonly #shapes = new IncomingShapes();
  readonly #session: ReadingSession;
  readonly #classes: Readonly<Record<string, Class>>;

  constructor(session: ReadingSession, classes: Readonly<Record<string, Class>>) {
    this.#session = session;
    this.#classes = classes;
  }

  read(reader: ByteReader, tag: number, start: number, depth: number): unknown {
    if (depth > MAX_DEPTH) throw invalid(`a value nested deeper than ${MAX_DEPTH}`, start);
    if (tag === TAG_OBJECT) {
      const error = readError(reader, start, depth, this, this.#classes);
      markIfShoalError(error);
      return error;
    }
    if (tag !== TAG_REFERENCE) throw invalid(`tag ${tag}, which is not in this format`, start);
    reader.head();
    const { major, value } = reader;
    if (value > MAX_REFERENCES) throw invalid(`reference ${value}`, start);
    if (major === MAJOR_UNSIGNED) return this.#session.introduced(value, undefined, start);
    if (major === MAJOR_NEGATIVE) return this.#session.ownObject(value, start);
    if (major !== MAJOR_ARRAY || value < 1 || value > 2 + MAX_CONSTANTS)
      throw invalid('a reference that is none', start);
    if (value === 1) return this.#session.answerOf(readCallId(reader, 1), start);
    const id = readUnsigned(reader, 'object', MAX_REFERENCES);
    const shape = this.#shapes.read(reader);
    const constants: Constant[] = [];
    for (let index = 2; index < value; index++) constants.push(readValue(reader) as Constant);
    if (constants.length !== shape.constants.length)
      throw invalid('constant fields that do not fit their shape', start);
    return this.#session.introduced(id, { shape, constants }, start);
  }
}

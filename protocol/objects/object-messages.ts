/** Messages between object sessions: their bytes. The format: protocol/spec.md, "Object sessions". */
import { MAX_ARGUMENTS, MAX_REFERENCES } from '../limits.ts';
import * as code from '../operations.ts';
import { readCallId, readText, readUnsigned } from '../values/fields.ts';
import { type ByteReader, type ByteWriter, invalid, MAJOR_NEGATIVE, MAJOR_UNSIGNED } from '../values/head.ts';
import { type IncomingObjects, type OutgoingObjects, readValue, writeValue } from '../values/value-codec.ts';
import type { IncomingNames, OutgoingNames, Path } from './names.ts';

/** Operations that need nothing but a target and a path. */
const PLAIN_CODES: Readonly<Record<'get' | 'has' | 'keys' | 'iterate', number>> = {
  get: code.GET,
  has: code.HAS,
  keys: code.KEYS,
  iterate: code.ITERATE,
};

/** What one side asks of an object of the other. */
export interface Operation {
  readonly kind: 'call' | 'invoke' | 'construct' | 'set' | 'next' | 'import' | 'await' | keyof typeof PLAIN_CODES;
  /** From the target to the member; for has and set the last name is the member in question. */
  readonly path: Path;
  /** Of a call; the value of set, the bytes of next, the name of import. */
  readonly arguments: readonly unknown[];
}

export type ObjectMessage =
  | {
      readonly kind: 'operation';
      readonly call: number;
      /** Not negative: an object that the receiver has exported. Negative: the answer of the sender's call −target. */
      readonly target: number;
      readonly operation: Operation;
    }
  | { readonly kind: 'return' | 'throw'; readonly call: number; readonly value: unknown }
  | { readonly kind: 'release'; readonly object: number; readonly count: number }
  | { readonly kind: 'cancel'; readonly call: number }
  | { readonly kind: 'echo request' | 'echo'; readonly number: number };

/** What the bytes of a message depend on. */
export interface WritingContext {
  readonly names: OutgoingNames;
  readonly objects: OutgoingObjects;
}

export interface ReadingContext {
  readonly names: IncomingNames;
  readonly objects: IncomingObjects;
  /** Called when it is clear whose values follow: those of an operation on `target`, or of the answer to `call`. */
  beginValues(target: number | undefined, call: number): void;
}

export function writeOperation(
  writer: ByteWriter,
  call: number,
  target: number,
  operation: Operation,
  context: WritingContext,
): void {
  const { kind, path, arguments: values } = operation;
  const count = values.length;
  if (count > MAX_ARGUMENTS) throw new RangeError(`a call with ${count} arguments, at most ${MAX_ARGUMENTS} are sent`);
  switch (kind) {
    case 'call':
      writeHead(writer, count <= code.CALL_INLINE_MAX ? code.CALL + count : code.CALL_COUNTED, call, target);
      if (count > code.CALL_INLINE_MAX) writer.head(MAJOR_UNSIGNED, count);
      break;
    case 'invoke':
    case 'construct': {
      const isInline = kind === 'invoke' && count <= code.INVOKE_INLINE_MAX;
      writeHead(
        writer,
        isInline ? code.INVOKE + count : kind === 'invoke' ? code.INVOKE_COUNTED : code.CONSTRUCT,
        call,
        target,
      );
      context.names.writePath(writer, path);
      if (!isInline) writer.head(MAJOR_UNSIGNED, count);
      break;
    }
    case 'set':
      writeHead(writer, code.SET, call, target);
      context.names.writePath(writer, path);
      break;
    case 'next':
      writeHead(writer, code.NEXT, call, target);
      break;
    case 'import':
      writer.head(MAJOR_UNSIGNED, code.IMPORT);
      writer.head(MAJOR_UNSIGNED, call);
      break;
    case 'await':
      writeHead(writer, code.AWAIT, call, target);
      break;
    default:
      writeHead(writer, PLAIN_CODES[kind], call, target);
      context.names.writePath(writer, path);
  }
  for (const value of values) writeValue(writer, value, 0, context.objects);
}

function writeHead(writer: ByteWriter, operation: number, call: number, target: number): void {
  writer.head(MAJOR_UNSIGNED, operation);
  writer.head(MAJOR_UNSIGNED, call);
  if (target >= 0) writer.head(MAJOR_UNSIGNED, target);
  else writer.head(MAJOR_NEGATIVE, -1 - target);
}

export function writeReturn(writer: ByteWriter, call: number, value: unknown, objects: OutgoingObjects): void {
  writer.head(MAJOR_UNSIGNED, value === undefined ? code.RETURN_VOID : code.RETURN);
  writer.head(MAJOR_UNSIGNED, call);
  if (value !== undefined) writeValue(writer, value, 0, objects);
}

export function writeThrow(writer: ByteWriter, call: number, error: unknown, objects: OutgoingObjects): void {
  writer.head(MAJOR_UNSIGNED, code.THROW_VALUE);
  writer.head(MAJOR_UNSIGNED, call);
  writeValue(writer, error, 0, objects);
}

/** One operation and unsigned numbers. */
function writeNumbers(writer: ByteWriter, ...numbers: readonly number[]): void {
  for (const number of numbers) writer.head(MAJOR_UNSIGNED, number);
}

export function writeRelease(writer: ByteWriter, object: number, count: number): void {
  if (count === 1) writeNumbers(writer, code.RELEASE, object);
  else writeNumbers(writer, code.RELEASE_COUNTED, object, count);
}

export function writeCancel(writer: ByteWriter, call: number): void {
  writeNumbers(writer, code.CANCEL, call);
}

export function writeEcho(writer: ByteWriter, kind: 'echo request' | 'echo', number: number): void {
  writeNumbers(writer, kind === 'echo' ? code.ECHO : code.ECHO_REQUEST, number);
}

/** Reads one message. Throws PROTOCOL_INVALID if the bytes are not one. */
export function readObjectMessage(reader: ByteReader, context: ReadingContext): ObjectMessage {
  const start = reader.offset;
  const operation = readUnsigned(reader, 'operation', 0xff);
  switch (operation) {
    case code.RETURN_VOID:
      return { kind: 'return', call: readCallId(reader, 1), value: undefined };
    case code.RETURN:
    case code.THROW_VALUE: {
      const call = readCallId(reader, 1);
      context.beginValues(undefined, call);
      const value = readValue(reader, 0, context.objects);
      return { kind: operation === code.RETURN ? 'return' : 'throw', call, value };
    }
    case code.THROW: {
      const call = readCallId(reader, 1);
      const name = readText(reader);
      const error = new Error(readText(reader));
      Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true });
      return { kind: 'throw', call, value: error };
    }
    case code.RELEASE:
      return { kind: 'release', object: readUnsigned(reader, 'object', MAX_REFERENCES), count: 1 };
    case code.RELEASE_COUNTED: {
      const object = readUnsigned(reader, 'object', MAX_REFERENCES);
      return { kind: 'release', object, count: readUnsigned(reader, 'count', 0xffff_ffff) };
    }
    case code.CANCEL:
      return { kind: 'cancel', call: readCallId(reader, 1) };
    case code.ECHO_REQUEST:
    case code.ECHO: {
      const number = readUnsigned(reader, 'number', 0xffff_ffff);
      return { kind: operation === code.ECHO ? 'echo' : 'echo request', number };
    }
    case code.IMPORT: {
      const call = readCallId(reader, 1);
      return {
        kind: 'operation',
        call,
        target: 0,
        operation: { kind: 'import', path: [], arguments: [readText(reader)] },
      };
    }
    default:
      return readTargeted(reader, operation, start, context);
  }
}

const KINDS = new Map<number, Operation['kind']>([
  ...Object.entries(PLAIN_CODES).map(([kind, number]) => [number, kind as Operation['kind']] as const),
  [code.INVOKE_COUNTED, 'invoke'],
  [code.CONSTRUCT, 'construct'],
  [code.SET, 'set'],
  [code.NEXT, 'next'],
  [code.AWAIT, 'await'],
]);

function readTargeted(reader: ByteReader, operation: number, start: number, context: ReadingContext): ObjectMessage {
  const isCall = operation <= code.CALL_COUNTED;
  const isInline = operation >= code.INVOKE && operation <= code.INVOKE + code.INVOKE_INLINE_MAX;
  const kind = isCall ? 'call' : isInline ? 'invoke' : KINDS.get(operation);
  if (kind === undefined) throw invalid(`operation ${operation}`, start);
  const call = readCallId(reader, 1);
  const target = readTarget(reader);
  context.beginValues(target, call);
  const hasPath = kind !== 'call' && kind !== 'next' && kind !== 'await';
  const path = hasPath ? context.names.readPath(reader) : [];
  let count = 0;
  if (isInline) count = operation - code.INVOKE;
  else if (isCall && operation !== code.CALL_COUNTED) count = operation - code.CALL;
  else if (isCall || kind === 'invoke' || kind === 'construct')
    count = readUnsigned(reader, 'argument count', MAX_ARGUMENTS);
  else if (kind === 'set' || kind === 'next') count = 1;
  const values: unknown[] = [];
  for (let index = 0; index < count; index++) values.push(readValue(reader, 0, context.objects));
  return { kind: 'operation', call, target, operation: { kind, path, arguments: values } };
}

function readTarget(reader: ByteReader): number {
  const start = reader.offset;
  reader.head();
  if (reader.value <= MAX_REFERENCES) {
    if (reader.major === MAJOR_UNSIGNED) return reader.value;
    if (reader.major === MAJOR_NEGATIVE) return -1 - reader.value;
  }
  throw invalid('something else than a target', start);
}

/** Messages: positional CBOR sequences (RFC 8742) whose first item says what they are. The format: protocol/spec.md. */
import { MAX_ARGUMENTS, MAX_LOG_VALUES, MAX_MESSAGE_BYTES } from './limits.ts';
import * as operation from './operations.ts';
import { readBytes, readCallId, readText, readUnsigned } from './values/fields.ts';
import { ByteReader, type ByteWriter, invalid, MAJOR_NEGATIVE, MAJOR_UNSIGNED } from './values/head.ts';
import { readValue, type Value, writeValue } from './values/value-codec.ts';

export interface CallMessage {
  readonly kind: 'call';
  /** 1 … MAX_CALL_ID; free again when its answer has come. */
  readonly call: number;
  /** Number of a kernel of the core. */
  readonly target: number;
  readonly arguments: readonly Value[];
}

export interface ReturnMessage {
  readonly kind: 'return';
  readonly call: number;
  readonly value: Value;
}

export interface ThrowMessage {
  readonly kind: 'throw';
  readonly call: number;
  /** Class of the error, `RangeError`. */
  readonly name: string;
  readonly message: string;
}

/** A kernel was stopped. The fields' meaning by cause: operations.ts, TRAP_ and REFUSED_. */
export interface TrapMessage {
  readonly kind: 'trap';
  /** NO_CALL if the call could not be read. */
  readonly call: number;
  readonly cause: number;
  readonly number: number;
  readonly first: number;
  readonly second: number;
}

export interface LogMessage {
  readonly kind: 'log';
  readonly format: number;
  readonly values: readonly Value[];
}

export interface HelloMessage {
  readonly kind: 'hello';
  readonly version: number;
  /** The number that the host gave the core before its start. */
  readonly nonce: number;
  /** 0 the control processor, core index + 1 a core. */
  readonly node: number;
}

/** What the call has written whose answer follows; one piece of several, in order. */
export interface WrittenMessage {
  readonly kind: 'written';
  readonly bytes: Uint8Array;
}

export type Message =
  | WrittenMessage
  | CallMessage
  | ReturnMessage
  | ThrowMessage
  | TrapMessage
  | LogMessage
  | HelloMessage;

/** The part of a call in front of its arguments. */
export function writeCallHead(writer: ByteWriter, call: number, target: number, argumentCount: number): void {
  const inline = argumentCount <= operation.CALL_INLINE_MAX;
  writer.head(MAJOR_UNSIGNED, inline ? operation.CALL + argumentCount : operation.CALL_COUNTED);
  writer.head(MAJOR_UNSIGNED, call);
  writer.head(MAJOR_UNSIGNED, target);
  if (!inline) writer.head(MAJOR_UNSIGNED, argumentCount);
}

/** Appends one message. */
export function writeMessage(writer: ByteWriter, message: Message): void {
  switch (message.kind) {
    case 'call':
      writeCallHead(writer, message.call, message.target, message.arguments.length);
      for (const value of message.arguments) writeValue(writer, value);
      return;
    case 'return':
      writer.head(MAJOR_UNSIGNED, message.value === undefined ? operation.RETURN_VOID : operation.RETURN);
      writer.head(MAJOR_UNSIGNED, message.call);
      if (message.value !== undefined) writeValue(writer, message.value);
      return;
    case 'throw':
      writer.head(MAJOR_UNSIGNED, operation.THROW);
      writer.head(MAJOR_UNSIGNED, message.call);
      writeValue(writer, message.name);
      writeValue(writer, message.message);
      return;
    case 'trap':
      writer.head(MAJOR_UNSIGNED, operation.TRAP);
      for (const value of [message.call, message.cause, message.number, message.first, message.second]) {
        writeValue(writer, value);
      }
      return;
    case 'log':
      writeLog(writer, message);
      return;
    case 'written':
      writer.head(MAJOR_UNSIGNED, operation.WRITTEN);
      writeValue(writer, message.bytes);
      return;
    case 'hello':
      writer.head(MAJOR_UNSIGNED, operation.HELLO);
      for (const value of [message.version, message.nonce, message.node]) writeValue(writer, value);
  }
}

function writeLog(writer: ByteWriter, { format, values }: LogMessage): void {
  if (values.length > MAX_LOG_VALUES) throw new RangeError(`a log message has at most ${MAX_LOG_VALUES} values`);
  const inline = values.length <= operation.LOG_INLINE_MAX;
  writer.head(MAJOR_UNSIGNED, inline ? operation.LOG + values.length : operation.LOG_COUNTED);
  writer.head(MAJOR_UNSIGNED, format);
  if (!inline) writer.head(MAJOR_UNSIGNED, values.length);
  for (const value of values) writeValue(writer, value);
}

/** Reads one message. Throws PROTOCOL_INVALID, with nothing kept, if the bytes are not one. */
export function readMessage(reader: ByteReader): Message {
  const start = reader.offset;
  const code = readUnsigned(reader, 'operation', 0xff);
  if (code <= operation.CALL_COUNTED) {
    const call = readCallId(reader, 1);
    const target = readUnsigned(reader, 'target', 0xffff_ffff);
    const count =
      code === operation.CALL_COUNTED ? readUnsigned(reader, 'argument count', MAX_ARGUMENTS) : code - operation.CALL;
    return { kind: 'call', call, target, arguments: readValues(reader, count) };
  }
  if (code >= operation.LOG && code <= operation.LOG + operation.LOG_INLINE_MAX) {
    const format = readUnsigned(reader, 'format', 0xffff_ffff);
    return { kind: 'log', format, values: readValues(reader, code - operation.LOG) };
  }
  switch (code) {
    case operation.LOG_COUNTED: {
      const format = readUnsigned(reader, 'format', 0xffff_ffff);
      return { kind: 'log', format, values: readValues(reader, readUnsigned(reader, 'value count', MAX_LOG_VALUES)) };
    }
    case operation.RETURN_VOID:
      return { kind: 'return', call: readCallId(reader, 1), value: undefined };
    case operation.RETURN:
      return { kind: 'return', call: readCallId(reader, 1), value: readValue(reader) };
    case operation.THROW: {
      const call = readCallId(reader, 1);
      return { kind: 'throw', call, name: readText(reader), message: readText(reader) };
    }
    case operation.TRAP: {
      const call = readCallId(reader, 0);
      const cause = readUnsigned(reader, 'cause', operation.TRAP_REFUSED);
      return { kind: 'trap', call, cause, number: readWord(reader), first: readWord(reader), second: readWord(reader) };
    }
    case operation.WRITTEN:
      return { kind: 'written', bytes: readBytes(reader) };
    case operation.HELLO: {
      const version = readUnsigned(reader, 'version', 0xffff_ffff);
      return { kind: 'hello', version, nonce: readWord(reader), node: readUnsigned(reader, 'node', 0xffff) };
    }
    default:
      throw invalid(`operation ${code}`, start);
  }
}

/** All messages of one frame or of one reading of a ring. Throws PROTOCOL_INVALID at the first that is not one. */
export function readMessages(bytes: Uint8Array): Message[] {
  if (bytes.length > MAX_MESSAGE_BYTES) throw invalid(`${bytes.length} bytes of messages`, 0);
  const reader = new ByteReader(bytes);
  const messages: Message[] = [];
  while (reader.remaining > 0) messages.push(readMessage(reader));
  return messages;
}

/** A 32-bit word, signed or unsigned. */
function readWord(reader: ByteReader): number {
  const start = reader.offset;
  reader.head();
  if (reader.major === MAJOR_UNSIGNED && reader.value <= 0xffff_ffff) return reader.value;
  if (reader.major === MAJOR_NEGATIVE && reader.value <= 0x7fff_ffff) return -1 - reader.value;
  throw invalid('a number that does not fit 32 bits', start);
}

function readValues(reader: ByteReader, count: number): Value[] {
  const values: Value[] = [];
  for (let index = 0; index < count; index++) values.push(readValue(reader));
  return values;
}

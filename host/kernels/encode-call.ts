/**
 * A call as bytes: checks the arguments against the signature and copies the inputs, at once, so that what the caller
 * does to its arrays afterwards does not matter.
 */
import { ShoalError } from '../../protocol/errors.ts';
import { writeCallHead } from '../../protocol/messages.ts';
import { ARRAY_ELSEWHERE } from '../../protocol/operations.ts';
import { writeAlignedArrayHead } from '../../protocol/values/aligned-array-head.ts';
import { ByteWriter, MAJOR_NEGATIVE, MAJOR_TAG, MAJOR_UNSIGNED } from '../../protocol/values/head.ts';
import { bytesOf, canonicaliseNans, typedArrayKind, typedArrayKindOfName } from '../../protocol/values/typed-arrays.ts';
import { BoardArray, placeOf } from '../memory/board-array.ts';
import { describeValue } from './describe-value.ts';
import { type Parameter, type ScalarName, type Signature, signatureText } from './signature.ts';
import { type KernelArray, Split } from './split.ts';

/** An array that the kernel writes: where its elements stand in the message, and where they go. */
export interface Output {
  readonly offset: number;
  /** At the time of the call; the array may lose its memory later. */
  readonly lengthBytes: number;
  readonly array: KernelArray;
  readonly parameter: string;
}

export interface EncodedCall {
  /** The message, to stand at an 8-aligned address. */
  readonly message: Uint8Array;
  readonly outputs: readonly Output[];
  /** Bytes that really travel to the core: the content of arrays that are only written does not. */
  readonly sentBytes: number;
  /** The parts of `message` that must be written, as [start, end) pairs. */
  readonly sent: readonly (readonly [number, number])[];
  /** No argument is an array. */
  readonly isScalar: boolean;
}

/** Room for the longest call id and kernel number: both are chosen when a core takes the call. */
const PLACEHOLDER = 0xffff;

/** Where they stand: behind the operation byte, each a three-byte head. */
const CALL_ID_OFFSET = 2;
const TARGET_OFFSET = 5;

/** Writes call id and kernel number, both 0 … 65 535, into an encoded call. */
export function setCallHead(call: EncodedCall, id: number, kernelNumber: number): void {
  const view = new DataView(call.message.buffer, call.message.byteOffset);
  view.setUint16(CALL_ID_OFFSET, id);
  view.setUint16(TARGET_OFFSET, kernelNumber);
}

/** An encoded call of scalars as a message of least bytes: call id and kernel number with the shortest heads. */
export function scalarMessage(message: Uint8Array): Uint8Array {
  const view = new DataView(message.buffer, message.byteOffset);
  const writer = new ByteWriter(message.length);
  writer.bytes(message.subarray(0, CALL_ID_OFFSET - 1));
  writer.head(MAJOR_UNSIGNED, view.getUint16(CALL_ID_OFFSET));
  writer.head(MAJOR_UNSIGNED, view.getUint16(TARGET_OFFSET));
  writer.bytes(message.subarray(TARGET_OFFSET + 2));
  return writer.view();
}

/** Throws CALL_ARGUMENT, with the parameter's name, for whatever the kernel does not take. */
export function encodeCall(signature: Signature, values: readonly unknown[]): EncodedCall {
  const { parameters } = signature;
  if (values.length !== parameters.length) {
    throw argumentError(signature, `takes ${count(parameters.length)}, not ${values.length}`, {
      expected: parameters.length,
      actual: values.length,
    });
  }
  const writer = new ByteWriter(capacityFor(values));
  writeCallHead(writer, PLACEHOLDER, PLACEHOLDER, parameters.length);
  const outputs: Output[] = [];
  const sent: [number, number][] = [];
  let unsentFrom = 0;
  let isScalar = true;
  for (const [index, parameter] of parameters.entries()) {
    const value = values[index];
    if ('scalar' in parameter) {
      writeScalar(writer, signature, parameter.name, parameter.scalar, value);
      continue;
    }
    isScalar = false;
    const kind = typedArrayKindOfName(parameter.array);
    if (kind === undefined) throw new ShoalError('INTERNAL', `no typed array is called ${parameter.array}`);
    if (value instanceof BoardArray) {
      writeElsewhere(writer, signature, parameter, kind.tag, value);
      continue;
    }
    const array = checkArray(signature, parameter, value);
    writeAlignedArrayHead(writer, kind.tag, array.byteLength);
    const offset = writer.reserve(array.byteLength);
    if (parameter.read) {
      const copy = writer.view().subarray(offset, offset + array.byteLength);
      copy.set(bytesOf(array));
      if (parameter.array === 'Float32Array') canonicaliseNans(copy);
    } else if (array.byteLength > 0) {
      sent.push([unsentFrom, offset]);
      unsentFrom = offset + array.byteLength;
    }
    if (parameter.written) outputs.push({ offset, lengthBytes: array.byteLength, array, parameter: parameter.name });
  }
  if (unsentFrom < writer.length) sent.push([unsentFrom, writer.length]);
  const message = writer.view();
  const sentBytes = sent.reduce((sum, [start, end]) => sum + end - start, 0);
  return { message, outputs, sent, sentBytes, isScalar };
}

/** Enough that the message is never copied: the longest heads of each value, and the arrays. */
function capacityFor(values: readonly unknown[]): number {
  let bytes = 16;
  for (const value of values) bytes += 32 + (ArrayBuffer.isView(value) ? value.byteLength : 0);
  return bytes;
}

const count = (n: number): string => (n === 1 ? '1 argument' : `${n} arguments`);

function argumentError(signature: Signature, what: string, details: Record<string, unknown>): ShoalError {
  return new ShoalError('CALL_ARGUMENT', `${signature.name} ${what}`, {
    hint: `The kernel is ${signatureText(signature)}.`,
    details: { kernel: signature.name, ...details },
  });
}

function mismatch(signature: Signature, parameter: string, expected: string, value: unknown): ShoalError {
  const actual = describeValue(value);
  return argumentError(signature, `takes ${expected} for ${parameter}, not ${actual}`, { parameter, expected, actual });
}

function writeScalar(writer: ByteWriter, signature: Signature, name: string, scalar: ScalarName, value: unknown): void {
  switch (scalar) {
    case 'bool':
      if (typeof value !== 'boolean') throw mismatch(signature, name, 'a boolean', value);
      writer.byte(value ? 0xf5 : 0xf4);
      return;
    case 'f32':
      if (typeof value !== 'number') throw mismatch(signature, name, 'a number', value);
      if (Number.isNaN(value)) writer.bytes(Uint8Array.of(0xfa, 0x7f, 0xc0, 0, 0));
      else writer.float32(value);
      return;
    case 'i32':
      if (!Number.isInteger(value) || value !== ((value as number) | 0)) {
        throw mismatch(signature, name, 'an integer of -2147483648 … 2147483647', value);
      }
      if (value < 0) writer.head(MAJOR_NEGATIVE, -1 - value);
      else writer.head(MAJOR_UNSIGNED, value);
      return;
    case 'u32':
      if (!Number.isInteger(value) || value !== (value as number) >>> 0) {
        throw mismatch(signature, name, 'an integer of 0 … 4294967295', value);
      }
      writer.head(MAJOR_UNSIGNED, value);
  }
}

/** Only the address of an array in board memory travels. Throws MEMORY_FREED, BOARD_CLOSED. */
function writeElsewhere(
  writer: ByteWriter,
  signature: Signature,
  parameter: Parameter & { readonly array: string },
  tag: number,
  array: BoardArray,
): void {
  if (array.type.name !== parameter.array) throw mismatch(signature, parameter.name, article(parameter.array), array);
  const { kernelAddress } = placeOf(array);
  if (kernelAddress % 8 !== 0 && array.length > 0) {
    const text = 'an array in board memory that begins at a multiple of 8 bytes';
    throw mismatch(signature, parameter.name, text, array);
  }
  writer.head(MAJOR_TAG, tag);
  writer.byte(ARRAY_ELSEWHERE);
  writer.head(MAJOR_UNSIGNED, kernelAddress);
  writer.head(MAJOR_UNSIGNED, array.byteLength);
}

const article = (name: string): string => (name.startsWith('I') ? `an ${name}` : `a ${name}`);

function checkArray(
  signature: Signature,
  parameter: Parameter & { readonly array: string },
  value: unknown,
): KernelArray {
  if (value instanceof Split) {
    throw mismatch(signature, parameter.name, `${article(parameter.array)} (split() is for \`everywhere\`)`, value);
  }
  if (typedArrayKind(value)?.name !== parameter.array) {
    throw mismatch(signature, parameter.name, article(parameter.array), value);
  }
  return value as KernelArray;
}

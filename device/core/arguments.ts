'use kernel';
/**
 * The message of the call that runs, read in order, and its answer. Entry stubs, which the compiler makes for each
 * kernel signature, call `readAll`, the kernel, and one `write` function. A message that is not what they expect is
 * refused; then the function does not return.
 */
import { ARGUMENT_FLOAT, ARGUMENT_INTEGER, ARGUMENT_UINT8_ARRAY } from '../../protocol/argument-kinds.ts';
import { ARGUMENT_WORDS_ADDRESS } from '../../protocol/mailbox.ts';
import {
  ARRAY_ELSEWHERE,
  CALL,
  CALL_COUNTED,
  REFUSED_ARRAY,
  REFUSED_COUNT,
  REFUSED_HEAD,
  REFUSED_OPERATION,
  REFUSED_TRUNCATED,
  REFUSED_TYPE,
  RETURN,
  RETURN_VOID,
} from '../../protocol/operations.ts';
import type { f32, i32 } from '../kernel/index.ts';
import { bitsOf, floatOf, load8, store32 } from '../kernel/machine.ts';
import { putByte, putFloatBits, putInteger, putUnsigned, send } from './outbound.ts';
import { beginAnswer, refuse, setCall } from './traps.ts';

let start: i32 = 0;
let cursor: i32 = 0;
let limit: i32 = 0;
/** Of the head that was read last: its first byte, and its number as an unsigned word. */
let first: i32 = 0;
let value: i32 = 0;
/** Arguments that the message still holds. */
let remaining: i32 = 0;
let length: i32 = 0;

/** RFC 8746 tags of the array kinds, in the order of their numbers. */
const arrayTags = new Uint8Array([64, 69, 70, 72, 77, 78, 85]);

function fail(reason: i32, detail: i32): void {
  refuse(reason, cursor - start, detail);
}

/** Reads a CBOR head of any size whose number fits 32 bits. */
function readHead(): void {
  if (cursor >= limit) fail(REFUSED_TRUNCATED, 0);
  first = load8(cursor >>> 0);
  cursor = cursor + 1;
  let number: i32 = first & 31;
  if (number >= 24) {
    if (number > 27) fail(REFUSED_HEAD, first);
    let count: i32 = 1 << (number - 24);
    if (count > limit - cursor) fail(REFUSED_TRUNCATED, 0);
    number = 0;
    while (count > 0) {
      // The next byte would push bits out: the number has more than 32.
      if (number >>> 24 !== 0) fail(REFUSED_HEAD, first);
      number = (number << 8) | load8(cursor >>> 0);
      cursor = cursor + 1;
      count = count - 1;
    }
  }
  value = number;
}

function readOfType(major: i32): void {
  readHead();
  if (first >> 5 !== major) fail(REFUSED_TYPE, first >> 5);
}

/** Reads the head of the next argument. */
function readArgument(): void {
  remaining = remaining - 1;
  if (remaining < 0) fail(REFUSED_COUNT, -1);
  readHead();
}

/** Starts a message and returns the target of its call. */
export function beginCall(address: i32, lengthBytes: i32): i32 {
  start = address;
  cursor = address;
  limit = address + lengthBytes;
  setCall(0);
  readOfType(0);
  const operation: i32 = value;
  readOfType(0);
  const call: i32 = value;
  readOfType(0);
  const target: i32 = value;
  if (operation < CALL || operation > CALL_COUNTED) fail(REFUSED_OPERATION, operation);
  remaining = operation - CALL;
  if (operation === CALL_COUNTED) {
    readOfType(0);
    remaining = value;
  }
  setCall(call);
  return target;
}

/** Refuses the call if it has more arguments than were read. Before the kernel, so that nothing has happened yet. */
export function end(): void {
  if (remaining !== 0) fail(REFUSED_COUNT, remaining);
}

/** An i32 or the word of a u32. */
export function readInteger(): i32 {
  readArgument();
  const major: i32 = first >> 5;
  if (major === 0) return value;
  if (major !== 1 || value < 0) fail(REFUSED_TYPE, major);
  return ~value;
}

export function readFloat(): f32 {
  readArgument();
  if (first !== 0xfa) fail(REFUSED_TYPE, first >> 5);
  return floatOf(value);
}

/** 0 or 1. */
export function readBoolean(): i32 {
  readArgument();
  if (first >> 1 !== 0x7a) fail(REFUSED_TYPE, first >> 5);
  return first & 1;
}

/**
 * Address of the elements of a typed array with this RFC 8746 tag; they stay where they are: in the message, or where
 * address and length in its place say.
 */
export function readArray(tag: i32): i32 {
  readArgument();
  while (first >> 5 === 6 && value === 55799) readHead();
  if (first >> 5 !== 6) fail(REFUSED_TYPE, first >> 5);
  if (value !== tag) fail(REFUSED_ARRAY, value);
  readHead();
  const isElsewhere: boolean = first === ARRAY_ELSEWHERE;
  let address: i32 = cursor;
  if (isElsewhere) {
    readOfType(0);
    address = value;
    readOfType(0);
  } else if (first >> 5 !== 2) fail(REFUSED_TYPE, first >> 5);
  if (value < 0 || (!isElsewhere && value > limit - cursor)) fail(REFUSED_TRUNCATED, 0);
  // RFC 8746: the low bits of the tag are the logarithm of the element's size, one more for floats.
  const shift: i32 = (tag & 3) + ((tag >> 4) & 1);
  const mask: i32 = (1 << shift) - 1;
  if (value !== 0 && ((value | address) & mask) !== 0) fail(REFUSED_ARRAY, address);
  length = value >> shift;
  if (!isElsewhere) cursor = cursor + value;
  return address;
}

/** Elements of the array that was read last. */
export function lastLength(): i32 {
  return length;
}

/**
 * Reads all arguments: kinds as protocol/argument-kinds.ts numbers them, four bits each from the lowest of `low` to the
 * highest of `high`, 0 behind the last. Returns the address of their words, in order. Nothing has happened yet if the
 * call is refused.
 */
export function readAll(low: i32, high: i32): i32 {
  let to: i32 = ARGUMENT_WORDS_ADDRESS;
  let kinds: i32 = low;
  let more: i32 = high;
  while (kinds !== 0) {
    const kind: i32 = kinds & 15;
    let word: i32 = 0;
    if (kind >= ARGUMENT_UINT8_ARRAY) {
      word = readArray(arrayTags[kind - ARGUMENT_UINT8_ARRAY]);
      store32((to + 4) >>> 0, length);
    } else if (kind === ARGUMENT_INTEGER) word = readInteger();
    else if (kind === ARGUMENT_FLOAT) word = bitsOf(readFloat());
    else word = readBoolean();
    store32(to >>> 0, word);
    to = to + (kind >= ARGUMENT_UINT8_ARRAY ? 8 : 4);
    kinds = (kinds >>> 4) | (more << 28);
    more = more >>> 4;
  }
  end();
  return ARGUMENT_WORDS_ADDRESS;
}

export function writeVoid(): void {
  beginAnswer(RETURN_VOID);
  send();
}

export function writeInteger(result: i32): void {
  beginAnswer(RETURN);
  putInteger(result);
  send();
}

/** The word as a number of 0 … 2^32 - 1. */
export function writeUnsigned(result: i32): void {
  beginAnswer(RETURN);
  putUnsigned(result);
  send();
}

export function writeFloat(result: f32): void {
  beginAnswer(RETURN);
  putFloatBits(bitsOf(result));
  send();
}

export function writeBoolean(result: i32): void {
  beginAnswer(RETURN);
  putByte(0xf4 | result);
  send();
}

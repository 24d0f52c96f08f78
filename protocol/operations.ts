'use kernel';
/**
 * The first item of every message: what it is, and for calls and logs how many values follow. This file must hold
 * nothing but `export const` numbers: device/core imports it as kernel language. The messages: protocol/spec.md.
 */

/** Numbers from here on: a call with (operation - CALL) arguments. `CALL + n, call, target, argument × n`. */
export const CALL = 0;
/** A call can have 0 … 7 arguments in the operation itself. */
export const CALL_INLINE_MAX = 7;
/** `CALL_COUNTED, call, target, count, argument × count`. */
export const CALL_COUNTED = 8;
/** `RETURN_VOID, call`. */
export const RETURN_VOID = 9;
/** `RETURN, call, value`. */
export const RETURN = 10;
/** `THROW, call, class name, message`: an error that was an object on the other side. */
export const THROW = 11;
/** `TRAP, call, cause, number, first, second`: a kernel was stopped; see the TRAP_ causes. */
export const TRAP = 12;
/** `LOG + n, format, value × n`: the receiver holds the format strings. */
export const LOG = 13;
export const LOG_INLINE_MAX = 3;
/** `HELLO, version, nonce, node`: sent once after every start. */
export const HELLO = 17;
/** No message: takes the place of the operation of a call that the host has taken back. A core refuses it. */
export const WITHDRAWN = 18;
/** `LOG_COUNTED, format, count, value × count`. */
export const LOG_COUNTED = 19;

/** `WRITTEN, bytes`: on links, in front of the answer of a call: what it has written, a message for each piece. */
export const WRITTEN = 20;

/**
 * Between object sessions (protocol/objects), beside CALL, RETURN and RETURN_VOID. A path is a name, or an array of
 * names, or null for the target itself; a name is text, or the number of a text that stood there before.
 */
/** `INVOKE + n, call, target, path, argument × n`: calls a method. */
export const INVOKE = 19;
/** A method call can have 0 … 2 arguments in the operation itself. */
export const INVOKE_INLINE_MAX = 2;
/** `GET, call, target, path` */
export const GET = 22;
/** `RELEASE, object`: the last message introduced the object once, and that is over. */
export const RELEASE = 23;
/** `INVOKE_COUNTED, call, target, path, count, argument × count` */
export const INVOKE_COUNTED = 24;
/** `CONSTRUCT, call, target, path, count, argument × count` */
export const CONSTRUCT = 25;
/** `SET, call, target, path, value` */
export const SET = 26;
/** `HAS, call, target, path`: is there a member of the last name? */
export const HAS = 27;
/** `KEYS, call, target, path`: the own enumerable names. */
export const KEYS = 28;
/** `ITERATE, call, target, path`: answered by a cursor. */
export const ITERATE = 29;
/** `NEXT, call, cursor, credit`: the next values of a cursor or stream, at most so many bytes of them. */
export const NEXT = 30;
/** `IMPORT, call, name`: an exported object. */
export const IMPORT = 31;
/** `AWAIT, call, target`: answered when the promise is settled. */
export const AWAIT = 32;
/** `THROW_VALUE, call, value` */
export const THROW_VALUE = 33;
/** `CANCEL, call`: nobody waits for this call any more. It is answered nevertheless. */
export const CANCEL = 34;
/** `RELEASE_COUNTED, object, count` */
export const RELEASE_COUNTED = 35;
/** `ECHO_REQUEST, number`: answer at once with an ECHO of the number. */
export const ECHO_REQUEST = 36;
/** `ECHO, number` */
export const ECHO = 37;

/** Behind the tag of a typed array, in place of its bytes: an array of two integers, address and length in bytes. */
export const ARRAY_ELSEWHERE = 0x82;

/** The version of this format, in HELLO. */
export const PROTOCOL_VERSION = 1;

/** The call id of a TRAP whose call could not be parsed. No call has it: they start at 1. */
export const NO_CALL = 0;

/** TRAP: a check failed. number = site id of the module, first and second = its two operands. */
export const TRAP_CHECK = 0;
/** TRAP: a software exception. number = EXCAUSE of the chip, first = address after the instruction, second = 0. */
export const TRAP_EXCEPTION = 1;
/** TRAP: a memory-protection fault. number = MEMSTATUS, first = address after the instruction, second = 0. */
export const TRAP_MEMORY = 2;
/** TRAP: the message was refused. number = one of the REFUSED_ reasons, first = bytes read, second = see there. */
export const TRAP_REFUSED = 3;

/** The message ends inside an item, or an array reaches beyond it. second = 0. */
export const REFUSED_TRUNCATED = 1;
/** An item has another type than this place needs. second = its major type. */
export const REFUSED_TYPE = 2;
/** The head of an item is not one of this subset, or its number needs more than 32 bits. second = first byte. */
export const REFUSED_HEAD = 3;
/** Not a call. second = the operation. */
export const REFUSED_OPERATION = 4;
/** No kernel has this number. second = the number. */
export const REFUSED_TARGET = 5;
/** More or fewer arguments than the kernel takes. second = how many are left, negative if one is missing. */
export const REFUSED_COUNT = 6;
/** An array has another element type (second = its tag), or its payload is not aligned to its elements (second = address). */
export const REFUSED_ARRAY = 7;

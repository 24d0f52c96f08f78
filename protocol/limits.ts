/** Every size that a peer could make us spend memory or time on has its limit here, with the reason for the figure. */

/** Arrays, maps and tags inside each other. Recursion of the decoder stays far below any engine's stack. */
export const MAX_DEPTH = 64;

/** Bytes of one bigint. 1 KB is an RSA-8192 number; converting is quadratic, and stays under a millisecond. */
export const MAX_BIGINT_BYTES = 1024;

/** Arguments of one call. A kernel takes at most 16 argument words; JavaScript functions rarely more than ten. */
export const MAX_ARGUMENTS = 64;

/**
 * Values of one log message. A core cannot send a message that is larger than its outbound ring of 256 bytes; with 5
 * bytes for each value, 32 fit.
 */
export const MAX_LOG_VALUES = 32;

/** Call ids fit three bytes on the wire, and so do the tables that they index. */
export const MAX_CALL_ID = 0xffff;

/**
 * Bytes of one encoded message. Larger data belongs into board memory; one message of 16 MB holds a link of 100 KB/s
 * for minutes already.
 */
export const MAX_MESSAGE_BYTES = 0x100_0000;

/** Names that a side binds to numbers, and their length in UTF-16 units: 512 of a usual length are 16 KB on a device. */
export const MAX_NAMES = 512;
export const MAX_NAME_LENGTH = 64;

/** Names of one path, `a.b.c`. Longer ones are generated, not written. */
export const MAX_PATH = 16;

/** Shapes (class and constant fields) that a side describes. Programs have tens of classes. */
export const MAX_SHAPES = 256;

/** Constant fields of one shape: they travel with every first introduction, so many would cost more than they save. */
export const MAX_CONSTANTS = 8;

/** UTF-16 units of a text that travels as a constant field. */
export const MAX_CONSTANT_LENGTH = 64;

/** Calls that a session answers at a time; a host's default. Each holds its arguments and a promise. */
export const MAX_CALLS = 1024;

/**
 * Milliseconds from one call whose caller's stack a session takes to the next: to take one costs as much as a quarter of
 * a call. Errors of the calls between tell the async functions that await them, which costs nothing before they fail.
 */
export const TRACE_GAP_MS = 1;

/** Bytes that wait in a session for a slow or interrupted line before further calls are refused. */
export const MAX_QUEUED_BYTES = 0x400_0000;

/** Bytes of values that a session asks of a stream at a time: two turns of a 921 600 baud line with 16 ms latency. */
export const STREAM_WINDOW_BYTES = 0x1000;

/** Bytes of one runtime package. Slots hold it in memory to check it; boards with less memory have smaller packages. */
export const MAX_IMAGE_BYTES = 0x100_0000;
/** References that a session may hold on one side; a table entry is some hundred bytes on a small engine. */
export const MAX_REFERENCES = 0xffff;

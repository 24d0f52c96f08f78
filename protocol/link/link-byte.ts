/**
 * The first byte of a frame: three bits of sequence number, three bits of acknowledgement, two bits of type. In frames
 * outside of the session, and on lines that lose nothing, the six bits are used otherwise or are zero.
 */

/** Its payload ends with a message. */
export const DATA = 0;
/** Its payload is a part of one message, which goes on in the next frame. */
export const DATA_GOES_ON = 1;
/** Nothing (an acknowledgement only), or one of the CONTROL_ codes and what belongs to it. */
export const CONTROL = 2;
/** Not of the session; the six bits say what it is. */
export const OUTSIDE = 3;

/** Link bytes of type OUTSIDE, with the six bits 0 and 1. No character of text, so that a board's text is never taken for a frame. */
export const HELLO = 0x03;
export const LOG_TEXT = 0x07;

/** "Answer": one byte, which the answer repeats. */
export const CONTROL_PING = 1;
/** The answer: the byte of the ping, and a report as below. */
export const CONTROL_PONG = 2;
/** On lines that lose nothing: data frames received in this session, an unsigned CBOR integer. */
export const CONTROL_RECEIVED = 3;
/** The session ends: a code and a text, both CBOR text. */
export const CONTROL_CLOSE = 4;
/** A report: bit 7, and bit i if the frame i + 1 behind the expected one is there already. */
export const CONTROL_REPORT = 0x80;

/** Sequence numbers are counted modulo 8 on the line. */
export const SEQUENCE_MASK = 7;
/** Frames on their way. Seven of eight: the checksum tells frames apart that are eight apart (see spec.md). */
export const MAX_FRAMES_ON_WAY = 7;

'use kernel';
/**
 * The outbound ring: bytes of messages to the host. Nothing of a message is visible before `send`. A full ring makes
 * the core sleep until the host has read.
 */
import {
  OUTBOUND_HEAD_ADDRESS,
  OUTBOUND_RING_ADDRESS,
  OUTBOUND_RING_BYTES,
  OUTBOUND_TAIL_ADDRESS,
  SLEEP_ADDRESS,
  WAITING_FOR_ROOM_ADDRESS,
} from '../../protocol/mailbox.ts';
import type { i32 } from '../kernel/index.ts';
import { callAddress, disableInterrupts, enableInterrupts, load32, store8, store32 } from '../kernel/machine.ts';

/** Bytes ever put, those of the unfinished message included. */
let position: i32 = 0;

/** Starts a message, dropping one that was never sent, and puts its operation. */
export function begin(operation: i32): void {
  position = load32(OUTBOUND_HEAD_ADDRESS);
  putHead(0, operation);
}

/** Makes the message visible to the host. */
export function send(): void {
  store32(OUTBOUND_HEAD_ADDRESS, position);
}

export function putByte(byte: i32): void {
  while (position - load32(OUTBOUND_TAIL_ADDRESS) >= OUTBOUND_RING_BYTES) {
    store32(WAITING_FOR_ROOM_ADDRESS, 1);
    disableInterrupts();
    // Looked at again with interrupts off: the host's wake-up may have come before the sleep.
    if (position - load32(OUTBOUND_TAIL_ADDRESS) >= OUTBOUND_RING_BYTES) {
      callAddress(SLEEP_ADDRESS);
    } else {
      enableInterrupts();
    }
    store32(WAITING_FOR_ROOM_ADDRESS, 0);
  }
  store8(OUTBOUND_RING_ADDRESS + (position & (OUTBOUND_RING_BYTES - 1)), byte);
  position = position + 1;
}

/** The 1, 2 or 4 low bytes of a word, most significant first. */
function putBigEndian(word: i32, lengthBytes: i32): void {
  let shift: i32 = lengthBytes * 8;
  while (shift > 0) {
    shift = shift - 8;
    putByte(word >> shift);
  }
}

/** A CBOR head with the shortest number; `value` is unsigned. */
function putHead(major: i32, value: i32): void {
  const first: i32 = major << 5;
  if (value < 0 || value >= 0x10000) {
    putByte(first | 26);
    putBigEndian(value, 4);
  } else if (value >= 0x100) {
    putByte(first | 25);
    putBigEndian(value, 2);
  } else if (value >= 24) {
    putByte(first | 24);
    putByte(value);
  } else {
    putByte(first | value);
  }
}

/** A CBOR integer, signed. */
export function putInteger(value: i32): void {
  if (value < 0) {
    putHead(1, ~value);
  } else {
    putHead(0, value);
  }
}

/** A CBOR integer: the word as unsigned. */
export function putUnsigned(word: i32): void {
  putHead(0, word);
}

/** A CBOR float of 32 bits. */
export function putFloatBits(bits: i32): void {
  putByte(0xfa);
  putBigEndian(bits, 4);
}

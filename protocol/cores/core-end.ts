/**
 * The other end of one core's mailbox (protocol/spec.md, "A core"), for whoever has a window into its memory: the host
 * itself, or the control runtime on behalf of a host. Starts the core, hands over calls, reads answers.
 */
import { ShoalError } from '../errors.ts';
import * as mailbox from '../mailbox.ts';
import { HELLO, RETURN, RETURN_VOID, TRAP, WITHDRAWN } from '../operations.ts';
import { skipMessage } from '../skip-message.ts';
import { readUnsigned } from '../values/fields.ts';
import { ByteReader } from '../values/head.ts';
import * as register from './core-registers.ts';
import type { MemoryWindow } from './memory-window.ts';

/** Bytes in a core's memory: where they begin, and how many. */
export type Piece = readonly [address: number, lengthBytes: number];

/** What a core has sent. */
export interface CoreMessage {
  /** One message; only its items were counted. */
  readonly bytes: Uint8Array;
  /** With a RETURN: the pieces that were named when the call was handed over. */
  readonly written: readonly Uint8Array[];
}

/** A call without an answer. */
interface Posted {
  readonly call: number;
  readonly outputs: readonly Piece[];
}

export class CoreEnd {
  readonly index: number;
  readonly #window: MemoryWindow;
  /** Mesh address of the core's local address 0. */
  readonly #base: number;
  #sent = 0;
  #received = 0;
  #isStarting = false;
  /** Before, its memory holds what another program has left. */
  #wasStarted = false;
  #posted: Posted[] = [];

  constructor(window: MemoryWindow, base: number, index: number) {
    this.#window = window;
    this.#base = base;
    this.index = index;
  }

  readWord(localAddress: number): number {
    return this.#window.readWord(this.#base + localAddress) >>> 0;
  }

  writeWord(localAddress: number, value: number): void {
    this.#window.writeWord(this.#base + localAddress, value >>> 0);
  }

  read(localAddress: number, lengthBytes: number): Uint8Array {
    return this.#window.read(this.#base + localAddress, lengthBytes);
  }

  write(localAddress: number, bytes: Uint8Array): void {
    this.#window.write(this.#base + localAddress, bytes);
  }

  /** True while HELLO or the answer of a call is to come. */
  get isExpected(): boolean {
    return this.#isStarting || this.#posted.length > 0;
  }

  /** Stops the core whatever it does. Only `reset` and `start` make it run again. */
  halt(): void {
    this.writeWord(register.DEBUGCMD_REGISTER, register.HALT);
  }

  /** Halts the core and empties its memory, but for the pieces `kept`, by rising address. */
  reset(memoryBytes: number, kept: readonly Piece[] = []): void {
    this.halt();
    this.writeWord(register.RESETCORE_REGISTER, 1);
    this.writeWord(register.RESETCORE_REGISTER, 0);
    let at = 0;
    for (const [address, lengthBytes] of [...kept, [memoryBytes, 0] as const]) {
      this.write(at, new Uint8Array(address - at));
      at = address + lengthBytes;
    }
    this.#sent = 0;
    this.#received = 0;
    this.#isStarting = false;
    this.#posted = [];
  }

  /** Starts a core that was reset, and in whose memory the runtime stands by now. HELLO says when it is ready. */
  start(memoryBytes: number, coreCount: number, nonce: number): void {
    const words: readonly (readonly [localAddress: number, value: number])[] = [
      [mailbox.STACK_TOP_ADDRESS, memoryBytes],
      [mailbox.CORE_INDEX_ADDRESS, this.index],
      [mailbox.CORE_COUNT_ADDRESS, coreCount],
      [mailbox.BOOT_NONCE_ADDRESS, nonce],
      [register.CONFIG_REGISTER, register.CONFIG_AT_START],
      [register.IMASK_REGISTER, register.IMASK_AT_START],
      [register.ILATCL_REGISTER, 0xffff_ffff],
      [register.MESHCONFIG_REGISTER, register.MESHCONFIG_AT_START],
      [register.FSTATUS_REGISTER, 0],
      [register.DEBUGCMD_REGISTER, register.RUN],
      [register.ILATST_REGISTER, register.SYNC],
    ];
    for (const word of words) this.writeWord(...word);
    this.#isStarting = true;
    this.#wasStarted = true;
  }

  /** Hands over a call that stands in core memory, and wakes the core. `outputs` are read when it has returned. */
  post(call: number, address: number, lengthBytes: number, outputs: readonly Piece[] = []): void {
    const slot = mailbox.INBOUND_RING_ADDRESS + (this.#sent % mailbox.INBOUND_RING_SLOTS) * mailbox.INBOUND_SLOT_BYTES;
    this.writeWord(slot, address);
    this.writeWord(slot + 4, lengthBytes);
    this.#posted.push({ call, outputs });
    this.#sent = (this.#sent + 1) >>> 0;
    this.writeWord(mailbox.INBOUND_HEAD_ADDRESS, this.#sent);
    this.#wake();
  }

  /**
   * Takes back a call that was posted at `address` if the core has not begun it: the core will refuse it. False if it
   * has, or if its ring is not to be believed any more.
   */
  withdraw(address: number, sequence: number): boolean {
    if (!this.isWaiting(sequence)) return false;
    // In this order: a core that is seen not to have taken the call will read the byte that was written before.
    this.write(address, Uint8Array.of(WITHDRAWN));
    return this.isWaiting(sequence);
  }

  /**
   * True if the core has not begun a call; false, too, if its ring is not to be believed any more. `sequence` counts
   * the calls since the reset, from 0, modulo 2^32.
   */
  isWaiting(sequence: number): boolean {
    const waiting = (this.#sent - this.readWord(mailbox.INBOUND_TAIL_ADDRESS)) >>> 0;
    const behind = (this.#sent - sequence) >>> 0;
    return waiting <= mailbox.INBOUND_RING_SLOTS && behind <= waiting;
  }

  /** The calls that the core has begun; all of them if its ring is not to be believed any more. */
  get begun(): number {
    const tail = this.readWord(mailbox.INBOUND_TAIL_ADDRESS);
    return (this.#sent - tail) >>> 0 <= mailbox.INBOUND_RING_SLOTS ? tail : this.#sent;
  }

  #wake(): void {
    this.writeWord(register.ILATST_REGISTER, 1 << mailbox.WAKE_INTERRUPT);
  }

  /** Messages that have come since the last time, and their size. Throws PROTOCOL_INVALID if they are not messages. */
  receive(): { readonly messages: readonly CoreMessage[]; readonly lengthBytes: number } {
    if (!this.#wasStarted) return { messages: [], lengthBytes: 0 };
    const head = this.readWord(mailbox.OUTBOUND_HEAD_ADDRESS);
    const lengthBytes = (head - this.#received) >>> 0;
    if (lengthBytes === 0) return { messages: [], lengthBytes };
    if (lengthBytes > mailbox.OUTBOUND_RING_BYTES) {
      throw new ShoalError('PROTOCOL_INVALID', `the outbound ring of core ${this.index} claims ${lengthBytes} bytes`);
    }
    const ring = this.read(mailbox.OUTBOUND_RING_ADDRESS, mailbox.OUTBOUND_RING_BYTES);
    const bytes = new Uint8Array(lengthBytes);
    const start = this.#received % mailbox.OUTBOUND_RING_BYTES;
    const whole = ring.subarray(start, start + lengthBytes);
    bytes.set(whole);
    bytes.set(ring.subarray(0, lengthBytes - whole.length), whole.length);
    this.#received = head;
    this.writeWord(mailbox.OUTBOUND_TAIL_ADDRESS, head);
    if (this.readWord(mailbox.WAITING_FOR_ROOM_ADDRESS) !== 0) this.#wake();
    const reader = new ByteReader(bytes);
    const messages: CoreMessage[] = [];
    while (reader.remaining > 0) {
      const from = reader.offset;
      skipMessage(reader);
      const message = bytes.subarray(from, reader.offset);
      messages.push({ bytes: message, written: this.#note(new ByteReader(message)) });
    }
    return { messages, lengthBytes };
  }

  /** Counts an answer; the pieces that its call has written. */
  #note(message: ByteReader): Uint8Array[] {
    const operation = readUnsigned(message, 'operation', 0xff);
    if (operation === HELLO) this.#isStarting = false;
    if (operation !== RETURN && operation !== RETURN_VOID && operation !== TRAP) return [];
    const call = readUnsigned(message, 'call', 0xffff_ffff);
    const posted = this.#posted.shift();
    if (operation === TRAP || posted?.call !== call) return [];
    return posted.outputs.map((output) => this.read(...output));
  }
}

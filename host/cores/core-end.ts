/** The host's end of one core's mailbox (protocol/spec.md, "A core"): starts the core, sends calls, reads answers. */
import { ShoalError } from '../../protocol/errors.ts';
import * as mailbox from '../../protocol/mailbox.ts';
import { type Message, readMessages } from '../../protocol/messages.ts';
import { WITHDRAWN } from '../../protocol/operations.ts';
import type { MemoryLink } from '../links/memory-link.ts';
import type { RuntimeImage } from './runtime-image.ts';

/** Registers of a core by their local addresses (Epiphany). */
const REGISTER = {
  config: 0xf0400,
  status: 0xf0404,
  imask: 0xf0424,
  ilatst: 0xf042c,
  ilatcl: 0xf0430,
  fstatus: 0xf0440,
  debugcmd: 0xf0448,
  meshconfig: 0xf0700,
  resetcore: 0xf070c,
} as const;

const SYNC = 1;
const HALT = 1;
const RUN = 0;
/** The core's clock stops while it idles; float mode, rounding to nearest even. */
const CONFIG_AT_START = 0x0040_0000;
/** Only SYNC comes through until the runtime has set its own mask. */
const IMASK_AT_START = 0x3fe;
/** The mesh interface sleeps when it has nothing to do. */
const MESHCONFIG_AT_START = 2;

export class CoreEnd {
  readonly index: number;
  readonly #link: MemoryLink;
  #sent = 0;
  #received = 0;

  constructor(link: MemoryLink, index: number) {
    this.#link = link;
    this.index = index;
  }

  #address(localAddress: number): number {
    return this.#link.coreAddress(this.index, localAddress);
  }

  readWord(localAddress: number): number {
    return this.#link.readWord(this.#address(localAddress)) >>> 0;
  }

  writeWord(localAddress: number, value: number): void {
    this.#link.writeWord(this.#address(localAddress), value >>> 0);
  }

  read(localAddress: number, lengthBytes: number): Uint8Array {
    return this.#link.read(this.#address(localAddress), lengthBytes);
  }

  write(localAddress: number, bytes: Uint8Array): void {
    this.#link.write(this.#address(localAddress), bytes);
  }

  /**
   * Stops the core whatever it does, and leaves it reset with the runtime in otherwise empty memory; what stands in the
   * parts `kept` (by rising address) stays.
   */
  reset(
    image: RuntimeImage,
    nonce: number,
    kept: readonly { readonly start: number; readonly end: number }[] = [],
  ): void {
    const { board } = this.#link;
    this.writeWord(REGISTER.debugcmd, HALT);
    this.writeWord(REGISTER.resetcore, 1);
    this.writeWord(REGISTER.resetcore, 0);
    let at = 0;
    for (const { start, end } of [...kept, { start: board.localMemoryBytes, end: board.localMemoryBytes }]) {
      this.write(at, new Uint8Array(start - at));
      at = end;
    }
    for (const segment of image.segments) this.write(segment.address, segment.bytes);
    this.writeWord(mailbox.STACK_TOP_ADDRESS, board.localMemoryBytes);
    this.writeWord(mailbox.CORE_INDEX_ADDRESS, this.index);
    this.writeWord(mailbox.CORE_COUNT_ADDRESS, board.rows * board.columns);
    this.writeWord(mailbox.BOOT_NONCE_ADDRESS, nonce);
    this.#sent = 0;
    this.#received = 0;
  }

  /** Starts a core that was reset. HELLO says when it is ready. */
  start(): void {
    this.writeWord(REGISTER.config, CONFIG_AT_START);
    this.writeWord(REGISTER.imask, IMASK_AT_START);
    this.writeWord(REGISTER.ilatcl, 0xffff_ffff);
    this.writeWord(REGISTER.meshconfig, MESHCONFIG_AT_START);
    this.writeWord(REGISTER.fstatus, 0);
    this.writeWord(REGISTER.debugcmd, RUN);
    this.writeWord(REGISTER.ilatst, SYNC);
  }

  setKernelTable(address: number, count: number): void {
    this.writeWord(mailbox.KERNEL_TABLE_ADDRESS, address);
    this.writeWord(mailbox.KERNEL_COUNT_ADDRESS, count);
  }

  /** Hands over a call message that stands in core memory, and wakes the core. Returns its number in the ring. */
  post(address: number, lengthBytes: number): number {
    const slot = mailbox.INBOUND_RING_ADDRESS + (this.#sent % mailbox.INBOUND_RING_SLOTS) * mailbox.INBOUND_SLOT_BYTES;
    this.writeWord(slot, address);
    this.writeWord(slot + 4, lengthBytes);
    const sequence = this.#sent;
    this.#sent = (this.#sent + 1) >>> 0;
    this.writeWord(mailbox.INBOUND_HEAD_ADDRESS, this.#sent);
    this.#wake();
    return sequence;
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

  /** True if the core has not begun a call; false, too, if its ring is not to be believed any more. */
  isWaiting(sequence: number): boolean {
    const waiting = (this.#sent - this.readWord(mailbox.INBOUND_TAIL_ADDRESS)) >>> 0;
    const behind = (this.#sent - sequence) >>> 0;
    return waiting <= mailbox.INBOUND_RING_SLOTS && behind <= waiting;
  }

  #wake(): void {
    this.writeWord(REGISTER.ilatst, 1 << mailbox.WAKE_INTERRUPT);
  }

  /** Messages that have come since the last time, and their size. Throws PROTOCOL_INVALID if they are not messages. */
  receive(): { readonly messages: Message[]; readonly lengthBytes: number } {
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
    return { messages: readMessages(bytes), lengthBytes };
  }
}

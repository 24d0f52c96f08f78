/** The core runtime's own source, run in Node over a simulated memory: the very files that the compiler compiles. */
import * as reading from '../../../device/core/arguments.ts';
import { boot, run } from '../../../device/core/main.ts';
import { check } from '../../../device/core/traps.ts';
import { installMachine, installMemory } from '../../../device/kernel/simulated-machine.ts';
import * as mailbox from '../../../protocol/mailbox.ts';
import { type Message, readMessages } from '../../../protocol/messages.ts';

/** Unwinds the stack, as a jump to RESTART_ADDRESS does. */
class Restart extends Error {}
/** Ends the test's `run()`: the core sleeps. */
class Asleep extends Error {}

const MEMORY_BYTES = 32 * 1024;
const TABLE = 0x1000;
const BLOCKS = 0x2000;
const STUBS = 0x100000;

export { check, reading };

export class SimulatedCore {
  readonly memory: DataView<ArrayBuffer> = new DataView(new ArrayBuffer(MEMORY_BYTES));
  readonly #stubs: readonly (() => void)[];
  #outbound = 0;
  #interrupts = false;
  /** Called in place of the sleep; true wakes the core, false leaves it asleep. */
  onSleep: () => boolean = () => false;

  constructor(stubs: readonly (() => void)[]) {
    this.#stubs = stubs;
    this.#set(mailbox.BOOT_NONCE_ADDRESS, 77);
    this.#set(mailbox.CORE_INDEX_ADDRESS, 5);
    this.#set(mailbox.KERNEL_TABLE_ADDRESS, TABLE);
    this.#set(mailbox.KERNEL_COUNT_ADDRESS, stubs.length);
    for (let index = 0; index < stubs.length; index++) this.#set(TABLE + 4 * index, STUBS + index);
  }

  /** Address of a stub, for the kernel table. */
  static entryOf(index: number): number {
    return STUBS + index;
  }

  /** As a reset: the memory is the host's business, but nothing has been read from the ring. */
  forget(): void {
    this.#outbound = 0;
  }

  #set(address: number, value: number): void {
    this.memory.setUint32(address, value, true);
  }

  word(address: number): number {
    return this.memory.getUint32(address, true);
  }

  /** Puts messages into the inbound ring, each in a block of its own. */
  post(...messages: Uint8Array[]): void {
    for (const message of messages) {
      const head = this.word(mailbox.INBOUND_HEAD_ADDRESS);
      const slot = mailbox.INBOUND_RING_ADDRESS + (head % mailbox.INBOUND_RING_SLOTS) * mailbox.INBOUND_SLOT_BYTES;
      const block = BLOCKS + (head % mailbox.INBOUND_RING_SLOTS) * 0x200;
      new Uint8Array(this.memory.buffer).set(message, block);
      this.#set(slot, block);
      this.#set(slot + 4, message.length);
      this.#set(mailbox.INBOUND_HEAD_ADDRESS, head + 1);
    }
  }

  /** Runs until the core sleeps for good. */
  runUntilAsleep(entry: () => void = run): void {
    installMemory(this.memory);
    installMachine({
      readRegister: () => 0,
      writeRegister: () => {},
      idle: () => {},
      setInterrupts: (enabled) => {
        this.#interrupts = enabled;
      },
      callAddress: (address) => {
        if (address === mailbox.RESTART_ADDRESS) throw new Restart();
        if (address === mailbox.SLEEP_ADDRESS) {
          if (this.#interrupts) throw new Error('sleep entered with interrupts on: a wake-up could get lost');
          this.#interrupts = true;
          if (!this.onSleep()) throw new Asleep();
        } else {
          if (!this.#interrupts) throw new Error('a kernel runs with interrupts off');
          const stub = this.#stubs[address - STUBS];
          if (stub === undefined) throw new Error(`call of address ${address}`);
          stub();
        }
        return 0;
      },
    });
    let next = entry;
    try {
      for (;;) {
        try {
          next();
          return;
        } catch (error) {
          if (error instanceof Asleep) return;
          if (!(error instanceof Restart)) throw error;
          next = run;
        }
      }
    } finally {
      installMemory(null);
      installMachine(null);
    }
  }

  boot(): void {
    this.runUntilAsleep(boot);
  }

  /** What the host reads from the outbound ring. */
  read(): Message[] {
    const head = this.word(mailbox.OUTBOUND_HEAD_ADDRESS);
    const bytes: number[] = [];
    for (; this.#outbound !== head; this.#outbound++) {
      bytes.push(this.memory.getUint8(mailbox.OUTBOUND_RING_ADDRESS + (this.#outbound % mailbox.OUTBOUND_RING_BYTES)));
    }
    this.#set(mailbox.OUTBOUND_TAIL_ADDRESS, head);
    return readMessages(Uint8Array.from(bytes));
  }
}

'use kernel';
/**
 * Where the host and the core runtime meet in a core's memory: fixed local byte addresses, used by the host, by
 * device/core (kernel language: this file must hold nothing but `export const` numbers) and by the compiler for
 * `coreIndex()` and `coreCount()`. All words are 32 bits, little endian.
 *
 *     0x000  vectors, ten words
 *     0x028  RESTART_ADDRESS, code: takes a fresh stack and enters the main loop; never returns
 *     0x030  SLEEP_ADDRESS, code: enables interrupts and idles until one was taken
 *     0x040  mailbox, MAILBOX_LENGTH_BYTES
 *     ....   code and constants of the runtime, then its variables, then free memory, then the stack
 */

/** Code: sets sp from STACK_TOP_ADDRESS, float mode, no hardware loop, interrupts on; enters the main loop. */
export const RESTART_ADDRESS = 0x28;
/** Code, 8-aligned: `gie`, `idle`, `rts`. Call it with interrupts disabled; an interrupt that is latched wakes it. */
export const SLEEP_ADDRESS = 0x30;

export const MAILBOX_ADDRESS = 0x40;
/** Written by the core: one of the STATE_ numbers. */
export const STATE_ADDRESS = 0x40;
/** Written by the host before the start: first stack address, 8-aligned; the stack grows down. */
export const STACK_TOP_ADDRESS = 0x44;
/** Written by the host before the start; what `coreIndex()` reads. */
export const CORE_INDEX_ADDRESS = 0x48;
/** Written by the host before the start; what `coreCount()` reads. */
export const CORE_COUNT_ADDRESS = 0x4c;
/** Written by the host before the start: any number, echoed in HELLO, new at each start. */
export const BOOT_NONCE_ADDRESS = 0x50;
/** Written by the host: address of a table of words, the entry stub of each kernel by its number. */
export const KERNEL_TABLE_ADDRESS = 0x54;
/** Written by the host: words in that table. A call of a number beyond it is answered by a TRAP. */
export const KERNEL_COUNT_ADDRESS = 0x58;
/** Written by the core: 1 while it waits for room in the outbound ring; the host interrupts after reading. */
export const WAITING_FOR_ROOM_ADDRESS = 0x5c;

/** Written by the host: descriptors ever put into the inbound ring, modulo 2^32. */
export const INBOUND_HEAD_ADDRESS = 0x60;
/** Written by the core: descriptors ever taken. */
export const INBOUND_TAIL_ADDRESS = 0x64;
/** Written by the core: bytes ever put into the outbound ring, modulo 2^32. Moves by whole messages. */
export const OUTBOUND_HEAD_ADDRESS = 0x68;
/** Written by the host: bytes ever read. */
export const OUTBOUND_TAIL_ADDRESS = 0x6c;

/** Descriptors: two words each, address of a message in core memory (8-aligned) and its length in bytes. */
export const INBOUND_RING_ADDRESS = 0x70;
/** A power of two. Calls to one core run one after another: a few are enough to hide the transfer of the next. */
export const INBOUND_RING_SLOTS = 8;
export const INBOUND_SLOT_BYTES = 8;

export const OUTBOUND_RING_ADDRESS = 0xb0;
/** A power of two. Answers to eight calls fit, 22 bytes each at most, so only LOG can make a core wait. */
export const OUTBOUND_RING_BYTES = 256;

/** Written by the core: the argument words of the call that begins, ARGUMENT_WORDS of argument-kinds.ts; 8-aligned. */
export const ARGUMENT_WORDS_ADDRESS = 0x1b0;

/** First address behind the mailbox: where the runtime's code begins. */
export const MAILBOX_END = 0x1f0;
/** Part of the runtime's budget for RAM. */
export const MAILBOX_LENGTH_BYTES = 0x1b0;

export const STATE_STARTING = 0;
/** Asleep, or about to sleep: nothing is left to do. */
export const STATE_IDLE = 1;
/** A call runs. */
export const STATE_BUSY = 2;

/** Bit of ILATST that wakes the runtime: the USER interrupt. */
export const WAKE_INTERRUPT = 9;

/** Stack of the runtime itself, above which kernels begin theirs. The build of the runtime checks it. */
export const RUNTIME_STACK_BYTES = 256;

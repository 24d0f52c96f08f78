/** The cores of the board for a host at the other end of a line: what has to be done near their memory. */
import { BoardCores, type CoreLayout } from '../../protocol/cores/board-cores.ts';
import type { CoreCommands, TellHost } from '../../protocol/cores/core-commands.ts';
import type { CoreMessage, Piece } from '../../protocol/cores/core-end.ts';
import type { MemoryWindow } from '../../protocol/cores/memory-window.ts';
import { ShoalError } from '../../protocol/errors.ts';
import { CALL_COUNTED, WRITTEN } from '../../protocol/operations.ts';
import { readUnsigned } from '../../protocol/values/fields.ts';
import { ByteReader, ByteWriter, MAJOR_BYTES, MAJOR_UNSIGNED } from '../../protocol/values/head.ts';
import type { EmbeddedMemory } from './embedding.ts';

/** Rings are looked at all the time for so long after something was done to them, then only now and then. */
const BUSY_MS = 2;
const POLL_MS = 1;
/** The longest that `untilClear` waits. */
const CLEAR_MS = 20;
/** Zeros that are written at a time. */
const ZEROS = 4096;

/** As much of a Clock as is needed here. */
export interface ServiceClock {
  now(): number;
  setTimer(delayMs: number, callback: () => void): unknown;
}

/** Sends a message of a core to the host. */
type Send = (node: number, message: Uint8Array) => void;

export class CoreService implements CoreCommands {
  readonly #memory: EmbeddedMemory;
  readonly #timers: ServiceClock;
  readonly #tell: TellHost;
  readonly #count: number;
  #cores: BoardCores | undefined;
  #isLooking = false;
  #busyUntil = 0;
  /** `stimuli` of the cores when they were last said to sleep. */
  #toldAsleep = -1;
  /** Of each core: what was said of it. */
  readonly #faults: string[] = [];
  /** By core and call id: where the block of a CALL message is. */
  readonly #blocks = new Map<string, number>();

  constructor(memory: EmbeddedMemory, timers: ServiceClock, layout: CoreLayout, tell: TellHost, send: Send) {
    this.#memory = memory;
    this.#timers = timers;
    this.#tell = tell;
    this.#count = layout.bases.length;
    const window: MemoryWindow = {
      read: (address: number, length: number) => new Uint8Array(memory.read(address, length)),
      write: (address: number, bytes: Uint8Array) => memory.write(address, bytes.slice().buffer as ArrayBuffer),
      readWord: (address: number) => memory.readWord(address),
      writeWord: (address: number, value: number) => memory.writeWord(address, value),
    };
    this.#cores = new BoardCores(window, layout, {
      onMessage: (core, message) => sendOn(send, core + 1, message),
      onGarbage: (core, error) => void tell('garbage', core, error.message),
    });
  }

  /** Another host has the cores from now on. */
  end(): void {
    this.#cores = undefined;
  }

  get #own(): BoardCores {
    if (this.#cores === undefined) throw new ShoalError('LINK_BUSY', 'another host has the cores');
    return this.#cores;
  }

  /** A message for a core: a call whose place is known. Throws PROTOCOL_INVALID. */
  take(node: number, message: Uint8Array): void {
    const core = node - 1;
    const reader = new ByteReader(message);
    readUnsigned(reader, 'operation', CALL_COUNTED);
    const call = readUnsigned(reader, 'call', 0xffff);
    const address = this.#blocks.get(`${core} ${call}`);
    if (address === undefined) throw new ShoalError('PROTOCOL_INVALID', `call ${call} without a place`);
    this.post(core, call, address, message.length, [], 0, message);
  }

  reset(core: number, kept: readonly number[], locks: readonly number[]): number {
    return this.#own.reset(core, pieces(kept), locks);
  }

  start(core: number, nonce: number): void {
    this.#own.start(core, nonce);
    this.#stirred();
  }

  write(addresses: readonly number[], bytes: Uint8Array): void {
    for (const address of addresses) this.#own.window.write(address, bytes);
  }

  fill(addresses: readonly number[], lengthBytes: number): void {
    for (let at = 0; at < lengthBytes; at += ZEROS) {
      const zeros = new Uint8Array(Math.min(ZEROS, lengthBytes - at));
      for (const address of addresses) this.#own.window.write(address + at, zeros);
    }
  }

  read(address: number, lengthBytes: number): Uint8Array {
    return this.#own.window.read(address, lengthBytes);
  }

  words(addresses: readonly number[]): readonly number[] {
    return addresses.map((address) => this.#own.window.readWord(address) >>> 0);
  }

  setWords(words: readonly number[]): void {
    for (const word of pieces(words)) this.#own.window.writeWord(...word);
  }

  untilClear(address: number, mask: number): Promise<number> {
    const end = this.#timers.now() + CLEAR_MS;
    return new Promise((resolve) => {
      const look = (): void => {
        const word = this.#memory.readWord(address) >>> 0;
        if ((word & mask) === 0 || this.#timers.now() > end) {
          resolve(word);
          return;
        }
        this.#memory.advance?.();
        this.#timers.setTimer(0, look);
      };
      look();
    });
  }

  place(core: number, call: number, address: number): void {
    this.#blocks.set(`${core} ${call}`, address);
  }

  post(
    core: number,
    call: number,
    address: number,
    lengthBytes: number,
    outputs: readonly number[],
    ...parts: readonly (number | Uint8Array)[]
  ): void {
    const cores = this.#own;
    for (let part = 0; part < parts.length; part += 2) {
      cores.end(core).write(address + (parts[part] as number), parts[part + 1] as Uint8Array);
    }
    cores.post(core, call, address, lengthBytes, pieces(outputs));
    this.#stirred();
  }

  withdraw(core: number, address: number, sequence: number): boolean {
    this.#stirred();
    return this.#own.withdraw(core, address, sequence);
  }

  release(core: number, next: number, locks: readonly number[]): void {
    this.#own.release(core, next < 0 ? null : next, locks);
  }

  instructions(): readonly number[] {
    const count = (core: number): number => this.#memory.instructions?.(core) ?? 0;
    return [...Array.from({ length: this.#count }, (_, core) => count(core)), count(-1)];
  }

  /** Something was done to a core: it may have something to say soon. */
  #stirred(): void {
    this.#busyUntil = this.#timers.now() + BUSY_MS;
    if (!this.#isLooking) this.#lookIn(0);
  }

  #lookIn(delayMs: number): void {
    this.#isLooking = true;
    this.#timers.setTimer(delayMs, () => this.#look());
  }

  #look(): void {
    this.#isLooking = false;
    const cores = this.#cores;
    if (cores === undefined) return;
    const state = this.#memory.advance?.();
    const received = cores.receiveAll();
    if (state !== undefined && state > 1) this.#tellFaults();
    if (!cores.isExpecting) return;
    const isAsleep = state !== undefined && state % 2 === 1 && received === 0;
    if (isAsleep && this.#toldAsleep === cores.stimuli) return;
    if (isAsleep) {
      this.#toldAsleep = cores.stimuli;
      this.#tell('asleep', cores.stimuli, this.#memory.report?.() ?? '');
      return;
    }
    if (received > 0) this.#busyUntil = this.#timers.now() + BUSY_MS;
    this.#lookIn(state !== undefined || this.#timers.now() < this.#busyUntil ? 0 : POLL_MS);
  }

  #tellFaults(): void {
    for (let core = 0; core < this.#count; core++) {
      const text = this.#memory.fault?.(core) ?? '';
      if (text !== '' && text !== this.#faults[core]) this.#tell('fault', core, text);
      this.#faults[core] = text;
    }
  }
}

function sendOn(send: Send, node: number, { bytes, written }: CoreMessage): void {
  for (const piece of written) {
    const writer = new ByteWriter(piece.length + 8);
    writer.head(MAJOR_UNSIGNED, WRITTEN);
    writer.head(MAJOR_BYTES, piece.length);
    writer.bytes(piece);
    send(node, writer.view());
  }
  send(node, bytes);
}

/** `[address, length, address, length, …]` */
function pieces(numbers: readonly number[]): Piece[] {
  const all: Piece[] = [];
  for (let at = 0; at < numbers.length; at += 2) all.push([numbers[at] ?? 0, numbers[at + 1] ?? 0]);
  return all;
}

/** The cores of the board for hosts at the other end of a line: what has to be done near their memory. */
import { BoardCores } from '../../protocol/cores/board-cores.ts';
import type { CoreCommands, TellHost } from '../../protocol/cores/core-commands.ts';
import type { CoreMessage, Piece } from '../../protocol/cores/core-end.ts';
import { ShoalError } from '../../protocol/errors.ts';
import { CALL_COUNTED, WRITTEN } from '../../protocol/operations.ts';
import { readUnsigned } from '../../protocol/values/fields.ts';
import { ByteReader, ByteWriter, MAJOR_UNSIGNED } from '../../protocol/values/head.ts';
import { writeValue } from '../../protocol/values/value-codec.ts';
import type { EmbeddedMemory } from './embedding.ts';
import type { EngineTimers } from './engine-timers.ts';

/** Rings are looked at all the time for so long after something was done to them, then only now and then. */
const BUSY_MS = 2;
const POLL_MS = 1;
/** The longest that `untilClear` waits. */
const CLEAR_MS = 20;

/** The host that uses the cores. */
export interface CoreUser {
  /** False if another host may take its place: its line is cut, or it is gone. */
  readonly isThere: () => boolean;
  readonly send: (node: number, message: Uint8Array) => void;
}

/** The cores of a board, and who uses them. One for all lines. */
export class SharedCores {
  readonly memory: EmbeddedMemory;
  readonly #timers: EngineTimers;
  #user: CoreUser | null = null;
  #cores: BoardCores | null = null;
  #count = 0;
  #tell: TellHost = () => undefined;
  #isLooking = false;
  #busyUntil = 0;
  /** `stimuli` of the cores when they were last said to sleep. */
  #toldAsleep = -1;
  readonly #faulty = new Set<number>();
  /** By core and call id: where the block of such a call is. */
  readonly #blocks = new Map<string, number>();

  constructor(memory: EmbeddedMemory, timers: EngineTimers) {
    this.memory = memory;
    this.#timers = timers;
  }

  /** Gives the cores to a host. Throws LINK_BUSY while another one has them. */
  attach(user: CoreUser, bases: readonly number[], memoryBytes: number, tell: TellHost): void {
    if (this.#user !== user && this.#user?.isThere() === true) {
      throw new ShoalError('LINK_BUSY', 'another host uses the cores of this board', { retryable: true });
    }
    this.#user = user;
    this.#tell = tell;
    this.#count = bases.length;
    this.#blocks.clear();
    this.#toldAsleep = -1;
    const { memory } = this;
    const window = {
      read: (address: number, length: number) => new Uint8Array(memory.read(address, length)),
      write: (address: number, bytes: Uint8Array) => memory.write(address, bytes.slice().buffer as ArrayBuffer),
      readWord: (address: number) => memory.readWord(address),
      writeWord: (address: number, value: number) => memory.writeWord(address, value),
    };
    this.#cores = new BoardCores(
      window,
      { bases, memoryBytes },
      {
        onMessage: (core, message) => send(user, core + 1, message),
        onGarbage: (core, error) => void tell('garbage', core, error.message),
      },
    );
  }

  /** The host uses them no more. */
  leave(user: CoreUser): void {
    if (this.#user !== user) return;
    this.#user = null;
    this.#cores = null;
  }

  /** The cores, for the host that has them. Throws LINK_BUSY for any other. */
  of(user: CoreUser): BoardCores {
    if (this.#cores === null || this.#user !== user) throw new ShoalError('LINK_BUSY', 'attach the cores first');
    return this.#cores;
  }

  /** Messages with this call id stand at this address from now on. */
  place(core: number, call: number, address: number): void {
    this.#blocks.set(`${core} ${call}`, address);
  }

  /** A message for a core: a call whose place is known. Throws PROTOCOL_INVALID. */
  take(user: CoreUser, node: number, message: Uint8Array): void {
    const cores = this.of(user);
    const core = node - 1;
    const reader = new ByteReader(message);
    const call = readUnsigned(reader, 'operation', 0xff) <= CALL_COUNTED ? readUnsigned(reader, 'call', 0xffff) : 0;
    const address = this.#blocks.get(`${core} ${call}`);
    if (address === undefined) throw new ShoalError('PROTOCOL_INVALID', `a call ${call} without a place, or no call`);
    cores.end(core).write(address, message);
    cores.post(core, call, address, message.length, []);
    this.stirred();
  }

  /** Instructions executed by each core, and last by one that never sleeps. */
  instructions(): readonly number[] {
    const { memory } = this;
    const count = (core: number): number => memory.instructions?.(core) ?? 0;
    return [...Array.from({ length: this.#count }, (_, core) => count(core)), count(-1)];
  }

  /** Something was done to a core: it may have something to say soon. */
  stirred(): void {
    this.#busyUntil = this.#timers.now() + BUSY_MS;
    if (!this.#isLooking) this.#lookIn(0);
  }

  #look(): void {
    this.#isLooking = false;
    const cores = this.#cores;
    if (cores === null) return;
    const state = this.memory.advance?.() ?? 0;
    const received = cores.receiveAll();
    if ((state & 2) !== 0) this.#tellFaults();
    if (!cores.isExpecting) return;
    if ((state & 1) !== 0 && received === 0) {
      if (this.#toldAsleep === cores.stimuli) return;
      this.#toldAsleep = cores.stimuli;
      this.#tell('asleep', cores.stimuli, this.memory.report?.() ?? '');
      return;
    }
    if (received > 0) this.#busyUntil = this.#timers.now() + BUSY_MS;
    const isBusy = this.memory.advance !== undefined || this.#timers.now() < this.#busyUntil;
    this.#lookIn(isBusy ? 0 : POLL_MS);
  }

  #lookIn(delayMs: number): void {
    this.#isLooking = true;
    this.#timers.setTimer(delayMs, () => this.#look());
  }

  #tellFaults(): void {
    for (let core = 0; core < this.#count; core++) {
      const text = this.memory.fault?.(core) ?? '';
      if (text !== '' && !this.#faulty.has(core)) this.#tell('fault', core, text);
      if (text === '') this.#faulty.delete(core);
      else this.#faulty.add(core);
    }
  }

  /** The word at an address, as soon as the bits are 0, or after some milliseconds. */
  untilClear(address: number, mask: number): Promise<number> {
    const end = this.#timers.now() + CLEAR_MS;
    return new Promise((resolve) => {
      const look = (): void => {
        const word = this.memory.readWord(address) >>> 0;
        if ((word & mask) === 0 || this.#timers.now() > end) {
          resolve(word);
          return;
        }
        this.memory.advance?.();
        this.#timers.setTimer(0, look);
      };
      look();
    });
  }
}

function send(user: CoreUser, node: number, { bytes, written }: CoreMessage): void {
  for (const piece of written) {
    const writer = new ByteWriter(piece.length + 8);
    writer.head(MAJOR_UNSIGNED, WRITTEN);
    writeValue(writer, piece);
    user.send(node, writer.view());
  }
  user.send(node, bytes);
}

/** `[address, length, address, length, …]` */
function pieces(numbers: readonly number[]): Piece[] {
  const all: Piece[] = [];
  for (let at = 0; at < numbers.length; at += 2) all.push([numbers[at] ?? 0, numbers[at + 1] ?? 0]);
  return all;
}

/** The cores as one host sees them. */
export class CoreService implements CoreCommands {
  readonly #shared: SharedCores;
  readonly #user: CoreUser;

  constructor(shared: SharedCores, user: CoreUser) {
    this.#shared = shared;
    this.#user = user;
  }

  attach(bases: readonly number[], memoryBytes: number, tell: TellHost): void {
    this.#shared.attach(this.#user, bases, memoryBytes, tell);
  }

  reset(core: number, kept: readonly number[], locks: readonly number[]): number {
    return this.#shared.of(this.#user).reset(core, pieces(kept), locks);
  }

  start(core: number, nonce: number): void {
    this.#shared.of(this.#user).start(core, nonce);
    this.#shared.stirred();
  }

  write(addresses: readonly number[], bytes: Uint8Array): void {
    this.#shared.of(this.#user);
    for (const address of addresses) this.#shared.memory.write(address, bytes.slice().buffer as ArrayBuffer);
  }

  fill(addresses: readonly number[], lengthBytes: number): void {
    const step = 4096;
    for (let at = 0; at < lengthBytes; at += step) {
      const zeros = new Uint8Array(Math.min(step, lengthBytes - at));
      this.write(
        addresses.map((address) => address + at),
        zeros,
      );
    }
  }

  read(address: number, lengthBytes: number): Uint8Array {
    this.#shared.of(this.#user);
    return new Uint8Array(this.#shared.memory.read(address, lengthBytes));
  }

  words(addresses: readonly number[]): readonly number[] {
    this.#shared.of(this.#user);
    return addresses.map((address) => this.#shared.memory.readWord(address) >>> 0);
  }

  setWords(words: readonly number[]): void {
    this.#shared.of(this.#user);
    for (const [address, value] of pieces(words)) this.#shared.memory.writeWord(address, value);
  }

  untilClear(address: number, mask: number): Promise<number> {
    this.#shared.of(this.#user);
    return this.#shared.untilClear(address, mask);
  }

  place(core: number, call: number, address: number): void {
    this.#shared.of(this.#user);
    this.#shared.place(core, call, address);
  }

  post(
    core: number,
    call: number,
    address: number,
    lengthBytes: number,
    outputs: readonly number[],
    ...parts: readonly (number | Uint8Array)[]
  ): void {
    const cores = this.#shared.of(this.#user);
    for (let part = 0; part < parts.length; part += 2) {
      cores.end(core).write(address + (parts[part] as number), parts[part + 1] as Uint8Array);
    }
    cores.post(core, call, address, lengthBytes, pieces(outputs));
    this.#shared.stirred();
  }

  withdraw(core: number, address: number, sequence: number): boolean {
    this.#shared.stirred();
    return this.#shared.of(this.#user).withdraw(core, address, sequence);
  }

  release(core: number, next: number, locks: readonly number[]): void {
    this.#shared.of(this.#user).release(core, next < 0 ? null : next, locks);
  }

  instructions(): readonly number[] {
    this.#shared.of(this.#user);
    return this.#shared.instructions();
  }
}

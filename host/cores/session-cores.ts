/** The cores of a board at the other end of a line, by way of its control runtime. */
import type { BoardDescription } from '../../boards/board.ts';
import { coreBase } from '../../boards/core-address.ts';
import { findBoard } from '../../boards/registry.ts';
import type { LockAddresses } from '../../protocol/cores/board-cores.ts';
import type { CoreCommands, CoreExport, TellHost } from '../../protocol/cores/core-commands.ts';
import type { Piece } from '../../protocol/cores/core-end.ts';
import { isShoalError, ShoalError } from '../../protocol/errors.ts';
import { fullText } from '../../protocol/full-text.ts';
import type { MessageChannel } from '../../protocol/message-channel.ts';
import { withOptions } from '../../protocol/objects/remote-functions.ts';
import type { Remote } from '../../protocol/objects/remote-types.ts';
import { connect, type Session, type SessionOptions } from '../../protocol/objects/session.ts';
import { RETURN, RETURN_VOID, TRAP, WRITTEN } from '../../protocol/operations.ts';
import { readBytes, readUnsigned } from '../../protocol/values/fields.ts';
import { ByteReader } from '../../protocol/values/head.ts';
import { orAbort } from '../kernels/abort-actions.ts';
import { scalarMessage } from '../kernels/encode-call.ts';
import type { BoardCounters, CallPost, CoreAccess, CoreEvents } from './core-access.ts';

/** Bytes of memory in one message: some frames of a serial line, and little for the engine of a board. */
const BLOCK_BYTES = 8192;
/** Blocks of one transfer that are on their way: enough to keep any line busy. */
const BLOCKS_AT_A_TIME = 8;
/** Between looks at deadlines. */
const TURN_MS = 20;

/** The link says whether the board is there; a large transfer over a slow line takes the time that it takes. */
const NO_DEADLINE = { timeoutMs: Number.POSITIVE_INFINITY };

/** What control runtimes export beside `cores`. */
interface BoardFacts {
  readonly name: string;
}

export class SessionCores implements CoreAccess {
  readonly board: BoardDescription;
  readonly #session: Session;
  readonly #bases: readonly number[];
  #cores: Remote<CoreCommands>;
  #events: CoreEvents | null = null;
  /** What was done that can wake cores, as `BoardCores` counts it on the board. */
  #stimuli = 0;
  /** Pieces of memory that came in front of an answer, by core. */
  readonly #written = new Map<number, Uint8Array[]>();
  /** By core and call id: where the board knows its block to be. */
  readonly #places = new Map<string, number>();
  #turns: NodeJS.Timeout | null = null;
  #isTurnDue = false;
  #isClosed = false;

  private constructor(session: Session, board: BoardDescription) {
    this.#session = session;
    this.board = board;
    this.#bases = list(Array.from({ length: board.rows * board.columns }, (_, core) => coreBase(board, core)));
    this.#cores = this.#attach();
    session.on('reset', () => this.#beganAnew());
    session.on('closed', (reason) => this.#ended(reason));
  }

  /**
   * Takes the cores of the board at the other end of a channel. `onNodeMessage` of the session's options is not used.
   *
   * Rejects with LINK_BUSY if another host has the cores, with EXPORT_NOT_FOUND if the board lets nobody have them, with
   * BOARD_UNKNOWN, with LINK_CLOSED, with the signal's reason.
   */
  static async attach(
    channel: MessageChannel,
    options: SessionOptions = {},
    signal?: AbortSignal,
  ): Promise<{ readonly cores: SessionCores; readonly session: Session }> {
    let cores: SessionCores | undefined;
    const session = connect(channel, {
      ...options,
      onNodeMessage: (node, message) => cores?.onNodeMessage(node, message),
    });
    try {
      const name = session.import<BoardFacts>('board').name;
      cores = new SessionCores(session, findBoard(await orAbort(Promise.resolve(name), signal)));
      await orAbort(Promise.resolve(cores.#cores as unknown), signal);
      return { cores, session };
    } catch (error) {
      session.close();
      throw error;
    }
  }

  /** What is asked before the board has answered waits there. */
  #attach(): Remote<CoreCommands> {
    this.#stimuli = 0;
    this.#written.clear();
    this.#places.clear();
    const tell: TellHost = (what, number, text) => this.#told(what, number, text);
    const cores = this.#session.import<CoreExport>('cores', NO_DEADLINE);
    const commands = cores.attach(this.#bases, this.board.localMemoryBytes, tell);
    return withOptions(commands, NO_DEADLINE) as unknown as Remote<CoreCommands>;
  }

  listen(events: CoreEvents): void {
    this.#events = events;
  }

  /** The board was started anew, or another program has taken its line meanwhile. */
  #beganAnew(): void {
    if (this.#isClosed) return;
    this.#cores = this.#attach();
    this.#events?.onReboot(
      new ShoalError('STALE_REFERENCE', `the board ${this.board.name} was started anew`, {
        hint: 'whether the call was carried out is not known; later calls work',
      }),
    );
  }

  #ended(reason: ShoalError | undefined): void {
    if (this.#isClosed) return;
    const text = reason === undefined ? '' : `: ${reason.message}`;
    const error = new ShoalError('LINK_CLOSED', `the link to ${this.board.name} was closed${text}`, { cause: reason });
    this.#events?.onFailure(error);
  }

  /** What fails because the session has begun anew or ended is told by that. */
  #command(done: PromiseLike<unknown>): void {
    done.then(undefined, (error: unknown) => {
      if (this.#isClosed || isShoalError(error, 'STALE_REFERENCE') || isShoalError(error, 'LINK_CLOSED')) return;
      const text = error instanceof Error ? error.message : String(error);
      this.#events?.onFailure(
        isShoalError(error)
          ? error
          : new ShoalError('INTERNAL', `the control runtime failed: ${text}`, { cause: error }),
      );
    });
  }

  /** Of the session: messages of cores. Throws PROTOCOL_INVALID. */
  onNodeMessage(node: number, bytes: Uint8Array): void {
    const core = node - 1;
    if (core < 0 || core >= this.#bases.length) {
      throw new ShoalError('PROTOCOL_INVALID', `a message of core ${core} of ${this.#bases.length}`);
    }
    const written = this.#written.get(core) ?? [];
    const reader = new ByteReader(bytes);
    const operation = readUnsigned(reader, 'operation', 0xff);
    if (operation === WRITTEN) {
      this.#written.set(core, [...written, readBytes(reader)]);
      return;
    }
    const isAnswer = operation === RETURN || operation === RETURN_VOID || operation === TRAP;
    if (isAnswer) this.#written.delete(core);
    this.#events?.onMessage(core, { bytes, written: isAnswer ? written : [] });
    this.#turnSoon();
  }

  #told(what: 'garbage' | 'fault' | 'asleep', number: number, text: string): void {
    if (what === 'garbage') {
      this.#events?.onGarbage(number, new ShoalError('PROTOCOL_INVALID', fullText(text)));
    } else if (what === 'fault') {
      const [, address, message = text] = /^(\d+) (.*)$/s.exec(text) ?? [];
      this.#events?.onFault(number, { message, address: address === undefined ? null : Number(address) });
    } else if (number === this.#stimuli) {
      // Else something is on its way that may wake cores.
      this.#events?.onAsleep(text);
    }
    this.#turnSoon();
  }

  /** Once for all that comes together. */
  #turnSoon(): void {
    if (this.#isTurnDue) return;
    this.#isTurnDue = true;
    queueMicrotask(() => {
      this.#isTurnDue = false;
      if (!this.#isClosed) this.#events?.onTurn();
    });
  }

  expect(isExpecting: boolean): void {
    if (isExpecting && !this.#isClosed) {
      this.#turns ??= setInterval(() => this.#events?.onTurn(), TURN_MS);
    } else if (this.#turns !== null) {
      clearInterval(this.#turns);
      this.#turns = null;
    }
  }

  async reset(core: number, kept: readonly Piece[], locks: LockAddresses): Promise<number> {
    return this.#cores.reset(core, list(kept.flat()), list(locks));
  }

  start(core: number, nonce: number): void {
    this.#stimuli++;
    this.#command(this.#cores.start(core, nonce));
  }

  writeCores(cores: readonly number[], localAddress: number, bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
      const addresses = list(cores.map((core) => this.coreAddress(core, localAddress + at)));
      this.#command(this.#cores.write(addresses, bytes.slice(at, at + BLOCK_BYTES)));
    }
  }

  fillCores(cores: readonly number[], localAddress: number, lengthBytes: number): void {
    if (lengthBytes === 0) return;
    this.#command(this.#cores.fill(list(cores.map((core) => this.coreAddress(core, localAddress))), lengthBytes));
  }

  post(core: number, { id, address, message, sent, outputs, isScalar }: CallPost): void {
    this.#stimuli++;
    if (isScalar) {
      const key = `${core} ${id}`;
      if (this.#places.get(key) !== address) {
        this.#command(this.#cores.place(core, id, address));
        this.#places.set(key, address);
      }
      this.#session.sendToNode(core + 1, scalarMessage(message));
      return;
    }
    const parts: (number | Uint8Array)[] = [];
    for (const [from, to] of sent) {
      const bytes = message.slice(from, to);
      if (bytes.length > BLOCK_BYTES) this.writeCores([core], address + from, bytes);
      else parts.push(from, bytes);
    }
    this.#command(this.#cores.post(core, id, address, message.length, list(outputs.flat()), ...parts));
  }

  async withdraw(core: number, address: number, sequence: number): Promise<boolean> {
    this.#stimuli++;
    return this.#cores.withdraw(core, address, sequence);
  }

  release(core: number, next: number | null, locks: LockAddresses): void {
    if (locks.length > 0) this.#command(this.#cores.release(core, next ?? -1, list(locks)));
  }

  async readCoreWords(places: readonly (readonly [core: number, localAddress: number])[]): Promise<number[]> {
    return [...(await this.#cores.words(list(places.map(([core, address]) => this.coreAddress(core, address)))))];
  }

  async counters(): Promise<BoardCounters> {
    const all = await this.#cores.instructions();
    return { instructions: all.slice(0, -1), elapsed: all.at(-1) ?? 0 };
  }

  coreAddress(core: number, localAddress: number): number {
    return (this.#bases[core] ?? 0) + localAddress;
  }

  async read(address: number, lengthBytes: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(lengthBytes);
    await this.#inBlocks(lengthBytes, async (at, length) =>
      bytes.set(await this.#cores.read(address + at, length), at),
    );
    return bytes;
  }

  write(address: number, bytes: Uint8Array): Promise<void> {
    // At once: what the caller does to its array afterwards does not matter.
    const copy = bytes.slice();
    return this.#inBlocks(copy.length, (at, length) =>
      this.#cores.write(list([address + at]), copy.subarray(at, at + length)),
    );
  }

  async fill(address: number, lengthBytes: number): Promise<void> {
    await this.#cores.fill(list([address]), lengthBytes);
  }

  async #inBlocks(lengthBytes: number, transfer: (at: number, length: number) => PromiseLike<void>): Promise<void> {
    const under: PromiseLike<void>[] = [];
    for (let at = 0; at < lengthBytes; at += BLOCK_BYTES) {
      if (under.length === BLOCKS_AT_A_TIME) await under.shift();
      under.push(transfer(at, Math.min(BLOCK_BYTES, lengthBytes - at)));
    }
    await Promise.all(under);
  }

  writeWords(words: readonly (readonly [address: number, value: number])[]): void {
    this.#command(this.#cores.setWords(list(words.flat())));
  }

  async untilClear(address: number, mask: number): Promise<number> {
    return this.#cores.untilClear(address, mask);
  }

  /** What a board reports has addresses as they are. */
  setLocator(): void {}

  close(): void {
    this.#isClosed = true;
    this.expect(false);
    this.#session.close();
  }
}

/** Frozen: goes by value, whatever the session's policy. */
function list(numbers: readonly number[]): readonly number[] {
  return Object.freeze([...numbers]);
}

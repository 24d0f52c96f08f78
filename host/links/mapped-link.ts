import type { BoardDescription } from '../../boards/board.ts';
import { coreBase } from '../../boards/core-address.ts';
import { type MemoryFile, type OpenMemoryFile, openMemoryFile } from '../../device/window-linux/memory-file.ts';
import { ShoalError } from '../../protocol/errors.ts';
import type { CoreFault } from '../cores/core-access.ts';
import type { CoreCounters, MemoryLink } from './memory-link.ts';

/** An emulated board that runs shows so many times in this time. */
const BEAT_TIMEOUT_MS = 5000;

/** A board whose memory this computer maps: a real one, or one that another process emulates. */
export class MappedLink implements MemoryLink {
  readonly board: BoardDescription;
  readonly isIndependent = true;
  readonly #file: OpenMemoryFile;
  #beat: number | null = null;
  #lastBeat = 0;
  #isClosed = false;

  private constructor(file: OpenMemoryFile) {
    this.#file = file;
    this.board = file.board;
  }

  /** Rejects as {@link openMemoryFile}. */
  static async open(memory: MemoryFile, signal?: AbortSignal): Promise<MappedLink> {
    return new MappedLink(await openMemoryFile(memory, signal));
  }

  coreAddress(core: number, localAddress: number): number {
    return coreBase(this.board, core) + localAddress;
  }

  read(address: number, lengthBytes: number): Uint8Array {
    this.#check();
    return this.#file.window.read(address, lengthBytes);
  }

  write(address: number, bytes: Uint8Array): void {
    this.#check();
    this.#file.window.write(address, bytes);
  }

  readWord(address: number): number {
    this.#check();
    return this.#file.window.readWord(address);
  }

  writeWord(address: number, value: number): void {
    this.#check();
    this.#file.window.writeWord(address, value);
  }

  advance(): 'working' {
    const { beat, lost } = this.#file;
    if (beat === null) return 'working';
    const now = performance.now();
    const current = beat();
    if (current === null) throw lost();
    if (current !== this.#beat) [this.#beat, this.#lastBeat] = [current, now];
    else if (now - this.#lastBeat > BEAT_TIMEOUT_MS) throw lost();
    return 'working';
  }

  fault(): CoreFault | null {
    return null;
  }

  setLocator(): void {}

  waitReport(): string {
    return '';
  }

  /** Nobody counts them. */
  counters(): CoreCounters {
    return { instructions: 0 };
  }

  elapsedInstructions(): number {
    return 0;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#file.close();
  }

  /** Memory that is not mapped any more ends the process. */
  #check(): void {
    if (this.#isClosed) throw new ShoalError('BOARD_CLOSED', `the window into ${this.board.name} was closed`);
  }
}

/**
 * Where an address leads: the own window of a core (below 0x100000), the window of any core by its mesh id, or shared
 * memory. In a window, memory begins at offset 0 and the memory-mapped registers are at 0xf0000 … 0xf0fff.
 */
import type { BoardDescription } from '../boards/board.ts';
import { coreBase } from '../boards/core-address.ts';
import { Core } from './core.ts';
import { CoreException, hex } from './core-exception.ts';
import { GUARD_CODE, GUARD_LINE_SHIFT, MemoryBlock } from './memory-block.ts';
import { INTERRUPT_MEMORY_FAULT } from './status.ts';

export const WINDOW_BYTES = 0x100000;
export const REGISTER_WINDOW = 0xf0000;
export const REGISTER_WINDOW_BYTES = 0x1000;
const REGISTER_WINDOW_END = REGISTER_WINDOW + REGISTER_WINDOW_BYTES;

const MEMORY_STATUS_FAULT = 1 << 2;
/** Epiphany-IV: MEMPROTECT bits that refuse accesses from outside; the MEMSTATUS bit of a breach. */
const REFUSE_READ = 1 << 10;
const REFUSE_REGISTER_WRITE = 1 << 11;
const REFUSE_WRITE = 1 << 12;
const REFUSE_MESH_WRITE = 1 << 13;
const REFUSE_OFF_CHIP_WRITE = 1 << 14;

/** What a core's accesses to memory-mapped registers do; special-registers.ts implements it. */
export interface RegisterAccess {
  read(core: Core, offset: number): number;
  /** `by`: the core that writes, or undefined for the host. */
  write(core: Core, offset: number, value: number, by: Core | undefined): void;
}

/** The bytes that are the memory from a mesh address on. */
export type MemoryPlace = (address: number, lengthBytes: number) => Uint8Array;

export class Bus {
  readonly cores: Core[] = [];
  readonly shared: MemoryBlock | undefined;
  readonly sharedAddress: number;
  readonly strict: boolean;
  /** Set once by the machine. */
  registers!: RegisterAccess;
  /** Offset in the block that {@link locate} found last. */
  offset = 0;
  readonly #coreOfId: Int16Array = new Int16Array(4096).fill(-1);

  /** `strict`: an access to an address that nothing answers is an error; otherwise it reads 0 and writes nothing. */
  constructor(board: BoardDescription, strict: boolean, memoryAt: MemoryPlace) {
    this.strict = strict;
    const { sharedMemory } = board;
    this.sharedAddress = sharedMemory?.address ?? 0;
    this.shared =
      sharedMemory === undefined
        ? undefined
        : new MemoryBlock(memoryAt(sharedMemory.address, sharedMemory.lengthBytes));
    for (let row = 0; row < board.rows; row++) {
      for (let column = 0; column < board.columns; column++) {
        const memory = new MemoryBlock(memoryAt(coreBase(board, this.cores.length), board.localMemoryBytes));
        const [r, c] = [board.firstRow + row, board.firstColumn + column];
        const core = new Core(this.cores.length, r, c, memory, board.generation === 'epiphany-4');
        this.#coreOfId[core.id] = core.index;
        this.cores.push(core);
      }
    }
  }

  /** The core whose window holds a global address, or undefined. */
  coreAt(address: number): Core | undefined {
    return this.cores[this.#coreOfId[address >>> 20] as number];
  }

  /** The memory at an address as `core` (undefined: the host) sees it, and its offset in {@link offset}. */
  locate(core: Core | undefined, address: number): MemoryBlock | undefined {
    const a = address >>> 0;
    if (a < WINDOW_BYTES) {
      if (core === undefined || a >= core.memory.lengthBytes) return undefined;
      this.offset = a;
      return core.memory;
    }
    const owner = this.cores[this.#coreOfId[a >>> 20] as number];
    if (owner !== undefined) {
      this.offset = a & (WINDOW_BYTES - 1);
      return this.offset < owner.memory.lengthBytes ? owner.memory : undefined;
    }
    this.offset = a - this.sharedAddress;
    const shared = this.shared;
    return shared !== undefined && this.offset >= 0 && this.offset < shared.lengthBytes ? shared : undefined;
  }

  /** Loads 1, 2 or 4 bytes, zero-extended (4: as a signed word). Throws CoreException. */
  load(core: Core, address: number, size: number): number {
    if ((address & (size - 1)) !== 0) throw unaligned(address, size, 'load');
    const block = this.locate(core, address);
    if (block === undefined) return this.#loadElsewhere(core, address, size);
    if (core.isGeneration4 && block !== core.memory && this.#refuses(address, REFUSE_READ, 1 << 10)) return 0;
    const offset = this.offset;
    if (size === 4) return block.words[offset >>> 2] as number;
    return (size === 2 ? block.halfwords[offset >>> 1] : block.bytes[offset]) as number;
  }

  /** Stores the low 1, 2 or 4 bytes of `value`. Throws CoreException. */
  store(core: Core, address: number, size: number, value: number): void {
    if ((address & (size - 1)) !== 0) throw unaligned(address, size, 'store');
    const block = this.locate(core, address);
    if (block === undefined) {
      this.#storeElsewhere(core, address, size, value);
      return;
    }
    const offset = this.offset;
    if (core.isGeneration4 && block !== core.memory) {
      if (this.#refuses(address, REFUSE_WRITE | REFUSE_MESH_WRITE, 1 << 12)) return;
    }
    if (this.#writeProtected(block, offset, address, core)) return;
    put(block, offset, size, value);
  }

  /**
   * For generated code: the block, with its offset, if a load of `size` bytes there is plain (mapped memory, aligned,
   * nothing refused). Otherwise sets `core.bail` and returns undefined.
   */
  plainForLoad(core: Core, address: number, size: number): MemoryBlock | undefined {
    const block = (address & (size - 1)) === 0 ? this.locate(core, address) : undefined;
    if (block === undefined || (core.isGeneration4 && block !== core.memory && this.#protects(address))) {
      core.bail = 1;
      return undefined;
    }
    return block;
  }

  /** The same for a store: also no code, no write protection. */
  plainForStore(core: Core, address: number, size: number): MemoryBlock | undefined {
    const block = this.plainForLoad(core, address, size);
    if (block === undefined) return undefined;
    const guard = block.guard[this.offset >>> GUARD_LINE_SHIFT] as number;
    if (guard === 0 || (guard === GUARD_CODE && block.codeOwner?.covers(this.offset, size) === false)) return block;
    core.bail = 1;
    return undefined;
  }

  /** TESTSET: the old word; `value` is stored if that was 0. Throws CoreException. */
  testAndSet(core: Core, address: number, value: number): number {
    if ((address & 3) !== 0) throw unaligned(address, 4, 'testset');
    if (address >>> 0 < WINDOW_BYTES || this.coreAt(address) === undefined) {
      throw new CoreException(
        'unmapped-access',
        `testset needs the global address of a word in a core's memory, not ${hex(address)}`,
        address,
      );
    }
    const old = this.load(core, address, 4);
    if (old === 0) this.store(core, address, 4, value);
    return old;
  }

  #loadElsewhere(core: Core, address: number, size: number): number {
    const target = this.#registerTarget(core, address);
    if (target !== undefined) {
      if (size !== 4) throw notAWord(address);
      if (target !== core && core.isGeneration4 && this.#refuses(address, REFUSE_READ, 1 << 10)) return 0;
      return this.registers.read(target, address & (WINDOW_BYTES - 1));
    }
    if (!this.strict) return 0;
    throw unmapped(address, size, 'load');
  }

  #storeElsewhere(core: Core, address: number, size: number, value: number): void {
    const target = this.#registerTarget(core, address);
    if (target !== undefined) {
      if (size !== 4) throw notAWord(address);
      if (target !== core && core.isGeneration4 && this.#refuses(address, REFUSE_REGISTER_WRITE, 1 << 11)) return;
      this.registers.write(target, address & (WINDOW_BYTES - 1), value, core);
      return;
    }
    if (this.strict) throw unmapped(address, size, 'store');
  }

  /** The core whose memory-mapped registers an address names. */
  #registerTarget(core: Core | undefined, address: number): Core | undefined {
    const offset = address & (WINDOW_BYTES - 1);
    if (offset < REGISTER_WINDOW || offset >= REGISTER_WINDOW_END) return undefined;
    return address >>> 0 < WINDOW_BYTES ? core : this.coreAt(address);
  }

  #protects(address: number): boolean {
    const owner = this.coreAt(address);
    return owner !== undefined && (owner.memoryProtect & 0x7c00) !== 0;
  }

  /** Epiphany-IV: whether the core that owns an address refuses an access from outside; notes the breach. */
  #refuses(address: number, refusal: number, breach: number): boolean {
    const owner = address >>> 0 < WINDOW_BYTES ? undefined : this.coreAt(address);
    if (owner === undefined || (owner.memoryProtect & refusal) === 0) return false;
    owner.memoryStatus |= breach | MEMORY_STATUS_FAULT;
    owner.interruptLatch |= 1 << INTERRUPT_MEMORY_FAULT;
    owner.attention = true;
    return true;
  }

  #writeProtected(block: MemoryBlock, offset: number, address: number, by: Core): boolean {
    if (block.guard[offset >>> GUARD_LINE_SHIFT] === 0 || !block.isProtected(offset)) return false;
    const owner = block === by.memory ? by : this.coreAt(address);
    if (owner === undefined) return false;
    owner.memoryStatus |= MEMORY_STATUS_FAULT;
    if (owner === by) {
      throw new CoreException('memory-protection', `store to ${hex(address)}, in a protected page`, address);
    }
    owner.interruptLatch |= 1 << INTERRUPT_MEMORY_FAULT;
    owner.attention = true;
    return true;
  }

  // --- the host's window ---

  /** Copies bytes out; undefined if some byte is not in memory. */
  hostRead(address: number, lengthBytes: number): Uint8Array | undefined {
    const block = this.#hostBlock(address, lengthBytes);
    return block?.bytes.slice(this.offset, this.offset + lengthBytes);
  }

  /** Copies bytes in; false if some byte is not in memory. Code made from them is forgotten if they change. */
  hostWrite(address: number, bytes: Uint8Array): boolean {
    const block = this.#hostBlock(address, bytes.length);
    if (block === undefined) return false;
    const owner = this.coreAt(address);
    if (owner !== undefined && (owner.memoryProtect & REFUSE_OFF_CHIP_WRITE) !== 0 && owner.isGeneration4) return true;
    const offset = this.offset;
    block.write(offset, bytes);
    return true;
  }

  /** The core and MMR offset of a host address, or undefined. */
  hostRegister(address: number): { core: Core; offset: number } | undefined {
    if (address >>> 0 < WINDOW_BYTES || (address & 3) !== 0) return undefined;
    const core = this.#registerTarget(undefined, address);
    return core === undefined ? undefined : { core, offset: address & (WINDOW_BYTES - 1) };
  }

  #hostBlock(address: number, lengthBytes: number): MemoryBlock | undefined {
    const block = this.locate(undefined, address);
    return block !== undefined && this.offset + lengthBytes <= block.lengthBytes ? block : undefined;
  }
}

function put(block: MemoryBlock, offset: number, size: number, value: number): void {
  if (((block.guard[offset >>> GUARD_LINE_SHIFT] as number) & GUARD_CODE) !== 0) {
    if (block.codeOwner?.covers(offset, size) === true) block.codeOwner.forget(offset, size);
  }
  if (size === 4) block.words[offset >>> 2] = value;
  else if (size === 2) block.halfwords[offset >>> 1] = value;
  else block.bytes[offset] = value;
}

const SIZE_NAMES = ['', 'byte', 'halfword', '', 'word', '', '', '', 'double word'];

export function unaligned(address: number, size: number, what: string): CoreException {
  return new CoreException('unaligned-access', `unaligned ${SIZE_NAMES[size]} ${what} at ${hex(address)}`, address);
}

function unmapped(address: number, size: number, what: string): CoreException {
  return new CoreException(
    'unmapped-access',
    `${SIZE_NAMES[size]} ${what} at ${hex(address)}, where nothing is`,
    address,
  );
}

function notAWord(address: number): CoreException {
  return new CoreException('unmapped-access', `register ${hex(address)} can only be accessed as a word`, address);
}

/**
 * A board of which each core is the runtime's own source over a simulated memory (test/unit/core), behind the host's
 * memory link. Kernels are JavaScript functions in place of entry stubs. What the pool does is tested without a
 * compiler and an emulator; test/emulator does it again with both.
 */
import type { BoardDescription } from '../../../boards/board.ts';
import { CallPool } from '../../../host/cores/call-pool.ts';
import type { CoreFault } from '../../../host/cores/core-access.ts';
import { placeModule } from '../../../host/cores/place-module.ts';
import type { RuntimeImage } from '../../../host/cores/runtime-image.ts';
import { WindowCores } from '../../../host/cores/window-cores.ts';
import { ArraysInFlight } from '../../../host/kernels/in-flight.ts';
import type { KernelSource } from '../../../host/kernels/kernel-source.ts';
import { createKernels } from '../../../host/kernels/kernels-object.ts';
import type { LoadedModule } from '../../../host/kernels/loaded-module.ts';
import type { Signature } from '../../../host/kernels/signature.ts';
import type { MemoryLink } from '../../../host/links/memory-link.ts';
import { SimulatedCore } from '../core/simulated-core.ts';

export const BOARD: BoardDescription = {
  name: 'simulated-4',
  title: 'four simulated cores',
  isa: 'epiphany',
  generation: 'epiphany-3',
  rows: 2,
  columns: 2,
  firstRow: 32,
  firstColumn: 8,
  localMemoryBytes: 32768,
  bankBytes: 8192,
  coreClockHz: 1,
  source: 'made for tests',
};

export const IMAGE: RuntimeImage = { segments: [], symbols: new Map(), endAddress: 0x1000 };

const WINDOW = 0x100000;
const REGISTERS = 0xf0000;
const ILATST = 0xf042c;
const RESETCORE = 0xf070c;

/** A kernel: its signature and what its entry stub does, given the core it runs on. */
export interface SimulatedKernel {
  readonly signature: Signature;
  readonly stub: (core: number) => void;
}

export class SimulatedLink implements MemoryLink {
  readonly board: BoardDescription = BOARD;
  readonly isIndependent = false;
  readonly #cores: SimulatedCore[];
  readonly #work: ('asleep' | 'boot' | 'run' | 'stuck')[];
  readonly #faults: (string | null)[];
  closed = false;
  advances = 0;

  constructor(entries: readonly SimulatedKernel[]) {
    const count = BOARD.rows * BOARD.columns;
    this.#work = Array.from({ length: count }, () => 'asleep');
    this.#faults = Array.from({ length: count }, () => null);
    this.#cores = Array.from(
      { length: count },
      (_, index) => new SimulatedCore(entries.map((entry) => () => entry.stub(index))),
    );
  }

  /** Makes the core stop as the emulator does at an access that nothing answers. */
  setFault(core: number, text: string): void {
    this.#faults[core] = text;
  }

  /** The running kernel never ends. For stubs: throws. */
  static stuck(): never {
    throw new Stuck();
  }

  core(index: number): SimulatedCore {
    return this.#cores[index] as SimulatedCore;
  }

  coreAddress(core: number, localAddress: number): number {
    return (core + 1) * WINDOW + localAddress;
  }

  #locate(address: number): { index: number; core: SimulatedCore; offset: number } {
    const index = Math.floor(address / WINDOW) - 1;
    return { index, core: this.core(index), offset: address % WINDOW };
  }

  read(address: number, lengthBytes: number): Uint8Array {
    const { core, offset } = this.#locate(address);
    return new Uint8Array(core.memory.buffer.slice(offset, offset + lengthBytes));
  }

  write(address: number, bytes: Uint8Array): void {
    const { core, offset } = this.#locate(address);
    new Uint8Array(core.memory.buffer).set(bytes, offset);
  }

  readWord(address: number): number {
    const { core, offset } = this.#locate(address);
    return core.memory.getInt32(offset, true);
  }

  writeWord(address: number, value: number): void {
    const { core, offset, index } = this.#locate(address);
    if (offset < REGISTERS) {
      core.memory.setUint32(offset, value, true);
    } else if (offset === RESETCORE) {
      this.#work[index] = 'asleep';
      this.#faults[index] = null;
      core.forget();
    } else if (offset === ILATST && this.#work[index] !== 'stuck') {
      this.#work[index] = value & 1 ? 'boot' : 'run';
    }
  }

  advance(): 'working' | 'asleep' {
    this.advances++;
    for (const [index, work] of this.#work.entries()) {
      if (work === 'asleep' || work === 'stuck') continue;
      this.#work[index] = 'asleep';
      try {
        if (work === 'boot') this.core(index).boot();
        this.core(index).runUntilAsleep();
      } catch (error) {
        if (!(error instanceof Stuck)) throw error;
        this.#work[index] = 'stuck';
      }
    }
    return this.#work.includes('stuck') ? 'working' : 'asleep';
  }

  fault(core: number): CoreFault | null {
    const message = this.#faults[core] ?? null;
    return message === null ? null : { message, address: null };
  }

  setLocator(): void {}

  waitReport(): string {
    return 'every core sleeps';
  }

  counters(): { instructions: number } {
    return { instructions: 0 };
  }

  elapsedInstructions(): number {
    return 0;
  }

  close(): void {
    this.closed = true;
  }
}

class Stuck extends Error {}

export interface SimulatedBoard {
  readonly link: SimulatedLink;
  readonly pool: CallPool;
  readonly inFlight: ArraysInFlight;
  // biome-ignore lint/suspicious/noExplicitAny: tests call kernels with wrong arguments
  readonly kernels: any;
  readonly module: LoadedModule;
  closed: boolean;
}

export async function openSimulated(
  kernels: readonly SimulatedKernel[],
  over: Partial<KernelSource> = {},
): Promise<SimulatedBoard> {
  const link = new SimulatedLink(kernels);
  const pool = new CallPool(new WindowCores(link), IMAGE);
  await pool.hold();
  pool.release();
  const base = {
    name: 'simulated',
    lengthBytes: 0x100,
    stackBytes: 64,
    trapSites: [
      { kind: 'index-out-of-range', position: { file: '/app/kernels.ts', line: 5, column: 44 }, text: 'x[i]' } as const,
    ],
    logFormats: [],
  };
  const source: KernelSource = {
    ...base,
    sizeOf: (limits) => ({ text: `needs ${limits.runtimeBytes} and more`, details: {} }),
    link: (address) => ({
      ...base,
      coordination: null,
      address,
      segments: [],
      positionOf: () => null,
      kernels: kernels.map(({ signature }, index) => ({ signature, entry: SimulatedCore.entryOf(index) })),
    }),
    ...over,
  };
  const inFlight = new ArraysInFlight();
  const module = await placeModule(pool, source);
  const board: SimulatedBoard = { link, pool, inFlight, module, closed: false, kernels: null };
  const context = {
    pool,
    inFlight,
    columns: BOARD.columns,
    modules: new WeakMap<object, LoadedModule>(),
    checkOpen: () => {
      if (board.closed) throw new Error('closed');
    },
    afterOthers: <T>(work: () => Promise<T>) => work(),
  };
  return Object.assign(board, { kernels: createKernels(context, module, {}) });
}

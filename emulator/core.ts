import type { MemoryBlock } from './memory-block.ts';
import { STATUS_ACTIVE, STATUS_GID } from './status.ts';
import { Timers } from './timers.ts';

/** What a core is doing. `faulted`: stopped by an error that no handler of its own could take. */
export type CoreState = 'running' | 'idle' | 'halted' | 'faulted';

/** Why a core stopped. */
export interface CoreFault {
  readonly kind:
    | 'illegal-instruction'
    | 'unimplemented-instruction'
    | 'unaligned-access'
    | 'unmapped-access'
    | 'fetch'
    | 'memory-protection'
    | 'floating-point'
    | 'software-interrupt'
    | 'trap'
    | 'mode';
  /** Address of the instruction. */
  readonly pc: number;
  /** The address that was accessed, where there is one. */
  readonly address?: number;
  readonly message: string;
}

/** The general register that BL and JALR write. */
export const LINK_REGISTER = 14;

/** The state of one core. Behaviour is in the other files of this folder. */
export class Core {
  readonly index: number;
  readonly row: number;
  readonly column: number;
  /** Mesh id, row << 6 | column: the top twelve bits of the core's global addresses. */
  readonly id: number;
  readonly memory: MemoryBlock;
  readonly registers: Int32Array = new Int32Array(64);
  /** The same bits as {@link registers}. */
  readonly floatRegisters: Float32Array = new Float32Array(this.registers.buffer);

  pc = 0;
  status = 0;
  config = 0;
  debugStatus = 0;
  loopCount = 0;
  loopStart = 0;
  loopEnd = 0;
  interruptReturn = 0;
  interruptMask = 0;
  interruptLatch = 0;
  interruptPending = 0;
  memoryStatus = 0;
  memoryProtect = 0;
  /** Registers without an effect of their own, by their offset in the MMR window. */
  readonly stored: Map<number, number> = new Map();
  /** Sixteen DMA registers, eight of each channel. */
  readonly dma: Int32Array = new Int32Array(16);
  readonly dmaOuterStride: Int32Array = new Int32Array(2);
  readonly timers: Timers = new Timers();

  /** Instructions completed since the board was made. */
  instructions = 0;
  /** Clocks that passed: one for each instruction, and while idle as many as the cores in its turn could have run. */
  clock = 0;
  idleClocks = 0;
  /** Instructions issued by the integer side and by the FPU; counted only while a timer counts them. */
  integerIssued = 0;
  floatIssued = 0;

  /** Something changed that decides whether an interrupt is taken, or whether the core runs at all. */
  attention = true;
  /** The next instruction boundary takes no interrupt (GIE directly before IDLE). */
  delayInterrupt = false;
  /** Set by slow accesses of generated code that the interpreter must do; see generated/. */
  bail = 0;
  inReset = false;

  fault: CoreFault | undefined;
  /** Status given to an exit trap. */
  exitStatus: number | undefined;

  /** Epiphany-IV: timers can wrap and chain, MEMPROTECT knows more, EXCAUSE has other numbers. */
  readonly isGeneration4: boolean;

  constructor(index: number, row: number, column: number, memory: MemoryBlock, isGeneration4: boolean) {
    this.index = index;
    this.row = row;
    this.column = column;
    this.id = (row << 6) | column;
    this.memory = memory;
    this.isGeneration4 = isGeneration4;
  }

  get halted(): boolean {
    return (this.debugStatus & 1) !== 0;
  }

  get idle(): boolean {
    return (this.status & STATUS_ACTIVE) === 0;
  }

  get state(): CoreState {
    if (this.fault !== undefined) return 'faulted';
    if (this.halted) return 'halted';
    return this.idle ? 'idle' : 'running';
  }

  /** True if the core executes instructions when its turn comes. */
  get runnable(): boolean {
    return this.fault === undefined && (this.debugStatus & 1) === 0 && (this.status & STATUS_ACTIVE) !== 0;
  }

  /** Interrupts that are latched, not masked, and more urgent than the one being served; bit numbers as a mask. */
  takeableInterrupts(): number {
    if ((this.status & STATUS_GID) !== 0 || this.halted || this.inReset) return 0;
    const wanted = this.interruptLatch & ~this.interruptMask & ~this.interruptPending;
    if (wanted === 0) return 0;
    const served = this.interruptPending & -this.interruptPending;
    return served === 0 ? wanted : wanted & (served - 1);
  }

  /** RESETCORE: every register 0 except general registers, COREID, and DMA addresses, strides and data. */
  reset(): void {
    this.pc = 0;
    this.status = 0;
    this.config = 0;
    this.debugStatus = 0;
    this.loopCount = 0;
    this.loopStart = 0;
    this.loopEnd = 0;
    this.interruptReturn = 0;
    this.interruptMask = 0;
    this.interruptLatch = 0;
    this.interruptPending = 0;
    this.memoryStatus = 0;
    this.memoryProtect = 0;
    this.stored.clear();
    for (const register of [0, 2, 7, 8, 10, 15]) this.dma[register] = 0;
    this.timers.reset();
    this.delayInterrupt = false;
    this.fault = undefined;
    this.exitStatus = undefined;
    this.attention = true;
  }
}

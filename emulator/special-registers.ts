/**
 * The special registers of a core, by their offset in its window: what MOVTS and MOVFS reach, and what other cores and
 * the host reach through memory addresses.
 */
import type { Bus, RegisterAccess } from './bus.ts';
import type { Core } from './core.ts';
import { CoreException, hex } from './core-exception.ts';
import { startDma } from './dma.ts';
import { raiseInterrupt } from './interrupts.ts';
import { GUARD_PROTECTED } from './memory-block.ts';
import {
  CONFIG_ARITHMETIC_MASK,
  CONFIG_INTEGER_MODE,
  INTERRUPT_BITS,
  INTERRUPT_SYNC,
  STATUS_ACTIVE,
} from './status.ts';

export const CORE_GROUP = 0xf0400;
export const CONFIG = 0xf0400;
export const STATUS = 0xf0404;
export const PC = 0xf0408;
export const DEBUGSTATUS = 0xf040c;
export const LC = 0xf0414;
export const LS = 0xf0418;
export const LE = 0xf041c;
export const IRET = 0xf0420;
export const IMASK = 0xf0424;
export const ILAT = 0xf0428;
export const ILATST = 0xf042c;
export const ILATCL = 0xf0430;
export const IPEND = 0xf0434;
export const CTIMER0 = 0xf0438;
export const CTIMER1 = 0xf043c;
export const FSTATUS = 0xf0440;
export const DEBUGCMD = 0xf0448;
export const DMA_GROUP = 0xf0500;
export const DMA_GROUP_END = 0xf0540;
export const MEMSTATUS = 0xf0604;
export const MEMPROTECT = 0xf0608;
export const COREID = 0xf0704;
export const RESETCORE = 0xf070c;
export const CHIPSYNC = 0xf031c;
export const CHIPHALT = 0xf0320;
export const CHIPRESET = 0xf0324;
const GENERAL_REGISTERS_END = 0xf0100;
/** CTIMER0CFG, CTIMER1CFG and TIMERWRAP in CONFIG. */
const TIMER_BITS = 0x04000ff0;
const PROTECTED_PAGE_BYTES = 4096;

/** The MMR offset of special register `number` (0 … 63) of `group` (0 core, 1 DMA, 2 memory, 3 mesh). */
export function specialRegisterOffset(group: number, number: number): number {
  return CORE_GROUP + 0x100 * group + 4 * number;
}

/** What a value of CONFIG does to FPU instructions: bit 0 truncate, bit 1 integer mode, bit 2 an exception is enabled. */
export function arithmeticMode(config: number): number {
  return (config & 1) | ((config & CONFIG_INTEGER_MODE) === 0 ? 0 : 2) | ((config & 0xe) === 0 ? 0 : 4);
}

export class SpecialRegisters implements RegisterAccess {
  readonly #bus: Bus;
  readonly #strict: boolean;

  /** `strictMode`: an undefined ARITHMODE is an error; otherwise bit 19 alone decides. */
  constructor(bus: Bus, strictMode: boolean) {
    this.#bus = bus;
    this.#strict = strictMode;
  }

  /** The register as a signed word. Registers that do not exist or can only be written read 0. */
  read(core: Core, offset: number): number {
    if (offset < GENERAL_REGISTERS_END) return core.registers[(offset >>> 2) & 63] as number;
    if (offset >= DMA_GROUP && offset < DMA_GROUP_END) return core.dma[(offset - DMA_GROUP) >>> 2] as number;
    switch (offset) {
      case CONFIG:
        return core.config | 0;
      case STATUS:
        return core.status | 0;
      case PC:
        return core.pc | 0;
      case DEBUGSTATUS:
        return core.debugStatus;
      case LC:
        return core.loopCount | 0;
      case LS:
        return core.loopStart | 0;
      case LE:
        return core.loopEnd | 0;
      case IRET:
        return core.interruptReturn | 0;
      case IMASK:
        return core.interruptMask;
      case ILAT:
        return core.interruptLatch;
      case IPEND:
        return core.interruptPending;
      case CTIMER0:
        return core.timers.read(core, 0) | 0;
      case CTIMER1:
        return core.timers.read(core, 1) | 0;
      case MEMSTATUS:
        return core.memoryStatus;
      case MEMPROTECT:
        return core.memoryProtect;
      case COREID:
        return core.id;
      default:
        return core.stored.get(offset) ?? 0;
    }
  }

  /** MOVTS, which keeps the low three bits of STATUS and does not reach what only a debugger may write. */
  writeByCore(core: Core, offset: number, value: number): void {
    if (offset === STATUS) core.status = (core.status & 7) | (value & 0x000ff7f8);
    else if (offset === CONFIG && this.#strict) {
      const mode = value & CONFIG_ARITHMETIC_MASK;
      if (mode !== 0 && mode !== CONFIG_INTEGER_MODE) {
        throw new CoreException('mode', `CONFIG = ${hex(value)} sets an undefined arithmetic mode`);
      }
      this.write(core, offset, value, core);
    } else if (offset !== PC && offset !== ILAT && offset !== IPEND) this.write(core, offset, value, core);
  }

  write(core: Core, offset: number, value: number, by: Core | undefined): void {
    if (offset < GENERAL_REGISTERS_END) {
      core.registers[(offset >>> 2) & 63] = value;
      return;
    }
    if (offset >= DMA_GROUP && offset < DMA_GROUP_END) {
      this.#writeDma(core, (offset - DMA_GROUP) >>> 2, value);
      return;
    }
    switch (offset) {
      case CONFIG: {
        const changed = core.config ^ value;
        core.config = value | 0;
        if ((changed & TIMER_BITS) !== 0) core.timers.configure(core);
        break;
      }
      case STATUS:
        core.status = (core.status & 7) | (value & 0x000ff7f8);
        break;
      case PC:
        core.pc = (value & ~1) >>> 0;
        core.attention = true;
        break;
      case LC:
        core.loopCount = value | 0;
        break;
      case LS:
        core.loopStart = value | 0;
        break;
      case LE:
        core.loopEnd = value | 0;
        break;
      case IRET:
        core.interruptReturn = value | 0;
        break;
      case IMASK:
        core.interruptMask = value & INTERRUPT_BITS;
        core.attention = true;
        break;
      case ILATST:
        core.interruptLatch |= value & INTERRUPT_BITS;
        core.attention = true;
        break;
      case ILATCL:
        core.interruptLatch &= ~value;
        break;
      case ILAT:
      case IPEND:
        if (by !== undefined) break;
        if (offset === ILAT) core.interruptLatch = value & INTERRUPT_BITS;
        else core.interruptPending = value & INTERRUPT_BITS;
        core.attention = true;
        break;
      case CTIMER0:
        core.timers.write(core, 0, value);
        break;
      case CTIMER1:
        core.timers.write(core, 1, value);
        break;
      case FSTATUS:
        this.#writeWholeStatus(core, value & 0x000ff7ff);
        break;
      case DEBUGCMD:
        core.debugStatus = (core.debugStatus & ~1) | (value & 1);
        if ((value & 1) === 0) core.exitStatus = undefined;
        core.attention = true;
        break;
      case MEMSTATUS:
        core.memoryStatus = value;
        break;
      case MEMPROTECT:
        this.#protect(core, value);
        break;
      case RESETCORE:
        core.inReset = (value & 1) !== 0;
        if (core.inReset) {
          core.reset();
          this.#protect(core, 0);
        }
        core.attention = true;
        break;
      case CHIPSYNC:
        for (const other of this.#bus.cores) raiseInterrupt(other, INTERRUPT_SYNC);
        break;
      case CHIPHALT:
        for (const other of this.#bus.cores) {
          other.debugStatus |= 1;
          other.attention = true;
        }
        break;
      case CHIPRESET:
        for (const other of this.#bus.cores) {
          other.reset();
          this.#protect(other, 0);
        }
        break;
      case DEBUGSTATUS:
      case COREID:
        break;
      default:
        core.stored.set(offset, value | 0);
    }
  }

  #writeWholeStatus(core: Core, value: number): void {
    const wasActive = core.status & STATUS_ACTIVE;
    core.timers.settle(core);
    core.status = value;
    if (wasActive !== (value & STATUS_ACTIVE)) core.timers.schedule(core);
    core.attention = true;
  }

  #writeDma(core: Core, register: number, value: number): void {
    const channel = register >>> 3;
    if ((register & 7) === 7) return; // DMAxSTATUS can only be read
    core.dma[register] = value;
    if ((register & 7) === 0) startDma(this.#bus, core, channel);
  }

  #protect(core: Core, value: number): void {
    core.memoryProtect = value;
    const { guard } = core.memory;
    const linesPerPage = PROTECTED_PAGE_BYTES / 32;
    for (let line = 0; line < guard.length; line++) {
      const page = Math.floor(line / linesPerPage);
      const old = (guard[line] as number) & ~GUARD_PROTECTED;
      guard[line] = page < 8 && (value & (1 << page)) !== 0 ? old | GUARD_PROTECTED : old;
    }
  }
}

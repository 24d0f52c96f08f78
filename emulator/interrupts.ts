/** Taking interrupts, returning from them, and what becomes of an exception. */
import type { Bus } from './bus.ts';
import type { Core, CoreFault } from './core.ts';
import type { CoreException } from './core-exception.ts';
import {
  INTERRUPT_MEMORY_FAULT,
  INTERRUPT_SOFTWARE_EXCEPTION,
  STATUS_ACTIVE,
  STATUS_EXCAUSE_MASK,
  STATUS_EXCAUSE_SHIFT,
  STATUS_GID,
  STATUS_KERNEL_MODE,
} from './status.ts';

type ArchitecturalKind = Exclude<
  CoreFault['kind'],
  'unmapped-access' | 'fetch' | 'memory-protection' | 'trap' | 'mode'
>;

/** EXCAUSE of each cause on Epiphany-III and Epiphany-IV. */
const EXCAUSE: Readonly<Record<ArchitecturalKind, readonly [number, number]>> = {
  'software-interrupt': [1, 14],
  'unaligned-access': [2, 13],
  'floating-point': [3, 7],
  'unimplemented-instruction': [4, 15],
  'illegal-instruction': [5, 12],
};

/** Latches interrupt `bit` on a core. */
export function raiseInterrupt(core: Core, bit: number): void {
  core.interruptLatch |= 1 << bit;
  core.attention = true;
}

/** At an instruction boundary: enters the most urgent interrupt that may be taken. True if one was. */
export function takeInterrupt(core: Core): boolean {
  const takeable = core.takeableInterrupts();
  if (takeable === 0) return false;
  const lowest = takeable & -takeable;
  core.interruptReturn = core.pc;
  core.interruptLatch &= ~lowest;
  core.interruptPending |= lowest;
  core.status |= STATUS_ACTIVE | STATUS_GID | STATUS_KERNEL_MODE;
  core.pc = 4 * (31 - Math.clz32(lowest));
  return true;
}

/** RTI. */
export function returnFromInterrupt(core: Core): void {
  core.interruptPending &= core.interruptPending - 1;
  core.status &= ~(STATUS_GID | STATUS_KERNEL_MODE);
  core.pc = core.interruptReturn >>> 0;
  core.attention = true;
}

/**
 * Writes EXCAUSE and latches the exception interrupt, whatever becomes of it. `kind` decides the cause number.
 */
function latchException(core: Core, kind: ArchitecturalKind): void {
  const cause = EXCAUSE[kind][core.isGeneration4 ? 1 : 0];
  core.status = (core.status & ~STATUS_EXCAUSE_MASK) | (cause << STATUS_EXCAUSE_SHIFT);
  raiseInterrupt(core, INTERRUPT_SOFTWARE_EXCEPTION);
}

/**
 * True if a program has put a branch into the vector of interrupt `bit`. Memory is zero after a reset, and a zero word
 * is a conditional branch to itself, so only an unconditional branch that leaves the vector counts.
 */
export function hasHandler(core: Core, bus: Bus, bit: number): boolean {
  const block = bus.locate(core, 4 * bit);
  if (block === undefined) return false;
  const word = block.words[bus.offset >>> 2] as number;
  const longBranch = (word & 0xff) === 0xe8 && word >>> 8 !== 0;
  const shortBranch = (word & 0xff) === 0xe0 && ((word >>> 8) & 0xff) !== 0;
  return longBranch || shortBranch;
}

/**
 * An instruction could not complete; `core.pc` is its address and `nextPc` the one after it. If the program has a
 * handler and interrupts are enabled so that it is entered at once, it is entered, with IRET = `nextPc`. Otherwise the
 * core stops with a report: a real core would latch the exception and go on with a wrong result.
 */
export function handleException(core: Core, bus: Bus, exception: CoreException, nextPc: number): void {
  const { kind } = exception;
  if (kind === 'memory-protection') {
    if (enterable(core, bus, INTERRUPT_MEMORY_FAULT)) {
      raiseInterrupt(core, INTERRUPT_MEMORY_FAULT);
      core.pc = nextPc;
      return;
    }
  } else if (kind in EXCAUSE && enterable(core, bus, INTERRUPT_SOFTWARE_EXCEPTION)) {
    latchException(core, kind as ArchitecturalKind);
    core.pc = nextPc;
    return;
  }
  if (kind in EXCAUSE) {
    const cause = EXCAUSE[kind as ArchitecturalKind][core.isGeneration4 ? 1 : 0];
    core.status = (core.status & ~STATUS_EXCAUSE_MASK) | (cause << STATUS_EXCAUSE_SHIFT);
  }
  stop(core, exception);
}

/**
 * SWI and FPU exceptions, which a program asks for: they behave as documented. With interrupts disabled or masked they
 * are only latched. `core.pc` is the address of the next instruction already. With nothing in the vector the core stops.
 */
export function raiseProgramException(core: Core, bus: Bus, exception: CoreException, pc: number): void {
  latchException(core, exception.kind as ArchitecturalKind);
  const bit = 1 << INTERRUPT_SOFTWARE_EXCEPTION;
  if ((core.takeableInterrupts() & bit) !== 0 && !hasHandler(core, bus, INTERRUPT_SOFTWARE_EXCEPTION)) {
    core.interruptLatch &= ~bit;
    core.pc = pc;
    stop(core, exception);
  }
}

function stop(core: Core, exception: CoreException): void {
  const { kind, message, address } = exception;
  core.fault = address === undefined ? { kind, pc: core.pc, message } : { kind, pc: core.pc, message, address };
  core.attention = true;
}

/** True if interrupt `bit` would be entered at this boundary if it were latched now. */
function enterable(core: Core, bus: Bus, bit: number): boolean {
  const before = core.interruptLatch;
  core.interruptLatch = before | (1 << bit);
  const takeable = core.takeableInterrupts();
  core.interruptLatch = before;
  return (takeable & -takeable) === 1 << bit && hasHandler(core, bus, bit);
}

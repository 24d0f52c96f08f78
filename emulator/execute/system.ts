/** Special registers, interrupts, sleep, breakpoints, traps, and the chip-wide instructions. */
import { CoreException } from '../core-exception.ts';
import { raiseInterrupt, raiseProgramException, returnFromInterrupt } from '../interrupts.ts';
import { INTERRUPT_SYNC, INTERRUPT_WAND, STATUS_ACTIVE, STATUS_GID, STATUS_WAND } from '../status.ts';
import type { Execute } from './context.ts';

const IDLE_WORD = 0x01b2;
/** CONFIG bit of the cores that MBKPT halts. */
const CONFIG_MULTICORE_BREAKPOINT = 1 << 23;

export const nop: Execute = () => undefined;

export const moveToSpecial: Execute = (core, { d, immediate }, { registers }) =>
  registers.writeByCore(core, immediate, core.registers[d] as number);

export const moveFromSpecial: Execute = (core, operands, { registers }) => {
  const next = core.pc;
  core.pc = next - operands.lengthBytes; // PC reads as the address of this instruction
  core.registers[operands.d] = registers.read(core, operands.immediate);
  core.pc = next;
};

export const gie: Execute = (core, _, { bus }) => {
  core.status &= ~STATUS_GID;
  if (core.interruptLatch !== 0) core.attention = true;
  // GIE at a multiple of 8 with IDLE behind it: no interrupt between the two, so that no wake-up is lost.
  if (((core.pc - 2) & 7) === 0) {
    const block = bus.locate(core, core.pc);
    core.delayInterrupt = block !== undefined && block.halfwords[bus.offset >>> 1] === IDLE_WORD;
    if (core.delayInterrupt) core.attention = true;
  }
};

export const gid: Execute = (core) => {
  core.status |= STATUS_GID;
};

export const idle: Execute = (core) => {
  core.status &= ~STATUS_ACTIVE;
  core.attention = true;
};

export const rti: Execute = (core) => returnFromInterrupt(core);

/** The core halts; PC stays at the instruction. */
export const bkpt: Execute = (core, operands) => {
  core.pc = (core.pc - operands.lengthBytes) >>> 0;
  core.debugStatus |= 1;
  core.attention = true;
};

/** Halts every core that enabled it, and this one. */
export const mbkpt: Execute = (core, operands, { bus }) => {
  core.pc = (core.pc - operands.lengthBytes) >>> 0;
  for (const other of bus.cores) {
    if (other !== core && (other.config & CONFIG_MULTICORE_BREAKPOINT) === 0) continue;
    other.debugStatus |= 5;
    other.attention = true;
  }
};

export const trap: Execute = (core, operands, { console }) => console.serve(core, operands.immediate);

export const swi: Execute = (core, operands, { bus }) => {
  const exception = new CoreException('software-interrupt', `swi ${operands.immediate} without a handler`);
  raiseProgramException(core, bus, exception, core.pc - operands.lengthBytes);
};

export const unimpl: Execute = () => {
  throw new CoreException('unimplemented-instruction', 'unimpl instruction');
};

/** The SYNC interrupt on every core of the chip. */
export const sync: Execute = (_core, _operands, { bus }) => {
  for (const other of bus.cores) raiseInterrupt(other, INTERRUPT_SYNC);
};

/** Wired AND: when every core has executed it, all get the WAND interrupt. */
export const wand: Execute = (core, _, { bus }) => {
  core.status |= STATUS_WAND;
  if (!bus.cores.every((other) => (other.status & STATUS_WAND) !== 0)) return;
  for (const other of bus.cores) {
    other.status &= ~STATUS_WAND;
    raiseInterrupt(other, INTERRUPT_WAND);
  }
};

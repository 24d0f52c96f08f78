/** Executes instructions one at a time: the reference that generated code is checked against. */
import type { Core } from './core.ts';
import { CoreException, hex } from './core-exception.ts';
import { type DecodedInstruction, decodeLong, decodeShort, isLong } from './decoded-instruction.ts';
import type { ExecutionContext } from './execute/context.ts';
import { handleException } from './interrupts.ts';

/** The instruction at `core.pc`. Throws CoreException if there is no memory or no instruction. */
export function fetch(core: Core, { bus }: ExecutionContext): DecodedInstruction {
  const { pc } = core;
  const block = bus.locate(core, pc);
  if (block === undefined) throw new CoreException('fetch', `no memory to fetch an instruction from at ${hex(pc)}`, pc);
  const index = bus.offset >>> 1;
  const first = block.halfwords[index] as number;
  if (!isLong(first)) return decodeShort(first);
  const second = block.halfwords[index + 1];
  if (second === undefined) {
    throw new CoreException('fetch', `the instruction at ${hex(pc)} reaches over the end of memory`, pc);
  }
  return decodeLong(first | (second << 16));
}

/**
 * Executes one instruction; an exception becomes an interrupt or stops the core. Counts one instruction, one clock.
 * True if the instruction behind it is not simply the next one, or may not be: the end of a basic block.
 */
export function step(core: Core, context: ExecutionContext): boolean {
  const { pc } = core;
  let next = pc;
  let ended = true;
  try {
    const instruction = fetch(core, context);
    next = (pc + instruction.lengthBytes) >>> 0;
    core.pc = next;
    instruction.execute(core, instruction, context);
    if (core.timers.countsClasses) countClass(core, instruction);
    if (core.loopCount !== 0) closeLoop(core, pc);
    ended = instruction.endsBlock || core.pc !== next;
  } catch (error) {
    if (!(error instanceof CoreException)) throw error;
    core.pc = pc;
    handleException(core, context.bus, error, next);
  }
  core.instructions++;
  core.clock++;
  return ended;
}

/** The end of a hardware loop's body: the body runs LC times in all, and LC ends at 0. */
function closeLoop(core: Core, pc: number): void {
  if (localAddress(core, pc) !== localAddress(core, core.loopEnd)) return;
  core.loopCount = (core.loopCount - 1) | 0;
  if (core.loopCount !== 0) core.pc = core.loopStart >>> 0;
}

/** An address in the core's own window, given globally, as a local one. */
export function localAddress(core: Core, address: number): number {
  return address >>> 20 === core.id ? address & 0xfffff : address >>> 0;
}

function countClass(core: Core, instruction: DecodedInstruction): void {
  if (instruction.isFloat) core.floatIssued++;
  else core.integerIssued++;
  core.timers.settle(core);
}

/** Loads, stores and TESTSET. */
import { unaligned } from '../bus.ts';
import type { Core } from '../core.ts';
import type { Execute, ExecutionContext, Operands } from './context.ts';

/** How the address is made: RN + displacement, RN ± RM; post-modify forms access at RN and then change RN. */
export type AddressMode = 'displacement' | 'index' | 'post-displacement' | 'post-index';

/** Register forms: `immediate` is 1 to add RM, -1 to subtract it. */
function step(core: Core, operands: Operands, mode: AddressMode): number {
  if (mode === 'displacement' || mode === 'post-displacement') return operands.immediate;
  return Math.imul(core.registers[operands.m] as number, operands.immediate);
}

function load(core: Core, operands: Operands, { bus }: ExecutionContext, mode: AddressMode, size: number): void {
  const { registers } = core;
  const { d, n } = operands;
  const base = registers[n] as number;
  const by = step(core, operands, mode);
  const post = mode === 'post-displacement' || mode === 'post-index';
  const address = post ? base : (base + by) | 0;
  if (size === 8) {
    if ((address & 7) !== 0) throw unaligned(address, 8, 'load');
    const low = bus.load(core, address, 4);
    const high = bus.load(core, address + 4, 4);
    if (post) registers[n] = base + by;
    registers[d] = low;
    registers[(d + 1) & 63] = high;
    return;
  }
  const value = bus.load(core, address, size);
  // The loaded value wins if RD is RN.
  if (post) registers[n] = base + by;
  registers[d] = value;
}

function store(core: Core, operands: Operands, { bus }: ExecutionContext, mode: AddressMode, size: number): void {
  const { registers } = core;
  const { d, n } = operands;
  const base = registers[n] as number;
  const by = step(core, operands, mode);
  const post = mode === 'post-displacement' || mode === 'post-index';
  const address = post ? base : (base + by) | 0;
  if (size === 8) {
    if ((address & 7) !== 0) throw unaligned(address, 8, 'store');
    bus.store(core, address, 4, registers[d] as number);
    bus.store(core, address + 4, 4, registers[(d + 1) & 63] as number);
  } else bus.store(core, address, size, registers[d] as number);
  if (post) registers[n] = base + by;
}

/** The load of `size` bytes (1, 2, 4, 8) with this address mode. */
export function makeLoad(mode: AddressMode, size: number): Execute {
  return (core, operands, context) => load(core, operands, context, mode, size);
}

export function makeStore(mode: AddressMode, size: number): Execute {
  return (core, operands, context) => store(core, operands, context, mode, size);
}

/** RD receives the old word; if that is 0, RD is stored. */
export const testSet: Execute = (core, operands, context) => {
  const { registers } = core;
  const address = ((registers[operands.n] as number) + step(core, operands, 'index')) | 0;
  registers[operands.d] = context.bus.testAndSet(core, address, registers[operands.d] as number);
};

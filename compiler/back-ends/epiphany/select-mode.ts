/** Changes of the FPU's mode; fpu-mode.ts says where. */
import type { SourcePosition } from '../../kernel-tree/tree.ts';
import { INTEGER_MODE_BIT } from './fpu-mode.ts';
import { instruction, type MachineInstruction } from './machine-code.ts';
import type { OpenRegion, SelectionContext } from './selection-context.ts';

/** The way into a region: reads CONFIG, which has float mode, and sets integer mode. Changes the integer flags. */
export function enterIntegerMode(region: OpenRegion, position: SourcePosition | null): MachineInstruction[] {
  const { floatWord, integerWord } = region;
  return [
    instruction('movfs', { d: floatWord, special: 'config', position }),
    instruction('mov-immediate', { d: integerWord, immediate: INTEGER_MODE_BIT, position }),
    instruction('orr', { d: integerWord, n: floatWord, m: integerWord, position }),
    instruction('movts', { d: integerWord, special: 'config', position }),
  ];
}

/** Makes sure that the FPU is in integer mode here. */
export function needIntegerMode(context: SelectionContext): void {
  if (context.integerMode) return;
  const floatWord = floatConfig(context);
  const bit = context.constant(INTEGER_MODE_BIT);
  const integerWord = context.invariant('config of integer mode', [], (d) => [
    instruction('orr', { d, n: floatWord, m: bit }),
  ]);
  context.emit('movts', { d: integerWord, special: 'config' });
  context.integerMode = true;
}

/** Makes sure that the FPU is in float mode here; not for blocks of a region. */
export function leaveIntegerMode(context: SelectionContext): void {
  if (!context.integerMode) return;
  context.emit('movts', { d: floatConfig(context), special: 'config' });
  context.integerMode = false;
}

/** Registers that a trap needs to go back to float mode. */
export function modeOfTrap(context: SelectionContext): number[] {
  if (!context.integerMode) return [];
  return [context.regions.get(context.block)?.floatWord ?? floatConfig(context)];
}

/** CONFIG as it is in float mode; outside of regions only. First asked for while the mode is float. */
function floatConfig(context: SelectionContext): number {
  return context.invariant('config of float mode', [], (d) => [instruction('movfs', { d, special: 'config' })]);
}

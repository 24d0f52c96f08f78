'use kernel';
/** Kernels by which `shoal bench` measures a board. */
import type { i32 } from '../index.ts';
import { readRegister, writeRegister } from '../machine.ts';

/** CTIMER0 counts clock cycles down. */
const COUNT_CYCLES: i32 = 0x10;
const CTIMER0_MODE: i32 = 0xf0;
const START: i32 = 0x7fff_ffff;

let sum = 0;

export function nothing(): void {}

/** Clock cycles of a dot product. */
export function dotCycles(x: Float32Array, y: Float32Array): i32 {
  const config = readRegister('config') & ~CTIMER0_MODE;
  writeRegister('ctimer0', START);
  writeRegister('config', config | COUNT_CYCLES);
  let dot = 0;
  for (let i = 0; i < x.length; i++) dot += (x[i] as number) * (y[i] as number);
  writeRegister('config', config);
  sum = dot;
  return START - readRegister('ctimer0');
}

/** The dot product that was measured last. */
export function lastDot(): number {
  return sum;
}

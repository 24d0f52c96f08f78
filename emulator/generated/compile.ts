/** Makes functions from regions, and keeps them for other cores and boards that hold the same code. */
import { addTowardZero, fma, fmaTowardZero, mulTowardZero, subTowardZero } from '../../boards/arithmetic/float32.ts';
import type { Bus } from '../bus.ts';
import type { Core } from '../core.ts';
import { conditionHolds } from '../execute/flow.ts';
import { reverseBits } from '../execute/integer.ts';
import { floatFromInteger, nearestInteger } from '../float-unit.ts';
import type { MemoryBlock } from '../memory-block.ts';
import { STATUS_BN, STATUS_BZ } from '../status.ts';
import * as distant from './distant-access.ts';
import { packFlags } from './flags.ts';
import { chooseFloatRegisters } from './float-registers.ts';
import { printRegion } from './print-region.ts';
import { findRegion, type Region, type RegionMode } from './region.ts';
import { structureOf } from './structure.ts';

/** Executes at most `left` instructions from the region's entry; returns how many. May set `core.bail`. */
export type RegionFunction = (core: Core, bus: Bus, left: number) => number;

export interface CompiledRegion {
  readonly run: RegionFunction;
  readonly entry: number;
  readonly modeKey: number;
  /** Hardware loop it was made for; -1 without one. */
  readonly loopStart: number;
  readonly loopEnd: number;
  readonly extents: Region['extents'];
}

const floatView = new Float32Array(1);
const wordView = new Int32Array(floatView.buffer);

/** What generated code calls. */
const ENVIRONMENT: Readonly<Record<string, unknown>> = {
  ...distant,
  addTowardZero,
  subTowardZero,
  mulTowardZero,
  fmaTowardZero,
  fma,
  floatFromInteger,
  nearestInteger,
  reverseBits,
  packFlags,
  holds: conditionHolds,
  toFloat: (word: number): number => {
    wordView[0] = word;
    return floatView[0] as number;
  },
  toWord: (value: number): number => {
    floatView[0] = value;
    return wordView[0] as number;
  },
  packFloatFlags: (value: number): number =>
    (value === 0 ? STATUS_BZ : 0) | (value < 0 || Object.is(value, -0) ? STATUS_BN : 0),
};
const ENVIRONMENT_NAMES = Object.keys(ENVIRONMENT);
const ENVIRONMENT_VALUES = Object.values(ENVIRONMENT);

/** Functions by what they were made for; each entry lists versions from different code. */
const known = new Map<string, CompiledRegion[]>();
let knownCount = 0;
const MOST_KNOWN = 4000;

/** The code of the region at `entry`, or undefined if none can be generated. */
export function compileRegion(
  block: MemoryBlock,
  base: number,
  entry: number,
  mode: RegionMode,
  localMemoryBytes: number,
): CompiledRegion | undefined {
  const modeKey = (mode.truncate ? 1 : 0) | (mode.integer ? 2 : 0);
  const key = [entry, base, modeKey, mode.loop?.start, mode.loop?.end, localMemoryBytes].join();
  const versions = known.get(key) ?? [];
  const same = versions.find((version) => isMadeFrom(version, block, base));
  if (same !== undefined) return same;
  const region = findRegion(block, base, entry, mode);
  if (region === undefined) return undefined;
  const made: CompiledRegion = {
    run: makeFunction(region, localMemoryBytes),
    entry,
    modeKey,
    loopStart: mode.loop?.start ?? -1,
    loopEnd: mode.loop?.end ?? -1,
    extents: region.extents,
  };
  if (knownCount >= MOST_KNOWN) {
    known.clear();
    knownCount = 0;
  }
  known.set(key, [...versions, made]);
  knownCount++;
  return made;
}

/** True if memory holds what the code was made from. */
export function isMadeFrom({ extents }: CompiledRegion, block: MemoryBlock, base: number): boolean {
  return extents.every(({ pc, halfwords }) => {
    const first = (pc - base) >>> 1;
    return halfwords.every((halfword, i) => block.halfwords[first + i] === halfword);
  });
}

function makeFunction(region: Region, localMemoryBytes: number): RegionFunction {
  const structure = structureOf(region);
  const source = printRegion(region, structure, chooseFloatRegisters(structure), localMemoryBytes);
  // The text is made of numbers and fixed names only; nothing in it comes from outside as text.
  const factory = new Function(...ENVIRONMENT_NAMES, source) as (...values: unknown[]) => RegionFunction;
  return factory(...ENVIRONMENT_VALUES);
}

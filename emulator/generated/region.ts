/**
 * A region: the code that one generated function covers. It has one entry and holds what is reachable from there by
 * direct branches, up to a limit, as basic blocks. Calls, indirect jumps and system instructions leave it.
 */
import { CoreException } from '../core-exception.ts';
import { type DecodedInstruction, decodeLong, decodeShort, isLong } from '../decoded-instruction.ts';
import type { MemoryBlock } from '../memory-block.ts';

/** V8 optimises functions up to a certain size only; this stays well below it. */
const MOST_INSTRUCTIONS = 400;

/** What decides how code at one address runs, besides the code. */
export interface RegionMode {
  readonly truncate: boolean;
  readonly integer: boolean;
  /** Addresses of an active hardware loop. */
  readonly loop: { readonly start: number; readonly end: number } | undefined;
}

export interface PlacedInstruction {
  readonly pc: number;
  readonly instruction: DecodedInstruction;
}

/**
 * How a block ends. `leave`: at the address after its last instruction (or at its own address if it has none), where
 * something follows that generated code does not do. `jump`, `call`: the last instruction decides where.
 */
export type BlockEnd =
  | { readonly kind: 'next'; readonly target: number }
  | { readonly kind: 'branch'; readonly condition: number; readonly taken: number; readonly other: number }
  | { readonly kind: 'loop'; readonly start: number; readonly other: number }
  | { readonly kind: 'jump' }
  | { readonly kind: 'call'; readonly target: number }
  | { readonly kind: 'leave'; readonly target: number };

export interface RegionBlock {
  readonly pc: number;
  readonly instructions: readonly PlacedInstruction[];
  readonly end: BlockEnd;
}

export interface Region {
  readonly entry: number;
  readonly mode: RegionMode;
  readonly blocks: ReadonlyMap<number, RegionBlock>;
  /** Address → halfwords: what the region was made from. */
  readonly extents: readonly { readonly pc: number; readonly halfwords: readonly number[] }[];
}

const GENERATED: ReadonlySet<string> = new Set([
  'load',
  'store',
  'move-if',
  'move-immediate',
  'move-high',
  'eor',
  'add',
  'lsl',
  'sub',
  'lsr',
  'and',
  'asr',
  'orr',
  'bitr',
  'fadd',
  'fsub',
  'fmul',
  'fmadd',
  'fmsub',
  'float',
  'fix',
  'fabs',
  'nop',
  'branch',
  'branch-link',
  'jump',
  'jump-link',
]);

const FLOW: ReadonlySet<string> = new Set(['branch', 'branch-link', 'jump', 'jump-link']);

/**
 * Finds the region at `entry`. `base` is the address of the block's first byte as the program sees it. Undefined if the
 * first instruction cannot be generated.
 */
export function findRegion(block: MemoryBlock, base: number, entry: number, mode: RegionMode): Region | undefined {
  const found = explore(block, base, entry, mode);
  if (!found.instructions.has(entry)) return undefined;
  const blocks = new Map<number, RegionBlock>();
  for (const leader of found.leaders) {
    if (found.instructions.has(leader)) blocks.set(leader, makeBlock(leader, found, mode));
  }
  return { entry, mode, blocks, extents: extentsOf(found.instructions) };
}

interface Explored {
  readonly instructions: ReadonlyMap<number, DecodedInstruction>;
  readonly leaders: ReadonlySet<number>;
}

function explore(block: MemoryBlock, base: number, entry: number, mode: RegionMode): Explored {
  const instructions = new Map<number, DecodedInstruction>();
  const leaders = new Set<number>([entry]);
  const work = [entry];
  for (let at = work.shift(); at !== undefined; at = work.shift()) {
    let pc = at;
    while (!instructions.has(pc) && instructions.size < MOST_INSTRUCTIONS) {
      const instruction = decodeAt(block, pc - base);
      if (instruction === undefined || !GENERATED.has(instruction.operation)) break;
      const next = pc + instruction.lengthBytes;
      const endsLoop = mode.loop !== undefined && pc === mode.loop.end;
      if (endsLoop && FLOW.has(instruction.operation)) break;
      instructions.set(pc, instruction);
      const targets = endsLoop ? [mode.loop?.start ?? 0] : targetsOf(instruction, pc, next);
      for (const target of targets) {
        leaders.add(target);
        work.push(target);
      }
      if (endsLoop || FLOW.has(instruction.operation)) break;
      pc = next;
    }
  }
  return { instructions, leaders };
}

/** Where a branch may lead inside a region. */
function targetsOf(instruction: DecodedInstruction, pc: number, next: number): number[] {
  if (instruction.operation !== 'branch') return [];
  const taken = (pc + instruction.immediate) >>> 0;
  return instruction.condition === 14 ? [taken] : [taken, next];
}

function decodeAt(block: MemoryBlock, offset: number): DecodedInstruction | undefined {
  const first = block.halfwords[offset >>> 1];
  if (first === undefined || offset < 0) return undefined;
  try {
    if (!isLong(first)) return decodeShort(first);
    const second = block.halfwords[(offset >>> 1) + 1];
    return second === undefined ? undefined : decodeLong(first | (second << 16));
  } catch (error) {
    if (error instanceof CoreException) return undefined;
    throw error;
  }
}

function makeBlock(leader: number, { instructions, leaders }: Explored, mode: RegionMode): RegionBlock {
  const list: PlacedInstruction[] = [];
  let pc = leader;
  for (;;) {
    const instruction = instructions.get(pc);
    if (instruction === undefined) return { pc: leader, instructions: list, end: { kind: 'leave', target: pc } };
    list.push({ pc, instruction });
    const next = pc + instruction.lengthBytes;
    if (mode.loop !== undefined && pc === mode.loop.end) {
      return { pc: leader, instructions: list, end: { kind: 'loop', start: mode.loop.start, other: next } };
    }
    if (FLOW.has(instruction.operation)) return { pc: leader, instructions: list, end: flowEnd(instruction, pc, next) };
    if (leaders.has(next) && instructions.has(next)) {
      return { pc: leader, instructions: list, end: { kind: 'next', target: next } };
    }
    pc = next;
  }
}

function flowEnd(instruction: DecodedInstruction, pc: number, next: number): BlockEnd {
  const taken = (pc + instruction.immediate) >>> 0;
  switch (instruction.operation) {
    case 'branch-link':
      return { kind: 'call', target: taken };
    case 'branch':
      if (instruction.condition === 14) return { kind: 'next', target: taken };
      return { kind: 'branch', condition: instruction.condition, taken, other: next };
    default:
      return { kind: 'jump' };
  }
}

function extentsOf(instructions: ReadonlyMap<number, DecodedInstruction>): Region['extents'] {
  const extents: { pc: number; halfwords: number[] }[] = [];
  let end = -1;
  for (const [pc, { word, lengthBytes }] of [...instructions].sort(([a], [b]) => a - b)) {
    const halfwords = lengthBytes === 2 ? [word & 0xffff] : [word & 0xffff, word >>> 16];
    if (pc === end) extents.at(-1)?.halfwords.push(...halfwords);
    else extents.push({ pc, halfwords });
    end = pc + lengthBytes;
  }
  return extents;
}

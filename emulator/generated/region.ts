/**
 * A region: the code that one generated function covers. It has one entry and holds what is reachable from there by
 * direct branches, up to a limit, as basic blocks. Calls, indirect jumps and system instructions leave it.
 */
import { CoreException } from '../core-exception.ts';
import { type DecodedInstruction, decodeLong, decodeShort, isLong } from '../decoded-instruction.ts';
import type { MemoryBlock } from '../memory-block.ts';

/** V8 optimises functions up to a certain size only; this stays well below it. */
const MOST_INSTRUCTIONS = 400;
/** A block is entered only if the turn has room for all of it, so long ones are cut. */
const LONGEST_BLOCK = 64;

/** What decides how code at one address runs, besides the code, when control enters there. */
export interface RegionMode {
  readonly truncate: boolean;
  /** The FPU is in integer mode. Code may change that within a region. */
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
  /** The last instruction wrote CONFIG: float mode, integer mode. */
  | { readonly kind: 'mode'; readonly float: number; readonly integer: number }
  | { readonly kind: 'jump' }
  | { readonly kind: 'call'; readonly target: number }
  | { readonly kind: 'leave'; readonly target: number };

/**
 * Blocks are told apart by their address and the mode of the FPU: an identity is the address, plus {@link INTEGER_MODE}
 * in integer mode. Targets in {@link BlockEnd} are identities; of a block that is not in the region only the address counts.
 */
export const INTEGER_MODE: number = 2 ** 32;

export function addressOf(identity: number): number {
  return identity % INTEGER_MODE;
}

export interface RegionBlock {
  readonly id: number;
  readonly instructions: readonly PlacedInstruction[];
  readonly end: BlockEnd;
}

export interface Region {
  /** Identity of the first block. */
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
  'gid',
]);

const CONFIG_REGISTER = 0xf0400;
const IDLE_WORD = 0x01b2;

const FLOW: ReadonlySet<string> = new Set(['branch', 'branch-link', 'jump', 'jump-link']);

/**
 * Finds the region at `entry`. `base` is the address of the block's first byte as the program sees it. Undefined if the
 * first instruction cannot be generated.
 */
export function findRegion(block: MemoryBlock, base: number, entry: number, mode: RegionMode): Region | undefined {
  const first = entry + (mode.integer ? INTEGER_MODE : 0);
  const found = explore(block, base, first, mode);
  if (!found.instructions.has(first)) return undefined;
  const blocks = new Map<number, RegionBlock>();
  for (const leader of found.leaders) {
    if (found.instructions.has(leader)) blocks.set(leader, makeBlock(leader, found, mode));
  }
  return { entry: first, mode, blocks, extents: extentsOf(found.instructions) };
}

interface Explored {
  /** By identity. */
  readonly instructions: ReadonlyMap<number, DecodedInstruction>;
  readonly leaders: ReadonlySet<number>;
}

function explore(block: MemoryBlock, base: number, entry: number, mode: RegionMode): Explored {
  const instructions = new Map<number, DecodedInstruction>();
  const leaders = new Set<number>([entry]);
  const work = [entry];
  for (let at = work.shift(); at !== undefined; at = work.shift()) {
    let id = at;
    let run = 0;
    while (!instructions.has(id) && instructions.size < MOST_INSTRUCTIONS) {
      const offset = addressOf(id) - base;
      const instruction = decodeAt(block, offset);
      if (instruction === undefined || !canGenerate(instruction, block, offset)) break;
      const endsLoop = mode.loop !== undefined && addressOf(id) === mode.loop.end;
      if (endsLoop && endsBlock(instruction)) break;
      instructions.set(id, instruction);
      for (const target of targetsOf(endOf(instruction, id, mode))) {
        leaders.add(target);
        work.push(target);
      }
      if (endsLoop || endsBlock(instruction)) break;
      id += instruction.lengthBytes;
      if (++run % LONGEST_BLOCK === 0) leaders.add(id);
    }
  }
  return { instructions, leaders };
}

function endsBlock(instruction: DecodedInstruction): boolean {
  return FLOW.has(instruction.operation) || instruction.operation === 'move-to-special';
}

function canGenerate(instruction: DecodedInstruction, block: MemoryBlock, offset: number): boolean {
  switch (instruction.operation) {
    case 'move-to-special':
    case 'move-from-special':
      return instruction.immediate === CONFIG_REGISTER;
    case 'gie':
      // Directly before IDLE it is not an ordinary boundary.
      return block.halfwords[(offset >>> 1) + 1] !== IDLE_WORD;
    default:
      return GENERATED.has(instruction.operation);
  }
}

/** Where control may go inside the region after a block that ends like this. */
export function targetsOf(end: BlockEnd | undefined): number[] {
  switch (end?.kind) {
    case 'next':
      return [end.target];
    case 'branch':
      return [end.taken, end.other];
    case 'loop':
      return [end.start];
    case 'mode':
      return [end.float, end.integer];
    default:
      return [];
  }
}

/** How the block ends if it ends with this instruction; undefined if it goes on. */
function endOf(instruction: DecodedInstruction, id: number, mode: RegionMode): BlockEnd | undefined {
  const next = id + instruction.lengthBytes;
  if (mode.loop !== undefined && addressOf(id) === mode.loop.end) {
    return { kind: 'loop', start: mode.loop.start + id - addressOf(id), other: next };
  }
  const taken = ((addressOf(id) + instruction.immediate) >>> 0) + id - addressOf(id);
  switch (instruction.operation) {
    case 'branch-link':
      return { kind: 'call', target: taken };
    case 'branch':
      if (instruction.condition === 14) return { kind: 'next', target: taken };
      return { kind: 'branch', condition: instruction.condition, taken, other: next };
    case 'jump':
    case 'jump-link':
      return { kind: 'jump' };
    case 'move-to-special':
      return { kind: 'mode', float: addressOf(next), integer: addressOf(next) + INTEGER_MODE };
    default:
      return undefined;
  }
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
  let id = leader;
  for (;;) {
    const instruction = instructions.get(id);
    if (instruction === undefined) return { id: leader, instructions: list, end: { kind: 'leave', target: id } };
    list.push({ pc: addressOf(id), instruction });
    const end = endOf(instruction, id, mode);
    if (end !== undefined) return { id: leader, instructions: list, end };
    id += instruction.lengthBytes;
    if (leaders.has(id) && instructions.has(id)) {
      return { id: leader, instructions: list, end: { kind: 'next', target: id } };
    }
  }
}

function extentsOf(instructions: ReadonlyMap<number, DecodedInstruction>): Region['extents'] {
  const byAddress = new Map([...instructions].map(([id, instruction]) => [addressOf(id), instruction] as const));
  const extents: { pc: number; halfwords: number[] }[] = [];
  let end = -1;
  for (const [pc, { word, lengthBytes }] of [...byAddress].sort(([a], [b]) => a - b)) {
    const halfwords = lengthBytes === 2 ? [word & 0xffff] : [word & 0xffff, word >>> 16];
    if (pc === end) extents.at(-1)?.halfwords.push(...halfwords);
    else extents.push({ pc, halfwords });
    end = pc + lengthBytes;
  }
  return extents;
}

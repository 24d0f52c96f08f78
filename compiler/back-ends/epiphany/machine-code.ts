/**
 * The machine form: basic blocks of Epiphany instructions over virtual and physical registers, not in SSA form.
 * Selection makes it, the allocator replaces the virtual registers, layout and emission turn it into bytes.
 */
import type { SourcePosition } from '../../kernel-tree/tree.ts';
import { CALL_CLOBBERED, FIRST_VIRTUAL, LINK_REGISTER, NO_REGISTER, RESULT_REGISTER } from './registers.ts';

/** Condition codes of branches and conditional moves; the value is the encoding. */
export const CONDITION = {
  eq: 0,
  ne: 1,
  gtu: 2,
  gteu: 3,
  lteu: 4,
  ltu: 5,
  gt: 6,
  gte: 7,
  lt: 8,
  lte: 9,
} as const;
export const CONDITION_SUFFIX: readonly string[] = ['eq', 'ne', 'gtu', 'gteu', 'lteu', 'ltu', 'gt', 'gte', 'lt', 'lte'];

/** The opposite of a condition code. */
export const negate = (condition: number): number => NEGATED[condition] ?? 0;
const NEGATED = [1, 0, 4, 5, 2, 3, 9, 8, 7, 6];

/** The condition for exchanged operands of the comparison. */
export const exchange = (condition: number): number => EXCHANGED[condition] ?? 0;
const EXCHANGED = [0, 1, 5, 4, 3, 2, 8, 9, 6, 7];

export type MachineOpcode =
  // d = n op m, or n op immediate where there is such a form; they set the integer flags
  | 'add'
  | 'sub'
  | 'lsl'
  | 'lsr'
  | 'asr'
  | 'and'
  | 'orr'
  | 'eor'
  | 'bitr'
  // FPU; imul and imadd only in integer mode; fmadd, fmsub, imadd, imsub read d too
  | 'fadd'
  | 'fsub'
  | 'fmul'
  | 'fmadd'
  | 'fmsub'
  | 'float'
  | 'fabs'
  | 'imul'
  | 'imadd'
  | 'imsub'
  // d = n; d = immediate (one or two instructions); d = address of symbol + immediate; if (condition) d = n
  | 'mov'
  | 'mov-immediate'
  | 'mov-symbol'
  | 'mov-condition'
  // memory; immediate in units of the access size
  | 'ldrb'
  | 'ldrh'
  | 'ldr'
  | 'ldrd'
  | 'strb'
  | 'strh'
  | 'str'
  | 'strd'
  | 'testset'
  // frame slots before the frame is laid out: `immediate` is the slot
  | 'reload'
  | 'spill'
  // d = address of the memory at byte `immediate` behind the saved registers and spills
  | 'frame-address'
  // special registers, system
  | 'movts'
  | 'movfs'
  | 'idle'
  | 'gie'
  | 'gid'
  // calls of symbol or of the address in n; a tail call leaves the function
  | 'call'
  | 'call-register'
  | 'tail-call'
  // leaves the function if `condition` holds, to a stub that raises trap site `immediate` with operands n and m
  | 'trap-if'
  // the same without a condition; ends its block
  | 'trap'
  | 'return';

/** How a load or store forms its address. */
export type AddressMode = 'displacement' | 'index' | 'post-displacement' | 'post-index';

/** What a trap stub passes on: a register, or a constant when the operand never was in one. */
export interface TrapOperands {
  readonly index: number | null;
  readonly length: number | null;
}

export interface MachineInstruction {
  readonly op: MachineOpcode;
  /** Destination, or the value that a store stores. */
  d: number;
  n: number;
  m: number;
  immediate: number;
  condition: number;
  mode: AddressMode;
  /** Callee or data symbol. */
  symbol: string;
  /** Name of the special register of movts and movfs. */
  special: string;
  /** Registers that are read besides the above: arguments of calls, the mode word of traps in integer mode. */
  uses: number[];
  /** Constants that stand for n and m of a trap. */
  constants: TrapOperands | null;
  position: SourcePosition | null;
}

/** Fields of an instruction that differ from "nothing". */
export type InstructionFields = Partial<Omit<MachineInstruction, 'op'>>;

export function instruction(op: MachineOpcode, fields: InstructionFields): MachineInstruction {
  return {
    op,
    d: NO_REGISTER,
    n: NO_REGISTER,
    m: NO_REGISTER,
    immediate: 0,
    condition: 0,
    mode: 'displacement',
    symbol: '',
    special: '',
    uses: [],
    constants: null,
    position: null,
    ...fields,
  };
}

export type MachineTerminator =
  | { readonly op: 'jump'; to: MachineBlock }
  | { readonly op: 'branch'; condition: number; whenTrue: MachineBlock; whenFalse: MachineBlock }
  /** The last instruction leaves the function. */
  | { readonly op: 'end' };

export interface MachineBlock {
  readonly id: number;
  instructions: MachineInstruction[];
  terminator: MachineTerminator;
  /** Position of the branch. */
  position: SourcePosition | null;
  /** How deep in loops; 0 is outside all. */
  readonly depth: number;
  /** Innermost loop it belongs to. */
  loop: MachineLoop | null;
}

export interface MachineLoop {
  readonly header: MachineBlock;
  parent: MachineLoop | null;
}

export interface MachineFunction {
  readonly symbol: string;
  readonly blocks: MachineBlock[];
  virtualCount: number;
  /** 32-bit words of the frame that spills use. */
  slotCount: number;
  /** Bytes of the frame that records and arrays use; a multiple of 8. */
  objectBytes: number;
  calls: boolean;
  readonly callees: Set<string>;
  readonly exported: boolean;
  readonly position: SourcePosition | null;
}

export function newVirtual(target: MachineFunction): number {
  return FIRST_VIRTUAL + target.virtualCount++;
}

const READS_DESTINATION = new Set<MachineOpcode>([
  'fmadd',
  'fmsub',
  'imadd',
  'imsub',
  'mov-condition',
  'testset',
  'strb',
  'strh',
  'str',
  'strd',
  'spill',
  'movts',
]);
const WRITES_NOTHING = new Set<MachineOpcode>([
  'strb',
  'strh',
  'str',
  'strd',
  'spill',
  'movts',
  'idle',
  'gie',
  'gid',
  'trap-if',
  'trap',
  'return',
  'tail-call',
]);

export const isLoad = (op: MachineOpcode): boolean => op === 'ldrb' || op === 'ldrh' || op === 'ldr' || op === 'ldrd';
export const isStore = (op: MachineOpcode): boolean => op === 'strb' || op === 'strh' || op === 'str' || op === 'strd';
export const isCall = (op: MachineOpcode): boolean => op === 'call' || op === 'call-register';
export const readsDestination = (op: MachineOpcode): boolean => READS_DESTINATION.has(op);

/** True if the instruction changes the integer flags. */
export function setsFlags(code: MachineInstruction): boolean {
  switch (code.op) {
    case 'add':
    case 'sub':
    case 'lsl':
    case 'lsr':
    case 'asr':
    case 'and':
    case 'orr':
    case 'eor':
    case 'bitr':
    case 'frame-address':
    case 'call':
    case 'call-register':
      return true;
    default:
      return false;
  }
}

export function forEachUse(code: MachineInstruction, visit: (register: number) => void): void {
  if (code.d !== NO_REGISTER && READS_DESTINATION.has(code.op)) visit(code.d);
  if (code.n !== NO_REGISTER) visit(code.n);
  if (code.m !== NO_REGISTER) visit(code.m);
  for (const register of code.uses) visit(register);
}

export function forEachDefinition(code: MachineInstruction, visit: (register: number) => void): void {
  if (code.d !== NO_REGISTER && !WRITES_NOTHING.has(code.op)) visit(code.d);
  if (code.mode === 'post-displacement' || code.mode === 'post-index') visit(code.n);
  if (isCall(code.op)) {
    for (const register of CALL_CLOBBERED) visit(register);
    visit(LINK_REGISTER);
    visit(RESULT_REGISTER);
  }
}

/** Rewrites every register of an instruction. */
export function mapRegisters(code: MachineInstruction, map: (register: number) => number): void {
  if (code.d !== NO_REGISTER) code.d = map(code.d);
  if (code.n !== NO_REGISTER) code.n = map(code.n);
  if (code.m !== NO_REGISTER) code.m = map(code.m);
  if (code.uses.length > 0) code.uses = code.uses.map(map);
}

export function successors(block: MachineBlock): MachineBlock[] {
  const { terminator } = block;
  if (terminator.op === 'jump') return [terminator.to];
  if (terminator.op === 'branch') return [terminator.whenTrue, terminator.whenFalse];
  return [];
}

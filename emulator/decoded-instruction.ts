/**
 * Instructions as the emulator executes them, made from the instruction table and kept by instruction word: what a word
 * does depends on nothing else, so self-modifying code needs no care here.
 */
import { decode, type Fields, type InstructionForm, type Operation } from '../boards/isa/epiphany/instruction-table.ts';
import { CoreException, hex } from './core-exception.ts';
import type { Execute, Operands } from './execute/context.ts';
import * as float from './execute/float.ts';
import * as flow from './execute/flow.ts';
import * as integer from './execute/integer.ts';
import * as memory from './execute/memory.ts';
import * as system from './execute/system.ts';
import { specialRegisterOffset } from './special-registers.ts';

/** An instruction with its operands taken apart and the function that does it. */
export interface DecodedInstruction extends Operands {
  readonly word: number;
  readonly operation: Operation;
  readonly execute: Execute;
  /** Condition code of branches and conditional moves. */
  readonly condition: number;
  /** Access size of loads and stores. */
  readonly sizeBytes: number;
  /** Address mode of loads, stores and TESTSET. */
  readonly mode: memory.AddressMode;
  /** The second operand of ADD, SUB and shifts is `immediate`, not RM. */
  readonly hasImmediate: boolean;
  /** Issued by the FPU. */
  readonly isFloat: boolean;
  /** Special behaviour: the instruction after it may not simply be the next one, or interrupts may change. */
  readonly endsBlock: boolean;
}

/** True if the instruction that begins with this halfword has 32 bits. */
export function isLong(first: number): boolean {
  return ((0xbb00 >>> (first & 15)) & 1) !== 0;
}

const shorts: (DecodedInstruction | undefined)[] = new Array(0x10000).fill(undefined);
const longs: Map<number, DecodedInstruction> = new Map();
/** Direct-mapped in front of `longs`, which is a Map and slower. */
const RECENT_SLOTS = 8192;
const recent: (DecodedInstruction | undefined)[] = new Array(RECENT_SLOTS).fill(undefined);
/** Programs have some thousands of different words; random bytes executed as code have no end of them. */
const MOST_LONGS = 100_000;

/** The instruction of a 16-bit word. Throws CoreException if there is none. */
export function decodeShort(word: number): DecodedInstruction {
  return shorts[word] ?? makeShort(word);
}

function makeShort(word: number): DecodedInstruction {
  const made = make(word, 2);
  shorts[word] = made;
  return made;
}

/** The instruction of a 32-bit word, low halfword first. Throws CoreException if there is none. */
export function decodeLong(word: number): DecodedInstruction {
  const slot = (word ^ (word >>> 13) ^ (word >>> 19)) & (RECENT_SLOTS - 1);
  const cached = recent[slot];
  if (cached !== undefined && cached.word === word) return cached;
  let found = longs.get(word);
  if (found === undefined) {
    found = make(word, 4);
    if (longs.size >= MOST_LONGS) longs.clear();
    longs.set(word, found);
  }
  recent[slot] = found;
  return found;
}

const FLOAT_OPERATIONS: ReadonlySet<Operation> = new Set([
  'fadd',
  'fsub',
  'fmul',
  'fmadd',
  'fmsub',
  'float',
  'fix',
  'fabs',
]);

const BLOCK_ENDS: ReadonlySet<Operation> = new Set([
  'branch',
  'branch-link',
  'jump',
  'jump-link',
  'move-to-special',
  'wand',
  'gie',
  'gid',
  'idle',
  'bkpt',
  'mbkpt',
  'rti',
  'sync',
  'swi',
  'trap',
  'unimpl',
  'undocumented',
]);

function make(word: number, lengthBytes: 2 | 4): DecodedInstruction {
  const decoded = decode(word);
  if (decoded === undefined || decoded.form.operation === 'undocumented') {
    const text = lengthBytes === 2 ? `0x${word.toString(16).padStart(4, '0')}` : hex(word);
    const known = decoded === undefined ? 'is no instruction' : `(${decoded.form.mnemonic}) is not documented`;
    // An unknown word is an instruction too: one that raises the exception.
    const execute: Execute = () => {
      throw new CoreException('illegal-instruction', `illegal instruction: ${text} ${known}`);
    };
    return { ...NO_OPERANDS, word, lengthBytes, operation: 'undocumented', execute, endsBlock: true };
  }
  const { form, fields } = decoded;
  return {
    word,
    lengthBytes,
    operation: form.operation,
    execute: executeOf(form),
    d: fields.rd ?? 0,
    n: form.mnemonic === 'rts' ? 14 : (fields.rn ?? 0),
    m: fields.rm ?? 0,
    immediate: immediateOf(form, fields),
    condition: form.condition ?? 14,
    sizeBytes: form.sizeBytes ?? 0,
    mode: modeOf(form),
    hasImmediate: form.syntax === 'RD,RN,#i',
    isFloat: FLOAT_OPERATIONS.has(form.operation),
    endsBlock: BLOCK_ENDS.has(form.operation),
  };
}

const NO_OPERANDS = {
  d: 0,
  n: 0,
  m: 0,
  immediate: 0,
  condition: 14,
  sizeBytes: 0,
  mode: 'displacement',
  hasImmediate: false,
  isFloat: false,
} as const;

function modeOf(form: InstructionForm): memory.AddressMode {
  switch (form.syntax) {
    case 'RD,[RN,RM]':
      return 'index';
    case 'RD,[RN],RM':
      return 'post-index';
    case 'RD,[RN],#i':
      return 'post-displacement';
    default:
      return 'displacement';
  }
}

function immediateOf(form: InstructionForm, fields: Fields): number {
  if (fields.displacement !== undefined) return fields.displacement;
  if (fields.special !== undefined) return specialRegisterOffset(form.group ?? 0, fields.special);
  if (fields.number !== undefined) return fields.number;
  if (form.sizeBytes === undefined) return fields.immediate ?? 0;
  const sign = fields.subtract === 1 ? -1 : 1;
  const mode = modeOf(form);
  // Register forms: only the sign. Displacements count units of the access size.
  if (mode === 'index' || mode === 'post-index') return sign;
  return sign * (fields.immediate ?? 0) * form.sizeBytes || 0;
}

function executeOf(form: InstructionForm): Execute {
  const immediate = form.syntax === 'RD,RN,#i';
  switch (form.operation) {
    case 'branch':
      return flow.makeBranch(form.condition ?? 14);
    case 'branch-link':
      return flow.branchAndLink;
    case 'jump':
      return flow.jumpRegister;
    case 'jump-link':
      return flow.jumpAndLinkRegister;
    case 'move-if':
      return flow.makeConditionalMove(form.condition ?? 14);
    case 'load':
      return memory.makeLoad(modeOf(form), form.sizeBytes ?? 4);
    case 'store':
      return memory.makeStore(modeOf(form), form.sizeBytes ?? 4);
    case 'test-and-set':
      return memory.testSet;
    case 'move-immediate':
      return integer.moveImmediate;
    case 'move-high':
      return integer.moveTop;
    case 'move-to-special':
      return system.moveToSpecial;
    case 'move-from-special':
      return system.moveFromSpecial;
    case 'add':
      return immediate ? integer.addImmediate : integer.addRegister;
    case 'sub':
      return immediate ? integer.subtractImmediate : integer.subtractRegister;
    case 'lsl':
      return immediate ? integer.shiftLeftImmediate : integer.shiftLeftRegister;
    case 'lsr':
      return immediate ? integer.shiftRightImmediate : integer.shiftRightRegister;
    case 'asr':
      return immediate ? integer.shiftArithmeticImmediate : integer.shiftArithmeticRegister;
    default:
      return SIMPLE[form.operation] ?? system.nop;
  }
}

const SIMPLE: Partial<Record<Operation, Execute>> = {
  eor: integer.exclusiveOr,
  and: integer.and,
  orr: integer.or,
  bitr: integer.bitReverse,
  fadd: float.fadd,
  fsub: float.fsub,
  fmul: float.fmul,
  fmadd: float.fmadd,
  fmsub: float.fmsub,
  float: float.float,
  fix: float.fix,
  fabs: float.fabs,
  wand: system.wand,
  gie: system.gie,
  gid: system.gid,
  nop: system.nop,
  idle: system.idle,
  bkpt: system.bkpt,
  mbkpt: system.mbkpt,
  rti: system.rti,
  sync: system.sync,
  swi: system.swi,
  trap: system.trap,
  unimpl: system.unimpl,
};

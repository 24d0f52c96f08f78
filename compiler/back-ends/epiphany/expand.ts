/**
 * Machine instructions over physical registers become instructions of the ISA, each in its shortest form. Branches and
 * calls stay symbolic until their distances are known (relax.ts).
 */
import { RELOCATION } from '../../../boards/isa/epiphany/relocations.ts';
import type { InstructionFields } from './encoding.ts';
import { CONDITION_SUFFIX, type MachineInstruction } from './machine-code.ts';
import { NO_REGISTER } from './registers.ts';

/** One instruction of the ISA: a row of its table with the values of the row's fields. */
export interface IsaInstruction {
  readonly mnemonic: string;
  readonly form: string;
  readonly fields: InstructionFields;
  readonly relocation?: { readonly type: number; readonly symbol: string; readonly addend: number };
}

const isShort = (...registers: number[]): boolean => registers.every((register) => register < 8);
const isaInstruction = (mnemonic: string, form: string, fields: InstructionFields): IsaInstruction => ({
  mnemonic,
  form,
  fields,
});

/** Register-to-register operations with short and long form named `short` and `long` or `reg.short` and `reg.long`. */
function threeOperands(mnemonic: string, prefix: string, code: MachineInstruction): IsaInstruction {
  const { d, n } = code;
  const m = code.m === NO_REGISTER ? n : code.m;
  return isaInstruction(mnemonic, `${prefix}${isShort(d, n, m) ? 'short' : 'long'}`, { d, n, m });
}

function twoOperands(mnemonic: string, code: MachineInstruction): IsaInstruction {
  const { d, n } = code;
  return isaInstruction(mnemonic, isShort(d, n) ? 'short' : 'long', { d, n });
}

function addImmediate(code: MachineInstruction): IsaInstruction {
  const { d, n, immediate } = code;
  const mnemonic = code.op;
  if (!isShort(d, n)) return isaInstruction(mnemonic, 'imm.long', { d, n, i: immediate });
  if (immediate >= -4 && immediate <= 3) return isaInstruction(mnemonic, 'imm.short', { d, n, i: immediate });
  // Only `add` is used for its result alone; the carry of a `sub` may be asked for.
  if (mnemonic === 'add' && immediate === 4) return isaInstruction('sub', 'imm.short', { d, n, i: -4 });
  return isaInstruction(mnemonic, 'imm.long', { d, n, i: immediate });
}

/** Loads a 32-bit constant. */
export function loadConstant(d: number, bits: number): IsaInstruction[] {
  const word = bits >>> 0;
  if (word <= 0xff && isShort(d)) return [isaInstruction('mov', 'imm.short', { d, i: word })];
  const low = isaInstruction('mov', 'imm.long', { d, i: word & 0xffff });
  return word <= 0xffff ? [low] : [low, isaInstruction('movt', 'imm.long', { d, i: word >>> 16 })];
}

function loadSymbol(code: MachineInstruction, smallAddresses: boolean): IsaInstruction[] {
  const { d, symbol, immediate: addend } = code;
  const low: IsaInstruction = {
    ...isaInstruction('mov', 'imm.long', { d, i: 0 }),
    relocation: { type: RELOCATION.low, symbol, addend },
  };
  if (smallAddresses) return [low];
  return [
    low,
    { ...isaInstruction('movt', 'imm.long', { d, i: 0 }), relocation: { type: RELOCATION.high, symbol, addend } },
  ];
}

function memoryAccess(code: MachineInstruction): IsaInstruction {
  const { op, d, n, m, immediate } = code;
  const s = immediate < 0 ? 1 : 0;
  const i = Math.abs(immediate);
  switch (code.mode) {
    case 'index':
      return isShort(d, n, m)
        ? isaInstruction(op, 'index.short', { d, n, m })
        : isaInstruction(op, 'index.long', { d, n, m, s: 0 });
    case 'post-index':
      return isShort(d, n, m)
        ? isaInstruction(op, 'postmod-reg.short', { d, n, m })
        : isaInstruction(op, 'postmod-reg.long', { d, n, m, s: 0 });
    case 'post-displacement':
      return isaInstruction(op, 'postmod-disp.long', { d, n, i, s });
    case 'displacement':
      return isShort(d, n) && s === 0 && i <= 7
        ? isaInstruction(op, 'disp.short', { d, n, i })
        : isaInstruction(op, 'disp.long', { d, n, i, s });
  }
}

/** The instructions for `code`; not for branches, calls, traps and returns. */
export function expand(code: MachineInstruction, smallAddresses: boolean): IsaInstruction[] {
  const { op, d, n, m } = code;
  switch (op) {
    case 'add':
    case 'sub':
      return [m === NO_REGISTER ? addImmediate(code) : threeOperands(op, 'reg.', code)];
    case 'lsl':
    case 'lsr':
    case 'asr':
      if (m !== NO_REGISTER) return [threeOperands(op, 'reg.', code)];
      return [isaInstruction(op, isShort(d, n) ? 'imm.short' : 'imm.long', { d, n, i: code.immediate })];
    case 'and':
    case 'orr':
    case 'eor':
      return [threeOperands(op, 'reg.', code)];
    case 'bitr':
    case 'mov':
      return [twoOperands(op, code)];
    case 'fadd':
    case 'fsub':
    case 'fmul':
    case 'fmadd':
    case 'fmsub':
    case 'float':
    case 'fabs':
      return [threeOperands(op, '', code)];
    case 'imul':
      return [threeOperands('fmul', '', code)];
    case 'imadd':
      return [threeOperands('fmadd', '', code)];
    case 'imsub':
      return [threeOperands('fmsub', '', code)];
    case 'mov-immediate':
      return loadConstant(d, code.immediate);
    case 'mov-symbol':
      return loadSymbol(code, smallAddresses);
    case 'mov-condition':
      return [twoOperands(`mov${CONDITION_SUFFIX[code.condition]}`, code)];
    case 'ldrb':
    case 'ldrh':
    case 'ldr':
    case 'ldrd':
    case 'strb':
    case 'strh':
    case 'str':
    case 'strd':
      return [memoryAccess(code)];
    case 'testset':
      return [isaInstruction('testset', 'index.long', { d, n, m, s: 0 })];
    case 'movts':
    case 'movfs':
      return [{ mnemonic: op, form: 'special', fields: { d, special: code.special } }];
    case 'idle':
    case 'gie':
    case 'gid':
      return [isaInstruction(op, 'short', {})];
    default:
      throw new Error(`${op} is not an instruction of its own`);
  }
}

/**
 * Text of machine code, as GNU objdump 2.40 writes it (one blank for the tab after the mnemonic), so that listings can
 * be compared with other tools'.
 */
import {
  type DecodedInstruction,
  decode,
  type Fields,
  type InstructionForm,
  instructionWidthBytes,
} from './instruction-table.ts';
import { registerName } from './register-names.ts';
import { specialRegisterAt } from './special-registers.ts';

export interface DisassembledInstruction {
  readonly address: number;
  readonly widthBytes: 2 | 4;
  /** The word as a number; a 32-bit instruction low halfword first. */
  readonly word: number;
  readonly text: string;
  /** Target of a branch to a fixed address. */
  readonly target: number | undefined;
  readonly decoded: DecodedInstruction | undefined;
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}

/** Long forms of the register modes print the sign, short ones do not. */
function indexText({ form }: DecodedInstruction, { subtract, rm }: Fields): string {
  const sign = form.widthBytes === 2 ? '' : subtract === 1 ? '-' : '+';
  return `${sign}${registerName(rm ?? 0)}`;
}

function offsetText({ form }: DecodedInstruction, { subtract, immediate }: Fields): string {
  const sign = form.widthBytes === 2 ? '' : subtract === 1 ? '-' : '+';
  return `${sign}${hex(immediate ?? 0)}`;
}

function immediateText(form: InstructionForm, value: number): string {
  return form.signedImmediate ? `${value}` : hex(value);
}

function specialText(form: InstructionForm, number: number): string {
  return specialRegisterAt(form.group ?? 0, number)?.names[0] ?? `*unknown*`;
}

function operandText(decoded: DecodedInstruction, address: number): string {
  const { form, fields } = decoded;
  const rd = registerName(fields.rd ?? 0);
  const rn = registerName(fields.rn ?? 0);
  switch (form.syntax) {
    case '':
      return '';
    case 'LABEL':
      return hex((address + (fields.displacement ?? 0)) >>> 0);
    case 'RN':
      return rn;
    case 'RD,RN':
      // objdump 2.40 prints the operands of 16-bit fabs literally.
      return form.mnemonic === 'fabs' && form.widthBytes === 2 ? 'rd,rn' : `${rd},${rn}`;
    case 'RD,RN,RM':
      return `${rd},${rn},${registerName(fields.rm ?? 0)}`;
    case 'RD,#i':
      return `${rd},${hex(fields.immediate ?? 0)}`;
    case 'RD,RN,#i':
      return `${rd},${rn},${immediateText(form, fields.immediate ?? 0)}`;
    case 'RD,[RN,RM]':
      return `${rd},[${rn},${indexText(decoded, fields)}]`;
    case 'RD,[RN],RM':
      return `${rd},[${rn}],${indexText(decoded, fields)}`;
    case 'RD,[RN,#i]': {
      // objdump leaves a zero out, except in long loads and where the subtract flag is set.
      const bare =
        fields.immediate === 0 && fields.subtract !== 1 && (form.widthBytes === 2 || form.operation === 'store');
      return bare ? `${rd},[${rn}]` : `${rd},[${rn},${offsetText(decoded, fields)}]`;
    }
    case 'RD,[RN],#i':
      return `${rd},[${rn}],${offsetText(decoded, fields)}`;
    case 'SREG,RD':
      return `${specialText(form, fields.special ?? 0)},${rd}`;
    case 'RD,SREG':
      return `${rd},${specialText(form, fields.special ?? 0)}`;
    case '#t':
      return form.mnemonic === 'swi' && fields.number === 0 ? '' : hex(fields.number ?? 0);
  }
}

/** Disassembles the instruction in `word`, which stands at `address`. Undecodable words become `.short` or `.word`. */
export function disassembleInstruction(word: number, address: number): DisassembledInstruction {
  const widthBytes = instructionWidthBytes(word);
  const bits = (widthBytes === 2 ? word & 0xffff : word) >>> 0;
  const decoded = decode(bits);
  if (decoded === undefined) {
    const text = widthBytes === 2 ? `.short ${hex(bits)}` : `.word ${hex(bits)}`;
    return { address, widthBytes, word: bits, text, target: undefined, decoded };
  }
  const operands = operandText(decoded, address);
  const { mnemonic } = decoded.form;
  const displacement = decoded.fields.displacement;
  return {
    address,
    widthBytes,
    word: bits,
    text: operands === '' ? mnemonic : `${mnemonic} ${operands}`,
    target: displacement === undefined ? undefined : (address + displacement) >>> 0,
    decoded,
  };
}

/** Disassembles code that begins at `address`. A last odd byte or halved instruction becomes `.byte`s. */
export function* disassemble(code: Uint8Array, address: number): Generator<DisassembledInstruction> {
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength);
  let at = 0;
  while (at + 2 <= code.length) {
    const low = view.getUint16(at, true);
    const widthBytes = instructionWidthBytes(low);
    if (at + widthBytes > code.length) break;
    const word = widthBytes === 2 ? low : view.getUint32(at, true);
    yield disassembleInstruction(word, address + at);
    at += widthBytes;
  }
  for (; at < code.length; at++) {
    const word = code[at] ?? 0;
    yield {
      address: address + at,
      widthBytes: 2,
      word,
      text: `.byte ${hex(word)}`,
      target: undefined,
      decoded: undefined,
    };
  }
}

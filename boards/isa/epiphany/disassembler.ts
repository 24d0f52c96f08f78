/**
 * Text of machine code, as GNU objdump 2.40 writes it, so that listings can be compared with other tools'. What does not
 * follow from the instruction table alone:
 *
 * - One blank stands where objdump writes a tab: the text is for lines with columns of their own.
 * - Numbers are hexadecimal; only the immediates of add and sub, which are signed, are decimal.
 * - r11, r13 and r14 are printed as fp, sp and lr, all others by number, although the assembler knows more names.
 * - Long register and displacement modes print their sign, `+` too: their subtract flag is a field of its own, and
 *   `-0x0` is another encoding than `+0x0`.
 * - A displacement of 0 is left out in 16-bit forms and in long stores, but printed in long loads: objdump knows the
 *   short spelling as an alias of these only.
 * - `swi` without an operand is `swi 0`, for the same reason.
 * - 16-bit fabs shows its registers, where objdump prints the letters `rd,rn`: a slip in its table.
 * - A special register without a name is printed as `core.17`, and words that are no instruction as `.short` or `.word`,
 *   so that the text can be assembled again.
 */
import {
  type DecodedInstruction,
  decode,
  type Fields,
  type InstructionForm,
  instructionWidthBytes,
} from './instruction-table.ts';
import { registerName } from './register-names.ts';
import { specialRegisterText } from './special-registers.ts';

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
      return `${rd},${rn}`;
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
      const bare =
        fields.immediate === 0 && fields.subtract !== 1 && (form.widthBytes === 2 || form.operation === 'store');
      return bare ? `${rd},[${rn}]` : `${rd},[${rn},${offsetText(decoded, fields)}]`;
    }
    case 'RD,[RN],#i':
      return `${rd},[${rn}],${offsetText(decoded, fields)}`;
    case 'SREG,RD':
      return `${specialRegisterText(form.group ?? 0, fields.special ?? 0)},${rd}`;
    case 'RD,SREG':
      return `${rd},${specialRegisterText(form.group ?? 0, fields.special ?? 0)}`;
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

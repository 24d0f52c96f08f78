/** Instructions in the terms of the ISA's table become words. */
import { encode as encodeForm, type Fields, formNamed } from '../../../boards/isa/epiphany/instruction-table.ts';
import { specialRegister } from '../../../boards/isa/epiphany/special-registers.ts';

/** Fields by the letters of the table's patterns; `special` names the special register of movts and movfs. */
export interface InstructionFields {
  readonly d?: number;
  readonly n?: number;
  readonly m?: number;
  readonly i?: number;
  /** 1 subtracts the displacement. */
  readonly s?: number;
  /** Branch displacement in bytes. */
  readonly b?: number;
  readonly special?: string;
}

const FORM_OF_GROUP = ['core.long', 'dma.long', 'mem.long', 'mesh.long'];

/** The word of an instruction. Throws RangeError for names and values that the table does not have. */
export function encode(mnemonic: string, form: string, fields: InstructionFields): number {
  const { d, n, m, i, s, b, special } = fields;
  const values: Fields = {};
  if (d !== undefined) values.rd = d;
  if (n !== undefined) values.rn = n;
  if (m !== undefined) values.rm = m;
  if (i !== undefined) values.immediate = i;
  if (s !== undefined) values.subtract = s;
  if (b !== undefined) values.displacement = b;
  if (special === undefined) return encodeForm(formNamed(mnemonic, form), values);
  const register = specialRegister(special);
  if (register === undefined) throw new RangeError(`there is no special register ${special}`);
  const isShort = register.group === 0 && register.number < 8 && (d ?? 0) < 8;
  values.special = register.number;
  return encodeForm(formNamed(mnemonic, isShort ? 'short' : (FORM_OF_GROUP[register.group] ?? '')), values);
}

/** Numbers of DWARF 4 and 5 that we read or write. Source: DWARF 5, section 7. */
export const TAG = { compileUnit: 0x11 } as const;

export const ATTRIBUTE = {
  name: 0x03,
  stmtList: 0x10,
  lowPc: 0x11,
  highPc: 0x12,
  producer: 0x25,
} as const;

export const FORM = {
  addr: 0x01,
  data2: 0x05,
  data4: 0x06,
  data8: 0x07,
  string: 0x08,
  block: 0x09,
  data1: 0x0b,
  strp: 0x0e,
  udata: 0x0f,
  secOffset: 0x17,
  data16: 0x1e,
  lineStrp: 0x1f,
} as const;

/** Columns of the tables of directories and files, DWARF 5. */
export const CONTENT = { path: 1, directoryIndex: 2 } as const;

/** Standard opcodes of line number programs. */
export const STANDARD = {
  copy: 1,
  advancePc: 2,
  advanceLine: 3,
  setFile: 4,
  setColumn: 5,
  negateStmt: 6,
  basicBlock: 7,
  constAddPc: 8,
  fixedAdvancePc: 9,
  prologueEnd: 10,
  epilogueBegin: 11,
  isa: 12,
} as const;

/** Operands of the standard opcodes 1 to 12, as a header lists them. */
export const STANDARD_OPERANDS: readonly number[] = [0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1];

export const EXTENDED = { endSequence: 1, setAddress: 2 } as const;

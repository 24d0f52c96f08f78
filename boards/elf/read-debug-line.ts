/** Reads `.debug_line`, DWARF 2 to 5: which source line each instruction belongs to. Source: DWARF 5, section 6.2. */
import { ByteCursor, elfInvalid } from './byte-cursor.ts';
import { CONTENT, EXTENDED, FORM, STANDARD } from './dwarf-constants.ts';
import type { ElfFile } from './elf-file.ts';
import { type LineRow, LineTable, type SourceLine } from './line-table.ts';

interface Strings {
  readonly str: Uint8Array;
  readonly lineStr: Uint8Array;
}

interface LineHeader {
  readonly minimumInstructionBytes: number;
  readonly lineBase: number;
  readonly lineRange: number;
  readonly opcodeBase: number;
  /** Operands of standard opcodes, by opcode. */
  readonly operandCounts: readonly number[];
  /** Paths by the number that the program uses. */
  readonly files: readonly string[];
}

/**
 * The line table of a program; empty if the file has none.
 * @throws ShoalError ELF_INVALID if the section is there and cannot be understood.
 */
export function readLineTable(file: ElfFile): LineTable {
  const section = (name: string): Uint8Array =>
    file.sections.find((candidate) => candidate.name === name)?.bytes ?? new Uint8Array();
  const strings = { str: section('.debug_str'), lineStr: section('.debug_line_str') };
  const cursor = new ByteCursor(section('.debug_line'), '.debug_line');
  const rows: LineRow[] = [];
  while (cursor.remaining > 0) readUnit(cursor, strings, rows);
  return new LineTable(rows);
}

function readUnit(section: ByteCursor, strings: Strings, rows: LineRow[]): void {
  const length = section.u32();
  if (length >= 0xfffffff0) throw elfInvalid('.debug_line is 64-bit DWARF, which 32-bit programs have no use for');
  const unit = section.take(length);
  const version = unit.u16();
  // A unit of a later DWARF can be passed over: its length is known.
  if (version < 2 || version > 5) return;
  if (version >= 5) unit.skip(2); // address size, segment selector size
  const program = new ByteCursor(unit.bytes, '.debug_line');
  const headerLength = unit.u32();
  program.skip(unit.offset + headerLength);
  runProgram(program, readHeader(unit, version, strings), rows);
}

function readHeader(unit: ByteCursor, version: number, strings: Strings): LineHeader {
  const minimumInstructionBytes = unit.u8();
  if (version >= 4) unit.skip(1); // operations per instruction: 1 except on VLIW machines
  unit.skip(1); // is_stmt at the start: breakpoints are no business of this table
  const lineBase = unit.i8();
  const lineRange = unit.u8();
  if (lineRange === 0) throw elfInvalid('.debug_line has a line range of 0');
  const opcodeBase = unit.u8();
  const operandCounts = [0];
  for (let opcode = 1; opcode < opcodeBase; opcode++) operandCounts.push(unit.u8());
  const files = version >= 5 ? readNames(unit, strings) : readOldNames(unit);
  return { minimumInstructionBytes, lineBase, lineRange, opcodeBase, operandCounts, files };
}

/** Up to DWARF 4: directories and files from 1, each list ended by an empty name. Directory 0 is the compiler's. */
function readOldNames(unit: ByteCursor): string[] {
  const directories = [''];
  for (let name = unit.text(); name !== ''; name = unit.text()) directories.push(name);
  const files = [''];
  for (let name = unit.text(); name !== ''; name = unit.text()) {
    files.push(join(directories[unit.uleb()] ?? '', name));
    unit.uleb();
    unit.uleb();
  }
  return files;
}

/** DWARF 5: both lists are tables that describe their own columns. */
function readNames(unit: ByteCursor, strings: Strings): string[] {
  const directories = readTable(unit, strings).map((entry) => entry.path);
  // Directory 0 is where the compiler ran: paths relative to it stay as the user wrote them.
  return readTable(unit, strings).map(({ path, directory }) =>
    join(directory === 0 ? '' : (directories[directory] ?? ''), path),
  );
}

function readTable(unit: ByteCursor, strings: Strings): { readonly path: string; readonly directory: number }[] {
  const columns = Array.from({ length: unit.u8() }, () => ({ content: unit.uleb(), form: unit.uleb() }));
  const count = unit.uleb();
  if (count > 0 && columns.length === 0) throw elfInvalid('.debug_line has a table without columns');
  if (count > unit.remaining)
    throw elfInvalid(`.debug_line has a table of ${count} entries in ${unit.remaining} bytes`);
  return Array.from({ length: count }, () => {
    let path = '';
    let directory = 0;
    for (const { content, form } of columns) {
      const value = readForm(unit, form, strings);
      if (content === CONTENT.path && typeof value === 'string') path = value;
      if (content === CONTENT.directoryIndex && typeof value === 'number') directory = value;
    }
    return { path, directory };
  });
}

function readForm(unit: ByteCursor, form: number, strings: Strings): string | number {
  switch (form) {
    case FORM.string:
      return unit.text();
    case FORM.lineStrp:
      return new ByteCursor(strings.lineStr, '.debug_line_str').skip(unit.u32()).text();
    case FORM.strp:
      return new ByteCursor(strings.str, '.debug_str').skip(unit.u32()).text();
    case FORM.udata:
      return unit.uleb();
    case FORM.data1:
      return unit.u8();
    case FORM.data2:
      return unit.u16();
    case FORM.data4:
      return unit.u32();
    case FORM.data8:
      unit.skip(8);
      return 0;
    case FORM.data16:
      unit.skip(16);
      return 0;
    case FORM.block:
      unit.skip(unit.uleb());
      return 0;
    default:
      throw elfInvalid(`.debug_line uses form 0x${form.toString(16)}, which its tables may not`);
  }
}

function join(directory: string, name: string): string {
  return directory === '' || directory === '.' || name.startsWith('/')
    ? name
    : `${directory.replace(/\/$/, '')}/${name}`;
}

/** Runs the line number program: a small state machine whose rows are the table. */
function runProgram(program: ByteCursor, header: LineHeader, rows: LineRow[]): void {
  const { minimumInstructionBytes, lineBase, lineRange, opcodeBase } = header;
  let address = 0;
  let file = 1;
  let line = 1;
  let column = 0;
  const advance = (operations: number): void => {
    address = (address + operations * minimumInstructionBytes) >>> 0;
  };
  const emit = (): void => {
    const path = header.files[file] ?? '';
    const source: SourceLine | null = line <= 0 || path === '' ? null : { file: path, line, column };
    rows.push({ address, source });
  };
  while (program.remaining > 0) {
    const opcode = program.u8();
    if (opcode >= opcodeBase) {
      const adjusted = opcode - opcodeBase;
      advance(Math.floor(adjusted / lineRange));
      line += lineBase + (adjusted % lineRange);
      emit();
      continue;
    }
    switch (opcode) {
      case 0: {
        const length = program.uleb();
        const operands = program.take(length);
        if (length === 0) break;
        const extended = operands.u8();
        if (extended === EXTENDED.endSequence) {
          rows.push({ address, source: null });
          address = 0;
          file = 1;
          line = 1;
          column = 0;
        } else if (extended === EXTENDED.setAddress) {
          address = operands.u32();
        }
        break;
      }
      case STANDARD.copy:
        emit();
        break;
      case STANDARD.advancePc:
        advance(program.uleb());
        break;
      case STANDARD.advanceLine:
        line += program.sleb();
        break;
      case STANDARD.setFile:
        file = program.uleb();
        break;
      case STANDARD.setColumn:
        column = program.uleb();
        break;
      case STANDARD.constAddPc:
        advance(Math.floor((255 - opcodeBase) / lineRange));
        break;
      case STANDARD.fixedAdvancePc:
        address = (address + program.u16()) >>> 0;
        break;
      default:
        // Statement and block marks, and opcodes of the future: only their operands have to be passed over.
        for (let i = 0; i < (header.operandCounts[opcode] ?? 0); i++) program.uleb();
    }
  }
}

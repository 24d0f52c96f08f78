/**
 * Source positions in ELF files: writes `.debug_line` (with the small `.debug_info` and `.debug_abbrev` that tools need to
 * find it) in DWARF 4, reads DWARF 4 and 5. Source: DWARF Debugging Information Format, versions 4 and 5, section 6.2.
 */
import { ShoalError } from '../../protocol/errors.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import type { ElfFile } from './elf-file.ts';
import type { ElfSectionContent } from './write-elf.ts';

/** From `address` up to the next row's, code belongs to this place. `file` '' means no source. */
export interface LineRow {
  readonly address: number;
  readonly file: string;
  /** From 1; 0 for code without a source. */
  readonly line: number;
  readonly column: number;
}

const LINE_BASE = -3;
const LINE_RANGE = 12;
const OPCODE_BASE = 13;
/** Instructions stand at even addresses. */
const MINIMUM_INSTRUCTION_BYTES = 2;
const STANDARD_OPERANDS: readonly number[] = [0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1];

/** The debug sections for code whose rows are sorted by address and which ends before `end`. */
export function debugSections(unit: string, rows: readonly LineRow[], start: number, end: number): ElfSectionContent[] {
  const section = (name: string, content: Uint8Array): ElfSectionContent => ({
    name,
    flags: 0,
    address: 0,
    alignBytes: 1,
    content,
  });
  return [
    section('.debug_line', lineProgram(rows, end)),
    section('.debug_abbrev', abbreviations()),
    section('.debug_info', unitInfo(unit, start, end)),
  ];
}

function abbreviations(): Uint8Array {
  const out = new ByteWriter();
  // One entry: compile unit without children: producer, language, name, statement list, low_pc, high_pc.
  out.bytes([1, 0x11, 0, 0x25, 0x08, 0x13, 0x05, 0x03, 0x08, 0x10, 0x17, 0x11, 0x01, 0x12, 0x06, 0, 0, 0]);
  return out.take();
}

function unitInfo(unit: string, start: number, end: number): Uint8Array {
  const out = new ByteWriter();
  out.u32(0);
  out.u16(4);
  out.u32(0);
  out.u8(4);
  out.uleb(1);
  out.text('shoal');
  out.u16(0x8001); // a language of the user range: DWARF 4 has no number for TypeScript
  out.text(unit);
  out.u32(0);
  out.u32(start);
  out.u32(end - start);
  out.patch32(0, out.length - 4);
  return out.take();
}

function lineProgram(rows: readonly LineRow[], end: number): Uint8Array {
  const files = [...new Set(rows.map((row) => row.file).filter((file) => file !== ''))];
  const out = new ByteWriter();
  out.u32(0);
  out.u16(4);
  const headerLengthAt = out.length;
  out.u32(0);
  out.bytes([MINIMUM_INSTRUCTION_BYTES, 1, 1, LINE_BASE & 255, LINE_RANGE, OPCODE_BASE, ...STANDARD_OPERANDS]);
  out.u8(0); // no include directories
  for (const file of files) {
    out.text(file);
    out.bytes([0, 0, 0]);
  }
  out.u8(0);
  out.patch32(headerLengthAt, out.length - headerLengthAt - 4);
  const [first] = rows;
  if (first !== undefined) {
    out.bytes([0, 5, 2]);
    out.u32(first.address);
    const state = { address: first.address, file: 1, line: 1, column: 0 };
    const advance = (address: number): void => {
      if (address === state.address) return;
      out.u8(2);
      out.uleb((address - state.address) / MINIMUM_INSTRUCTION_BYTES);
      state.address = address;
    };
    for (const row of rows) {
      const file = row.file === '' ? state.file : files.indexOf(row.file) + 1;
      if (file !== state.file) {
        out.u8(4);
        out.uleb(file);
        state.file = file;
      }
      if (row.column !== state.column) {
        out.u8(5);
        out.uleb(row.column);
        state.column = row.column;
      }
      const lines = row.line - state.line;
      const steps = (row.address - state.address) / MINIMUM_INSTRUCTION_BYTES;
      const special = lines - LINE_BASE + LINE_RANGE * steps + OPCODE_BASE;
      if (lines >= LINE_BASE && lines < LINE_BASE + LINE_RANGE && special <= 255) {
        out.u8(special);
        state.address = row.address;
      } else {
        advance(row.address);
        out.u8(3);
        out.sleb(lines);
        out.u8(1);
      }
      state.line = row.line;
    }
    advance(end);
    out.bytes([0, 1, 1]);
  }
  out.patch32(0, out.length - 4);
  return out.take();
}

/** All rows of an ELF file's `.debug_line`, sorted by address; a row with line 0 ends a sequence. Empty if there are none. */
export function readLineRows(elf: ElfFile): LineRow[] {
  const bytes = (name: string): Uint8Array =>
    elf.sections.find((section) => section.name === name)?.bytes ?? new Uint8Array();
  const reader = new ByteReader(bytes('.debug_line'));
  const tables = { line: bytes('.debug_line_str'), plain: bytes('.debug_str') };
  const rows: LineRow[] = [];
  while (reader.left >= 4) {
    const length = reader.u32();
    rows.push(...readUnit(reader.sub(length), tables));
  }
  return rows.sort((a, b) => a.address - b.address);
}

interface StringTables {
  readonly line: Uint8Array;
  readonly plain: Uint8Array;
}

function readUnit(unit: ByteReader, tables: StringTables): LineRow[] {
  const version = unit.u16();
  if (version < 2 || version > 5) throw invalid(`.debug_line has version ${version}`);
  if (version === 5) unit.skip(2);
  const header = unit.sub(unit.u32());
  const minimumBytes = header.u8();
  if (version >= 4) header.skip(1);
  header.skip(1);
  const lineBase = (header.u8() << 24) >> 24;
  const lineRange = header.u8();
  const opcodeBase = header.u8();
  const operands = Array.from({ length: Math.max(0, opcodeBase - 1) }, () => header.u8());
  if (lineRange === 0) throw invalid('.debug_line has a line range of 0');
  const files = version === 5 ? filesOfVersion5(header, tables) : filesOfVersion4(header);

  const rows: LineRow[] = [];
  let state = { address: 0, file: 1, line: 1, column: 0 };
  const append = (): void => {
    rows.push({ address: state.address, file: files[state.file] ?? '', line: state.line, column: state.column });
  };
  while (unit.left > 0) {
    const opcode = unit.u8();
    if (opcode >= opcodeBase) {
      state.address += minimumBytes * Math.floor((opcode - opcodeBase) / lineRange);
      state.line += lineBase + ((opcode - opcodeBase) % lineRange);
      append();
    } else if (opcode === 0) {
      const body = unit.sub(unit.uleb());
      const extended = body.u8();
      if (extended === 1) {
        rows.push({ address: state.address, file: '', line: 0, column: 0 });
        state = { address: 0, file: 1, line: 1, column: 0 };
      } else if (extended === 2) state.address = body.u32();
    } else if (opcode === 1) append();
    else if (opcode === 2) state.address += minimumBytes * unit.uleb();
    else if (opcode === 3) state.line += unit.sleb();
    else if (opcode === 4) state.file = unit.uleb();
    else if (opcode === 5) state.column = unit.uleb();
    else if (opcode === 8) state.address += minimumBytes * Math.floor((255 - opcodeBase) / lineRange);
    else if (opcode === 9) state.address += unit.u16();
    else for (let i = operands[opcode - 1] ?? 0; i > 0; i--) unit.uleb();
  }
  return rows;
}

/** File names by their number; version 4 counts from 1. */
function filesOfVersion4(header: ByteReader): string[] {
  const directories = [''];
  for (let name = header.text(); name !== ''; name = header.text()) directories.push(name);
  const files = [''];
  for (let name = header.text(); name !== ''; name = header.text()) {
    files.push(joinPath(directories[header.uleb()] ?? '', name));
    header.uleb();
    header.uleb();
  }
  return files;
}

function filesOfVersion5(header: ByteReader, tables: StringTables): string[] {
  const entries = (): { path: string; directory: number }[] => {
    const formats = Array.from({ length: header.u8() }, () => ({ content: header.uleb(), form: header.uleb() }));
    const count = header.uleb();
    if (count > header.left && formats.length > 0) throw invalid('.debug_line lists more files than it has bytes');
    return Array.from({ length: formats.length === 0 ? 0 : count }, () => {
      const entry = { path: '', directory: 0 };
      for (const { content, form } of formats) {
        const value = readForm(header, form, tables);
        if (content === 1 && typeof value === 'string') entry.path = value;
        if (content === 2 && typeof value === 'number') entry.directory = value;
      }
      return entry;
    });
  };
  const directories = entries();
  return entries().map(({ path, directory }) =>
    joinPath(directory === 0 ? '' : (directories[directory]?.path ?? ''), path),
  );
}

function readForm(reader: ByteReader, form: number, tables: StringTables): string | number {
  switch (form) {
    case 0x08:
      return reader.text();
    case 0x0b:
      return reader.u8();
    case 0x05:
      return reader.u16();
    case 0x06:
      return reader.u32();
    case 0x0f:
      return reader.uleb();
    case 0x0e:
      return new ByteReader(tables.plain).textAt(reader.u32());
    case 0x1f:
      return new ByteReader(tables.line).textAt(reader.u32());
    case 0x1e:
      reader.skip(16);
      return 0;
    default:
      throw invalid(`.debug_line uses form ${form}`);
  }
}

function joinPath(directory: string, name: string): string {
  return directory === '' || name.startsWith('/') ? name : `${directory}/${name}`;
}

function invalid(what: string): ShoalError {
  return new ShoalError('ELF_INVALID', what, {
    hint: 'compile with -gdwarf-5 or -gdwarf-4, or strip the debug sections',
  });
}

/** Finds the source position of a code address in sorted rows; undefined between sequences. */
export function lineAt(rows: readonly LineRow[], address: number): LineRow | undefined {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.address ?? 0) <= address) low = middle + 1;
    else high = middle;
  }
  const row = rows[low - 1];
  return row === undefined || row.line === 0 ? undefined : row;
}

/**
 * Writes source positions: `.debug_line` in DWARF 4, with the small `.debug_info` and `.debug_abbrev` that tools need to
 * find it. Source: DWARF Debugging Information Format, version 4, section 6.2.
 */
import { ByteWriter } from './byte-writer.ts';
import { STANDARD_OPERANDS } from './dwarf-constants.ts';
import type { LineRow, SourceLine } from './line-table.ts';
import type { ElfSectionContent } from './write-elf.ts';

/** Code without a source has line 0. */
const NO_SOURCE: SourceLine = { file: '', line: 0, column: 0 };

const LINE_BASE = -3;
const LINE_RANGE = 12;
const OPCODE_BASE = 13;
/** Instructions stand at even addresses. */
const MINIMUM_INSTRUCTION_BYTES = 2;

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
  const files = [...new Set(rows.flatMap((row) => (row.source === null ? [] : [row.source.file])))];
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
      const source = row.source ?? NO_SOURCE;
      const file = row.source === null ? state.file : files.indexOf(source.file) + 1;
      if (file !== state.file) {
        out.u8(4);
        out.uleb(file);
        state.file = file;
      }
      if (source.column !== state.column) {
        out.u8(5);
        out.uleb(source.column);
        state.column = source.column;
      }
      const lines = source.line - state.line;
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
      state.line = source.line;
    }
    advance(end);
    out.bytes([0, 1, 1]);
  }
  out.patch32(0, out.length - 4);
  return out.take();
}

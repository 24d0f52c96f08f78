/**
 * Writes source positions: `.debug_line` in DWARF 4, with the small `.debug_info` and `.debug_abbrev` that tools need to
 * find it. Source: DWARF Debugging Information Format, version 4, section 6.2.
 */
import { ByteWriter } from './byte-writer.ts';
import { ATTRIBUTE, EXTENDED, FORM, STANDARD, STANDARD_OPERANDS, TAG } from './dwarf-constants.ts';
import type { LineRow, SourceLine } from './line-table.ts';
import type { ElfSectionContent } from './write-elf.ts';

/** Code without a source has line 0. */
const NO_SOURCE: SourceLine = { file: '', line: 0, column: 0 };

const LINE_BASE = -3;
const LINE_RANGE = 12;
const OPCODE_BASE = 13;
/** Instructions stand at even addresses. */
const MINIMUM_INSTRUCTION_BYTES = 2;

/**
 * The debug sections for the code from `start` up to `end`.
 * @param unit name of the compile unit, as tools show it.
 * @param rows in any order, at even addresses inside the code.
 */
export function debugSections(unit: string, rows: readonly LineRow[], start: number, end: number): ElfSectionContent[] {
  const sorted = rows.toSorted((a, b) => a.address - b.address);
  const section = (name: string, content: Uint8Array): ElfSectionContent => ({
    name,
    flags: 0,
    address: 0,
    alignBytes: 1,
    content,
  });
  return [
    section('.debug_line', lineProgram(sorted, end)),
    section('.debug_abbrev', abbreviations()),
    section('.debug_info', unitInfo(unit, start, end)),
  ];
}

function abbreviations(): Uint8Array {
  const out = new ByteWriter();
  out.bytes([1, TAG.compileUnit, 0]); // 0: it has no children
  out.bytes([ATTRIBUTE.producer, FORM.string, ATTRIBUTE.name, FORM.string, ATTRIBUTE.stmtList, FORM.secOffset]);
  // The language is left out: DWARF 4 has no number for TypeScript, and tools print a wrong one for private numbers.
  out.bytes([ATTRIBUTE.lowPc, FORM.addr, ATTRIBUTE.highPc, FORM.data4, 0, 0]);
  out.u8(0);
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
    out.bytes([0, 5, EXTENDED.setAddress]);
    out.u32(first.address);
    const state = { address: first.address, file: 1, line: 1, column: 0 };
    const advance = (address: number): void => {
      if (address === state.address) return;
      out.u8(STANDARD.advancePc);
      out.uleb((address - state.address) / MINIMUM_INSTRUCTION_BYTES);
      state.address = address;
    };
    for (const row of rows) {
      const source = row.source ?? NO_SOURCE;
      const file = row.source === null ? state.file : files.indexOf(source.file) + 1;
      if (file !== state.file) {
        out.u8(STANDARD.setFile);
        out.uleb(file);
        state.file = file;
      }
      if (source.column !== state.column) {
        out.u8(STANDARD.setColumn);
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
        out.u8(STANDARD.advanceLine);
        out.sleb(lines);
        out.u8(STANDARD.copy);
      }
      state.line = source.line;
    }
    // Code may end with an odd number of bytes of data.
    advance(Math.max(state.address, end + (end % MINIMUM_INSTRUCTION_BYTES)));
    out.bytes([0, 1, EXTENDED.endSequence]);
  }
  out.patch32(0, out.length - 4);
  return out.take();
}

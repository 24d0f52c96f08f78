/** The public face of the boards: what they are, their instruction set, and the ELF files that hold their programs. */
export type { BoardDescription, IsaName, SharedMemory } from './board.ts';
export {
  ELF_MACHINE_EPIPHANY,
  type ElfFile,
  type ElfRelocation,
  type ElfSection,
  type ElfSegment,
  type ElfSymbol,
  SECTION_FLAG,
  SECTION_TYPE,
  SYMBOL_KIND,
} from './elf/elf-file.ts';
export { type LineRow, LineTable, type SourceLine } from './elf/line-table.ts';
export type { ObjectSection, ObjectSymbol, Relocation } from './elf/object.ts';
export { readLineTable } from './elf/read-debug-line.ts';
export { readElf } from './elf/read-elf.ts';
export { debugSections } from './elf/write-debug-line.ts';
export { type ElfContent, type ElfSectionContent, writeElf } from './elf/write-elf.ts';
export { type AssembledObject, assemble } from './isa/epiphany/assembler.ts';
export { type DisassembledInstruction, disassemble, disassembleInstruction } from './isa/epiphany/disassembler.ts';
export {
  type DecodedInstruction,
  decode,
  encode,
  type FieldName,
  type Fields,
  fieldRange,
  fits,
  formNamed,
  formsOf,
  INSTRUCTIONS,
  type InstructionForm,
  instructionWidthBytes,
  type OperandSyntax,
  type Operation,
} from './isa/epiphany/instruction-table.ts';
export { type ListedBlock, type ListedInstruction, listElf, listingText } from './isa/epiphany/listing.ts';
export { applyRelocation, RELOCATION } from './isa/epiphany/relocations.ts';
export { SPECIAL_REGISTERS, type SpecialRegister, specialRegister } from './isa/epiphany/special-registers.ts';
export { BOARDS, findBoard } from './registry.ts';

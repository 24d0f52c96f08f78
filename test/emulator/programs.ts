/** Small machine programs for tests: a list of instructions by mnemonic, put together from the instruction table. */
import { encode, type Fields, formNamed } from '../../boards/isa/epiphany/instruction-table.ts';
import type { Machine } from '../../emulator/index.ts';

export const CONFIG = 0xf0400;
export const STATUS = 0xf0404;
export const PC = 0xf0408;
export const DEBUGSTATUS = 0xf040c;
export const LC = 0xf0414;
export const LS = 0xf0418;
export const LE = 0xf041c;
export const IRET = 0xf0420;
export const IMASK = 0xf0424;
export const ILAT = 0xf0428;
export const ILATST = 0xf042c;
export const IPEND = 0xf0434;
export const CTIMER0 = 0xf0438;
export const FSTATUS = 0xf0440;
export const DEBUGCMD = 0xf0448;
export const MEMSTATUS = 0xf0604;
export const MEMPROTECT = 0xf0608;
export const COREID = 0xf0704;

/** An instruction: mnemonic, form, fields. */
export type Line = readonly [mnemonic: string, form: string, fields?: Fields];

/** The bytes of a program. */
export function assemble(lines: readonly Line[]): Uint8Array {
  const bytes: number[] = [];
  for (const [mnemonic, name, fields] of lines) {
    const form = formNamed(mnemonic, name);
    const word = encode(form, fields ?? {});
    for (let i = 0; i < form.widthBytes; i++) bytes.push((word >>> (8 * i)) & 255);
  }
  return Uint8Array.from(bytes);
}

/** The special register number and group for MOVTS and MOVFS (long forms). */
function special(offset: number): { form: string; number: number } {
  const group = ['core', 'dma', 'mem', 'mesh'][(offset - 0xf0400) >> 8];
  return { form: `${group}.long`, number: ((offset & 0xff) >> 2) & 63 };
}

export function movts(offset: number, rd: number): Line {
  const { form, number } = special(offset);
  return ['movts', form, { rd, special: number }];
}

export function movfs(rd: number, offset: number): Line {
  const { form, number } = special(offset);
  return ['movfs', form, { rd, special: number }];
}

/** Loads a 32-bit constant: two instructions of four bytes. */
export function constant(rd: number, value: number): Line[] {
  return [
    ['mov', 'imm.long', { rd, immediate: value & 0xffff }],
    ['movt', 'imm.long', { rd, immediate: value >>> 16 }],
  ];
}

export function branch(mnemonic: string, displacement: number): Line {
  return [mnemonic, 'long', { displacement }];
}

/** Writes a program into a core at a local address. */
export function place(machine: Machine, core: number, address: number, lines: readonly Line[]): void {
  machine.writeMemory(machine.coreAddress(core, address), assemble(lines));
}

/** Starts a core at a local address, interrupts enabled. */
export function start(machine: Machine, core: number, address: number): void {
  machine.writeWord(machine.coreAddress(core, PC), address);
  machine.writeWord(machine.coreAddress(core, FSTATUS), 1);
}

/** Reads a general register, unsigned. */
export function register(machine: Machine, core: number, number: number): number {
  return (machine.cores[core]?.registers[number] ?? 0) >>> 0;
}

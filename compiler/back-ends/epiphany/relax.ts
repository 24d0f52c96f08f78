/**
 * Branch relaxation and assembly: every branch starts as a 16-bit one and grows to 32 bits if its target is too far
 * away, until nothing changes; then bytes, relocations, symbols and lines are written.
 */

import { RELOCATION } from '../../../boards/isa/epiphany/relocations.ts';
import type { LineEntry, ObjectSymbol, Relocation } from '../back-end.ts';
import type { Destination, Piece } from './emit.ts';
import { Label } from './emit.ts';
import { encode } from './encoding.ts';

/** Range of a 16-bit branch in bytes, from its own address. */
const SHORT_MINIMUM = -256;
const SHORT_MAXIMUM = 254;
const FUNCTION_ALIGNMENT = 4;
const NOP = 0x01a2;

export interface EmittedFunction {
  readonly symbol: string;
  readonly pieces: readonly Piece[];
}

export interface Assembled {
  readonly bytes: Uint8Array;
  readonly relocations: readonly Relocation[];
  readonly symbols: readonly ObjectSymbol[];
  readonly lines: readonly LineEntry[];
}

/** A branch or an encoded instruction with its size so far. */
interface Unit {
  readonly piece: Piece;
  readonly words: readonly EncodedWord[];
  sizeBytes: number;
}

interface EncodedWord {
  readonly value: number;
  readonly sizeBytes: number;
  readonly relocation: Omit<Relocation, 'offset'> | null;
}

class Assembler {
  private readonly units: Unit[][];
  private readonly functions: readonly EmittedFunction[];
  private readonly labels = new Map<Label, number>();
  private readonly starts = new Map<string, number>();
  private readonly ends = new Map<string, number>();
  private length = 0;

  constructor(functions: readonly EmittedFunction[]) {
    this.functions = functions;
    this.units = functions.map(({ pieces }) => pieces.map(unitOf));
    // Symbols of functions are destinations too, before the first placement.
    for (const { symbol } of functions) this.starts.set(symbol, 0);
  }

  assemble(): Assembled {
    do this.place();
    while (this.grow());
    return this.write();
  }

  private place(): void {
    let offset = 0;
    this.functions.forEach(({ symbol }, index) => {
      offset = Math.ceil(offset / FUNCTION_ALIGNMENT) * FUNCTION_ALIGNMENT;
      this.starts.set(symbol, offset);
      for (const { piece, sizeBytes } of this.units[index] as Unit[]) {
        if (piece.piece === 'label') this.labels.set(piece.label, offset);
        offset += sizeBytes;
      }
      this.ends.set(symbol, offset);
    });
    this.length = offset;
  }

  private addressOf(to: Destination): number | undefined {
    return to instanceof Label ? this.labels.get(to) : this.starts.get(to.symbol);
  }

  /** Makes branches long whose targets are out of reach; true if there were any. */
  private grow(): boolean {
    let grew = false;
    this.forEachUnit((unit, offset) => {
      const { piece } = unit;
      if (piece.piece !== 'branch' || unit.sizeBytes === 4) return;
      const target = this.addressOf(piece.to);
      const distance = target === undefined ? Number.POSITIVE_INFINITY : target - offset;
      if (distance >= SHORT_MINIMUM && distance <= SHORT_MAXIMUM) return;
      unit.sizeBytes = 4;
      grew = true;
    });
    return grew;
  }

  private forEachUnit(visit: (unit: Unit, offset: number) => void): void {
    this.functions.forEach(({ symbol }, index) => {
      let offset = this.starts.get(symbol) as number;
      for (const unit of this.units[index] as Unit[]) {
        const { sizeBytes } = unit;
        visit(unit, offset);
        offset += sizeBytes;
      }
    });
  }

  private write(): Assembled {
    const bytes = new Uint8Array(Math.ceil(this.length / FUNCTION_ALIGNMENT) * FUNCTION_ALIGNMENT);
    const view = new DataView(bytes.buffer);
    for (let offset = 0; offset + 2 <= bytes.length; offset += 2) view.setUint16(offset, NOP, true);
    const put = (offset: number, value: number, sizeBytes: number): void => {
      if (sizeBytes === 2) view.setUint16(offset, value, true);
      else view.setUint32(offset, value >>> 0, true);
    };
    const relocations: Relocation[] = [];
    const lines: LineEntry[] = [];
    this.forEachUnit(({ piece, words, sizeBytes }, offset) => {
      if (sizeBytes > 0) {
        const last = lines.at(-1);
        if (last === undefined || last.position !== piece.position) lines.push({ offset, position: piece.position });
      }
      if (piece.piece === 'branch') {
        const target = this.addressOf(piece.to);
        const distance = target === undefined ? 0 : target - offset;
        if (target === undefined && !(piece.to instanceof Label)) {
          relocations.push({ offset, type: RELOCATION.branch24, symbol: piece.to.symbol, addend: 0 });
        }
        const form = sizeBytes === 2 ? 'short' : 'long';
        put(offset, encode(piece.mnemonic, form, { b: distance }), sizeBytes);
        return;
      }
      let at = offset;
      for (const { value, sizeBytes: size, relocation } of words) {
        put(at, value, size);
        if (relocation !== null) relocations.push({ offset: at, ...relocation });
        at += size;
      }
    });
    const symbols = this.functions.map(({ symbol }): ObjectSymbol => {
      const offset = this.starts.get(symbol) as number;
      const lengthBytes = (this.ends.get(symbol) as number) - offset;
      return { name: symbol, section: '.text', offset, lengthBytes, kind: 'function' };
    });
    return { bytes, relocations, symbols, lines };
  }
}

function unitOf(piece: Piece): Unit {
  if (piece.piece === 'label') return { piece, words: [], sizeBytes: 0 };
  if (piece.piece === 'branch') return { piece, words: [], sizeBytes: 2 };
  const { mnemonic, form, fields, relocation } = piece.code;
  const value = encode(mnemonic, form, fields);
  const sizeBytes = isLongInstruction(value) ? 4 : 2;
  return { piece, words: [{ value, sizeBytes, relocation: relocation ?? null }], sizeBytes };
}

/** The low four bits of an instruction tell its length. */
const isLongInstruction = (value: number): boolean => [8, 9, 0xb, 0xc, 0xd, 0xf].includes(value & 15);

/** Assembles functions one after the other, each on a multiple of four bytes. */
export function assembleFunctions(functions: readonly EmittedFunction[]): Assembled {
  return new Assembler(functions).assemble();
}

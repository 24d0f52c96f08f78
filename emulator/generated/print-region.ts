/**
 * The JavaScript function of a region: `(core, bus, left) => executed`.
 *
 * Variables: `r0` … `r63` words of registers, `f0` … registers held as numbers, `left` instructions that may still be
 * executed, `pc` set when the region is left, `fa fb fk` where the integer flags come from (flags.ts), `avs` negative if
 * an overflow happened, `bf bv` the last FPU result and its overflow bit, `sticky` STATUS bits to add, `lc` the count of
 * the active hardware loop. A block is entered only if all its instructions may be executed; leaving it early gives the
 * rest back, so counts are exact.
 */
import type { FlagSource } from './flags.ts';
import { InstructionPrinter } from './print-instruction.ts';
import { addressOf, type Region, type RegionBlock } from './region.ts';
import { type Structure, successors } from './structure.ts';

/** The source text of a region's function, and the registers it holds as numbers. */
export function printRegion(
  region: Region,
  structure: Structure,
  floats: ReadonlySet<number>,
  localMemoryBytes: number,
): string {
  return new RegionPrinter(region, structure, floats, localMemoryBytes).print();
}

class RegionPrinter {
  readonly #region: Region;
  readonly #structure: Structure;
  readonly #floats: ReadonlySet<number>;
  readonly #instructions: InstructionPrinter;
  readonly #flagsAt: ReadonlyMap<number, FlagSource>;

  constructor(region: Region, structure: Structure, floats: ReadonlySet<number>, localMemoryBytes: number) {
    this.#region = region;
    this.#structure = structure;
    this.#floats = floats;
    this.#instructions = new InstructionPrinter(floats, region.mode, localMemoryBytes);
    this.#flagsAt = flagSources(region, structure);
  }

  print(): string {
    const first = this.#structure.order[0];
    if (first !== undefined) this.#tree(first);
    const body = this.#instructions.lines;
    return [
      '"use strict";',
      'return (core, bus, left) => {',
      ...this.#prologue(),
      'out: {',
      ...body,
      '}',
      ...this.#epilogue(),
      '};',
    ].join('\n');
  }

  #emit(line: string): void {
    this.#instructions.emit(line);
  }

  #prologue(): string[] {
    const { read, written } = this.#instructions;
    const lines = [
      'const { registers, floatRegisters, memory } = core;',
      'const { words, halfwords, bytes, floats, guard } = memory;',
      'const budget = left, status = core.status;',
      'let pc = 0, avs = 0, sticky = 0;',
      'let fa = status & 240, fb = 0, fk = 2;',
      'let bf = (status & 256) === 0 ? ((status & 512) === 0 ? 1 : -1) : (status & 512) === 0 ? 0 : -0, bv = status & 1024;',
    ];
    if (this.#region.mode.loop !== undefined) lines.push('let lc = core.loopCount;');
    for (const register of [...new Set([...read, ...written])].sort((a, b) => a - b)) {
      if (!this.#floats.has(register)) {
        lines.push(`let r${register} = registers[${register}];`);
        continue;
      }
      const name = `f${register}`;
      lines.push(`let ${name} = floatRegisters[${register}];`);
      lines.push(`if (!(Math.abs(${name}) >= ${2 ** -126} || ${name} === 0)) ${name} = NaN;`);
    }
    return lines;
  }

  #epilogue(): string[] {
    const { written, changesIntegerFlags, changesFloatFlags } = this.#instructions;
    const lines: string[] = [];
    for (const register of [...written].sort((a, b) => a - b)) {
      if (this.#floats.has(register)) {
        lines.push(`if (f${register} === f${register}) floatRegisters[${register}] = f${register};`);
      } else lines.push(`registers[${register}] = r${register};`);
    }
    if (changesIntegerFlags) {
      lines.push('core.status = (core.status & ~240) | packFlags(fk, fa, fb) | ((avs >>> 31) << 12);');
    }
    if (changesFloatFlags) {
      lines.push('core.status = (core.status & ~1792) | packFloatFlags(bf) | bv | sticky;');
    }
    if (this.#region.mode.loop !== undefined) lines.push('core.loopCount = lc;');
    lines.push('core.pc = pc >>> 0;', 'return budget - left;');
    return lines;
  }

  // --- structure ---

  /** A block with everything it dominates. */
  #tree(block: RegionBlock): void {
    const merges = (this.#structure.children.get(block.id) ?? []).filter(({ id }) => this.#structure.merges.has(id));
    const isLoop = this.#structure.loopHeaders.has(block.id);
    if (isLoop) this.#emit(`loop${block.id}: for (;;) {`);
    this.#within(block, merges);
    if (isLoop) this.#emit('}');
  }

  /** The block inside labelled blocks, behind each of which one of its merges follows; the last one is outermost. */
  #within(block: RegionBlock, merges: readonly RegionBlock[]): void {
    const last = merges.at(-1);
    if (last === undefined) {
      this.#block(block);
      return;
    }
    this.#emit(`to${last.id}: {`);
    this.#within(block, merges.slice(0, -1));
    this.#emit('}');
    this.#tree(last);
  }

  #block(block: RegionBlock): void {
    const printer = this.#instructions;
    const count = block.instructions.length;
    if (count > 0) {
      this.#emit(`if ((left -= ${count}) < 0) { left += ${count}; pc = ${addressOf(block.id)}; break out; }`);
    }
    printer.flags = this.#flagsAt.get(block.id) ?? { kind: 'unknown' };
    for (let i = 0; i < count; i++) printer.print(block, i);
    const { end } = block;
    switch (end.kind) {
      case 'next':
        this.#go(block, end.target);
        break;
      case 'branch':
        this.#emit(`if (${printer.condition(end.condition)}) {`);
        this.#go(block, end.taken);
        this.#emit('} else {');
        this.#go(block, end.other);
        this.#emit('}');
        break;
      case 'loop':
        this.#emit('if ((lc = (lc - 1) | 0) !== 0) {');
        this.#go(block, end.start);
        this.#emit('}');
        this.#emit(`pc = ${addressOf(end.other)}; break out;`);
        break;
      case 'mode':
        this.#emit('if ((core.config & 0x80000) === 0) {');
        this.#go(block, end.float);
        this.#emit('} else {');
        this.#go(block, end.integer);
        this.#emit('}');
        break;
      case 'jump':
        this.#emit('break out;');
        break;
      case 'call':
      case 'leave':
        this.#emit(`pc = ${addressOf(end.target)}; break out;`);
        break;
    }
  }

  /** Control goes from a block to an address. */
  #go(from: RegionBlock, to: number): void {
    const { index, merges, isIrregular } = this.#structure;
    const target = this.#region.blocks.get(to);
    if (target === undefined || isIrregular(from.id, to)) this.#emit(`pc = ${addressOf(to)}; break out;`);
    else if ((index.get(to) ?? 0) <= (index.get(from.id) ?? 0)) this.#emit(`continue loop${to};`);
    else if (merges.has(to)) this.#emit(`break to${to};`);
    else this.#tree(target);
  }
}

/** What is known about the integer flags at the start of each block: what all ways there agree on. */
function flagSources(region: Region, structure: Structure): Map<number, FlagSource> {
  const atEnd = new Map<number, FlagSource['kind'] | undefined>();
  const atStart = new Map<number, FlagSource['kind'] | undefined>([[region.entry, 'unknown']]);
  for (let changed = true; changed; ) {
    changed = false;
    for (const block of structure.order) {
      const kind = lastFlagKind(block) ?? atStart.get(block.id);
      if (kind === undefined || atEnd.get(block.id) === kind) continue;
      atEnd.set(block.id, kind);
      changed = true;
      for (const to of successors(region, block)) {
        const before = atStart.get(to);
        atStart.set(to, before === undefined || before === kind ? kind : 'unknown');
      }
    }
  }
  return new Map([...atStart].map(([id, kind]) => [id, sourceIn(kind)] as const));
}

function sourceIn(kind: FlagSource['kind'] | undefined): FlagSource {
  if (kind === 'logical') return { kind, a: 'fa' };
  return kind === undefined || kind === 'unknown' ? { kind: 'unknown' } : { kind, a: 'fa', b: 'fb' };
}

function lastFlagKind(block: RegionBlock): FlagSource['kind'] | undefined {
  for (let i = block.instructions.length - 1; i >= 0; i--) {
    switch (block.instructions[i]?.instruction.operation) {
      case 'add':
        return 'sum';
      case 'sub':
        return 'difference';
      case 'and':
      case 'orr':
      case 'eor':
      case 'lsl':
      case 'lsr':
      case 'asr':
      case 'bitr':
        return 'logical';
      default:
        break;
    }
  }
  return undefined;
}

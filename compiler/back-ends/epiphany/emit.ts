/** Functions after allocation become a list of pieces: instructions, branches to labels, and labels. */
import type { SourcePosition } from '../../kernel-tree/tree.ts';
import { expand, type IsaInstruction, loadConstant } from './expand.ts';
import { layOut } from './layout.ts';
import {
  CONDITION_SUFFIX,
  instruction,
  type MachineBlock,
  type MachineFunction,
  type MachineInstruction,
  negate,
} from './machine-code.ts';
import { sequentialMoves } from './parallel-moves.ts';
import { LINK_REGISTER, NO_REGISTER, SCRATCH } from './registers.ts';

/** Where a branch leads: a label of this function, or a symbol. */
export type Destination = Label | { readonly symbol: string };

export class Label {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

export type Piece = { readonly position: SourcePosition | null } & (
  | { readonly piece: 'instruction'; readonly code: IsaInstruction }
  /** `mnemonic` is b, bl or a conditional branch. */
  | { readonly piece: 'branch'; readonly mnemonic: string; readonly to: Destination }
  | { readonly piece: 'label'; readonly label: Label }
);

/** Never returns: reports the site in r0 with the words in r1 and r2 to the host. */
export const RAISE_SYMBOL = 'traps.raise';

interface Stub {
  readonly label: Label;
  readonly trap: MachineInstruction;
}

class FunctionEmitter {
  readonly pieces: Piece[] = [];
  private readonly labels = new Map<MachineBlock, Label>();
  private readonly stubs: Stub[] = [];
  private readonly raise: Label;
  private raises = false;
  private readonly target: MachineFunction;
  private readonly smallAddresses: boolean;

  constructor(target: MachineFunction, smallAddresses: boolean) {
    this.target = target;
    this.smallAddresses = smallAddresses;
    this.raise = new Label(`${target.symbol} raise`);
  }

  emit(): Piece[] {
    const blocks = layOut(this.target);
    blocks.forEach((block, place) => {
      this.pieces.push({ piece: 'label', label: this.labelOf(block), position: block.position });
      for (const code of block.instructions) this.emitInstruction(code);
      this.emitTerminator(block, blocks[place + 1]);
    });
    this.emitStubs();
    return this.pieces;
  }

  private labelOf(block: MachineBlock): Label {
    const known = this.labels.get(block) ?? new Label(`${this.target.symbol} block ${block.id}`);
    this.labels.set(block, known);
    return known;
  }

  private branch(mnemonic: string, to: Destination, position: SourcePosition | null): void {
    this.pieces.push({ piece: 'branch', mnemonic, to, position });
  }

  private put(codes: readonly IsaInstruction[], position: SourcePosition | null): void {
    for (const code of codes) this.pieces.push({ piece: 'instruction', code, position });
  }

  private emitInstruction(code: MachineInstruction): void {
    const { position } = code;
    switch (code.op) {
      case 'call':
        this.branch('bl', { symbol: code.symbol }, position);
        return;
      case 'tail-call':
        this.branch('b', { symbol: code.symbol }, position);
        return;
      case 'call-register':
        this.put([jump('jalr', code.n)], position);
        return;
      case 'return':
        this.put([jump('jr', LINK_REGISTER)], position);
        return;
      case 'trap-if':
        this.branch(`b${CONDITION_SUFFIX[code.condition]}`, this.stub(code), position);
        return;
      case 'trap':
        for (const move of trapMoves(code)) this.put(expand(move, this.smallAddresses), position);
        this.put(loadConstant(0, code.immediate), position);
        this.raises = true;
        this.branch('b', this.raise, position);
        return;
      default:
        this.put(expand(code, this.smallAddresses), position);
        return;
    }
  }

  private stub(trap: MachineInstruction): Label {
    const same = this.stubs.find(({ trap: other }) => isSameTrap(other, trap));
    if (same !== undefined) return same.label;
    const label = new Label(`${this.target.symbol} stub ${this.stubs.length}`);
    this.stubs.push({ label, trap });
    return label;
  }

  private emitTerminator(block: MachineBlock, next: MachineBlock | undefined): void {
    const { terminator, position } = block;
    if (terminator.op === 'jump') {
      if (terminator.to !== next) this.branch('b', this.labelOf(terminator.to), position);
    } else if (terminator.op === 'branch') {
      const { whenTrue, whenFalse, condition } = terminator;
      if (whenTrue === next) {
        this.branch(`b${CONDITION_SUFFIX[negate(condition)]}`, this.labelOf(whenFalse), position);
        return;
      }
      this.branch(`b${CONDITION_SUFFIX[condition]}`, this.labelOf(whenTrue), position);
      if (whenFalse !== next) this.branch('b', this.labelOf(whenFalse), position);
    }
  }

  /** The stubs share one jump to the runtime; the last falls into it. */
  private emitStubs(): void {
    this.stubs.forEach(({ label, trap }, place) => {
      const { position } = trap;
      this.pieces.push({ piece: 'label', label, position });
      for (const code of trapMoves(trap)) this.put(expand(code, this.smallAddresses), position);
      this.put(loadConstant(0, trap.immediate), position);
      if (place < this.stubs.length - 1) this.branch('b', this.raise, position);
    });
    if (this.stubs.length === 0 && !this.raises) return;
    const position = this.stubs.at(-1)?.trap.position ?? null;
    this.pieces.push({ piece: 'label', label: this.raise, position });
    this.branch('b', { symbol: RAISE_SYMBOL }, position);
  }
}

const jump = (mnemonic: string, n: number): IsaInstruction => ({
  mnemonic: mnemonic === 'jr' && n === LINK_REGISTER ? 'rts' : mnemonic,
  form: mnemonic === 'jr' || n >= 8 ? 'long' : 'short',
  fields: mnemonic === 'jr' && n === LINK_REGISTER ? {} : { n },
});

function isSameTrap(one: MachineInstruction, other: MachineInstruction): boolean {
  return (
    one.immediate === other.immediate &&
    one.n === other.n &&
    one.m === other.m &&
    one.constants?.index === other.constants?.index &&
    one.constants?.length === other.constants?.length &&
    one.uses[0] === other.uses[0]
  );
}

/** Leaves integer mode, and brings the operands of a check to r1 and r2. */
function trapMoves(trap: MachineInstruction): MachineInstruction[] {
  const { n, m, constants, uses } = trap;
  const result: MachineInstruction[] = [];
  if (uses[0] !== undefined) result.push(instruction('movts', { d: uses[0], special: 'config' }));
  const moves = [
    { to: 1, from: n },
    { to: 2, from: m },
  ].filter((move) => move.from !== NO_REGISTER);
  for (const { to, from } of sequentialMoves(moves, () => SCRATCH)) result.push(instruction('mov', { d: to, n: from }));
  if (constants?.index != null) result.push(instruction('mov-immediate', { d: 1, immediate: constants.index }));
  if (constants?.length != null) result.push(instruction('mov-immediate', { d: 2, immediate: constants.length }));
  return result;
}

/** The pieces of one function, its entry first. Its frame must be built. */
export function emitFunction(target: MachineFunction, smallAddresses: boolean): Piece[] {
  return new FunctionEmitter(target, smallAddresses).emit();
}

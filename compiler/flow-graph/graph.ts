/**
 * The flow graph: the compiler's middle form, SSA with block parameters, independent of any instruction set.
 * Every value is one 32-bit word. Loops of the source stay known (`loops`) until code is emitted. A back end turns a
 * Program into ObjectCode (`compiler/back-ends/back-end.ts`).
 */
import type { SourcePosition, TrapSite } from '../kernel-tree/tree.ts';

export type WordType = 'i32' | 'f32';

/** An SSA value: defined once, by a block parameter or an instruction. Ids are dense within a function. */
export interface Value {
  readonly id: number;
  readonly type: WordType;
  /** Source name, for listings; may be empty. */
  readonly name: string;
}

/** Two words in, one out. Shift counts use the low 5 bits. */
export type BinaryOpcode =
  | 'add'
  | 'sub'
  | 'mul'
  | 'and'
  | 'or'
  | 'xor'
  | 'shl'
  | 'shr-signed'
  | 'shr-unsigned'
  | 'fadd'
  | 'fsub'
  | 'fmul';

/**
 * Integer division, f32 division, sqrt and the like do not appear: they are calls to library kernels
 * (`device/kernel/math`), inserted by the lowering.
 */
export type UnaryOpcode =
  | 'fabs'
  | 'float' // i32 -> f32, nearest even
  | 'bits' // reinterpret f32 as i32; no code
  | 'unbits' // reinterpret i32 as f32; no code
  | 'bit-reverse'
  | 'sign-extend-8'
  | 'sign-extend-16'
  | 'zero-extend-8'
  | 'zero-extend-16';

export type Condition =
  | 'eq'
  | 'ne'
  | 'lt-signed'
  | 'le-signed'
  | 'gt-signed'
  | 'ge-signed'
  | 'lt-unsigned'
  | 'le-unsigned'
  | 'gt-unsigned'
  | 'ge-unsigned';

/** Comparisons are of integers only; f32 comparisons are lowered to integer operations (docs/numbers.md says why). */
export type Instruction = { readonly position: SourcePosition | null } & (
  | { readonly op: 'constant'; readonly result: Value; readonly bits: number } // 32-bit pattern, as int32
  | { readonly op: 'symbol'; readonly result: Value; readonly symbol: string; readonly offset: number } // address
  | { readonly op: 'frame-address'; readonly result: Value; readonly slot: FrameSlot } // where the slot begins
  | {
      readonly op: 'binary';
      readonly opcode: BinaryOpcode;
      readonly result: Value;
      readonly left: Value;
      readonly right: Value;
    }
  | { readonly op: 'unary'; readonly opcode: UnaryOpcode; readonly result: Value; readonly value: Value }
  /** accumulate + a*b (`fmadd`) or accumulate - a*b (`fmsub`), one rounding. */
  | {
      readonly op: 'fused';
      readonly opcode: 'fmadd' | 'fmsub';
      readonly result: Value;
      readonly accumulate: Value;
      readonly a: Value;
      readonly b: Value;
    }
  | {
      readonly op: 'compare';
      readonly condition: Condition;
      readonly result: Value;
      readonly left: Value;
      readonly right: Value;
    } // 0 or 1
  | {
      readonly op: 'select';
      readonly condition: Condition;
      readonly result: Value;
      readonly left: Value;
      readonly right: Value;
      readonly whenTrue: Value;
      readonly whenFalse: Value;
    }
  /** Address is base + index*scale + offset; scale is 1 or `sizeBytes`. */
  | {
      readonly op: 'load';
      readonly result: Value;
      readonly sizeBytes: 1 | 2 | 4;
      readonly signed: boolean;
      readonly base: Value;
      readonly index: Value | null;
      readonly scale: number;
      readonly offset: number;
      readonly volatile: boolean;
      readonly alias: AliasClass;
    }
  | {
      readonly op: 'store';
      readonly value: Value;
      readonly sizeBytes: 1 | 2 | 4;
      readonly base: Value;
      readonly index: Value | null;
      readonly scale: number;
      readonly offset: number;
      readonly volatile: boolean;
      readonly alias: AliasClass;
    }
  /** Traps unless index < length, both unsigned. Has an effect; no result. */
  | { readonly op: 'bounds-check'; readonly index: Value; readonly length: Value; readonly site: TrapSite }
  /** Traps if value == 0. */
  | { readonly op: 'zero-check'; readonly value: Value; readonly site: TrapSite }
  | {
      readonly op: 'call';
      readonly result: Value | null;
      readonly callee: string;
      readonly arguments: readonly Value[];
      /** For each argument that is the address of an array: what it is in the caller. Inlining needs it. */
      readonly argumentAliases?: readonly (AliasClass | null)[];
    }
  | {
      readonly op: 'call-address';
      readonly result: Value | null;
      readonly address: Value;
      readonly arguments: readonly Value[];
    }
  | {
      readonly op: 'machine';
      readonly operation:
        | 'read-register'
        | 'write-register'
        | 'test-and-set'
        | 'idle'
        | 'enable-interrupts'
        | 'disable-interrupts'
        | 'trap-site'; // the id of `site`
      readonly result: Value | null;
      readonly arguments: readonly Value[];
      readonly register?: string;
      readonly site?: TrapSite;
    }
);

/**
 * What a load or store may touch: one parameter array, one global, or anything. Accesses of different classes do not
 * overlap (arguments that alias are refused at the call), except that `any` overlaps everything. `index` is that of
 * the address in `GraphFunction.parameters`.
 */
export type AliasClass =
  | { readonly tag: 'parameter'; readonly index: number }
  | { readonly tag: 'global'; readonly symbol: string }
  /** A field of records of one type, whichever record it is; no array is at the same place. */
  | { readonly tag: 'field'; readonly record: string; readonly word: number }
  | { readonly tag: 'any' };

export type Terminator = { readonly position: SourcePosition | null } & (
  | { readonly op: 'jump'; readonly to: Edge }
  | {
      readonly op: 'branch';
      readonly condition: Condition;
      readonly left: Value;
      readonly right: Value;
      readonly whenTrue: Edge;
      readonly whenFalse: Edge;
    }
  | { readonly op: 'return'; readonly value: Value | null }
  | { readonly op: 'trap'; readonly site: TrapSite }
);

/** A jump to a block with a value for each of its parameters. */
export interface Edge {
  block: Block;
  arguments: Value[];
}

export interface Block {
  readonly id: number;
  parameters: Value[];
  instructions: Instruction[];
  terminator: Terminator;
  /** Innermost loop that contains the block. */
  loop: Loop | null;
}

export interface Loop {
  readonly header: Block;
  readonly parent: Loop | null;
  readonly depth: number; // 1 = outermost
}

/** Memory in the frame of a function, 8-byte aligned; identity is the object. */
export interface FrameSlot {
  readonly name: string;
  readonly sizeBytes: number;
}

export interface GraphFunction {
  readonly symbol: string;
  /** In calling order; an array parameter is two values: address, length in elements. */
  readonly parameters: readonly Value[];
  readonly result: WordType | null;
  /** The first is the entry; the rest in reverse postorder. */
  blocks: Block[];
  loops: Loop[];
  /** Records and arrays that live in the frame. */
  slots: FrameSlot[];
  /** One more than the largest value id. */
  valueCount: number;
  readonly exported: boolean;
  readonly position: SourcePosition | null;
}

/** Initialised or zeroed memory of a module. */
export interface DataObject {
  readonly symbol: string;
  readonly section: '.rodata' | '.data' | '.bss';
  readonly alignBytes: number;
  readonly lengthBytes: number;
  /** Absent for .bss. Symbols of functions in a table are `relocations`. */
  readonly bytes?: Uint8Array;
  readonly relocations?: readonly { readonly offset: number; readonly symbol: string; readonly addend?: number }[];
  readonly position: SourcePosition | null;
}

export interface GraphProgram {
  readonly name: string;
  readonly functions: GraphFunction[];
  readonly data: DataObject[];
}

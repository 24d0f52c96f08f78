/**
 * The kernel tree: a kernel program after checking, with every type, number kind, conversion and operation made
 * explicit. The front end builds it from TypeScript; `flow-graph` lowers it to machine code; `exact-node` prints it as
 * JavaScript that gives the core's bits. Neither of the two looks at TypeScript again, so the meaning of each
 * operation below, spelled out in docs/numbers.md, is decided once, by the front end.
 */

import type { LogFormat } from './log-format.ts';

/** Where a node stands in the user's source. Lines and columns count from 1; columns in UTF-16 units. */
export interface SourcePosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** How a `number` of TypeScript is held: a 32-bit word. */
export type NumberKind = 'i32' | 'u32' | 'f32';
/** `bool` is a word that is 0 or 1; `reference` the address of a record, or 0 for null. */
export type ScalarType = NumberKind | 'bool' | 'reference';
/** What an array of references holds: words like those of variables. */
export type ArrayElement = ElementKind | 'reference';
export type ElementKind = 'i8' | 'u8' | 'i16' | 'u16' | 'i32' | 'u32' | 'f32';

/** Type of a parameter or variable. An array is a pair of words: address, length in elements. */
export type VariableType =
  | { readonly tag: 'scalar'; readonly scalar: ScalarType }
  | { readonly tag: 'array'; readonly element: ArrayElement };

/**
 * What an object literal, tuple or class instance looks like in memory. Types between which values flow share one
 * record type: its fields are the union of theirs. Identity is the object.
 */
export interface RecordType {
  /** Unique in the program: for listings, and to tell memory accesses apart. */
  readonly name: string;
  /** How exact Node prints it; tuples have the fields `0`, `1`, … */
  readonly form: 'object' | 'tuple';
  readonly fields: readonly RecordField[];
  /** The field that tells of which class an object is, where its methods depend on that; counted from 1. */
  readonly classField?: RecordField;
  /** 32-bit words. */
  readonly words: number;
}

/**
 * A word of a record. Numbers of fewer than 32 bits are held widened, as in variables. An array has two: a reference to
 * its elements, and its length in the next field.
 */
export interface RecordField {
  readonly name: string;
  readonly type: ScalarType;
  /** Index of the word in the record. */
  readonly word: number;
}

/** A local variable or parameter of one function; identity is the object. */
export interface Local {
  readonly name: string;
  readonly type: VariableType;
  /** True if it is assigned after its declaration. */
  readonly mutable: boolean;
  readonly position: SourcePosition;
}

/**
 * A module-level variable: frozen constant data (`const` array never written), or per-core state that keeps its value
 * between calls and is reset by load.
 */
export interface Global {
  /** Unique in the program; also the symbol in the ELF file: `kernels.table`. */
  readonly symbol: string;
  readonly name: string;
  readonly type: VariableType;
  /** `constant` goes into .rodata, `state` into .data or .bss. Scalar constants never appear: they are folded. */
  readonly storage: 'constant' | 'state';
  /** Initial value: a number (bool as 0/1), the elements (their number is the array's fixed length), or the record. */
  readonly initial: number | ArrayData | RecordData | RecordReference;
  /** A lock between cores: an i32 array of one element, of which that of core 0 counts. */
  readonly isLock?: boolean;
  readonly position: SourcePosition;
}

/** First elements of an array: numbers, or records (null for none) in an array of references. */
export type ArrayData = readonly (number | Global | null)[];

/** First value of a module-level record. The record itself is at the symbol: `global-record` is its address. */
export interface RecordData {
  readonly record: RecordType;
  /** One for each field of the record: a number (bool as 0/1), null, or the global that is the other record or array. */
  readonly values: readonly (number | null | Global)[];
}

/** First value of a module-level variable that can be given another record: its word is an address. */
export interface RecordReference {
  readonly refersTo: Global | null;
}

/** An expression that yields a typed array (address and length). */
export type ArrayExpression =
  /** `[a, b, c]`, `new Int32Array(9)`: lives in the frame of its function. The same place each time it is evaluated. */
  | {
      readonly op: 'new-array';
      readonly element: ArrayElement;
      /** In elements. Those behind `values` are 0 whenever it is evaluated. */
      readonly length: number;
      /** Of the first elements, converted to their kind. */
      readonly values: readonly Expression[];
    }
  /**
   * A part of an array, in the same memory. `begin` and `end` are i32; negative ones count from the end of the array,
   * and both are brought into its range, as JavaScript's `subarray` does. It is empty if `end` is not behind `begin`.
   */
  | {
      readonly op: 'subarray';
      readonly array: ArrayExpression;
      readonly begin: Expression;
      /** Null: the end of the array. */
      readonly end: Expression | null;
    }
  /** `local` becomes `value`, then the effects are evaluated; it is what `local` stands for: `x.fill(1)` as an array. */
  | {
      readonly op: 'changed-array';
      readonly local: Local;
      readonly value: ArrayExpression;
      readonly effects: readonly Expression[];
    }
  /** An array that a record holds, by the two words that it has there: see `array-reference`. */
  | {
      readonly op: 'held-array';
      readonly element: ArrayElement;
      readonly reference: Expression;
      /** i32. */
      readonly length: Expression;
    }
  | { readonly op: 'local-array'; readonly local: Local }
  | { readonly op: 'global-array'; readonly global: Global }
  /** What a module's array is on another core, given by a reference. */
  | {
      readonly op: 'peer-array';
      readonly peer: Expression;
      readonly array: Extract<ArrayExpression, { op: 'global-array' }>;
    }
  /** `condition ? a : b` on arrays. */
  | {
      readonly op: 'conditional-array';
      readonly condition: Expression;
      readonly whenTrue: ArrayExpression;
      readonly whenFalse: ArrayExpression;
    };

/** Operators on two words of the same kind; the result has that kind. Meaning by kind: docs/numbers.md. */
export type ArithmeticOperator =
  | 'add' // i32, u32: modulo 2^32. f32: flush, exact, round once, flush
  | 'sub'
  | 'mul' // i32, u32: low 32 bits
  | 'div' // f32: correctly rounded. i32/u32: truncated quotient; divisor 0 as `zeroDivisor` says
  | 'rem' // i32/u32: sign of the dividend; divisor 0 always traps. f32: exact, 0 by NaN
  | 'min' // as Math.min/max: NaN wins, -0 < +0
  | 'max'
  | 'and' // i32, u32 only, also the shifts; shift count is masked to 5 bits
  | 'or'
  | 'xor'
  | 'shl'
  | 'shr'; // i32: arithmetic, u32: logical

export type UnaryOperator =
  | 'neg' // i32: 0 - x modulo 2^32. f32: (-0) - x, flushing x
  | 'not' // bitwise complement, i32/u32
  | 'abs' // i32: modulo 2^32. f32: flushes, clears the sign
  | 'sqrt' // f32, correctly rounded
  | 'floor' // f32 -> f32, also the next four
  | 'ceil'
  | 'trunc'
  | 'round' // halves upward
  | 'sign'
  | 'clz'; // i32/u32 -> i32

export type ComparisonOperator = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge';

/** Conversions between words. `bool` to a number is 0/1; a number to bool is `x != 0` (f32: also false for NaN). */
export type Conversion =
  | 'i32-to-f32' // rounds to nearest even
  | 'u32-to-f32'
  | 'f32-to-i32' // JavaScript's ToInt32: modulo 2^32, NaN and infinities give 0
  | 'f32-to-u32' // ToUint32
  | 'i32-to-u32' // same bits, also the next
  | 'u32-to-i32'
  | 'bool-to-i32'
  | 'to-bool'
  | 'bits-of-f32' // f32 -> i32, same bits (device/kernel/machine)
  | 'f32-of-bits'
  | 'sign-extend-8' // i32 -> i32; what a store into a narrower element followed by a load gives
  | 'sign-extend-16'
  | 'zero-extend-8'
  | 'zero-extend-16';

/** Intrinsics of device/kernel and device/kernel/machine; all words in, at most one word out. */
export type IntrinsicName =
  | 'core-index' // () -> i32
  | 'core-count' // () -> i32
  | 'board-rows' // () -> i32
  | 'board-columns' // () -> i32
  | 'first-core-id' // () -> i32: mesh id of the board's first core
  | 'peer-of-index' // (core) -> reference, null if there is none
  | 'peer-at' // (row, column) -> reference, null if there is none
  | 'neighbour' // (rows, columns) -> reference, null if there is none
  | 'wrapped-neighbour' // (rows, columns) -> reference
  | 'barrier' // waits at `site`, also the next; all writes before it are seen behind it
  | 'acquire-lock' // (array)
  | 'release-lock' // (array)
  | 'load8' // (address u32) -> i32 zero-extended; all loads and stores here are volatile: never moved, merged or dropped
  | 'load16'
  | 'load32'
  | 'store8' // (address, value)
  | 'store16'
  | 'store32'
  | 'read-register' // register name in `register`; () -> i32
  | 'write-register' // (value)
  | 'test-and-set' // (address, value) -> i32 old value
  | 'idle'
  | 'enable-interrupts'
  | 'disable-interrupts'
  | 'wait-for-interrupt'
  | 'call-address' // (address, up to 4 words) -> i32: calls code at an address with the kernel calling convention
  | 'array-address' // (array) -> u32
  | 'begins-behind' // (array, array) -> bool: of two parts of one array; touches no element
  | 'log'; // (a word for each piece of `format` that is sent): shows them on the host, in the order of calls

interface Node {
  readonly position: SourcePosition;
}

/** Where a run-time check failed, or a kernel waits for other cores; `text` is the source text, `x[i]`. */
export interface TrapSite {
  readonly kind: 'index-out-of-range' | 'division-by-zero' | 'throw' | 'length-mismatch' | 'unreachable' | 'wait';
  readonly position: SourcePosition;
  readonly text: string;
  /** For `throw`: class and message, both known at compile time. */
  readonly errorClass?: string;
  readonly message?: string;
}

export type Expression = Node &
  (
    | { readonly op: 'number'; readonly type: NumberKind; readonly value: number } // f32: an exact float32 value
    | { readonly op: 'bool'; readonly type: 'bool'; readonly value: boolean }
    | { readonly op: 'local'; readonly type: ScalarType; readonly local: Local }
    | { readonly op: 'global'; readonly type: ScalarType; readonly global: Global }
    | { readonly op: 'length'; readonly type: 'i32'; readonly array: ArrayExpression }
    /** Element read. Narrow elements arrive widened: i8/i16 as i32, u8/u16 as i32 (they fit), u32 as u32. */
    | {
        readonly op: 'element';
        readonly type: NumberKind | 'reference';
        readonly array: ArrayExpression;
        readonly index: Expression; // i32; compared unsigned with the length, so a negative one fails too
        readonly check: TrapSite | null; // null: proven or switched off
      }
    | { readonly op: 'unary'; readonly type: NumberKind; readonly operator: UnaryOperator; readonly value: Expression }
    | {
        readonly op: 'binary';
        readonly type: NumberKind;
        readonly operator: ArithmeticOperator;
        readonly left: Expression;
        readonly right: Expression;
        /** Integer `div` and `rem`: trap, or 0 as JavaScript's `(a / 0) | 0`. */
        readonly zeroDivisor?: TrapSite | 'zero';
      }
    /** One rounding: `add` a*b + c, `sub` c - a*b, `rsub` a*b - c. All f32. Evaluation order: see `cFirst`. */
    | {
        readonly op: 'fused';
        readonly type: 'f32';
        readonly form: 'add' | 'sub' | 'rsub';
        readonly a: Expression;
        readonly b: Expression;
        readonly c: Expression;
        /** True if c stands left of the product in the source and so is evaluated first. */
        readonly cFirst: boolean;
      }
    | {
        readonly op: 'compare';
        readonly type: 'bool';
        readonly operator: ComparisonOperator;
        /** Kind of both operands; f32 compares as JavaScript does and does not flush subnormals. */
        readonly kind: ScalarType;
        readonly left: Expression;
        readonly right: Expression;
      }
    | { readonly op: 'logical-not'; readonly type: 'bool'; readonly value: Expression }
    /** Short circuit, on bools. */
    | { readonly op: 'and' | 'or'; readonly type: 'bool'; readonly left: Expression; readonly right: Expression }
    | {
        readonly op: 'conditional';
        readonly type: ScalarType;
        readonly condition: Expression;
        readonly whenTrue: Expression;
        readonly whenFalse: Expression;
      }
    | { readonly op: 'convert'; readonly type: ScalarType; readonly conversion: Conversion; readonly value: Expression }
    /** Assignment; its value is what was assigned (before narrowing to the element). */
    | { readonly op: 'assign'; readonly type: ScalarType; readonly target: Target; readonly value: Expression }
    /**
     * `target op= value`, `++`, `--`: the target is evaluated once, then read as `current` is bound, then `value`
     * (which mentions `current` as an ordinary local) is stored. Yields the old or the new value.
     */
    | {
        readonly op: 'update';
        readonly type: ScalarType;
        readonly target: Target;
        readonly current: Local;
        readonly value: Expression;
        readonly yields: 'old' | 'new';
      }
    | {
        readonly op: 'call';
        readonly type: ScalarType | 'void';
        readonly callee: KernelFunction;
        readonly arguments: readonly Argument[];
      }
    | {
        readonly op: 'intrinsic';
        readonly type: ScalarType | 'void';
        readonly intrinsic: IntrinsicName;
        readonly arguments: readonly Argument[];
        /** Special register of `read-register` and `write-register`, as the assembler names it. */
        readonly register?: string;
        /** Where `barrier` and `acquire-lock` wait. */
        readonly site?: TrapSite;
        /** What `log` shows. */
        readonly format?: LogFormat;
      }
    /** Null of any record type. */
    | { readonly op: 'null'; readonly type: 'reference' }
    /** Where the elements of an array are: a record holds this and, in a field beside it, the length. */
    | { readonly op: 'array-reference'; readonly type: 'reference'; readonly array: ArrayExpression }
    /** The address of a module-level record. */
    | { readonly op: 'global-record'; readonly type: 'reference'; readonly global: Global }
    /**
     * Makes a record: values in the order of evaluation, then all are stored. Lives in the frame of the function (or of
     * a caller that it is returned to, see record-lifetimes.ts), at the same place each time. Fields without a value
     * that are references become null; other ones are not read before they are written.
     */
    | {
        readonly op: 'new-record';
        readonly type: 'reference';
        readonly record: RecordType;
        readonly values: readonly { readonly field: RecordField; readonly value: Expression }[];
      }
    | {
        readonly op: 'field';
        readonly type: ScalarType;
        readonly record: RecordType;
        readonly owner: Expression;
        readonly field: RecordField;
      }
    /**
     * Statements that stand where an expression does: a call of a function whose body was put in its place. Its
     * parameters are declared in the body; `return` is an assignment to `result` and a break to `target`. Nothing in it
     * jumps elsewhere or returns from the function around it. `result` is null exactly if the type is void.
     */
    | {
        readonly op: 'inline';
        readonly type: ScalarType | 'void';
        /** Of the function, for printing. */
        readonly name: string;
        readonly target: JumpTarget;
        readonly result: Local | null;
        readonly body: readonly Statement[];
      }
    /** The comma operator and desugared constructs: all but the last are evaluated for their effects. */
    | { readonly op: 'sequence'; readonly type: ScalarType | 'void'; readonly items: readonly Expression[] }
  );

export type Argument =
  | { readonly tag: 'scalar'; readonly value: Expression }
  | { readonly tag: 'array'; readonly value: ArrayExpression };

/**
 * What can be assigned to. Stores into narrow elements keep the low bits, as JavaScript's typed arrays do. Order of an
 * `assign` to an element: array, index, value, then the index check, then the store; of an `update`: array, index,
 * index check, read, value, store. A stored f32 NaN becomes 0x7fc00000. A field: record, value, store; nothing is
 * narrowed.
 */
export type Target =
  | { readonly op: 'local'; readonly local: Local }
  | { readonly op: 'global'; readonly global: Global }
  | { readonly op: 'field'; readonly record: RecordType; readonly owner: Expression; readonly field: RecordField }
  | {
      readonly op: 'element';
      readonly array: ArrayExpression;
      readonly index: Expression;
      readonly check: TrapSite | null;
    };

/** Identity of a loop or labelled block that `break` and `continue` name. */
export interface JumpTarget {
  readonly name: string;
}

export type Statement = Node &
  (
    | { readonly op: 'declare'; readonly local: Local; readonly value: Expression | null }
    | { readonly op: 'declare-array'; readonly local: Local; readonly value: ArrayExpression }
    | { readonly op: 'assign-array'; readonly local: Local; readonly value: ArrayExpression }
    | { readonly op: 'expression'; readonly value: Expression }
    | {
        readonly op: 'if';
        readonly condition: Expression;
        readonly whenTrue: readonly Statement[];
        readonly whenFalse: readonly Statement[];
      }
    /**
     * Every loop: while (test first), do (test last), for (`update` runs after the body and on continue). `condition`
     * null means for ever. Initialisers of `for` stand before the loop in an enclosing `block`.
     */
    | {
        readonly op: 'loop';
        readonly target: JumpTarget;
        readonly test: 'first' | 'last';
        readonly condition: Expression | null;
        readonly body: readonly Statement[];
        readonly update: readonly Expression[];
      }
    | { readonly op: 'block'; readonly target: JumpTarget | null; readonly body: readonly Statement[] }
    | { readonly op: 'break'; readonly target: JumpTarget }
    | { readonly op: 'continue'; readonly target: JumpTarget }
    | { readonly op: 'return'; readonly value: Expression | null }
    | { readonly op: 'throw'; readonly site: TrapSite }
  );

/** A function that a kernel reaches, after checking. */
export interface KernelFunction {
  /** Unique in the program; also the symbol in the ELF file: `kernels.saxpy`. */
  readonly symbol: string;
  readonly name: string;
  readonly parameters: readonly Local[];
  readonly result: ScalarType | 'void';
  /** Filled after creation, because functions may refer to each other. */
  body: readonly Statement[];
  /** Exported from the entry module: callable from the host. */
  readonly exported: boolean;
  /** How many calls of it, and of the functions that it calls itself by way of, may be open at once. */
  readonly depth?: number;
  readonly position: SourcePosition;
}

/** A whole kernel program: the entry module and everything it reaches. */
export interface KernelProgram {
  /** Base name of the entry module without extension: `kernels`. */
  readonly name: string;
  readonly entryFile: string;
  readonly functions: readonly KernelFunction[];
  readonly globals: readonly Global[];
  /** All files that took part, for caches and source maps. */
  readonly files: readonly string[];
}

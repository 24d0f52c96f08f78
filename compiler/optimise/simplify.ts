/** Rewrites of one instruction to something simpler. Each holds for every word, by docs/numbers.md. */
import type { BinaryOpcode, Condition, Instruction, Value, WordType } from '../flow-graph/graph.ts';
import { binaryWord, fusedWord, holds, negated, swapped, unaryWord } from '../flow-graph/word-arithmetic.ts';
import type { Definitions } from './definitions.ts';

type MakeConstant = (bits: number, type: WordType) => Value;
type Of<Op extends Instruction['op']> = Extract<Instruction, { readonly op: Op }>;

const INTEGER_COMMUTATIVE = new Set<BinaryOpcode>(['add', 'mul', 'and', 'or', 'xor']);

/** The value that `code` gives, or a simpler instruction with the same result, or null if there is nothing to do. */
export function simplify(code: Instruction, known: Definitions, constant: MakeConstant): Value | Instruction | null {
  switch (code.op) {
    case 'binary':
      return binary(code, known, constant);
    case 'unary':
      return unary(code, known, constant);
    case 'fused': {
      const c = known.constant(code.accumulate);
      const a = known.constant(code.a);
      const b = known.constant(code.b);
      if (a === null || b === null || c === null) return null;
      return constant(fusedWord(code.opcode, c, a, b), 'f32');
    }
    case 'compare':
      return compare(code, known, constant);
    case 'select':
      return select(code, known);
    case 'load':
    case 'store':
      return address(code, known);
    default:
      return null;
  }
}

function binary(code: Of<'binary'>, known: Definitions, constant: MakeConstant): Value | Instruction | null {
  const { opcode, left, right } = code;
  const a = known.constant(left);
  const b = known.constant(right);
  if (a !== null && b !== null) return constant(binaryWord(opcode, a, b), code.result.type);
  if (opcode === 'fmul') {
    // Not for x * 1: that flushes subnormals.
    return a !== null && b === null ? { ...code, left: right, right: left } : null;
  }
  if (opcode === 'fadd' || opcode === 'fsub') return null;
  if (a !== null && INTEGER_COMMUTATIVE.has(opcode)) return { ...code, left: right, right: left };
  if (opcode === 'sub' && b !== null) return { ...code, opcode: 'add', right: constant(-b | 0, 'i32') };
  if (left === right) {
    if (opcode === 'sub' || opcode === 'xor') return constant(0, 'i32');
    if (opcode === 'and' || opcode === 'or') return left;
  }
  if (b !== null) return byConstant(code, b, known, constant);
  return null;
}

function byConstant(
  code: Of<'binary'>,
  b: number,
  known: Definitions,
  constant: MakeConstant,
): Value | Instruction | null {
  const { opcode, left } = code;
  const inner = known.code(left);
  switch (opcode) {
    case 'add':
    case 'or':
    case 'xor':
      if (b === 0) return left;
      if (opcode === 'or' && b === -1) return constant(-1, 'i32');
      break;
    case 'and':
      if (b === 0) return constant(0, 'i32');
      if (b === -1) return left;
      if (isAtMost(inner, b)) return left;
      break;
    case 'mul': {
      if (b === 0) return constant(0, 'i32');
      if (b === 1) return left;
      const power = 31 - Math.clz32(b);
      if (b === 1 << power) return { ...code, opcode: 'shl', right: constant(power, 'i32') };
      break;
    }
    case 'shl':
    case 'shr-signed':
    case 'shr-unsigned': {
      const count = b & 31;
      if (count === 0) return left;
      if (b !== count) return { ...code, right: constant(count, 'i32') };
      break;
    }
    default:
      break;
  }
  // (x op c) op b, where two constants become one.
  if (inner?.op !== 'binary' || inner.opcode !== opcode) return null;
  const c = known.constant(inner.right);
  if (c === null) return null;
  switch (opcode) {
    case 'add':
    case 'and':
    case 'or':
    case 'xor':
    case 'mul':
      return { ...code, left: inner.left, right: constant(binaryWord(opcode, c, b), 'i32') };
    case 'shl':
    case 'shr-unsigned':
      if (c + b > 31) return constant(0, 'i32');
      return { ...code, left: inner.left, right: constant(c + b, 'i32') };
    default:
      return null;
  }
}

/** True if the instruction gives a word of which `mask` keeps everything. */
function isAtMost(code: Instruction | null, mask: number): boolean {
  if (code === null) return false;
  if (code.op === 'compare') return (mask & 1) === 1;
  if (code.op === 'load') {
    if (code.signed || code.sizeBytes === 4) return false;
    const bits = code.sizeBytes === 1 ? 0xff : 0xffff;
    return (mask & bits) === bits;
  }
  if (code.op !== 'unary') return false;
  if (code.opcode === 'zero-extend-8') return (mask & 0xff) === 0xff;
  return code.opcode === 'zero-extend-16' && (mask & 0xffff) === 0xffff;
}

function unary(code: Of<'unary'>, known: Definitions, constant: MakeConstant): Value | Instruction | null {
  const { opcode, value } = code;
  const word = known.constant(value);
  if (word !== null) return constant(unaryWord(opcode, word), code.result.type);
  const inner = known.code(value);
  if (inner?.op === 'unary') {
    const opposite =
      (opcode === 'bits' && inner.opcode === 'unbits') || (opcode === 'unbits' && inner.opcode === 'bits');
    if (opposite) return inner.value;
    if (opcode === inner.opcode && opcode !== 'bit-reverse' && opcode !== 'float') return value;
  }
  if (opcode === 'zero-extend-8' && isAtMost(inner, 0xff)) return value;
  if (opcode === 'zero-extend-16' && isAtMost(inner, 0xffff)) return value;
  return null;
}

function compare(code: Of<'compare'>, known: Definitions, constant: MakeConstant): Value | Instruction | null {
  const { condition, left, right } = code;
  const a = known.constant(left);
  const b = known.constant(right);
  if (a !== null && b !== null) return constant(holds(condition, a, b) ? 1 : 0, 'i32');
  if (left === right) return constant(holds(condition, 0, 0) ? 1 : 0, 'i32');
  if (a !== null) return { ...code, condition: swapped(condition), left: right, right: left };
  const inner = known.code(left);
  if (inner?.op === 'compare' && b === 0) {
    if (condition === 'ne') return left;
    if (condition === 'eq')
      return { ...inner, condition: negated(inner.condition), result: code.result, position: code.position };
  }
  return null;
}

function select(code: Of<'select'>, known: Definitions): Value | Instruction | null {
  const { condition, left, right, whenTrue, whenFalse } = code;
  if (whenTrue === whenFalse) return whenTrue;
  const a = known.constant(left);
  const b = known.constant(right);
  if (a !== null && b !== null) return holds(condition, a, b) ? whenTrue : whenFalse;
  if (left === right) return holds(condition, 0, 0) ? whenTrue : whenFalse;
  if (a !== null) return { ...code, condition: swapped(condition), left: right, right: left };
  const test = testBehind(condition, left, b, known);
  if (test !== null) return { ...code, ...test };
  if (code.result.type === 'i32') {
    const yes = known.constant(whenTrue);
    const no = known.constant(whenFalse);
    if (yes === 1 && no === 0)
      return { op: 'compare', condition, result: code.result, left, right, position: code.position };
    if (yes === 0 && no === 1) {
      return {
        op: 'compare',
        condition: negated(condition),
        result: code.result,
        left,
        right,
        position: code.position,
      };
    }
  }
  return null;
}

/** If `value != 0` or `value == 0` asks for the outcome of a comparison: that comparison. */
export function testBehind(
  condition: Condition,
  value: Value,
  against: number | null,
  known: Definitions,
): { readonly condition: Condition; readonly left: Value; readonly right: Value } | null {
  if (against !== 0 || (condition !== 'ne' && condition !== 'eq')) return null;
  const inner = known.code(value);
  if (inner?.op !== 'compare') return null;
  const { left, right } = inner;
  return { condition: condition === 'ne' ? inner.condition : negated(inner.condition), left, right };
}

/** Constants that are added to an index or base go into the offset. */
function address(code: Of<'load'> | Of<'store'>, known: Definitions): Instruction | null {
  const { base, index, scale, offset } = code;
  if (index !== null) {
    const fixed = known.constant(index);
    if (fixed !== null) return { ...code, index: null, scale: 1, offset: (offset + Math.imul(fixed, scale)) | 0 };
    const inner = known.code(index);
    if (inner?.op === 'binary' && inner.opcode === 'add') {
      const added = known.constant(inner.right);
      if (added !== null) return { ...code, index: inner.left, offset: (offset + Math.imul(added, scale)) | 0 };
    }
  }
  const at = known.code(base);
  if (at?.op === 'binary' && at.opcode === 'add') {
    const added = known.constant(at.right);
    if (added !== null) return { ...code, base: at.left, offset: (offset + added) | 0 };
  }
  return null;
}

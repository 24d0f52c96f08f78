/** What each operation of the flow graph gives, on int32 words: for constant folding and for the interpreter. */
import { abs, add, bitsOf, fma, fromBits, fromInteger, mul, sub } from '../../boards/arithmetic/float32.ts';
import type { BinaryOpcode, Condition, Instruction, UnaryOpcode } from './graph.ts';

export function binaryWord(opcode: BinaryOpcode, left: number, right: number): number {
  switch (opcode) {
    case 'add':
      return (left + right) | 0;
    case 'sub':
      return (left - right) | 0;
    case 'mul':
      return Math.imul(left, right);
    case 'and':
      return left & right;
    case 'or':
      return left | right;
    case 'xor':
      return left ^ right;
    case 'shl':
      return left << right;
    case 'shr-signed':
      return left >> right;
    case 'shr-unsigned':
      return (left >>> right) | 0;
    case 'fadd':
      return bitsOf(add(fromBits(left), fromBits(right)));
    case 'fsub':
      return bitsOf(sub(fromBits(left), fromBits(right)));
    case 'fmul':
      return bitsOf(mul(fromBits(left), fromBits(right)));
  }
}

export function unaryWord(opcode: UnaryOpcode, word: number): number {
  switch (opcode) {
    case 'fabs':
      return bitsOf(abs(fromBits(word)));
    case 'float':
      return bitsOf(fromInteger(word));
    case 'bits':
    case 'unbits':
      return word;
    case 'bit-reverse': {
      let reversed = 0;
      for (let bit = 0; bit < 32; bit++) reversed = (reversed << 1) | ((word >>> bit) & 1);
      return reversed;
    }
    case 'sign-extend-8':
      return (word << 24) >> 24;
    case 'sign-extend-16':
      return (word << 16) >> 16;
    case 'zero-extend-8':
      return word & 0xff;
    case 'zero-extend-16':
      return word & 0xffff;
  }
}

export function fusedWord(
  opcode: Extract<Instruction, { op: 'fused' }>['opcode'],
  accumulate: number,
  a: number,
  b: number,
): number {
  const factor = opcode === 'fmadd' ? fromBits(a) : -fromBits(a);
  return bitsOf(fma(factor, fromBits(b), fromBits(accumulate)));
}

export function holds(condition: Condition, left: number, right: number): boolean {
  switch (condition) {
    case 'eq':
      return left === right;
    case 'ne':
      return left !== right;
    case 'lt-signed':
      return left < right;
    case 'le-signed':
      return left <= right;
    case 'gt-signed':
      return left > right;
    case 'ge-signed':
      return left >= right;
    case 'lt-unsigned':
      return left >>> 0 < right >>> 0;
    case 'le-unsigned':
      return left >>> 0 <= right >>> 0;
    case 'gt-unsigned':
      return left >>> 0 > right >>> 0;
    case 'ge-unsigned':
      return left >>> 0 >= right >>> 0;
  }
}

const OPPOSITE: Readonly<Record<Condition, Condition>> = {
  eq: 'ne',
  ne: 'eq',
  'lt-signed': 'ge-signed',
  'le-signed': 'gt-signed',
  'gt-signed': 'le-signed',
  'ge-signed': 'lt-signed',
  'lt-unsigned': 'ge-unsigned',
  'le-unsigned': 'gt-unsigned',
  'gt-unsigned': 'le-unsigned',
  'ge-unsigned': 'lt-unsigned',
};

/** The condition that holds exactly where `condition` does not. */
export function negated(condition: Condition): Condition {
  return OPPOSITE[condition];
}

const SWAPPED: Readonly<Record<Condition, Condition>> = {
  eq: 'eq',
  ne: 'ne',
  'lt-signed': 'gt-signed',
  'le-signed': 'ge-signed',
  'gt-signed': 'lt-signed',
  'ge-signed': 'le-signed',
  'lt-unsigned': 'gt-unsigned',
  'le-unsigned': 'ge-unsigned',
  'gt-unsigned': 'lt-unsigned',
  'ge-unsigned': 'le-unsigned',
};

/** The condition on exchanged operands. */
export function swapped(condition: Condition): Condition {
  return SWAPPED[condition];
}

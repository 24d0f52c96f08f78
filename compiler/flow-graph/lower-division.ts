/** Integer division by constants without a division. */
import type { FunctionBuilder } from './function-builder.ts';
import type { Value } from './graph.ts';

/** Quotient or remainder by a constant that is not 0, where a few operations do it: ±1 and powers of two; else null. */
export function divideByConstant(
  builder: FunctionBuilder,
  operator: 'div' | 'rem',
  left: Value,
  divisor: number,
  isSigned: boolean,
): Value | null {
  const negative = isSigned && divisor < 0;
  const magnitude = negative ? -divisor >>> 0 : divisor >>> 0;
  if ((magnitude & (magnitude - 1)) !== 0) return null;
  const shift = 31 - Math.clz32(magnitude);
  const mask = builder.constant((magnitude - 1) | 0);
  if (!isSigned) {
    if (operator === 'rem') return builder.binary('and', left, mask);
    return shift === 0 ? left : builder.binary('shr-unsigned', left, builder.constant(shift));
  }
  if (shift === 0) {
    if (operator === 'rem') return builder.constant(0);
    return negative ? builder.binary('sub', builder.constant(0), left) : left;
  }
  // Toward zero: a negative dividend is raised by divisor - 1 first.
  const sign = builder.binary('shr-signed', left, builder.constant(31));
  const bias = builder.binary('shr-unsigned', sign, builder.constant(32 - shift));
  const raised = builder.binary('add', left, bias);
  if (operator === 'rem') {
    return builder.binary('sub', builder.binary('and', raised, mask), bias);
  }
  const quotient = builder.binary('shr-signed', raised, builder.constant(shift));
  return negative ? builder.binary('sub', builder.constant(0), quotient) : quotient;
}

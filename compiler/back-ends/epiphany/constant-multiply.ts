/**
 * Multiplication by a constant as shifts, additions and subtractions. The FPU multiplies integers only after a change
 * of its mode, so up to MAXIMUM_STEPS ordinary instructions are cheaper.
 */

/** One step: the accumulator becomes accumulator << shift, then the operand is added, subtracted or left out. */
export interface MultiplyStep {
  readonly shift: number;
  readonly next: 'add' | 'subtract' | 'nothing';
}

const MAXIMUM_STEPS = 4;

/**
 * The steps that turn x (the accumulator's first value) into x * constant modulo 2^32, or null if there are too many
 * instructions. An empty list means x itself. Negative constants are left to the caller, except where they are cheap.
 */
export function multiplySteps(constant: number): readonly MultiplyStep[] | null {
  let rest = constant >>> 0;
  if (rest === 0) return null;
  // Non-adjacent form, least significant digit first: digits -1, 0, 1, no two neighbours non-zero.
  const digits: { readonly bit: number; readonly negative: boolean }[] = [];
  for (let bit = 0; bit < 32 && rest !== 0; bit++, rest = Math.floor(rest / 2)) {
    if (rest % 2 === 0) continue;
    const negative = rest % 4 === 3;
    digits.push({ bit, negative });
    rest += negative ? 1 : -1;
  }
  // A digit at bit 32 is 0 modulo 2^32 and never pushed, so the top digit may be negative; then give up.
  const top = digits.at(-1);
  if (top === undefined || top.negative) return null;
  const steps: MultiplyStep[] = [];
  let at = top.bit;
  for (const digit of digits.slice(0, -1).reverse()) {
    steps.push({ shift: at - digit.bit, next: digit.negative ? 'subtract' : 'add' });
    at = digit.bit;
  }
  if (at > 0) steps.push({ shift: at, next: 'nothing' });
  const instructions = steps.reduce((sum, step) => sum + (step.next === 'nothing' ? 1 : 2), 0);
  return instructions <= MAXIMUM_STEPS ? steps : null;
}

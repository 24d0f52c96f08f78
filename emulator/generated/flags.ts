/**
 * Integer flags in generated code: not the flags but what they come from. `fk` says how: 0 the sum of `fa` and `fb`
 * (a logical result is a sum with 0), 1 the difference, 2 the STATUS bits in `fa`. Only when the code leaves its region,
 * or where nothing is known at compile time, are flags worked out.
 */
import { STATUS_AC, STATUS_ALU, STATUS_AN, STATUS_AV, STATUS_AZ } from '../status.ts';

/** What is known about the flags at one point of a region. */
export type FlagSource =
  | { readonly kind: 'sum' | 'difference'; readonly a: string; readonly b: string }
  | { readonly kind: 'logical'; readonly a: string }
  | { readonly kind: 'unknown' };

export const FLAGS_OF_SUM = 0;
export const FLAGS_OF_DIFFERENCE = 1;
export const FLAGS_AS_STATUS = 2;

/** The four integer flags in their STATUS bits. */
export function packFlags(fk: number, fa: number, fb: number): number {
  if (fk === FLAGS_AS_STATUS) return fa & STATUS_ALU;
  const result = fk === FLAGS_OF_SUM ? (fa + fb) | 0 : (fa - fb) | 0;
  const carry = fk === FLAGS_OF_SUM ? result >>> 0 < fa >>> 0 : fa >>> 0 >= fb >>> 0;
  const overflow = fk === FLAGS_OF_SUM ? (fa ^ result) & (fb ^ result) : (fa ^ fb) & (fa ^ result);
  return (
    (result === 0 ? STATUS_AZ : result < 0 ? STATUS_AN : 0) | (carry ? STATUS_AC : 0) | (overflow < 0 ? STATUS_AV : 0)
  );
}

const SIGNED = ['===', '!==', '', '', '', '', '>', '>=', '<', '<='];
const UNSIGNED = ['', '', '>', '>=', '<=', '<'];

/** A JavaScript expression that is true if an integer condition code (0 … 9) holds. */
export function conditionText(condition: number, source: FlagSource): string {
  switch (source.kind) {
    case 'unknown':
      return `holds(${condition}, packFlags(fk, fa, fb))`;
    case 'difference':
      return condition >= 2 && condition <= 5
        ? `(${source.a} >>> 0) ${UNSIGNED[condition]} (${source.b} >>> 0)`
        : `${source.a} ${SIGNED[condition]} ${source.b}`;
    case 'logical':
      // AC and AV are 0.
      if (condition === 2 || condition === 3) return 'false';
      if (condition === 4 || condition === 5) return 'true';
      return `${source.a} ${SIGNED[condition]} 0`;
    case 'sum':
      return sumCondition(condition, source.a, source.b);
  }
}

function sumCondition(condition: number, a: string, b: string): string {
  const zero = `((${a} + ${b}) | 0) === 0`;
  const carry = `((${a} + ${b}) >>> 0) < (${a} >>> 0)`;
  switch (condition) {
    case 0:
      return zero;
    case 1:
      return `!(${zero})`;
    case 2:
      return `(${carry} && !(${zero}))`;
    case 3:
      return carry;
    case 4:
      return `(!(${carry}) || ${zero})`;
    case 5:
      return `!(${carry})`;
    // The sign of the true sum, which JavaScript's + gives, is AN xor AV.
    case 6:
      return `(${a} + ${b} >= 0 && !(${zero}))`;
    case 7:
      return `${a} + ${b} >= 0`;
    case 8:
      return `${a} + ${b} < 0`;
    default:
      return `(${a} + ${b} < 0 || ${zero})`;
  }
}

/** The same for the conditions on FPU flags (10 … 13), which come from the last result `bf`. */
export function floatConditionText(condition: number): string {
  return ['bf === 0', 'bf !== 0', 'bf < 0', 'bf <= 0'][condition - 10] ?? 'true';
}

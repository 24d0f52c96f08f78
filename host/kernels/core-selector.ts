import { ShoalError } from '../../protocol/errors.ts';
import { describeValue } from './describe-value.ts';
import type { CoreSelector } from './kernel-types.ts';

/** Index of the core that is meant, of so many rows and columns. Throws CALL_ARGUMENT if there is none. */
export function coreIndex(
  selector: CoreSelector,
  { rows, columns }: { readonly rows: number; readonly columns: number },
): number {
  const isBelow = (value: unknown, limit: number): value is number =>
    Number.isInteger(value) && (value as number) >= 0 && (value as number) < limit;
  if (isBelow(selector, rows * columns)) return selector;
  if (Array.isArray(selector) && selector.length === 2) {
    const [row, column] = selector as [unknown, unknown];
    if (isBelow(row, rows) && isBelow(column, columns)) return row * columns + column;
  }
  const text = Array.isArray(selector) ? `[${selector.map(describeValue).join(', ')}]` : describeValue(selector);
  throw new ShoalError('CALL_ARGUMENT', `there is no core ${text}`, {
    hint: `Cores are 0 … ${rows * columns - 1}, or [row, column] below [${rows}, ${columns}].`,
  });
}

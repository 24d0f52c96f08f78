/** The floor of code quality, against GCC: what `npm run bench -- kernels` prints. Counts are exact, not measured. */
import { expect, test } from 'vitest';
import { kernels } from '../../bench/kernels/suite.ts';

test('ten kernels: at most twice the instructions of -O3, bytes at most min(2 × -O3, 3 × -Os)', async () => {
  const rows: unknown[] = [];
  for await (const row of kernels()) rows.push(row);
  expect(rows).toHaveLength(10);
  for (const row of rows) expect(row).toMatchObject({ met: true });
});

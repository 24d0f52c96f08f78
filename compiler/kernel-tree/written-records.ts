import type { KernelFunction, RecordType } from './tree.ts';
import { visitStatements } from './visit-tree.ts';

/** Types of records of which some function writes a field after the record was made. */
export function writtenRecords(functions: readonly KernelFunction[]): ReadonlySet<RecordType> {
  const written = new Set<RecordType>();
  for (const f of functions) {
    visitStatements(f.body, {
      expression(e) {
        if ((e.op === 'assign' || e.op === 'update') && e.target.op === 'field') written.add(e.target.record);
      },
    });
  }
  return written;
}

/** Which source line an instruction belongs to. */
export interface SourceLine {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1; 0 if not known. */
  readonly column: number;
}

/** From `address` up to the next row's, instructions belong to `source`; to nothing if that is null. */
export interface LineRow {
  readonly address: number;
  readonly source: SourceLine | null;
}

/** The rows of a program in address order. */
export class LineTable {
  readonly rows: readonly LineRow[];

  /** Rows in any order; of several at one address the last one counts, but a line wins over null. */
  constructor(rows: Iterable<LineRow>) {
    const byAddress = new Map<number, LineRow>();
    for (const row of rows) {
      if (row.source !== null || (byAddress.get(row.address)?.source ?? null) === null) byAddress.set(row.address, row);
    }
    this.rows = [...byAddress.values()].sort((a, b) => a.address - b.address);
  }

  /** The source line of the instruction at `address`. */
  find(address: number): SourceLine | null {
    let low = 0;
    let high = this.rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.rows[middle]?.address ?? 0) <= address) low = middle + 1;
      else high = middle;
    }
    return this.rows[low - 1]?.source ?? null;
  }
}

'use kernel';
/**
 * Where other cores are. Bits 31:26 of an address are a row of the mesh, 25:20 a column, the rest is an address in the
 * memory of that core. An address of another core's memory is never 0, so 0 stands for no core: it is what null is.
 */
import { boardColumns, boardRows, type i32 } from '../index.ts';
import { firstCoreId, readRegister } from '../machine.ts';

/** The core at a row and column of the board; 0 if there is none. */
export function addressAt(row: i32, column: i32): i32 {
  if (row < 0 || row >= boardRows() || column < 0 || column >= boardColumns()) return 0;
  return (firstCoreId() + (row << 6) + column) << 20;
}

/** The core with this index; 0 if there is none. */
export function addressOf(index: i32): i32 {
  const columns: i32 = boardColumns();
  if (index < 0) return 0;
  let row: i32 = 0;
  let column: i32 = index;
  // A division would be more code than the few rounds of this.
  while (column >= columns && row < boardRows()) {
    column -= columns;
    row++;
  }
  return addressAt(row, column);
}

/** The core so many rows and columns away from this one; 0 if there is none. */
export function neighbour(rows: i32, columns: i32): i32 {
  const own: i32 = readRegister('coreid') - firstCoreId();
  return addressAt((own >> 6) + rows, (own & 63) + columns);
}

/** As `neighbour` on a board without edges. */
export function wrappedNeighbour(rows: i32, columns: i32): i32 {
  const own: i32 = readRegister('coreid') - firstCoreId();
  return addressAt(wrapped((own >> 6) + rows, boardRows()), wrapped((own & 63) + columns, boardColumns()));
}

function wrapped(place: i32, size: i32): i32 {
  const rest: i32 = place % size;
  return rest < 0 ? rest + size : rest;
}

// What each core did, as a table and as a map of the mesh, for a terminal.
import { styleText } from 'node:util';
import type { Board, CoreStatistics } from 'shoal';

/** Background colours from cold to hot. */
const HEAT = ['bgBlack', 'bgBlue', 'bgCyan', 'bgGreen', 'bgYellow', 'bgRed'] as const;

function heat(busy: number, text: string): string {
  const colour = HEAT[Math.min(HEAT.length - 1, Math.floor(busy * HEAT.length))] ?? 'bgBlack';
  return styleText(colour, text);
}

function columns(values: readonly (string | number)[], widths: readonly number[]): string {
  return values.map((value, i) => `${value}`.padStart(widths[i] ?? 0)).join('  ');
}

const WIDTHS = [5, 6, 13, 10, 10, 6];

/** One line per core. */
export function coreTable(statistics: readonly CoreStatistics[]): string {
  const lines = [columns(['core', 'calls', 'instructions', 'bytes in', 'bytes out', 'busy'], WIDTHS)];
  for (const { core, calls, instructions, bytesIn, bytesOut, busy } of statistics) {
    lines.push(
      columns([core.join(','), calls, instructions, bytesIn, bytesOut, `${(100 * busy).toFixed(0)} %`], WIDTHS),
    );
  }
  return lines.join('\n');
}

/** The mesh as a map: the share of the time in which each core did not sleep. */
export function meshMap(board: Board, statistics: readonly CoreStatistics[]): string {
  const { rows, columns: width } = board.info;
  const line = (row: number): string =>
    statistics
      .slice(row * width, (row + 1) * width)
      .map(({ busy }) => heat(busy, ` ${(100 * busy).toFixed(0).padStart(3)} % `))
      .join('');
  return Array.from({ length: rows }, (_, row) => line(row)).join('\n');
}

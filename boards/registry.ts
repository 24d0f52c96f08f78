import { ShoalError } from '../protocol/errors.ts';
import type { BoardDescription } from './board.ts';
import { E16G301 } from './e16g301.ts';
import { E64G401 } from './e64g401.ts';
import { PARALLELLA_16 } from './parallella-16.ts';
import { PARALLELLA_64 } from './parallella-64.ts';

/** Every board that Shoal knows by name. */
export const BOARDS: readonly BoardDescription[] = [PARALLELLA_16, PARALLELLA_64, E16G301, E64G401];

/** The board of that name. Throws BOARD_UNKNOWN with the nearest known name in the hint. */
export function findBoard(name: string): BoardDescription {
  const found = BOARDS.find((board) => board.name === name);
  if (found !== undefined) return found;
  const names = BOARDS.map((board) => board.name);
  const nearest = names
    .map((known) => ({ known, distance: editDistance(name.toLowerCase(), known) }))
    .sort((a, b) => a.distance - b.distance)[0];
  const guess = nearest !== undefined && nearest.distance <= 4 ? `Did you mean '${nearest.known}'? ` : '';
  throw new ShoalError('BOARD_UNKNOWN', `there is no board '${name}'`, {
    hint: `${guess}Known boards: ${names.join(', ')}.`,
    details: { name, known: names },
  });
}

/** Levenshtein distance: insertions, deletions and replacements that turn one name into the other. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}

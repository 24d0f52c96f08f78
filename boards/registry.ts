import { ShoalError } from '../protocol/errors.ts';
import { nearestName } from '../protocol/nearest-name.ts';
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
  const nearest = nearestName(name, names);
  const guess = nearest === undefined ? '' : `Did you mean '${nearest}'? `;
  throw new ShoalError('BOARD_UNKNOWN', `there is no board '${name}'`, {
    hint: `${guess}Known boards: ${names.join(', ')}.`,
    details: { name, known: names },
  });
}

import type { BoardDescription } from '../../boards/board.ts';
import { BOARD_SYMBOLS } from '../flow-graph/library-symbols.ts';

/** What modules that are linked for this board find under the symbols by which kernels ask for it. */
export function boardSymbols(board: BoardDescription): ReadonlyMap<string, number> {
  return new Map([
    [BOARD_SYMBOLS['board-rows'], board.rows],
    [BOARD_SYMBOLS['board-columns'], board.columns],
    [BOARD_SYMBOLS['first-core-id'], (board.firstRow << 6) | board.firstColumn],
  ]);
}

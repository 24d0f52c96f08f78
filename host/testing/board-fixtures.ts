import type { Board } from '../board.ts';
import type { BoardFaults } from './board-faults.ts';
import type { BoardLogs } from './board-logs.ts';
import { type BoardMemoryView, type TestBoard, testBoard } from './test-board.ts';

/** What each test gets by its name. */
export interface BoardFixtures {
  readonly testBoard: TestBoard;
  readonly board: Board;
  readonly logs: BoardLogs;
  readonly memory: BoardMemoryView;
  readonly faults: BoardFaults;
}

type Use<T> = (value: T) => Promise<void>;
type WithBoard = Pick<BoardFixtures, 'testBoard'>;

/** Fixtures as vitest takes them. */
export interface BoardFixtureFunctions {
  // biome-ignore lint/complexity/noBannedTypes: vitest wants a pattern of what a fixture needs, here nothing.
  testBoard(needs: {}, use: Use<TestBoard>): Promise<void>;
  board(needs: WithBoard, use: Use<Board>): Promise<void>;
  logs(needs: WithBoard, use: Use<BoardLogs>): Promise<void>;
  memory(needs: WithBoard, use: Use<BoardMemoryView>): Promise<void>;
  faults(needs: WithBoard, use: Use<BoardFaults>): Promise<void>;
}

/**
 * Fixtures for vitest's `test.extend`: an emulated board of its own for each test that asks for one, closed after it.
 *
 * @example
 * const test = base.extend<BoardFixtures>(boardFixtures('parallella-16'));
 * test('adds', async ({ board, logs }) => { … });
 */
export function boardFixtures(name: string = 'parallella-16'): BoardFixtureFunctions {
  return {
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what a fixture needs.
    testBoard: async ({}, use) => {
      const made = await testBoard(name);
      try {
        await use(made);
      } finally {
        await made.close();
      }
    },
    board: ({ testBoard }, use) => use(testBoard.board),
    logs: ({ testBoard }, use) => use(testBoard.logs),
    memory: ({ testBoard }, use) => use(testBoard.memory),
    faults: ({ testBoard }, use) => use(testBoard.faults),
  };
}

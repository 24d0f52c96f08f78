import { describe, expect, test } from 'vitest';
import type { BoardDescription } from '../../../boards/board.ts';
import { BOARDS, findBoard } from '../../../boards/registry.ts';
import { nearestName } from '../../../protocol/nearest-name.ts';

describe('boards', () => {
  test('have names of their own, and are found by them', () => {
    expect(new Set(BOARDS.map(({ name }) => name)).size).toBe(BOARDS.length);
    for (const board of BOARDS) expect(findBoard(board.name)).toBe(board);
  });

  test.each(BOARDS.map((board): [string, BoardDescription] => [board.name, board]))('%s can exist', (_, board) => {
    expect(board.firstRow + board.rows).toBeLessThanOrEqual(64);
    expect(board.firstColumn + board.columns).toBeLessThanOrEqual(64);
    expect(board.localMemoryBytes % board.bankBytes).toBe(0);
    expect(board.localMemoryBytes).toBeLessThanOrEqual(0xf0000);
    expect(board.source).not.toBe('');
    const { sharedMemory } = board;
    if (sharedMemory === undefined) return;
    expect(sharedMemory.address + sharedMemory.lengthBytes).toBeLessThanOrEqual(2 ** 32);
    // No core answers at the addresses of the shared memory.
    for (let row = board.firstRow; row < board.firstRow + board.rows; row++) {
      for (let column = board.firstColumn; column < board.firstColumn + board.columns; column++) {
        const window = row * 2 ** 26 + column * 2 ** 20;
        const apart =
          window + 2 ** 20 <= sharedMemory.address || window >= sharedMemory.address + sharedMemory.lengthBytes;
        expect(apart).toBe(true);
      }
    }
  });

  test('an unknown name gets a guess and the list', () => {
    expect(() => findBoard('paralella-16')).toThrow(
      expect.objectContaining({
        code: 'BOARD_UNKNOWN',
        hint: "Did you mean 'parallella-16'? Known boards: parallella-16, parallella-64, e16g301, e64g401.",
      }),
    );
    expect(() => findBoard('zx81')).toThrow(expect.objectContaining({ hint: expect.not.stringContaining('Did you') }));
  });
});

test.each([
  ['dsiasm', 'disasm'],
  ['boardss', 'boards'],
  ['BOARDS', 'boards'],
  ['compil', 'compile'],
  ['rn', 'run'],
  ['x', undefined],
  ['', undefined],
  ['emulatorboards', undefined],
])('%s was meant to be %s', (name, wanted) => {
  expect(nearestName(name, ['run', 'compile', 'disasm', 'boards'])).toBe(wanted);
});

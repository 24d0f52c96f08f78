import { describe, expect, test } from 'vitest';
import { BOARDS, findBoard } from '../../../boards/registry.ts';
import { Machine } from '../../../emulator/index.ts';

describe.each([...BOARDS])('$name', (board) => {
  test('is a board that can exist', () => {
    expect(board.name).toMatch(/^[a-z0-9-]+$/);
    expect(board.firstRow + board.rows).toBeLessThanOrEqual(64);
    expect(board.firstColumn + board.columns).toBeLessThanOrEqual(64);
    // Address 0 … 0xfffff means the core itself: no core may have the id 0.
    expect(board.firstRow + board.firstColumn).toBeGreaterThan(0);
    // The emulator's tests of addresses need a power of two.
    expect(Math.log2(board.localMemoryBytes) % 1).toBe(0);
    expect(board.localMemoryBytes % board.bankBytes).toBe(0);
    expect(board.source).not.toBe('');
  });

  test('shared memory overlaps no core', () => {
    const { sharedMemory } = board;
    if (sharedMemory === undefined) return;
    const machine = new Machine(board);
    for (const { index } of machine.cores) {
      const address = machine.coreAddress(index);
      expect(
        address + 0x100000 <= sharedMemory.address || address >= sharedMemory.address + sharedMemory.lengthBytes,
      ).toBe(true);
    }
  });

  test('is found by its name', () => {
    expect(findBoard(board.name)).toBe(board);
  });
});

test('names are unique', () => {
  expect(new Set(BOARDS.map(({ name }) => name)).size).toBe(BOARDS.length);
});

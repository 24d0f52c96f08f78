import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CoreMemory } from '../../../host/cores/core-memory.ts';

test('blocks never overlap, are 8-aligned, stay below the stack; freed room is found again', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.nat({ max: 600 }), fc.constant('free'), fc.tuple(fc.constant('stack'), fc.nat(1024))), {
        maxLength: 60,
      }),
      (steps) => {
        const memory = new CoreMemory(0x100, 0x1000);
        const blocks: { start: number; end: number }[] = [];
        for (const step of steps) {
          if (typeof step === 'number') {
            const address = memory.allocate(step + 1);
            if (address === null) {
              // Refused only if no gap is long enough.
              const edges = [{ start: 0x100, end: 0x100 }, ...blocks, { start: memory.stackStart, end: 0 }];
              edges.sort((a, b) => a.start - b.start);
              for (const [i, edge] of edges.slice(0, -1).entries()) {
                expect((edges[i + 1]?.start ?? 0) - edge.end).toBeLessThan(step + 1);
              }
              continue;
            }
            const block = { start: address, end: address + step + 1 };
            expect(address % 8).toBe(0);
            expect(address).toBeGreaterThanOrEqual(0x100);
            expect(block.end).toBeLessThanOrEqual(memory.stackStart);
            for (const other of blocks) expect(block.start >= other.end || block.end <= other.start).toBe(true);
            blocks.push(block);
          } else if (step === 'free') {
            const block = blocks.shift();
            if (block !== undefined) memory.free(block.start);
          } else {
            const highest = Math.max(0x100, ...blocks.map((block) => block.end));
            const done = memory.reserveStack(step[1]);
            if (done) expect(memory.stackStart).toBeGreaterThanOrEqual(highest);
          }
        }
        for (const block of blocks) memory.free(block.start);
        expect(memory.usedBytes).toBe(0);
        expect(memory.find(memory.capacityBytes)).toBe(0x100);
      },
    ),
    { seed: 8, numRuns: 500 },
  );
});

test('an address that was not allocated cannot be freed', () => {
  expect(() => new CoreMemory(0, 64).free(8)).toThrow('0x8 was not allocated');
});

test('the lowest address that is free in all memories', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 8 }), { minLength: 1, maxLength: 4 }),
      fc.array(fc.nat(20), { maxLength: 6 }),
      fc.integer({ min: 1, max: 500 }),
      (sizes, freed, length) => {
        const memories = sizes.map((each, index) => {
          const memory = new CoreMemory(0x100, 0x900);
          const addresses = each.map((size) => memory.allocate(size)).filter((address) => address !== null);
          for (const which of freed) {
            const [address] = addresses.splice((which + index) % Math.max(1, addresses.length), 1);
            if (address !== undefined) memory.free(address);
          }
          return memory;
        });
        const isFree = (address: number): boolean =>
          memories.every((memory) => memory.find(length, address) === address);
        let lowest: number | null = null;
        for (let address = 0x100; address < 0x900 && lowest === null; address += 8) {
          if (isFree(address)) lowest = address;
        }
        const used = memories.map((memory) => memory.usedBytes);
        expect(CoreMemory.allocateInAll(memories, length)).toBe(lowest);
        const more = lowest === null ? 0 : Math.ceil(length / 8) * 8;
        expect(memories.map((memory) => memory.usedBytes)).toStrictEqual(used.map((bytes) => bytes + more));
        if (lowest !== null) expect(isFree(lowest)).toBe(false);
      },
    ),
    { seed: 9, numRuns: 300 },
  );
});

test('kept blocks are told in order; the longest gap', () => {
  const memory = new CoreMemory(0, 1024);
  memory.allocate(100);
  const second = memory.allocate(16, true);
  memory.allocate(100);
  memory.allocate(8, true);
  expect(memory.kept).toMatchObject([
    { start: 104, end: 120 },
    { start: 224, end: 232 },
  ]);
  expect(memory.longestFree).toBe(1024 - 232);
  memory.free(second ?? -1);
  memory.allocate(700);
  expect(memory.longestFree).toBe(1024 - 936);
});

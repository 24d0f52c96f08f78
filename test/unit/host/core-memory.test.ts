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

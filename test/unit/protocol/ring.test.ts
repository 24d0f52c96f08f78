import fc from 'fast-check';
import { formatRings, hasRings, RingEnd, ringMemoryBytes } from 'shoal/protocol';
import { describe, expect, test } from 'vitest';

function rings(ringBytes: number): { memory: Uint8Array; ends: readonly [RingEnd, RingEnd] } {
  const memory = new Uint8Array(ringMemoryBytes(ringBytes));
  formatRings(memory);
  return { memory, ends: [new RingEnd(memory, 0), new RingEnd(memory, 1)] };
}

describe('rings', () => {
  test('carry messages both ways, whatever their lengths, around and around', () => {
    const message = fc.uint8Array({ maxLength: 252 });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(0, 1), message), { maxLength: 100 }), (writes) => {
        const { ends } = rings(1024);
        const waiting: [Uint8Array[], Uint8Array[]] = [[], []];
        const readAll = (end: 0 | 1): void => {
          for (const expected of waiting[end].splice(0)) expect(ends[end].read()).toEqual(expected);
          expect(ends[end].hasMessage).toBe(false);
          expect(ends[end].read()).toBeUndefined();
        };
        for (const [from, bytes] of writes as [0 | 1, Uint8Array][]) {
          const to = (1 - from) as 0 | 1;
          if (!ends[from].write(bytes)) {
            readAll(to);
            expect(ends[from].write(bytes)).toBe(true);
          }
          waiting[to].push(bytes);
          expect(ends[to].hasMessage).toBe(true);
        }
        readAll(0);
        readAll(1);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('take no more than fits, and go on where the counters stand, beyond 2³², too', () => {
    const { memory, ends } = rings(1024);
    // Head and tail of the first ring, just below the end of their range.
    const words = new Int32Array(memory.buffer);
    words[0x40 / 4] = -8;
    words[0x80 / 4] = -8;
    const bytes = new Uint8Array(60).fill(5);
    for (let count = 0; count < 16; count++) expect(ends[0].write(bytes)).toBe(true);
    expect(ends[0].write(Uint8Array.of())).toBe(false);
    const fresh = new RingEnd(memory, 1);
    for (let count = 0; count < 16; count++) expect(fresh.read()).toEqual(bytes);
    expect(fresh.read()).toBeUndefined();
  });

  test('are not taken for rings if they are none', () => {
    const { memory } = rings(1024);
    expect(hasRings(memory)).toBe(true);
    expect(hasRings(memory.slice(0, -1))).toBe(false);
    for (const word of [0, 1, 2]) {
      const bad = memory.slice();
      new Uint32Array(bad.buffer)[word] = 0x7fffffff;
      expect(hasRings(bad)).toBe(false);
      expect(() => new RingEnd(bad, 0)).toThrow(expect.objectContaining({ code: 'LINK_UNAVAILABLE' }));
    }
    expect(() => formatRings(new Uint8Array(2000))).toThrow(expect.objectContaining({ code: 'LINK_UNAVAILABLE' }));
  });

  test('survive any bytes in their memory', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 256, maxLength: 256 }), fc.nat(), fc.nat(), (bytes, head, tail) => {
        const { memory, ends } = rings(1024);
        memory.set(bytes, 0x140);
        const words = new Int32Array(memory.buffer);
        words[0x40 / 4] = head;
        words[0x80 / 4] = tail;
        for (let reads = 0; reads < 260; reads++) {
          try {
            if (ends[1].read() === undefined) return;
          } catch (error) {
            expect(error).toMatchObject({ code: 'PROTOCOL_INVALID' });
            expect(ends[1].hasMessage).toBe(false);
          }
        }
        expect.unreachable('more messages than the ring can hold');
      }),
      { seed: 2, numRuns: 2000 },
    );
  });
});

/** Copies by a DMA engine that takes its time: the emulator's, without a clock, is done at once. */
import { expect, test } from 'vitest';
import type { CoreAccess } from '../../../host/cores/core-access.ts';
import type { Place } from '../../../host/memory/board-array.ts';
import { copyByDma } from '../../../host/memory/copy-by-dma.ts';

const [CONFIG, COUNT, SOURCE, DESTINATION, STATUS] = [0xf0520, 0xf0528, 0xf052c, 0xf0530, 0xf053c];
const LENGTH_BYTES = 0xffff * 8 + 800;

/** One core with one channel, which copies a hundredth of a piece at a time. */
class SlowEngine {
  readonly memory: Uint8Array = Uint8Array.from({ length: 2 * LENGTH_BYTES }, (_, i) => (i < LENGTH_BYTES ? i * 7 : 0));
  readonly registers = new Map<number, number>();
  starts = 1;
  #left: [at: number, end: number] = [0, 0];

  reset(): void {
    this.starts++;
    this.#left = [0, 0];
  }

  get isBusy(): boolean {
    return this.#left[0] < this.#left[1];
  }

  readonly access: Pick<CoreAccess, 'coreAddress' | 'writeWords' | 'untilClear'> = {
    coreAddress: (_core, address) => address,
    writeWords: (words) => {
      for (const [address, value] of words) {
        this.registers.set(address, value);
        if (address !== CONFIG) continue;
        this.#left = (value & 1) === 0 ? [0, 0] : [0, ((this.registers.get(COUNT) ?? 0) & 0xffff) << (value >> 5)];
      }
    },
    untilClear: async (address) => {
      expect(address).toBe(STATUS);
      if (!this.isBusy) return 0;
      this.#advance();
      return 1;
    },
  };

  #advance(): void {
    const [at, length] = this.#left;
    const [source, destination] = [SOURCE, DESTINATION].map((each) => this.registers.get(each) ?? 0) as [
      number,
      number,
    ];
    const end = Math.min(length, at + 8192);
    this.memory.copyWithin(destination + at, source + at, source + end);
    this.#left = [end, length];
  }

  get isCopied(): boolean {
    return Buffer.compare(this.memory.subarray(0, LENGTH_BYTES), this.memory.subarray(LENGTH_BYTES)) === 0;
  }
}

const place = (meshAddress: number): Place => ({ meshAddress, core: 0 }) as Place;

function copy(engine: SlowEngine, check: (turn: number) => void): Promise<void> {
  let turns = 0;
  return copyByDma(engine.access, place(0), place(LENGTH_BYTES), LENGTH_BYTES, {
    startOf: () => engine.starts,
    check: () => check(turns++),
  });
}

test('waits until all pieces are there', async () => {
  const engine = new SlowEngine();
  await copy(engine, () => {});
  expect(engine.isCopied).toBe(true);
});

test.each([3, 66])('a reset of the core in turn %d: the piece is copied again', async (when) => {
  const engine = new SlowEngine();
  await copy(engine, (turn) => {
    if (turn === when) engine.reset();
  });
  expect(engine.starts).toBe(2);
  expect(engine.isCopied).toBe(true);
});

test.each([0, 1, 20])('what the check throws in turn %d ends it, and the engine', async (when) => {
  const engine = new SlowEngine();
  const copied = copy(engine, (turn) => {
    if (turn === when) throw new Error('enough');
  });
  await expect(copied).rejects.toThrow('enough');
  expect(engine.isBusy).toBe(false);
  expect(engine.isCopied).toBe(false);
});

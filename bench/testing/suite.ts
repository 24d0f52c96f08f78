/** Suite `testing`: what the fixtures of `shoal/testing` add to a test, in milliseconds. Medians of many boards. */
import { testBoard } from 'shoal/testing';

type Figures = Readonly<Record<string, string | number>>;

const BOARDS = 30;
const KERNELS = new URL('../host/kernels.ts', import.meta.url);

export async function* testing(): AsyncGenerator<Figures> {
  for (const board of ['parallella-16', 'parallella-64']) {
    const opened: number[] = [];
    const loaded: number[] = [];
    const closed: number[] = [];
    let first = 0;
    for (let count = 0; count < BOARDS; count++) {
      const start = performance.now();
      const made = await testBoard(board);
      const afterOpen = performance.now();
      await made.board.load(KERNELS);
      const afterLoad = performance.now();
      await made.close();
      opened.push(afterOpen - start);
      if (count === 0) first = afterLoad - afterOpen;
      else loaded.push(afterLoad - afterOpen);
      closed.push(performance.now() - afterLoad);
    }
    yield {
      suite: 'testing',
      board,
      openMs: median(opened),
      // With the compiler, which is loaded for the first board of all.
      firstLoadMs: Math.round(first),
      nextLoadMs: median(loaded),
      closeMs: median(closed),
    };
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Number((sorted[sorted.length >> 1] ?? 0).toFixed(2));
}

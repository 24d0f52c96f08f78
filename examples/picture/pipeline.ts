// The steps of the demo. They run wherever the kernels run: on the cores of a board, or in this process.
import { cut, type Plane, paste, type Tile, tilesOf } from './tiles.ts';

type Awaitable<F> = F extends (...values: infer Values) => infer Result
  ? (...values: Values) => Result | Promise<Result>
  : never;
type KernelModule = typeof import('./kernels.ts');

/** The kernels, called here (they return) or on a board (they return promises). */
export type PictureKernels = { readonly [Name in keyof KernelModule]: Awaitable<KernelModule[Name]> };

/** Size of a tile in pixels: its RGB bytes and its grey bytes fit a core's memory beside the program. */
const TILE_WIDTH = 64;
const TILE_HEIGHT = 40;

export const STEPS = ['greyscale', 'blur 5 × 5', 'Sobel', 'histogram', 'equalise'] as const;
export type Step = (typeof STEPS)[number];

/** Called after each tile. */
export type Progress = (step: Step, done: number, total: number) => void;

export interface PipelineResult {
  readonly picture: Plane;
  /** How often each brightness occurs in the edges, before equalisation. */
  readonly counts: Int32Array;
}

/** Greyscale → 5 × 5 blur → Sobel → histogram equalisation. All tiles of a step run at the same time. */
export async function runPipeline(rgb: Plane, kernels: PictureKernels, onProgress: Progress): Promise<PipelineResult> {
  const grey = await eachTile(rgb, 'greyscale', onProgress, async (tile) => {
    const pixels = new Uint8Array(tile.width * tile.height);
    await kernels.greyscale(cut(rgb, tile, 0), pixels);
    return pixels;
  });
  const smooth = await eachTile(grey, 'blur 5 × 5', onProgress, async (tile) => {
    const pixels = new Uint8Array(tile.width * tile.height);
    await kernels.blur(cut(grey, tile, 2), tile.width, tile.height, pixels);
    return pixels;
  });
  const edges = await eachTile(smooth, 'Sobel', onProgress, async (tile) => {
    const pixels = new Uint8Array(tile.width * tile.height);
    await kernels.sobel(cut(smooth, tile, 1), tile.width, tile.height, pixels);
    return pixels;
  });
  const counts = new Int32Array(256);
  await eachTile(edges, 'histogram', onProgress, async (tile) => {
    const pixels = cut(edges, tile, 0);
    const share = new Int32Array(256);
    await kernels.histogram(pixels, share);
    for (const [i, count] of share.entries()) counts[i] += count;
    return pixels;
  });
  const table = equalisation(counts);
  const picture = await eachTile(edges, 'equalise', onProgress, async (tile) => {
    const pixels = cut(edges, tile, 0);
    await kernels.apply(pixels, table);
    return pixels;
  });
  return { picture, counts };
}

async function eachTile(
  plane: Plane,
  step: Step,
  onProgress: Progress,
  work: (tile: Tile) => Promise<Uint8Array>,
): Promise<Plane> {
  const result = { ...plane, channels: 1, bytes: new Uint8Array(plane.width * plane.height) };
  const tiles = tilesOf(plane, TILE_WIDTH, TILE_HEIGHT);
  let done = 0;
  await Promise.all(
    tiles.map(async (tile) => {
      paste(result, tile, await work(tile));
      done++;
      onProgress(step, done, tiles.length);
    }),
  );
  return result;
}

/** The table that spreads brightness evenly: each value becomes its rank among all pixels. */
function equalisation(counts: Int32Array): Uint8Array {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const first = counts.find((count) => count > 0) ?? 0;
  const table = new Uint8Array(256);
  let below = 0;
  for (const [i, count] of counts.entries()) {
    below += count;
    table[i] = total === first ? i : Math.max(0, Math.round(((below - first) * 255) / (total - first)));
  }
  return table;
}

// Cutting a grey or RGB picture into tiles with a border, and putting tiles back.

export interface Plane {
  readonly width: number;
  readonly height: number;
  /** Bytes per pixel: 3 for RGB, 1 for grey. */
  readonly channels: number;
  readonly bytes: Uint8Array;
}

export interface Tile {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Tiles of at most `width` × `height` that cover a picture, row by row. */
export function tilesOf(plane: Plane, width: number, height: number): Tile[] {
  const tiles: Tile[] = [];
  for (let y = 0; y < plane.height; y += height) {
    for (let x = 0; x < plane.width; x += width) {
      tiles.push({ x, y, width: Math.min(width, plane.width - x), height: Math.min(height, plane.height - y) });
    }
  }
  return tiles;
}

/** The bytes of a tile with `border` pixels all round; outside the picture its edge pixels repeat. */
export function cut(plane: Plane, tile: Tile, border: number): Uint8Array {
  const { channels } = plane;
  const width = tile.width + 2 * border;
  const height = tile.height + 2 * border;
  const bytes = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    const sourceY = Math.min(Math.max(tile.y + y - border, 0), plane.height - 1);
    for (let x = 0; x < width; x++) {
      const sourceX = Math.min(Math.max(tile.x + x - border, 0), plane.width - 1);
      const from = (sourceY * plane.width + sourceX) * channels;
      const to = (y * width + x) * channels;
      for (let c = 0; c < channels; c++) bytes[to + c] = plane.bytes[from + c];
    }
  }
  return bytes;
}

/** Puts the grey pixels of a tile into a picture. */
export function paste(plane: Plane, tile: Tile, pixels: Uint8Array): void {
  for (let y = 0; y < tile.height; y++) {
    const row = pixels.subarray(y * tile.width, (y + 1) * tile.width);
    plane.bytes.set(row, (tile.y + y) * plane.width + tile.x);
  }
}

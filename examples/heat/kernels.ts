'use kernel';
/**
 * Heat in a plate: each core has a tile of it, with a rim of one cell for the edges of the tiles around. Tiles stay on
 * the cores between calls.
 */
import { barrier, east, type f32, type i32, north, south, west } from 'shoal/kernel';

/** Cells of a tile in each direction. */
const TILE = 16;
const WIDTH = TILE + 2;

const cells = new Float32Array(WIDTH * WIDTH);
const next = new Float32Array(WIDTH * WIDTH);

/** Takes the tile of this core, row by row. */
export function put(tile: Float32Array): void {
  for (let row = 0; row < TILE; row++) {
    for (let column = 0; column < TILE; column++) cells[(row + 1) * WIDTH + column + 1] = tile[row * TILE + column];
  }
}

export function get(tile: Float32Array): void {
  for (let row = 0; row < TILE; row++) {
    for (let column = 0; column < TILE; column++) tile[row * TILE + column] = cells[(row + 1) * WIDTH + column + 1];
  }
}

/** `rate` is the part of the difference to its neighbours that a cell takes up in a step. What is around is cold. */
export function spread(steps: i32, rate: f32): void {
  for (let step = 0; step < steps; step++) {
    sendEdges();
    // Behind it, the edges of the others have arrived in the own rim.
    barrier();
    for (let row = 1; row <= TILE; row++) {
      for (let at = row * WIDTH + 1; at <= row * WIDTH + TILE; at++) {
        const around = cells[at - WIDTH] + cells[at + WIDTH] + cells[at - 1] + cells[at + 1];
        next[at] = cells[at] + rate * (around - 4 * cells[at]);
      }
    }
    for (let row = 1; row <= TILE; row++) {
      for (let at = row * WIDTH + 1; at <= row * WIDTH + TILE; at++) cells[at] = next[at];
    }
    // Behind it, nobody reads the rim of this step any more.
    barrier();
  }
}

/** Writes the own edges into the rims of the tiles around. At the edge of the plate there is nobody. */
function sendEdges(): void {
  const above = north();
  const below = south();
  const left = west();
  const right = east();
  for (let i = 1; i <= TILE; i++) {
    if (above !== null) above.view(cells)[(TILE + 1) * WIDTH + i] = cells[WIDTH + i];
    if (below !== null) below.view(cells)[i] = cells[TILE * WIDTH + i];
    if (left !== null) left.view(cells)[i * WIDTH + TILE + 1] = cells[i * WIDTH + 1];
    if (right !== null) right.view(cells)[i * WIDTH] = cells[i * WIDTH + TILE];
  }
}

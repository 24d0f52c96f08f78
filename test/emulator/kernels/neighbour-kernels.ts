'use kernel';
/** What cores do with each other, for the tests of peers, barriers and locks. */
import {
  barrier,
  boardColumns,
  boardRows,
  coreCount,
  coreIndex,
  east,
  type i32,
  Lock,
  neighbour,
  north,
  type Peer,
  peer,
  south,
  type u32,
  west,
  wrappedNeighbour,
} from 'shoal/kernel';

const box = new Int32Array(8);
const bytes = new Uint8Array(64);
const floats = new Float32Array(3);
const shorts = new Int16Array(5);
const tally = new Lock();
const total = new Int32Array(2);

/** What a core finds of the peer: its index, or -1 if there is none. */
function indexOf(p: Peer | null): i32 {
  return p === null ? -1 : p.view(box)[0];
}

/** Indices of the cores around, as these have written them. Order: north, south, east, west, across, wrapped twice. */
export function around(which: i32): i32 {
  box[0] = coreIndex();
  barrier();
  let found: i32 = -2;
  if (which === 0) found = indexOf(north());
  if (which === 1) found = indexOf(south());
  if (which === 2) found = indexOf(east());
  if (which === 3) found = indexOf(west());
  if (which === 4) found = indexOf(neighbour(1, 1));
  if (which === 5) found = indexOf(wrappedNeighbour(-1, -1));
  if (which === 6) found = indexOf(wrappedNeighbour(1 + 3 * boardRows(), 5 * boardColumns()));
  if (which === 7) found = indexOf(peer(coreCount() - 1 - coreIndex()));
  if (which === 8) found = indexOf(peer(coreIndex() % boardColumns(), 0));
  // Nobody writes its box anew while others read it.
  barrier();
  return found;
}

/** No core of the board. */
export function outside(): boolean {
  const none = peer(-1) === null && peer(coreCount()) === null && peer(boardRows(), 0) === null;
  return none && peer(0, boardColumns()) === null && peer(0, -1) === null && neighbour(-boardRows(), 0) === null;
}

/** Every core writes one byte into every core; each then has all. */
export function everyByte(seed: u32): u32 {
  for (let core = 0; core < coreCount(); core++) {
    const other = peer(core);
    if (other === null) throw new Error('no such core');
    other.view(bytes)[coreIndex()] = seed + coreIndex() * 3 + core;
  }
  barrier();
  let sum: u32 = 0;
  for (let from = 0; from < coreCount(); from++) sum = (sum * 31 + bytes[from]) >>> 0;
  barrier();
  return sum;
}

/** The same ring that passes a number on, many times. */
export function ring(rounds: i32): i32 {
  box[1] = coreIndex();
  for (let round = 0; round < rounds; round++) {
    barrier();
    const value: i32 = box[1 + (round & 1)] + 1;
    wrappedNeighbour(0, 1).view(box)[1 + ((round + 1) & 1)] = value;
  }
  barrier();
  return box[1 + (rounds & 1)];
}

/** Elements of every kind cross the mesh unchanged. */
export function kinds(): i32 {
  const next = wrappedNeighbour(1, 0);
  next.view(floats)[2] = coreIndex() + 0.5;
  next.view(shorts)[4] = -1 - coreIndex();
  next.view(bytes)[63] = 250 + coreIndex();
  barrier();
  const sum: i32 = ((floats[2] * 2) | 0) + shorts[4] * 1000 + bytes[63] * 1000000;
  barrier();
  return sum;
}

/** A read of a third core's memory, which that core did not write itself. */
export function third(value: i32): i32 {
  const target = wrappedNeighbour(0, 1);
  target.view(box)[3] = value + coreIndex();
  barrier();
  const far = wrappedNeighbour(1, 2).view(box)[3];
  barrier();
  return far;
}

export function beyond(index: i32): i32 {
  const other = peer(0);
  return other === null ? 0 : other.view(shorts)[index];
}

/** Adds to two words of core 0, one after the other: with a lock they stay equal. */
export function count(times: i32): i32 {
  const home = peer(0);
  if (home === null) throw new Error('no core 0');
  if (coreIndex() === 0) {
    total[0] = 0;
    total[1] = 0;
  }
  barrier();
  for (let n = 0; n < times; n++) {
    tally.acquire();
    const first: i32 = home.view(total)[0];
    home.view(total)[0] = first + 1;
    home.view(total)[1] += home.view(total)[0] - first;
    tally.release();
  }
  barrier();
  const sum = home.view(total)[0] * 10000 + home.view(total)[1];
  barrier();
  return sum;
}

/** A core traps; the others wait for it. */
export function trapsBefore(core: i32): i32 {
  if (coreIndex() === core) throw new Error('before the barrier');
  barrier();
  return 1;
}

/** A core ends without the barrier. */
export function leavesOut(core: i32): i32 {
  if (coreIndex() === core) return 0;
  barrier();
  return 1;
}

/** A core works for ever; the others wait. */
export function neverComes(core: i32): i32 {
  let n: i32 = 1;
  while (coreIndex() === core && n !== 0) n = (n + 2) | 1;
  barrier();
  return n;
}

/** A core ends with the lock. */
export function keepsLock(core: i32): void {
  if (coreIndex() === core) {
    tally.acquire();
    throw new Error('with the lock');
  }
  barrier();
}

/** Moves elements within one array that is also seen as a peer's, at another address: what it holds then, in digits. */
export function overlap(how: i32): i32 {
  for (let i = 0; i < box.length; i++) box[i] = i + 1;
  const self = peer(coreIndex());
  const again = wrappedNeighbour(0, boardColumns());
  if (self === null) return -1;
  const view = self.view(box);
  if (how === 0) box.set(view.subarray(0, 6), 2);
  if (how === 1) view.set(box.subarray(0, 6), 2);
  if (how === 2) box.set(view.subarray(3));
  if (how === 3) view.set(box.subarray(3));
  if (how === 4) view.set(again.view(box).subarray(0, 7), 1);
  if (how === 5) view.copyWithin(2, 0, 6);
  if (how === 6) {
    box[0] = 7;
    view[0] = 8;
    view[1] = box[0] + 1;
    box[2] = view[1] - 1;
  }
  let digits: i32 = 0;
  for (const v of box) digits = digits * 10 + v;
  return digits;
}

'use kernel';
/**
 * Sorts numbers that lie on the cores, so that core 0 has the least. Each core sorts its own; then, as often as there are
 * cores, neighbours in the order of cores merge theirs, and the first of them keeps the lower half.
 */
import { barrier, coreCount, coreIndex, type i32, Lock, peer } from 'shoal/kernel';

/** Numbers on each core. */
const SIZE = 128;

const own = new Int32Array(SIZE);
const other = new Int32Array(SIZE);
const merged = new Int32Array(SIZE);

/** On core 0: numbers that have changed their core. */
const moved = new Int32Array(1);
const counting = new Lock();

export function put(numbers: Int32Array): void {
  for (let i = 0; i < SIZE; i++) own[i] = numbers[i];
  if (coreIndex() === 0) moved[0] = 0;
}

export function get(numbers: Int32Array): void {
  for (let i = 0; i < SIZE; i++) numbers[i] = own[i];
}

/** How many numbers have changed their core, once for each time. */
export function sort(): i32 {
  const core = coreIndex();
  let count: i32 = 0;
  sortOwn();
  for (let phase = 0; phase < coreCount(); phase++) {
    const isLower = ((core + phase) & 1) === 0;
    const partner = peer(isLower ? core + 1 : core - 1);
    if (partner !== null) {
      const theirs = partner.view(other);
      for (let i = 0; i < SIZE; i++) theirs[i] = own[i];
    }
    barrier();
    if (partner !== null) count += isLower ? mergeLow() : mergeHigh();
    barrier();
  }
  return total(count);
}

/** The sum of what all cores have counted. */
function total(count: i32): i32 {
  const first = peer(0);
  if (first === null) throw new Error('there is no core 0');
  const sum = first.view(moved);
  counting.acquire();
  sum[0] += count;
  counting.release();
  barrier();
  return sum[0];
}

/** Shell's sort. */
function sortOwn(): void {
  for (let gap = SIZE >> 1; gap > 0; gap = gap >> 1) {
    for (let i = gap; i < SIZE; i++) {
      const value = own[i];
      let at = i;
      while (at >= gap && own[at - gap] > value) {
        own[at] = own[at - gap];
        at -= gap;
      }
      own[at] = value;
    }
  }
}

/** Keeps the lower half of `own` and `other`; returns how many of it were in `other`. */
function mergeLow(): i32 {
  let mine = 0;
  let theirs = 0;
  for (let i = 0; i < SIZE; i++) {
    if (own[mine] <= other[theirs]) merged[i] = own[mine++];
    else merged[i] = other[theirs++];
  }
  for (let i = 0; i < SIZE; i++) own[i] = merged[i];
  return theirs;
}

function mergeHigh(): i32 {
  let mine = SIZE - 1;
  let theirs = SIZE - 1;
  for (let i = SIZE - 1; i >= 0; i--) {
    if (own[mine] >= other[theirs]) merged[i] = own[mine--];
    else merged[i] = other[theirs--];
  }
  for (let i = 0; i < SIZE; i++) own[i] = merged[i];
  return SIZE - 1 - theirs;
}

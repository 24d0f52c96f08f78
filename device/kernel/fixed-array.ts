import type { FixedArray } from './index.ts';

/** What `fixedArray` gives in Node: an array of JavaScript that keeps to its capacity. */
class ArrayOfCapacity<T extends number> extends Array<T> {
  readonly capacity: number;

  constructor(capacity: number) {
    super();
    this.capacity = capacity;
  }

  override push(value: T): number {
    if (this.length >= this.capacity) throw new RangeError('the array is full');
    return super.push(value);
  }

  override pop(): T {
    const last = super.pop();
    if (last === undefined) throw new RangeError('the array is empty');
    return last;
  }

  /** Its memory on a core, for the compiler: all places, those behind the elements zero. */
  get items(): number[] {
    return Array.from({ length: this.capacity }, (_, index) => this[index] ?? 0);
  }
}

export function arrayOfCapacity<T extends number>(capacity: number): FixedArray<T> {
  if (!Number.isInteger(capacity) || capacity < 0) throw new RangeError('a capacity is an integer from 0 on');
  return new ArrayOfCapacity<T>(capacity);
}

/**
 * Which typed arrays calls will write when they end. The compiler assumes that a written argument overlaps no other
 * argument, and a second call must not write where a first one will: both are refused here.
 */
import { ShoalError } from '../../protocol/errors.ts';

export interface ArrayUse {
  readonly array: ArrayBufferView;
  readonly written: boolean;
  /** Parameter name, for messages. */
  readonly parameter: string;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

function overlaps(a: Range, b: Range): boolean {
  return a.start < b.end && b.start < a.end;
}

const rangeOf = (array: ArrayBufferView): Range => ({
  start: array.byteOffset,
  end: array.byteOffset + array.byteLength,
});

export class ArraysInFlight {
  readonly #written = new Map<ArrayBufferLike, Set<Range>>();

  /**
   * Takes the written arrays of one call until the returned function is called. Throws CALL_ALIASED_ARGUMENT, and takes
   * nothing, if one of them overlaps another argument or is taken already.
   */
  take(kernel: string, uses: readonly ArrayUse[]): () => void {
    for (const use of uses) {
      if (!use.written || use.array.byteLength === 0) continue;
      const range = rangeOf(use.array);
      for (const other of uses) {
        if (other !== use && other.array.buffer === use.array.buffer && overlaps(range, rangeOf(other.array))) {
          throw aliased(kernel, use.parameter, `${kernel} writes ${use.parameter}, which overlaps ${other.parameter}`);
        }
      }
      for (const taken of this.#written.get(use.array.buffer) ?? []) {
        if (overlaps(range, taken)) {
          throw aliased(kernel, use.parameter, `${kernel} writes ${use.parameter}, which a call in flight writes too`);
        }
      }
    }
    const release = uses.filter((use) => use.written).map((use) => this.#add(use.array));
    return () => {
      for (const undo of release) undo();
    };
  }

  /** Arrays that calls in flight write. */
  get size(): number {
    let size = 0;
    for (const ranges of this.#written.values()) size += ranges.size;
    return size;
  }

  #add(array: ArrayBufferView): () => void {
    const { buffer } = array;
    const ranges = this.#written.get(buffer) ?? new Set();
    const range = rangeOf(array);
    ranges.add(range);
    this.#written.set(buffer, ranges);
    return () => {
      ranges.delete(range);
      if (ranges.size === 0) this.#written.delete(buffer);
    };
  }
}

function aliased(kernel: string, parameter: string, message: string): ShoalError {
  return new ShoalError('CALL_ALIASED_ARGUMENT', message, {
    hint: 'Pass arrays that do not overlap, and wait for a call before the next one that writes the same array.',
    details: { kernel, parameter },
  });
}

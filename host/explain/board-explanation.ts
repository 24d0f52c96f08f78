import type { KernelFigures } from '../cores/kernel-figures.ts';
import type { CoreStatistics } from './core-statistics.ts';
import { milliseconds, percent, table } from './table.ts';

/** How full a memory is. */
export interface MemoryExplanation {
  /** `shared memory`, `core 1,2`. */
  readonly name: string;
  /** Bytes that modules, arrays and calls can have. */
  readonly capacityBytes: number;
  readonly usedBytes: number;
  /** Of the used ones, those of arrays from `alloc`. */
  readonly arrayBytes: number;
}

/** What a board has done since it was opened, and how it stands. */
export class BoardExplanation {
  readonly board: string;
  /** Part of the time in which cores did not sleep, 0 … 1, mean of all cores. */
  readonly busy: number;
  /** Calls that no core has begun. */
  readonly waiting: number;
  readonly cores: readonly CoreStatistics[];
  readonly kernels: readonly Readonly<KernelFigures>[];
  readonly memories: readonly MemoryExplanation[];

  constructor(figures: Omit<BoardExplanation, 'toString' | 'busy'>) {
    this.board = figures.board;
    this.waiting = figures.waiting;
    this.cores = figures.cores;
    this.kernels = figures.kernels;
    this.memories = figures.memories;
    this.busy = figures.cores.reduce((sum, core) => sum + core.busy, 0) / Math.max(1, figures.cores.length);
  }

  /** Tables for a terminal: kernels, then cores with their memory. */
  toString(): string {
    const kernels = this.kernels.map((each) => [
      each.kernel,
      each.calls,
      each.failed,
      each.bytesIn,
      each.bytesOut,
      milliseconds(each.waitedMs / each.calls),
      milliseconds(each.ranMs / each.calls),
    ]);
    const cores = this.cores.map((core) => [
      `core ${core.core.join()}`,
      core.calls,
      core.instructions,
      core.bytesIn,
      core.bytesOut,
      percent(core.busy),
      core.resets,
      ...used(this.memories.find((memory) => memory.name === `core ${core.core.join()}`)),
    ]);
    const shared = this.memories.find((memory) => memory.name === 'shared memory');
    return [
      `${this.board}: cores ${percent(this.busy)} busy, ${this.waiting} calls wait`,
      table([['kernel', 'calls', 'failed', 'bytes in', 'bytes out', 'waited/call', 'ran/call'], ...kernels]),
      table([
        ['core', 'calls', 'instructions', 'bytes in', 'bytes out', 'busy', 'resets', 'memory used', 'of'],
        ...cores,
        ...(shared === undefined ? [] : [['shared memory', '', '', '', '', '', '', ...used(shared)]]),
      ]),
    ].join('\n\n');
  }
}

const used = (memory: MemoryExplanation | undefined): number[] =>
  memory === undefined ? [] : [memory.usedBytes, memory.capacityBytes];

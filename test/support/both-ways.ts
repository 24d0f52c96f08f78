/** Kernels of a source on an emulated core and in exact Node. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { evaluateProgram } from '../../compiler/exact-node/evaluate-program.ts';
import { checkKernelProgram } from '../../compiler/front-end/check-kernel-program.ts';
import { type Board, open } from '../../host/index.ts';

type Callable = (...values: unknown[]) => unknown;

/** What `k(n, out)` gave, and what it left in `out`; or what it threw. */
export interface CallOutcome {
  readonly result?: unknown;
  readonly out?: readonly number[];
  readonly error?: string;
}

/** One board and a folder of modules for the tests of a file. */
export class BothWays {
  readonly #board: Board;
  readonly #folder: string;
  #modules = 0;

  private constructor(board: Board, folder: string) {
    this.#board = board;
    this.#folder = folder;
  }

  static async start(): Promise<BothWays> {
    return new BothWays(await open('emu:e16g301'), mkdtempSync(join(tmpdir(), 'shoal-both-ways-')));
  }

  close(): void {
    this.#board.close();
    rmSync(this.#folder, { recursive: true });
  }

  /**
   * Calls `k(n, out)` for each number, in order and on one core, so that module state is seen. `source` stands behind
   * the directive and the imports of i32, u32 and f32. `out` has six elements.
   */
  async run(
    source: string,
    numbers: readonly number[],
  ): Promise<{ readonly core: readonly CallOutcome[]; readonly exact: readonly CallOutcome[] }> {
    const file = join(this.#folder, `kernels${this.#modules++}.ts`);
    writeFileSync(file, `'use kernel'; import type { f32, i32, u32 } from 'shoal/kernel';\n${source}`);
    const { checked, diagnostics } = checkKernelProgram(file);
    if (checked === null) throw new Error(diagnostics.map(({ code, message }) => `${code} ${message}`).join('\n'));
    const exactModule = evaluateProgram(checked.program) as Readonly<Record<string, Callable>>;
    const loaded = await this.#board.load<Record<string, Callable>>(file);
    const coreModule = loaded.at(0) as Readonly<Record<string, Callable>>;
    const core: CallOutcome[] = [];
    const exact: CallOutcome[] = [];
    for (const n of numbers) {
      core.push(await outcome(coreModule, n));
      exact.push(await outcome(exactModule, n));
    }
    await this.#board.unload(loaded);
    return { core, exact };
  }

  /** What an emulated core gives, which exact Node must give as well. */
  async agreed(source: string, numbers: readonly number[]): Promise<readonly CallOutcome[]> {
    const { core, exact } = await this.run(source, numbers);
    expect(core).toEqual(exact);
    return core;
  }

  /** The same, each call as its result and what it left in `out`, or as its error. */
  async agreedRows(source: string, numbers: readonly number[]): Promise<(readonly unknown[])[]> {
    const core = await this.agreed(source, numbers);
    return core.map(({ result, out, error }) => (error === undefined ? [result, ...(out ?? [])] : [error]));
  }
}

async function outcome(module: Readonly<Record<string, Callable>>, n: number): Promise<CallOutcome> {
  const out = new Float32Array([1.5, 2.5, 3.5, 4.5, 5, 6]);
  try {
    return { result: await module.k?.(n, out), out: [...out] };
  } catch (error) {
    // On a core the message goes on with the place.
    return {
      error: error instanceof Error ? `${error.name}: ${error.message.replace(/ at kernels.*/s, '')}` : 'error',
    };
  }
}

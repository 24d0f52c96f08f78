/**
 * Runs kernels on an emulated core, in exact Node, and as plain JavaScript, and says where they disagree. All kernels of
 * a module run in order on one core, because they share its module state.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format } from 'node:util';
import ts from 'typescript';
import { checkOrThrow, compileChecked } from '../../../compiler/compile.ts';
import { evaluateProgram } from '../../../compiler/exact-node/evaluate-program.ts';
import { writeContainer } from '../../../compiler/module-container.ts';
import { assert, fixedArray, range } from '../../../device/kernel/index.ts';
import { type Board, type KernelArray, open } from '../../../host/index.ts';
import { KERNEL_ARRAY_TYPES, type KernelArrayName } from '../../../host/memory/kernel-array-types.ts';
import { HELPERS } from './module-lines.ts';
import { type KernelArgument, type KernelCase, renderModule } from './syntax-pieces.ts';

type Callable = (...values: unknown[]) => unknown;

/** What a kernel did: its result or error, what it logged, and the bits of every array it was given. */
interface Outcome {
  readonly result: string;
  readonly logs: string;
  readonly arrays: readonly string[];
}

/** A call of a kernel, however its module came about. */
export type KernelCall = Pick<KernelCase, 'name' | 'arguments' | 'staysExact'>;

export interface Disagreement<Call extends KernelCall = KernelCase> {
  readonly kernel: Call;
  readonly text: string;
}

/** A board, a folder for modules, and a fresh name for each. */
export class ThreeWays {
  readonly #board: Board;
  readonly #folder: string;
  #modules = 0;
  /** What the kernel that runs has logged. */
  readonly #logs: string[] = [];

  private constructor(board: Board, folder: string) {
    this.#board = board;
    board.on('log', ({ method, text }) => this.#logs.push(`${method} ${text}`));
    this.#folder = folder;
  }

  static async start(): Promise<ThreeWays> {
    const folder = mkdtempSync(join(tmpdir(), 'shoal-random-'));
    writeFileSync(join(folder, 'helpers.ts'), HELPERS);
    return new ThreeWays(await open('emu:e16g301'), folder);
  }

  close(): void {
    this.#board.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Compares all kernels of one module. @throws ShoalError COMPILE_FAILED if the module does not compile. */
  async compare(kernels: readonly KernelCase[]): Promise<Disagreement[]> {
    return this.compareModule(renderModule(kernels), kernels);
  }

  /** Compares calls of kernels of a module, in this order. @throws ShoalError COMPILE_FAILED if it does not compile. */
  async compareModule<Call extends KernelCall>(
    source: string,
    kernels: readonly Call[],
  ): Promise<Disagreement<Call>[]> {
    const file = join(this.#folder, `kernels${this.#modules++}.ts`);
    writeFileSync(file, source);
    // The front end is most of the time: it runs once for the machine code and for exact Node.
    const checked = checkOrThrow(file, {});
    rmSync(file);
    const { info } = this.#board;
    const compiled = join(this.#folder, 'kernels.shoal');
    const target = { module: compileChecked(checked, info), localMemoryBytes: info.localMemoryBytes };
    writeFileSync(compiled, writeContainer([target]));
    const loaded = await this.#board.load<Record<string, Callable>>(compiled);
    try {
      const exact = evaluateProgram(checked.program, { coreIndex: () => 0 }, this.#console()) as Readonly<
        Record<string, Callable>
      >;
      const plain = plainModule(source, this.#console());
      const core = loaded.at(0) as Readonly<Record<string, Callable>>;
      const disagreements: Disagreement<Call>[] = [];
      for (const kernel of kernels) {
        const onCore = await this.#outcome(kernel, core);
        const inNode = await this.#outcome(kernel, exact);
        const text = difference(kernel, onCore, inNode, 'core', 'exact Node');
        if (text !== undefined) disagreements.push({ kernel, text });
        else if (kernel.staysExact) {
          const inPlain = await this.#outcome(kernel, plain);
          // Only shrinking makes an exact kernel leave an array; plain JavaScript has no error there.
          const wrong = / with .*index|length \d+/.test(onCore.result)
            ? undefined
            : difference(kernel, onCore, inPlain, 'core', 'plain JavaScript');
          if (wrong !== undefined) disagreements.push({ kernel, text: wrong });
        }
      }
      return disagreements;
    } finally {
      await this.#board.unload(loaded);
    }
  }

  /** A console that keeps what is logged. */
  #console(): Pick<Console, 'log' | 'warn' | 'assert'> {
    const keep =
      (method: string) =>
      (...values: unknown[]): void => {
        this.#logs.push(`${method} ${format(...values)}`);
      };
    const [log, warn] = [keep('log'), keep('warn')];
    const assert = (holds: boolean, first: unknown, ...rest: unknown[]): void => {
      if (!holds) warn(`Assertion failed: ${String(first)}`, ...rest);
    };
    return { log, warn, assert };
  }

  async #outcome(kernel: KernelCall, module: Readonly<Record<string, Callable>>): Promise<Outcome> {
    this.#logs.length = 0;
    const outcome = await run(kernel, module);
    return { ...outcome, logs: this.#logs.join('\n') };
  }

  /** True if this kernel alone still disagrees; false if it does not compile any more. */
  async disagrees(kernel: KernelCase): Promise<boolean> {
    try {
      return (await this.compare([kernel])).length > 0;
    } catch {
      return false;
    }
  }
}

function plainModule(source: string, console: object): Readonly<Record<string, Callable>> {
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2023 },
  });
  const exports = {};
  const required = (name: string): unknown =>
    name === 'shoal/kernel' ? { coreIndex: () => 0, assert, fixedArray, range } : plainModule(HELPERS, console);
  new Function('exports', 'require', 'console', outputText)(exports, required, console);
  return exports;
}

function arrayOf({ type, values }: Extract<KernelArgument, { tag: 'array' }>): KernelArray {
  return Reflect.construct(KERNEL_ARRAY_TYPES[type as KernelArrayName], [values]) as KernelArray;
}

async function run(kernel: KernelCall, module: Readonly<Record<string, Callable>>): Promise<Omit<Outcome, 'logs'>> {
  const values = kernel.arguments.map((argument) => (argument.tag === 'number' ? argument.value : arrayOf(argument)));
  let result: string;
  try {
    result = resultText(await module[kernel.name]?.(...values));
  } catch (error) {
    result = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
  const arrays = values.flatMap((value) => (typeof value === 'number' ? [] : [bitsOf(value)]));
  return { result, arrays };
}

function resultText(value: unknown): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** Elements with NaNs as one value: plain JavaScript leaves their bits to the engine. */
function bitsOf(array: KernelArray): string {
  return Array.from(array, resultText).join(' ');
}

function difference(kernel: KernelCall, a: Outcome, b: Outcome, nameA: string, nameB: string): string | undefined {
  // On a core the message goes on with the place and the core.
  const same = a.result === b.result || (a.result.includes(': ') && a.result.startsWith(b.result));
  if (!same) return `${kernel.name}: ${nameA} gives ${a.result}, ${nameB} ${b.result}`;
  if (a.logs !== b.logs) return `${kernel.name}: ${nameA} logs\n${a.logs}\n${nameB}\n${b.logs}`;
  // After an error the host's arrays are left as they were, on every side only by rule on the core's.
  if (a.result.includes(': ')) return undefined;
  const wrong = a.arrays.findIndex((bits, i) => bits !== b.arrays[i]);
  return wrong < 0
    ? undefined
    : `${kernel.name}: array ${wrong} on ${nameA} ${a.arrays[wrong]}, on ${nameB} ${b.arrays[wrong]}`;
}

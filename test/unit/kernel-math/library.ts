/** The library kernels as the compiler sees them: checked, lowered, and under the interpreter of flow graphs. */
import { fileURLToPath } from 'node:url';
import * as float32 from '../../../boards/arithmetic/float32.ts';
import type { GraphProgram } from '../../../compiler/flow-graph/graph.ts';
import { GraphInterpreter } from '../../../compiler/flow-graph/interpret.ts';
import { addLibrary } from '../../../compiler/flow-graph/library.ts';
import { LIBRARY, libraryModuleOf } from '../../../compiler/flow-graph/library-symbols.ts';
import { lowerProgram } from '../../../compiler/flow-graph/lower.ts';
import { checkKernelProgram } from '../../../compiler/front-end/check-kernel-program.ts';

const root = new URL('../../../', import.meta.url);

export function lowerModule(file: string): GraphProgram {
  const { checked, diagnostics } = checkKernelProgram(fileURLToPath(new URL(file, root)));
  if (checked === null) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return lowerProgram(checked.program, { verify: true });
}

/** A program of all library functions. */
export function wholeLibrary(): GraphProgram {
  const program: GraphProgram = { name: 'library', functions: [], data: [] };
  for (const file of new Set(Object.values(LIBRARY).map(libraryModuleOf))) {
    const module = lowerModule(file as string);
    const wanted = module.functions.map((graph) => graph.symbol);
    // As a caller would: a function that calls each of them, taken away again.
    const before = program.functions.length;
    program.functions.push(callerOf(wanted));
    addLibrary(program, () => module);
    program.functions.splice(before, 1);
  }
  return program;
}

function callerOf(symbols: readonly string[]): GraphProgram['functions'][number] {
  const [entry] = lowerModule('device/kernel/math/round.ts').functions.slice(0, 1);
  if (entry === undefined) throw new Error('no function');
  const [block] = entry.blocks;
  if (block === undefined) throw new Error('no block');
  block.instructions = symbols.map((symbol) => ({
    op: 'call',
    callee: symbol,
    result: null,
    arguments: [],
    position: null,
  }));
  return { ...entry, symbol: 'caller', blocks: [block] };
}

export class LibraryRunner {
  private readonly interpreter: GraphInterpreter;

  constructor(program: GraphProgram) {
    this.interpreter = new GraphInterpreter(program);
  }

  words(symbol: string, ...words: number[]): number {
    return this.interpreter.call(symbol, ...words);
  }

  floats(symbol: string, ...values: number[]): number {
    return float32.fromBits(this.interpreter.call(symbol, ...values.map(float32.bitsOf)));
  }
}

/** Kernels of device/kernel/math that lowered code calls are compiled with the program that needs them. */
import { join } from 'node:path';
import { ShoalError } from '../protocol/errors.ts';
import type { DataObject, GraphFunction, GraphProgram, Instruction } from './flow-graph/graph.ts';
import { LIBRARY_PREFIX, libraryModuleOf } from './flow-graph/library-symbols.ts';
import { lowerProgram } from './flow-graph/lower.ts';
import { checkKernelProgram } from './front-end/check-kernel-program.ts';
import { kernelLibrary } from './front-end/kernel-library.ts';
import type { KernelProgram } from './kernel-tree/tree.ts';

/** Checked once in a process; lowered anew for each program, because passes change graphs. */
const checkedModules = new Map<string, KernelProgram>();

function libraryModule(path: string): KernelProgram {
  const known = checkedModules.get(path);
  if (known !== undefined) return known;
  const file = join(kernelLibrary().packageRoot, path);
  const { checked, diagnostics } = checkKernelProgram(file, { boundsChecks: false });
  if (checked === null) {
    const [first] = diagnostics;
    const what = first === undefined ? 'it cannot be checked' : `line ${first.position.line}: ${first.message}`;
    throw new ShoalError('INTERNAL', `library kernel ${path}: ${what}`, { details: { diagnostics } });
  }
  checkedModules.set(path, checked.program);
  return checked.program;
}

/** The functions and data that `program` has and calls, to any depth. */
export function addLibraryKernels(program: GraphProgram): GraphProgram {
  const functions = [...program.functions];
  const data = [...program.data];
  const known = new Set([...functions.map((graph) => graph.symbol), ...data.map((object) => object.symbol)]);
  const loaded = new Map<string, { functions: Map<string, GraphFunction>; data: Map<string, DataObject> }>();
  const load = (path: string): { functions: Map<string, GraphFunction>; data: Map<string, DataObject> } => {
    let module = loaded.get(path);
    if (module === undefined) {
      const lowered = lowerProgram(libraryModule(path), { rawFloatBits: true });
      module = {
        functions: new Map(lowered.functions.map((graph) => [libraryName(graph.symbol), renamed(graph)])),
        data: new Map(
          lowered.data.map((object) => [libraryName(object.symbol), { ...object, symbol: libraryName(object.symbol) }]),
        ),
      };
      loaded.set(path, module);
    }
    return module;
  };
  // `functions` grows while it is walked.
  for (const graph of functions) {
    for (const symbol of symbolsOf(graph)) {
      const path = known.has(symbol) ? null : libraryModuleOf(symbol);
      if (path === null) continue;
      known.add(symbol);
      const module = load(path);
      const callee = module.functions.get(symbol);
      const object = module.data.get(symbol);
      if (callee !== undefined) functions.push(callee);
      else if (object !== undefined) data.push(object);
      else throw new ShoalError('INTERNAL', `${path} does not define ${symbol}`);
    }
  }
  return { ...program, functions, data };
}

/** Modules of the library call each other by ordinary names; the prefix keeps them apart from the user's. */
function libraryName(symbol: string): string {
  return symbol.startsWith(LIBRARY_PREFIX) ? symbol : LIBRARY_PREFIX + symbol;
}

function renamed(graph: GraphFunction): GraphFunction {
  for (const block of graph.blocks) block.instructions = block.instructions.map(renamedInstruction);
  return { ...graph, symbol: libraryName(graph.symbol), exported: false };
}

function renamedInstruction(code: Instruction): Instruction {
  if (code.op === 'call') return { ...code, callee: libraryName(code.callee) };
  if (code.op === 'symbol') return { ...code, symbol: libraryName(code.symbol) };
  return code;
}

function* symbolsOf(graph: GraphFunction): Generator<string> {
  for (const block of graph.blocks) {
    for (const code of block.instructions) {
      if (code.op === 'call') yield code.callee;
      else if (code.op === 'symbol') yield code.symbol;
    }
  }
}

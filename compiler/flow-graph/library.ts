/** Adds the library kernels that a program calls. */
import type { GraphFunction, GraphProgram } from './graph.ts';
import { libraryModuleOf } from './library-symbols.ts';

/** Kernel modules, relative to the package, of the library functions that `program` calls and does not have. Sorted. */
export function requiredLibrary(program: GraphProgram): readonly string[] {
  const modules = [...missingSymbols(program)].map(libraryModuleOf).filter((file) => file !== null);
  return [...new Set(modules)].sort();
}

/**
 * Adds what is missing, and what that calls in turn. `lowered` gives the graph of a module of {@link requiredLibrary},
 * lowered as a program of its own; what it exports is for the program that calls it.
 * Throws if a module lacks a function.
 */
export function addLibrary(program: GraphProgram, lowered: (file: string) => GraphProgram): void {
  const modules = new Map<string, ReadonlyMap<string, GraphFunction>>();
  const functionsOf = (file: string): ReadonlyMap<string, GraphFunction> => {
    let functions = modules.get(file);
    if (functions === undefined) {
      const library = lowered(file);
      if (library.data.length > 0) throw new Error(`${file} has data; library kernels have none`);
      functions = new Map(library.functions.map((graph) => [graph.symbol, { ...graph, exported: false }]));
      modules.set(file, functions);
    }
    return functions;
  };
  for (let missing = missingSymbols(program); missing.size > 0; missing = missingSymbols(program)) {
    for (const symbol of missing) {
      const graph = functionsOf(libraryModuleOf(symbol) as string).get(symbol);
      if (graph === undefined) throw new Error(`${libraryModuleOf(symbol)} has no function for ${symbol}`);
      program.functions.push(graph);
    }
  }
}

function missingSymbols(program: GraphProgram): Set<string> {
  const present = new Set(program.functions.map((graph) => graph.symbol));
  const missing = new Set<string>();
  for (const graph of program.functions) {
    for (const block of graph.blocks) {
      for (const code of block.instructions) {
        if (code.op !== 'call' || libraryModuleOf(code.callee) === null || present.has(code.callee)) continue;
        missing.add(code.callee);
      }
    }
  }
  return missing;
}

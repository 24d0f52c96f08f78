/** Adds the library kernels that a program calls. */
import type { GraphFunction, GraphProgram } from './graph.ts';
import { libraryModuleOf } from './library-symbols.ts';

/** Kernel modules, relative to the package, of the library functions that `program` calls and does not have. Sorted. */
export function requiredLibrary(program: GraphProgram): readonly string[] {
  const modules = [...missingSymbols(program)].map(libraryModuleOf).filter((file) => file !== null);
  return [...new Set(modules)].sort();
}

/**
 * Adds what is missing, and what that calls and keeps in turn. `lowered` gives the graph of a module of
 * {@link requiredLibrary}, lowered as a program of its own; what it exports is for the program that calls it.
 * Throws if a module lacks a function.
 */
export function addLibrary(program: GraphProgram, lowered: (file: string) => GraphProgram): void {
  const modules = new Map<string, GraphProgram>();
  const moduleOf = (file: string): GraphProgram => {
    const module = modules.get(file) ?? lowered(file);
    modules.set(file, module);
    return module;
  };
  const kept = new Set(program.data.map((object) => object.symbol));
  for (let missing = missingSymbols(program); missing.size > 0; missing = missingSymbols(program)) {
    for (const symbol of missing) {
      const file = libraryModuleOf(symbol) as string;
      const module = moduleOf(file);
      const graph = module.functions.find((f) => f.symbol === symbol);
      if (graph === undefined) throw new Error(`${file} has no function for ${symbol}`);
      program.functions.push({ ...graph, exported: false });
      const named = namedBy(graph);
      for (const object of module.data) {
        if (!named.has(object.symbol) || kept.has(object.symbol)) continue;
        kept.add(object.symbol);
        program.data.push(object);
      }
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

/** Symbols whose address a function takes. */
function namedBy(graph: GraphFunction): ReadonlySet<string> {
  const codes = graph.blocks.flatMap((block) => block.instructions);
  return new Set(codes.flatMap((code) => (code.op === 'symbol' ? [code.symbol] : [])));
}

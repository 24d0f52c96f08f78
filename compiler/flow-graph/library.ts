/** Adds the library kernels that a program calls. */
import type { DataObject, GraphFunction, GraphProgram, Instruction } from './graph.ts';
import { isOutside, libraryModuleOf, libraryPrefixOf } from './library-symbols.ts';

/** Kernel modules, relative to the package, of the library functions that `program` calls and does not have. Sorted. */
export function requiredLibrary(program: GraphProgram): readonly string[] {
  const modules = [...missingSymbols(program)].map(libraryModuleOf).filter((file) => file !== null);
  return [...new Set(modules)].sort();
}

interface LibraryModule {
  readonly functions: ReadonlyMap<string, GraphFunction>;
  readonly data: ReadonlyMap<string, DataObject>;
}

/**
 * Adds what is missing, and what that calls and keeps in turn. `lowered` gives the graph of a module of
 * {@link requiredLibrary}, lowered as a program of its own with `rawFloatBits`; its symbols are as the front end makes
 * them: `divide.divideFloat`. Throws if a module lacks a function.
 */
export function addLibrary(program: GraphProgram, lowered: (file: string) => GraphProgram): void {
  const modules = new Map<string, LibraryModule>();
  const moduleOf = (file: string, prefix: string): LibraryModule => {
    let module = modules.get(file);
    if (module === undefined) {
      const { functions, data } = lowered(file);
      module = {
        functions: new Map(functions.map((graph) => [prefix + graph.symbol, asLibrary(graph, prefix)])),
        data: new Map(data.map((object) => [prefix + object.symbol, { ...object, symbol: prefix + object.symbol }])),
      };
      modules.set(file, module);
    }
    return module;
  };
  const kept = new Set(program.data.map((object) => object.symbol));
  for (let missing = missingSymbols(program); missing.size > 0; missing = missingSymbols(program)) {
    for (const symbol of missing) {
      const file = libraryModuleOf(symbol) as string;
      const module = moduleOf(file, libraryPrefixOf(symbol) as string);
      const graph = module.functions.get(symbol);
      if (graph === undefined) throw new Error(`${file} has no function for ${symbol}`);
      program.functions.push(graph);
      for (const name of namedBy(graph)) {
        const object = module.data.get(name);
        if (object === undefined || kept.has(name)) continue;
        kept.add(name);
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
function namedBy(graph: GraphFunction): readonly string[] {
  const codes = graph.blocks.flatMap((block) => block.instructions);
  return codes.flatMap((code) => (code.op === 'symbol' ? [code.symbol] : []));
}

/** The function under library symbols; calls within its module too. Not exported: only the program itself calls it. */
function asLibrary(graph: GraphFunction, prefix: string): GraphFunction {
  for (const block of graph.blocks) block.instructions = block.instructions.map((code) => renamed(code, prefix));
  return { ...graph, symbol: prefix + graph.symbol, exported: false };
}

function renamed(code: Instruction, prefix: string): Instruction {
  switch (code.op) {
    case 'call':
      return isForeign(code.callee) ? code : { ...code, callee: prefix + code.callee };
    case 'symbol':
      return isForeign(code.symbol) ? code : { ...code, symbol: prefix + code.symbol };
    case 'load':
    case 'store': {
      const { alias } = code;
      return alias.tag === 'global' ? { ...code, alias: { tag: 'global', symbol: prefix + alias.symbol } } : code;
    }
    default:
      return code;
  }
}

/** True for what the module does not define: library kernels, what the board is, the core runtime. */
function isForeign(symbol: string): boolean {
  return libraryPrefixOf(symbol) !== null || isOutside(symbol);
}

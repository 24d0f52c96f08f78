/** From kernel tree to flow graph: the whole program. */
import { bitsOf } from '../../boards/arithmetic/float32.ts';
import { logFormatsOf } from '../kernel-tree/log-format.ts';
import { analyseLifetimes, BYTES } from '../kernel-tree/record-lifetimes.ts';
import type { Global, KernelProgram } from '../kernel-tree/tree.ts';
import { arrayOrigins } from './alias-classes.ts';
import type { DataObject, GraphProgram } from './graph.ts';
import { MATH_PREFIX } from './library-symbols.ts';
import { lowerFunction } from './lower-function.ts';
import { recordObject } from './lower-record.ts';
import { verifyProgram } from './verify-graph.ts';

export interface LowerOptions {
  /**
   * `floatOf(bits)` keeps the bits of any NaN. Only for modules that make no NaN but 0x7fc00000: the core runtime, and
   * the library kernels, for which it is always so. Default false.
   */
  readonly rawFloatBits?: boolean;
  /** Checks the graph that was made. Default false. */
  readonly verify?: boolean;
}

/** Lowers every function and global of `program`. Calls of library kernels are by symbol: see library-symbols.ts. */
export function lowerProgram(program: KernelProgram, options: LowerOptions = {}): GraphProgram {
  const origins = arrayOrigins(program);
  const { places } = analyseLifetimes(program.functions);
  const logNumbers = new Map(logFormatsOf(program).map((format, index) => [format, index]));
  const rawFloatBits = (symbol: string): boolean => options.rawFloatBits === true || symbol.startsWith(MATH_PREFIX);
  const lowered: GraphProgram = {
    name: program.name,
    functions: program.functions.map((f) =>
      lowerFunction(f, { origins, places, logNumbers }, { rawFloatBits: rawFloatBits(f.symbol) }),
    ),
    data: program.globals.map(dataObject),
  };
  if (options.verify === true) verifyProgram(lowered);
  return lowered;
}

function dataObject(global: Global): DataObject {
  const { type, initial, symbol, position } = global;
  const holdsReferences = type.tag === 'array' ? type.element === 'reference' : type.scalar === 'reference';
  if (typeof initial === 'object' && holdsReferences) return recordObject(global, initial);
  const isFloat = type.tag === 'scalar' ? type.scalar === 'f32' : type.element === 'f32';
  const values = typeof initial === 'number' ? [initial] : numbersOf(initial);
  const elementBytes = type.tag === 'scalar' ? 4 : BYTES[type.element];
  const bytes = new Uint8Array(values.length * elementBytes);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => {
    const word = isFloat ? bitsOf(value) : value | 0;
    if (elementBytes === 4) view.setInt32(index * 4, word, true);
    else if (elementBytes === 2) view.setInt16(index * 2, word, true);
    else view.setInt8(index, word);
  });
  // Double words for arrays, so that pairs of elements can be loaded at once.
  const common = { symbol, alignBytes: type.tag === 'scalar' ? 4 : 8, lengthBytes: bytes.length, position };
  if (global.storage === 'constant') return { ...common, section: '.rodata', bytes };
  if (bytes.every((byte) => byte === 0)) return { ...common, section: '.bss' };
  return { ...common, section: '.data', bytes };
}

function numbersOf(initial: Exclude<Global['initial'], number>): readonly number[] {
  return 'length' in initial ? initial.filter((value) => typeof value === 'number') : [];
}

/** Runs the kernel `main` of a tree as a flow graph under the interpreter, and in exact Node, to compare the two. */

import * as float32 from '../../../boards/arithmetic/float32.ts';
import { toInt32 } from '../../../boards/arithmetic/float32.ts';
import { evaluateProgram } from '../../../compiler/exact-node/evaluate-program.ts';
import type { GraphProgram } from '../../../compiler/flow-graph/graph.ts';
import { GraphInterpreter, GraphTrap } from '../../../compiler/flow-graph/interpret.ts';
import { LIBRARY } from '../../../compiler/flow-graph/library-symbols.ts';
import { trapMessage } from '../../../compiler/kernel-tree/trap-message.ts';
import type { ElementKind, KernelProgram, Local, ScalarType } from '../../../compiler/kernel-tree/tree.ts';

const ARRAYS = {
  i8: Int8Array,
  u8: Uint8Array,
  i16: Int16Array,
  u16: Uint16Array,
  i32: Int32Array,
  u32: Uint32Array,
  f32: Float32Array,
} as const;

export type Elements = InstanceType<(typeof ARRAYS)[ElementKind]>;
export type Argument = number | boolean | Elements;

export const newArray = (kind: ElementKind, values: readonly number[]): Elements => new ARRAYS[kind](values);

/** What a call did: its result, or its trap, and the arrays and state afterwards. */
export interface Outcome {
  readonly result: number | boolean | string | undefined;
  readonly arrays: readonly (readonly number[])[];
}

const onFloats =
  (f: (...values: number[]) => number) =>
  (...words: number[]): number =>
    float32.bitsOf(f(...words.map(float32.fromBits)));

/** The library kernels by JavaScript's own arithmetic. */
export const LIBRARY_IN_JAVASCRIPT: Readonly<Record<string, (...words: number[]) => number>> = {
  [LIBRARY.divideFloat]: onFloats((a, b) => float32.div(a as number, b as number)),
  [LIBRARY.remainderFloat]: onFloats((a, b) => float32.rem(a as number, b as number)),
  [LIBRARY.squareRoot]: onFloats((x) => float32.sqrt(x as number)),
  [LIBRARY.floor]: onFloats((x) => float32.floor(x as number)),
  [LIBRARY.ceil]: onFloats((x) => float32.ceil(x as number)),
  [LIBRARY.trunc]: onFloats((x) => float32.trunc(x as number)),
  [LIBRARY.round]: onFloats((x) => float32.round(x as number)),
  [LIBRARY.toInteger]: (word) => toInt32(float32.fromBits(word as number)),
  [LIBRARY.divideSigned]: (a, b) => ((a as number) / (b as number)) | 0,
  [LIBRARY.divideUnsigned]: (a, b) => (((a as number) >>> 0) / ((b as number) >>> 0)) | 0,
  [LIBRARY.remainderSigned]: (a, b) => ((a as number) % (b as number)) | 0,
  [LIBRARY.remainderUnsigned]: (a, b) => (((a as number) >>> 0) % ((b as number) >>> 0)) | 0,
};

function fromWord(word: number, type: ScalarType | 'void'): number | boolean | undefined {
  if (type === 'void') return undefined;
  if (type === 'bool') return word !== 0;
  if (type === 'f32') return float32.fromBits(word);
  return type === 'u32' ? word >>> 0 : word;
}

function toWord(value: number | boolean, local: Local): number {
  const isFloat = local.type.tag === 'scalar' && local.type.scalar === 'f32';
  return isFloat ? float32.bitsOf(value as number) : Number(value) | 0;
}

const bytesOf = (array: Elements): number[] => [...new Uint8Array(array.buffer, array.byteOffset, array.byteLength)];

/** Calls `main` some times in turn on one interpreter; state stays in between, as on a core. */
export function interpretCalls(
  tree: KernelProgram,
  graph: GraphProgram,
  calls: readonly (readonly Argument[])[],
): { readonly outcomes: Outcome[]; readonly steps: number } {
  const interpreter = new GraphInterpreter(graph, { external: LIBRARY_IN_JAVASCRIPT, stepLimit: 2_000_000 });
  const main = tree.functions.find((f) => f.name === 'main');
  if (main === undefined) throw new Error('there is no main');
  let steps = 0;
  const outcomes = calls.map((values): Outcome => {
    let address = interpreter.freeAddress;
    const placed: { readonly address: number; readonly bytes: number }[] = [];
    const words = values.flatMap((value, index) => {
      if (typeof value !== 'object') return toWord(value, main.parameters[index] as Local);
      const at = address;
      bytesOf(value).forEach((byte, offset) => {
        interpreter.memory.setUint8(at + offset, byte);
      });
      placed.push({ address: at, bytes: value.byteLength });
      address += Math.ceil(value.byteLength / 8) * 8 + 8;
      return [at, value.length];
    });
    let result: Outcome['result'];
    try {
      result = fromWord(interpreter.call(main.symbol, ...words), main.result);
    } catch (error) {
      if (!(error instanceof GraphTrap)) throw error;
      const { errorClass, message } = trapMessage(error.site, error.words);
      result = `${errorClass}: ${message}`;
    }
    steps += interpreter.steps;
    const arrays = placed.map((place) => [...new Uint8Array(interpreter.memory.buffer, place.address, place.bytes)]);
    return { result, arrays };
  });
  return { outcomes, steps };
}

/** The same calls in exact Node. */
export function exactCalls(tree: KernelProgram, calls: readonly (readonly Argument[])[]): Outcome[] {
  const main = evaluateProgram(tree).main as unknown as (...values: Argument[]) => number | boolean | undefined;
  return calls.map((values): Outcome => {
    const copies = values.map((value) => (typeof value === 'object' ? value.slice() : value));
    let result: Outcome['result'];
    try {
      result = main(...copies);
    } catch (error) {
      result = `${(error as Error).name}: ${(error as Error).message}`;
    }
    return { result, arrays: copies.flatMap((value) => (typeof value === 'object' ? [bytesOf(value)] : [])) };
  });
}

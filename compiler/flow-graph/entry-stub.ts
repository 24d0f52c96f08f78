/**
 * Entry stubs: what the core runtime calls to run a kernel. A stub has the runtime read all arguments of the message, in
 * the order and of the kinds of the signature, takes their words into registers, calls the kernel and has its result
 * written. A call that does not fit the signature is refused before the kernel runs.
 */
import * as kinds from '../../protocol/argument-kinds.ts';
import type { ArrayElement, ElementKind, KernelFunction, ScalarType, VariableType } from '../kernel-tree/tree.ts';
import { FunctionBuilder } from './function-builder.ts';
import type { GraphFunction, Value, WordType } from './graph.ts';
import { wordType } from './lower-function.ts';

const ARRAY_KINDS: Readonly<Record<ElementKind, number>> = {
  i8: kinds.ARGUMENT_INT8_ARRAY,
  u8: kinds.ARGUMENT_UINT8_ARRAY,
  i16: kinds.ARGUMENT_INT16_ARRAY,
  u16: kinds.ARGUMENT_UINT16_ARRAY,
  i32: kinds.ARGUMENT_INT32_ARRAY,
  u32: kinds.ARGUMENT_UINT32_ARRAY,
  f32: kinds.ARGUMENT_FLOAT32_ARRAY,
};

const SCALAR_KINDS: Readonly<Record<ScalarType, number>> = {
  i32: kinds.ARGUMENT_INTEGER,
  u32: kinds.ARGUMENT_INTEGER,
  f32: kinds.ARGUMENT_FLOAT,
  bool: kinds.ARGUMENT_BOOLEAN,
  reference: kinds.ARGUMENT_INTEGER, // the front end refuses kernels with objects in their signature
};

const READ_ALL = 'arguments.readAll';

const WRITE: Readonly<Record<ScalarType | 'void', string>> = {
  i32: 'arguments.writeInteger',
  u32: 'arguments.writeUnsigned',
  f32: 'arguments.writeFloat',
  bool: 'arguments.writeBoolean',
  reference: '',
  void: 'arguments.writeVoid',
};

/** What `readAll` takes: the kinds of the parameters, four bits each, in two words. */
export function argumentDescriptor(types: readonly VariableType[]): readonly [low: number, high: number] {
  const words: [number, number] = [0, 0];
  types.forEach((type, index) => {
    const kind = type.tag === 'array' ? arrayKind(type.element) : SCALAR_KINDS[type.scalar];
    words[index < 8 ? 0 : 1] |= kind << (4 * (index % 8));
  });
  return words;
}

/** Arrays of objects do not travel. */
function arrayKind(element: ArrayElement): number {
  return element === 'reference' ? 0 : ARRAY_KINDS[element];
}

/** Symbol of the stub of a kernel. */
export function entrySymbol(kernelSymbol: string): string {
  return `${kernelSymbol}.entry`;
}

/** The stub of an exported kernel: a function without parameters and result. */
export function entryStub(kernel: KernelFunction): GraphFunction {
  const builder = new FunctionBuilder({
    symbol: entrySymbol(kernel.symbol),
    result: null,
    exported: true,
    position: kernel.position,
  });
  builder.position = kernel.position;
  const types = kernel.parameters.map(({ type }) => type);
  const [low, high] = argumentDescriptor(types);
  const base = builder.call(READ_ALL, [builder.constant(low), builder.constant(high)], 'i32') as Value;
  const wordTypes = types.flatMap((type): readonly WordType[] =>
    type.tag === 'array' ? ['i32', 'i32'] : [wordType(type.scalar)],
  );
  const words: Value[] = [];
  // Backwards: the register of the address becomes free for the first word.
  for (const [index, type] of [...wordTypes.entries()].reverse()) words[index] = builder.load(base, 4 * index, type);
  if (kernel.result === 'void') {
    builder.call(kernel.symbol, words, null);
    builder.call(WRITE.void, [], null);
  } else {
    builder.call(WRITE[kernel.result], [builder.call(kernel.symbol, words, wordType(kernel.result)) as Value], null);
  }
  builder.return(null);
  return builder.done();
}

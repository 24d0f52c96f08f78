/**
 * Entry stubs: what the core runtime calls to run a kernel. A stub reads the arguments of the message in order through
 * the runtime's `arguments.…` functions, refuses what is left over, calls the kernel and writes its result.
 */
import { TYPED_ARRAYS } from '../../protocol/values/typed-arrays.ts';
import type { ElementKind, KernelFunction, ScalarType } from '../kernel-tree/tree.ts';
import { FunctionBuilder } from './function-builder.ts';
import type { GraphFunction, Value } from './graph.ts';
import { wordType } from './lower-function.ts';

const ARRAY_NAMES: Readonly<Record<ElementKind, string>> = {
  i8: 'Int8Array',
  u8: 'Uint8Array',
  i16: 'Int16Array',
  u16: 'Uint16Array',
  i32: 'Int32Array',
  u32: 'Uint32Array',
  f32: 'Float32Array',
};

const READ: Readonly<Record<ScalarType, string>> = {
  i32: 'arguments.readInteger',
  u32: 'arguments.readInteger',
  f32: 'arguments.readFloat',
  bool: 'arguments.readBoolean',
  reference: '', // the front end refuses kernels with objects in their signature
};

const WRITE: Readonly<Record<ScalarType | 'void', string>> = {
  i32: 'arguments.writeInteger',
  u32: 'arguments.writeUnsigned',
  f32: 'arguments.writeFloat',
  bool: 'arguments.writeBoolean',
  reference: '',
  void: 'arguments.writeVoid',
};

/** RFC 8746 tag (little endian) under which an array of these elements travels. */
export function typedArrayTag(element: ElementKind): number {
  const kind = TYPED_ARRAYS.find(({ name }) => name === ARRAY_NAMES[element]);
  if (kind === undefined) throw new Error(`no typed array holds ${element}`);
  return kind.tag;
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
  const words: Value[] = [];
  const call = (symbol: string, values: readonly Value[], type: ScalarType): Value =>
    builder.call(symbol, values, wordType(type)) as Value;
  for (const { type } of kernel.parameters) {
    if (type.tag === 'scalar') words.push(call(READ[type.scalar], [], type.scalar));
    else {
      words.push(call('arguments.readArray', [builder.constant(typedArrayTag(type.element))], 'i32'));
      words.push(call('arguments.lastLength', [], 'i32'));
    }
  }
  builder.call('arguments.end', [], null);
  if (kernel.result === 'void') {
    builder.call(kernel.symbol, words, null);
    builder.call(WRITE.void, [], null);
  } else {
    builder.call(WRITE[kernel.result], [call(kernel.symbol, words, kernel.result)], null);
  }
  builder.return(null);
  return builder.done();
}

/** Lowering of arrays that a function makes, and of parts of arrays. */
import { BYTES } from '../kernel-tree/record-lifetimes.ts';
import type { ArrayExpression } from '../kernel-tree/tree.ts';
import { elementKindOf } from '../kernel-tree/visit-tree.ts';
import type { FunctionBuilder } from './function-builder.ts';
import type { Condition, Value } from './graph.ts';
import type { ArrayWords, FunctionLowering } from './lower-function.ts';
import type { Evaluate } from './lower-record.ts';

type Of<Op extends ArrayExpression['op']> = Extract<ArrayExpression, { readonly op: Op }>;

/** So many words are set to 0 one by one; for more of them there is a loop. */
const UNROLLED_WORDS = 8;

const ANYTHING = { tag: 'any' } as const;
const PLAIN = { index: null, scale: 1, volatile: false, alias: ANYTHING } as const;

/** `[a, b]` and `new Int32Array(9)`: memory of the frame, filled anew each time. */
export function lowerNewArray(lowering: FunctionLowering, array: Of<'new-array'>, evaluate: Evaluate): ArrayWords {
  const { builder } = lowering;
  const values = array.values.map(evaluate);
  const sizeBytes = BYTES[array.element];
  const words = Math.ceil((array.length * sizeBytes) / 4);
  const base = lowering.records.address(array, words * 4, 'array');
  if (array.length > values.length) {
    const first = Math.floor((values.length * sizeBytes) / 4);
    clearWords(builder, base, first, words, array.element === 'f32' ? 'f32' : 'i32');
  }
  for (const [index, value] of values.entries()) {
    builder.emit({ op: 'store', value, sizeBytes, base, offset: index * sizeBytes, ...PLAIN });
  }
  return { base, length: builder.constant(array.length), alias: ANYTHING };
}

function clearWords(builder: FunctionBuilder, base: Value, first: number, end: number, type: 'i32' | 'f32'): void {
  if (end - first <= UNROLLED_WORDS) {
    const value = builder.constant(0, type);
    for (let word = first; word < end; word++) {
      builder.emit({ op: 'store', value, sizeBytes: 4, base, offset: word * 4, ...PLAIN });
    }
    return;
  }
  const at = builder.variable('i32', '');
  builder.write(at, builder.constant(first));
  const header = builder.newBlock();
  const latch = builder.newBlock();
  const exit = builder.newBlock();
  builder.jump(header);
  builder.current = header;
  const index = builder.read(at);
  const value = builder.constant(0, type);
  builder.emit({ op: 'store', value, sizeBytes: 4, base, offset: 0, ...PLAIN, index, scale: 4 });
  builder.write(at, builder.binary('add', index, builder.constant(1)));
  builder.branch({ condition: 'lt-signed', left: builder.read(at), right: builder.constant(end) }, latch, exit);
  builder.enter(latch);
  builder.jump(header);
  builder.seal(header);
  builder.enter(exit);
}

/** `x.subarray(begin, end)`. */
export function lowerSubarray(lowering: FunctionLowering, array: Of<'subarray'>, evaluate: Evaluate): ArrayWords {
  const { builder } = lowering;
  const whole = lowering.array(array.array);
  const begin = evaluate(array.begin);
  const end = array.end === null ? null : evaluate(array.end);
  const first = inRange(builder, begin, whole.length);
  const behind = end === null ? whole.length : inRange(builder, end, whole.length);
  const count = choose(builder, 'gt-signed', builder.binary('sub', behind, first), builder.constant(0));
  const sizeBytes = BYTES[elementKindOf(array)];
  const offset = sizeBytes === 1 ? first : builder.binary('shl', first, builder.constant(Math.log2(sizeBytes)));
  return { base: builder.binary('add', whole.base, offset), length: count, alias: whole.alias };
}

/** An index that counts from the end if it is negative, brought into 0 … length. */
function inRange(builder: FunctionBuilder, index: Value, length: Value): Value {
  const zero = builder.constant(0);
  const known = builder.constantOf(index);
  if (known === 0) return index;
  if (known === null || known > 0) {
    const least = choose(builder, 'lt-signed', index, length);
    if (known !== null) return least;
    const fromEnd = choose(builder, 'gt-signed', builder.binary('add', index, length), zero);
    return builder.select({ condition: 'lt-signed', left: index, right: zero }, fromEnd, least);
  }
  return choose(builder, 'gt-signed', builder.binary('add', index, length), zero);
}

/** The left value if the condition holds between them, else the right one. */
function choose(builder: FunctionBuilder, condition: Condition, left: Value, right: Value): Value {
  return builder.select({ condition, left, right }, left, right);
}

/** Lowering of `console.log`: calls of the core runtime that put a LOG message into the outbound ring. */
import { LOG, LOG_COUNTED, LOG_INLINE_MAX } from '../../protocol/operations.ts';
import { type LogFormat, sentPieces } from '../kernel-tree/log-format.ts';
import type { FunctionBuilder } from './function-builder.ts';
import type { Value } from './graph.ts';
import { bitsOfValue } from './lower-float.ts';

/** CBOR's `false`; `true` is the next byte. */
const FALSE = 0xf4;

/** `words`: a value for each piece that is sent, all evaluated before: a trap leaves no half of a message. */
export function lowerLog(builder: FunctionBuilder, format: LogFormat, number: number, words: readonly Value[]): void {
  const put = (what: string, value: Value): void => {
    builder.call(`outbound.${what}`, [value], null);
  };
  const isInline = words.length <= LOG_INLINE_MAX;
  put('begin', builder.constant(isInline ? LOG + words.length : LOG_COUNTED));
  put('putUnsigned', builder.constant(number));
  if (!isInline) put('putUnsigned', builder.constant(words.length));
  for (const [index, piece] of sentPieces(format).entries()) {
    const word = words[index] as Value;
    if (piece.tag === 'choice' || piece.kind === 'u32') put('putUnsigned', word);
    else if (piece.kind === 'i32') put('putInteger', word);
    else if (piece.kind === 'f32') put('putFloatBits', bitsOfValue(builder, word));
    else put('putByte', builder.binary('or', word, builder.constant(FALSE)));
  }
  builder.call('outbound.send', [], null);
}

import type { LogFormat, LogPiece } from '../kernel-tree/log-format.ts';
import { numberLiteral, stringLiteral } from './line-writer.ts';

/** The arguments of `console.log`. `values`: the text of each value that a core would send. */
export function logArguments(format: LogFormat, values: readonly string[]): string[] {
  let next = 0;
  const printed = (piece: LogPiece): string => {
    if (piece.tag === 'constant') {
      const { value } = piece;
      if (typeof value === 'string') return stringLiteral(value);
      return typeof value === 'number' ? numberLiteral(value) : String(value);
    }
    const value = values[next++] ?? '';
    if (piece.tag === 'sent') return value;
    const texts = piece.choices.map(({ number, text }) => `${number}: ${stringLiteral(text)}`);
    return `({ ${texts.join(', ')} })[${value}]`;
  };
  return format.arguments.map(({ form, pieces }) => {
    const texts = pieces.map(printed);
    return form === 'value' ? texts.join('') : ["''", ...texts].join(' + ');
  });
}

/** A LOG message of a core as what its kernel wrote: the arguments of `console.log`. */
import { format as formatText } from 'node:util';
import { type LogFormat, type LogPiece, sentPieces } from '../../compiler/kernel-tree/log-format.ts';
import type { SourcePosition } from '../../compiler/kernel-tree/tree.ts';
import { ShoalError } from '../../protocol/errors.ts';
import type { LogMessage } from '../../protocol/messages.ts';
import type { Value } from '../../protocol/values/value-codec.ts';
import type { CoreSlot } from '../cores/core-slot.ts';

/** Something that a kernel has logged. */
export interface LogEvent {
  readonly core: readonly [row: number, column: number];
  readonly coreIndex: number;
  /** Name of the kernel that was called. */
  readonly kernel: string;
  /** `warn` for a `console.assert` that does not hold. */
  readonly method: 'log' | 'warn';
  /** The arguments: numbers, booleans and strings. An f32 is the double of the same value. */
  readonly values: readonly LogValue[];
  /** The values as `console.log` of Node shows them. */
  readonly text: string;
  readonly position: SourcePosition;
}

export type LogValue = number | boolean | string;

/** Throws PROTOCOL_INVALID if the message does not fit the format that it names. */
export function logEvent(
  message: LogMessage,
  formats: readonly LogFormat[],
  kernel: string,
  slot: Pick<CoreSlot, 'position' | 'index'>,
): LogEvent {
  const { index: coreIndex } = slot;
  const format = formats[message.format];
  if (format === undefined) throw invalid(coreIndex, `names log ${message.format} of ${formats.length}`);
  const sent = sentPieces(format);
  if (sent.length !== message.values.length) {
    throw invalid(coreIndex, `has ${message.values.length} values for ${sent.length} places`);
  }
  const values = new Map(sent.map((piece, index) => [piece, pieceValue(piece, message.values[index], coreIndex)]));
  const shown = format.arguments.map(({ form, pieces }): LogValue => {
    const parts = pieces.map((piece) => (piece.tag === 'constant' ? piece.value : (values.get(piece) ?? '')));
    return form === 'text' ? parts.join('') : (parts[0] ?? '');
  });
  const { method, position } = format;
  return { core: slot.position, coreIndex, kernel, method, values: shown, text: formatText(...shown), position };
}

function pieceValue(piece: LogPiece, value: Value, coreIndex: number): LogValue {
  if (piece.tag === 'choice') {
    const choice = piece.choices.find(({ number }) => number === value);
    if (choice !== undefined) return choice.text;
  } else if (piece.tag === 'sent') {
    if (typeof value === (piece.kind === 'bool' ? 'boolean' : 'number')) return value as number | boolean;
  }
  throw invalid(coreIndex, 'has a value of another type');
}

function invalid(coreIndex: number, what: string): ShoalError {
  return new ShoalError('PROTOCOL_INVALID', `core ${coreIndex} sent a log that ${what}`);
}

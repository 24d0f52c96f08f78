/** Log formats as plain maps of a container file. */
import type { Value } from '../protocol/index.ts';
import { type ContainerMap, invalidContainer, readPosition } from './container-map.ts';
import type { LogArgument, LogFormat, LogPiece } from './kernel-tree/log-format.ts';

export function logFormatMap({ method, position, arguments: list }: LogFormat): Value {
  return {
    method,
    position: { ...position },
    arguments: list.map(({ form, pieces }) => ({ form, pieces: pieces.map(pieceMap) })),
  };
}

function pieceMap(piece: LogPiece): Value {
  if (piece.tag !== 'choice') return { ...piece };
  return { tag: piece.tag, choices: piece.choices.map((choice) => ({ ...choice })) };
}

/** Throws PROTOCOL_INVALID. */
export function readLogFormat(format: ContainerMap): LogFormat {
  return {
    method: format.oneOf('method', ['log', 'warn']),
    position: readPosition(format.map('position')),
    arguments: format.list('arguments').map(readArgument),
  };
}

function readArgument(argument: ContainerMap): LogArgument {
  const form = argument.oneOf('form', ['text', 'value']);
  const pieces = argument.list('pieces').map(readPiece);
  if (form === 'value' && pieces.length !== 1) throw invalidContainer('a value of a log is not one piece');
  return { form, pieces };
}

function readPiece(piece: ContainerMap): LogPiece {
  const tag = piece.oneOf('tag', ['constant', 'sent', 'choice']);
  if (tag === 'constant') return { tag, value: piece.primitive('value') };
  if (tag === 'sent') return { tag, kind: piece.oneOf('kind', ['i32', 'u32', 'f32', 'bool']) };
  const choices = piece.list('choices').map((choice) => ({
    number: choice.integer('number'),
    text: choice.text('text'),
  }));
  return { tag, choices };
}

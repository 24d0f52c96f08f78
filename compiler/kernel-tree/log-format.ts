/** What `console.log` shows: texts and the places of values. The host holds it; the core sends its number and the values. */
import type { KernelProgram, NumberKind, SourcePosition } from './tree.ts';
import { visitStatements } from './visit-tree.ts';

export interface LogFormat {
  /** The function of JavaScript's console that shows it. */
  readonly method: 'log' | 'warn';
  readonly position: SourcePosition;
  readonly arguments: readonly LogArgument[];
}

/** `text`: the pieces joined, as in a template. `value`: the one piece as it is, a number stays a number. */
export interface LogArgument {
  readonly form: 'text' | 'value';
  readonly pieces: readonly LogPiece[];
}

export type LogPiece =
  | { readonly tag: 'constant'; readonly value: string | number | boolean }
  /** The next value that is sent. */
  | { readonly tag: 'sent'; readonly kind: NumberKind | 'bool' }
  /** The next value that is sent is one of these numbers, and stands for its text. */
  | { readonly tag: 'choice'; readonly choices: readonly LogChoice[] };

export interface LogChoice {
  readonly number: number;
  readonly text: string;
}

/** All formats of a program. The index of one is its number in messages. */
export function logFormatsOf(program: KernelProgram): readonly LogFormat[] {
  const formats = new Set<LogFormat>();
  for (const f of program.functions) {
    visitStatements(f.body, {
      expression: (e) => {
        if (e.op === 'intrinsic' && e.format !== undefined) formats.add(e.format);
      },
    });
  }
  return [...formats];
}

/** The pieces of a format that are sent, in this order. */
export function sentPieces(format: LogFormat): readonly Exclude<LogPiece, { readonly tag: 'constant' }>[] {
  return format.arguments.flatMap(({ pieces }) => pieces.flatMap((piece) => (piece.tag === 'constant' ? [] : [piece])));
}

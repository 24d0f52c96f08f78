/** What random statements are made of and with. */
import type { ModuleLine } from './module-lines.ts';
import type { Random } from './random.ts';
import type { ExpressionKind, ExpressionPiece, StatementPiece } from './syntax-pieces.ts';

/** What a statement is written with: names in reach, fresh names, expressions. */
export interface Writing {
  readonly random: Random;
  readonly isExact: boolean;
  need(line: ModuleLine): void;
  fresh(prefix: string): string;
  expression(kind: ExpressionKind, depth: number): ExpressionPiece;
  /** Puts a variable in reach of what comes after. */
  declare(name: string, kind: ExpressionKind, writable: boolean): void;
  assignable(kind: ExpressionKind): string[];
  readonly arrays: readonly { readonly name: string; readonly type: string; readonly length: number }[];
  block(): StatementPiece[];
  readonly loopDepth: number;
  insideLoops<T>(count: number, make: () => T): T;
}

/** How one kind of statement is made, and where it can be. */
export interface LanguageStatement {
  make(writing: Writing): StatementPiece[];
  canBe?(writing: Writing, depth: number): boolean;
}

/** A part of a statement. */
export type Part = string | ExpressionPiece | readonly StatementPiece[];
/** A statement of these parts. */
export const line = (...parts: Part[]): StatementPiece => ({ parts });

/** A declaration of a variable that later statements read. */
export function result(w: Writing, kind: 'i32' | 'u32' | 'f32', ...parts: Part[]): StatementPiece {
  const name = w.fresh('v');
  const writable = w.random.chance(0.7);
  w.declare(name, kind, writable);
  return line(`${writable ? 'let' : 'const'} ${name}: ${kind} = `, ...parts, ';');
}

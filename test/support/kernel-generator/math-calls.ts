/**
 * Calls of Math that the library computes. The kernels of a module share one of them: each costs the compiler about as
 * much as a kernel.
 */
import type { ModuleLine } from './module-lines.ts';
import type { ExpressionPiece } from './syntax-pieces.ts';

export interface MathCall {
  /** `operand` makes an expression of kind f32. */
  readonly parts: (operand: () => ExpressionPiece) => (string | ExpressionPiece)[];
  readonly assignment?: '**=';
  readonly needs?: ModuleLine;
}

const unary = (name: string): MathCall => ({ parts: (a) => [`Math.${name}(`, a(), ')'] });
const binary = (name: string): MathCall => ({ parts: (a) => [`Math.${name}(`, a(), ', ', a(), ')'] });

export const UNARY_MATH: readonly string[] =
  'sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh exp expm1 log log2 log10 log1p cbrt'.split(' ');
export const BINARY_MATH: readonly string[] = ['atan2', 'pow', 'hypot'];

/** An assignment has fewer places than an operand, so its modules are more. */
const POWER: MathCall = { parts: (a) => ['(', a(), ' ** ', a(), ')'], assignment: '**=' };

export const MATH_CALLS: readonly MathCall[] = [
  ...UNARY_MATH.map(unary),
  ...BINARY_MATH.map(binary),
  POWER,
  POWER,
  { parts: (a) => ['applied(Math.sqrt, ', a(), ')'], needs: 'applied' },
];

/**
 * The generator's own tree: text with holes. Keeping expressions and statements as pieces makes a failing kernel
 * shrinkable without parsing it again.
 */
export type ExpressionKind = 'i32' | 'u32' | 'f32' | 'bool';

export interface ExpressionPiece {
  readonly kind: ExpressionKind;
  readonly parts: readonly (string | ExpressionPiece)[];
}

export interface StatementPiece {
  /** Text, expressions, and nested statement lists in braces. */
  readonly parts: readonly (string | ExpressionPiece | readonly StatementPiece[])[];
}

export interface ParameterPiece {
  readonly name: string;
  readonly type: string;
}

/** One kernel with what it is called with. `helpers` and `state` are module-level text that it may use. */
export interface KernelCase {
  readonly name: string;
  readonly parameters: readonly ParameterPiece[];
  readonly result: ExpressionKind | 'void';
  readonly body: readonly StatementPiece[];
  readonly moduleLines: readonly string[];
  readonly arguments: readonly KernelArgument[];
  /** True if it is built so that plain JavaScript with doubles gives the same bits. */
  readonly staysExact: boolean;
}

export type KernelArgument =
  | { readonly tag: 'number'; readonly value: number }
  | { readonly tag: 'array'; readonly type: string; readonly values: readonly number[] };

export function renderExpression(piece: ExpressionPiece): string {
  return piece.parts.map((part) => (typeof part === 'string' ? part : renderExpression(part))).join('');
}

export function renderStatements(list: readonly StatementPiece[], indent: string): string {
  return list.map((piece) => `${indent}${renderStatement(piece, indent)}\n`).join('');
}

function renderStatement(piece: StatementPiece, indent: string): string {
  return piece.parts
    .map((part) => {
      if (typeof part === 'string') return part;
      if (Array.isArray(part)) return `{\n${renderStatements(part, `${indent}  `)}${indent}}`;
      return renderExpression(part as ExpressionPiece);
    })
    .join('');
}

export function renderKernel(kernel: KernelCase): string {
  const parameters = kernel.parameters.map(({ name, type }) => `${name}: ${type}`).join(', ');
  const result = kernel.result === 'bool' ? 'boolean' : kernel.result;
  return `export function ${kernel.name}(${parameters}): ${result} {\n${renderStatements(kernel.body, '  ')}}\n`;
}

/** A whole module of kernels. Module-level lines are shared by text, so that cases of one module may repeat them. */
export function renderModule(kernels: readonly KernelCase[]): string {
  const lines = [...new Set(kernels.flatMap((kernel) => kernel.moduleLines))];
  return [
    "'use kernel';",
    "import type { f32, i16, i32, i8, u16, u32, u8 } from 'shoal/kernel';",
    ...lines,
    ...kernels.map(renderKernel),
  ].join('\n');
}

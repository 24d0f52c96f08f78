/** Makes a failing kernel small: greedily drops statements, unwraps blocks, replaces expressions by their parts. */
import type { ExpressionPiece, KernelCase, StatementPiece } from './syntax-pieces.ts';

const LITERALS: Readonly<Record<string, readonly string[]>> = {
  i32: ['0', '1'],
  u32: ['0', '1'],
  f32: ['Math.fround(0)', 'Math.fround(1)'],
  bool: ['true', 'false'],
};

function* smallerExpressions(piece: ExpressionPiece): Generator<ExpressionPiece> {
  for (const text of LITERALS[piece.kind] ?? []) {
    if (piece.parts.length !== 1 || !LITERALS[piece.kind]?.includes(String(piece.parts[0]))) {
      yield { kind: piece.kind, parts: [text] };
    }
  }
  for (const part of piece.parts) if (typeof part !== 'string' && part.kind === piece.kind) yield part;
  for (const [i, part] of piece.parts.entries()) {
    if (typeof part === 'string') continue;
    for (const smaller of smallerExpressions(part)) yield { kind: piece.kind, parts: piece.parts.with(i, smaller) };
  }
}

function isList(part: unknown): part is readonly StatementPiece[] {
  return Array.isArray(part);
}

function* smallerLists(list: readonly StatementPiece[]): Generator<readonly StatementPiece[]> {
  for (let size = list.length; size >= 1; size = Math.floor(size / 2)) {
    for (let from = 0; from + size <= list.length; from += size) yield list.toSpliced(from, size);
  }
  for (const [i, statement] of list.entries()) {
    for (const part of statement.parts) if (isList(part)) yield list.toSpliced(i, 1, ...part);
    for (const [j, part] of statement.parts.entries()) {
      if (typeof part === 'string') continue;
      const smaller = isList(part) ? smallerLists(part) : smallerExpressions(part as ExpressionPiece);
      for (const next of smaller) yield list.with(i, { parts: statement.parts.with(j, next) });
    }
  }
}

function* smallerKernels(kernel: KernelCase): Generator<KernelCase> {
  for (const body of smallerLists(kernel.body)) yield { ...kernel, body };
  for (const [i] of kernel.moduleLines.entries()) yield { ...kernel, moduleLines: kernel.moduleLines.toSpliced(i, 1) };
  for (const [i] of kernel.parameters.entries()) {
    yield { ...kernel, parameters: kernel.parameters.toSpliced(i, 1), arguments: kernel.arguments.toSpliced(i, 1) };
  }
}

/**
 * The smallest kernel found, within `attempts` tries, for which `fails` still holds. A candidate that does not compile
 * must make `fails` answer false.
 */
export async function shrinkKernel(
  kernel: KernelCase,
  fails: (candidate: KernelCase) => boolean | Promise<boolean>,
  attempts = 2000,
): Promise<KernelCase> {
  let best = kernel;
  let left = attempts;
  for (let progress = true; progress && left > 0; ) {
    progress = false;
    for (const candidate of smallerKernels(best)) {
      if (left-- <= 0) break;
      if (await fails(candidate)) {
        best = candidate;
        progress = true;
        break;
      }
    }
  }
  return best;
}

/** From a lowered program to object code: library kernels, optimisation, back end. */
import type { BoardDescription } from '../boards/board.ts';
import type { BackEnd, ObjectCode } from './back-ends/back-end.ts';
import { epiphanyBackEnd } from './back-ends/epiphany/index.ts';
import type { GraphFunction, GraphProgram } from './flow-graph/graph.ts';
import { addLibraryKernels } from './library-kernels.ts';

export interface GenerateOptions {
  /** Entry stubs, compiled behind the functions that they call. */
  readonly entries: readonly GraphFunction[];
}

/** Largest address that one MOV can load. */
const SMALL_ADDRESS_BYTES = 0x10000;

function backEndOf(board: Pick<BoardDescription, 'isa' | 'localMemoryBytes'>): BackEnd {
  switch (board.isa) {
    case 'epiphany':
      return epiphanyBackEnd({ smallAddresses: board.localMemoryBytes <= SMALL_ADDRESS_BYTES });
  }
}

export function generateCode(
  program: GraphProgram,
  board: Pick<BoardDescription, 'isa' | 'localMemoryBytes'>,
  options: GenerateOptions,
): ObjectCode {
  const complete = addLibraryKernels({ ...program, functions: [...program.functions, ...options.entries] });
  return backEndOf(board).compile(complete);
}

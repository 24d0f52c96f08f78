/** From a lowered program to object code: library kernels, optimisation, back end. */
import type { BoardDescription } from '../boards/board.ts';
import type { BackEnd, ObjectCode } from './back-ends/back-end.ts';
import { epiphanyBackEnd } from './back-ends/epiphany/index.ts';
import type { GraphProgram } from './flow-graph/graph.ts';
import { addLibraryKernels } from './library-kernels.ts';
import { type OptimiseOptions, optimise } from './optimise/index.ts';

/** What of a board matters to code. */
export type CodeTarget = Pick<BoardDescription, 'isa' | 'localMemoryBytes'>;

/** Addresses below this are loaded by one MOV. */
const SMALL_ADDRESS_LIMIT = 0x10000;

function backEndOf(target: CodeTarget): BackEnd {
  switch (target.isa) {
    case 'epiphany':
      return epiphanyBackEnd({ smallAddresses: target.localMemoryBytes <= SMALL_ADDRESS_LIMIT });
  }
}

/** Compiles `program`, which is changed. */
export function generateCode(program: GraphProgram, target: CodeTarget, options: OptimiseOptions = {}): ObjectCode {
  addLibraryKernels(program);
  optimise(program, options);
  return backEndOf(target).compile(program);
}

/** The passes between lowering and back end. All of them keep the bits of docs/numbers.md and the order of effects. */
import type { GraphFunction, GraphProgram } from '../flow-graph/graph.ts';
import { verifyFunction, verifyProgram } from '../flow-graph/verify-graph.ts';
import { removeDeadCode } from './remove-dead-code.ts';
import { simplifyBranches } from './simplify-branches.ts';
import { numberValues } from './value-numbering.ts';

export interface OptimiseOptions {
  /** Checks the graph after every pass. Default false. */
  readonly verify?: boolean;
}

/** Rounds of cleaning up; they end earlier when nothing changes. */
const MAXIMUM_ROUNDS = 8;

/** Makes `program` smaller and faster, in place. Functions that are not exported may go if all calls were inlined. */
export function optimise(program: GraphProgram, options: OptimiseOptions = {}): void {
  const constantData = new Set(program.data.filter(({ section }) => section === '.rodata').map(({ symbol }) => symbol));
  const cleanUp = (graph: GraphFunction): void => {
    const passes = [simplifyBranches, (g: GraphFunction) => numberValues(g, { constantData }), removeDeadCode];
    for (let round = 0, changed = true; changed && round < MAXIMUM_ROUNDS; round++) {
      changed = false;
      for (const pass of passes) {
        changed = pass(graph) || changed;
        if (options.verify === true) verifyFunction(graph);
      }
    }
  };
  program.functions.forEach(cleanUp);
  if (options.verify === true) verifyProgram(program);
}

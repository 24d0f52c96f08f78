/** The passes between lowering and back end. All of them keep the bits of docs/numbers.md and the order of effects. */
import type { Block, GraphFunction, GraphProgram } from '../flow-graph/graph.ts';
import { verifyFunction, verifyProgram } from '../flow-graph/verify-graph.ts';
import { clusterChecks } from './cluster-checks.ts';
import { convertBranches } from './convert-branches.ts';
import { hoistInvariants } from './hoist-invariants.ts';
import { inlineCalls } from './inline.ts';
import { promoteSlots } from './promote-slots.ts';
import { reduceMultiplications } from './reduce-multiplications.ts';
import { removeProvenChecks } from './remove-checks.ts';
import { removeDeadCode } from './remove-dead-code.ts';
import { simplifyBranches } from './simplify-branches.ts';
import { unrollLoops } from './unroll-loops.ts';
import { numberValues } from './value-numbering.ts';
import { versionLoops } from './version-loops.ts';

export interface OptimiseOptions {
  /** Checks the graph after every pass. Default false. */
  readonly verify?: boolean;
  /** `size`: nothing that makes code longer. Default `speed`. */
  readonly goal?: 'speed' | 'size';
}

/** Rounds of cleaning up; they end earlier when nothing changes. */
const MAXIMUM_ROUNDS = 8;

/** Makes `program` smaller and faster, in place. Functions that are not exported go if all their calls were inlined. */
export function optimise(program: GraphProgram, options: OptimiseOptions = {}): void {
  const constantData = new Set(program.data.filter(({ section }) => section === '.rodata').map(({ symbol }) => symbol));
  const run = (graph: GraphFunction, pass: (graph: GraphFunction) => boolean): boolean => {
    const changed = pass(graph);
    if (options.verify === true) verifyFunction(graph);
    return changed;
  };
  const cleanUp = (graph: GraphFunction): void => {
    for (let round = 0, changed = true; changed && round < MAXIMUM_ROUNDS; round++) {
      changed = run(graph, simplifyBranches);
      changed = run(graph, promoteSlots) || changed;
      changed = run(graph, (g) => numberValues(g, { constantData })) || changed;
      changed = run(graph, removeDeadCode) || changed;
    }
  };
  for (const graph of program.functions) {
    cleanUp(graph);
    if (run(graph, convertBranches)) cleanUp(graph);
  }
  inlineCalls(program, cleanUp, options.goal);
  const improveLoops = (graph: GraphFunction): void => {
    for (let round = 0, changed = true; changed && round < MAXIMUM_ROUNDS; round++) {
      changed = run(graph, removeProvenChecks);
      changed = run(graph, (g) => hoistInvariants(g, constantData)) || changed;
      changed = run(graph, reduceMultiplications) || changed;
      if (changed) cleanUp(graph);
    }
  };
  for (const graph of program.functions) {
    const slow = new Set<Block>();
    if (options.goal !== 'size' && run(graph, unrollLoops)) cleanUp(graph);
    improveLoops(graph);
    if (run(graph, (g) => versionLoops(g, slow))) {
      cleanUp(graph);
      improveLoops(graph);
    }
    if (run(graph, (g) => clusterChecks(g, slow))) cleanUp(graph);
    run(graph, simplifyBranches);
  }
  if (options.verify === true) verifyProgram(program);
}

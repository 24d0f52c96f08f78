/** What cores have in common in a program. */
import type { Global, KernelProgram } from './tree.ts';
import { visitStatements } from './visit-tree.ts';

export interface BetweenCores {
  /** Arrays that are seen by way of peers. */
  readonly viewed: ReadonlySet<Global>;
  readonly locks: readonly Global[];
  /** True if a kernel may wait for other cores. */
  readonly waits: boolean;
}

export function betweenCores(program: KernelProgram): BetweenCores {
  const viewed = new Set<Global>();
  let waits = false;
  for (const f of program.functions) {
    visitStatements(f.body, {
      array: (array) => {
        if (array.op === 'peer-array') viewed.add(array.array.global);
      },
      expression: (e) => {
        if (e.op === 'intrinsic' && e.site !== undefined) waits = true;
      },
    });
  }
  return { viewed, locks: program.globals.filter((global) => global.isLock === true), waits };
}

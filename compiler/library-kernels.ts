/** Kernels of device/kernel/math that lowered code calls are compiled with the program that needs them. */
import { join } from 'node:path';
import { ShoalError } from '../protocol/errors.ts';
import type { GraphProgram } from './flow-graph/graph.ts';
import { addLibrary } from './flow-graph/library.ts';
import { lowerProgram } from './flow-graph/lower.ts';
import { checkKernelProgram } from './front-end/check-kernel-program.ts';
import { kernelLibrary } from './front-end/kernel-library.ts';
import type { KernelProgram } from './kernel-tree/tree.ts';

/** Checked once in a process; lowered anew for each program, because passes change graphs. */
const checkedModules = new Map<string, KernelProgram>();

function libraryModule(path: string): KernelProgram {
  const known = checkedModules.get(path);
  if (known !== undefined) return known;
  const file = join(kernelLibrary().packageRoot, path);
  const { checked, diagnostics } = checkKernelProgram(file, { boundsChecks: false });
  if (checked === null) {
    const [first] = diagnostics;
    const what = first === undefined ? 'it cannot be checked' : `line ${first.position.line}: ${first.message}`;
    throw new ShoalError('INTERNAL', `library kernel ${path}: ${what}`, { details: { diagnostics } });
  }
  checkedModules.set(path, checked.program);
  return checked.program;
}

/** Adds the library kernels that `program` calls, to any depth. */
export function addLibraryKernels(program: GraphProgram): void {
  addLibrary(program, (path) => lowerProgram(libraryModule(path)));
}

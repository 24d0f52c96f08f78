/** The modules that every core holds, and the table of their entry stubs. */
import type { LoadedKernel, LoadedModule } from '../kernels/loaded-module.ts';
import type { Signature } from '../kernels/signature.ts';
import type { CoreEnd } from './core-end.ts';

export interface ModuleTable {
  /** In the order of their kernels' numbers. */
  loaded: LoadedModule[];
  /** Local address of the table, 0 while no module is loaded. */
  tableAddress: number;
}

/** Every kernel; the index is the number that calls it. */
export function allKernels(modules: ModuleTable): readonly LoadedKernel[] {
  return modules.loaded.flatMap((module) => module.kernels);
}

/** The number that calls a kernel, or -1 if its module is not loaded. */
export function kernelNumber(modules: ModuleTable, module: LoadedModule, signature: Signature): number {
  let first = 0;
  for (const loaded of modules.loaded) {
    if (loaded === module) return first + module.kernels.findIndex((kernel) => kernel.signature === signature);
    first += loaded.kernels.length;
  }
  return -1;
}

/** Brings one module to the state after load: code, constants, initial state. */
export function writeModule(core: CoreEnd, module: LoadedModule): void {
  core.write(module.address, new Uint8Array(module.lengthBytes));
  for (const segment of module.segments) core.write(segment.address, segment.bytes);
}

/** Tells a core where the entry stub of each kernel is. */
export function writeTable(core: CoreEnd, modules: ModuleTable): void {
  const kernels = allKernels(modules);
  const bytes = new Uint8Array(kernels.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [index, kernel] of kernels.entries()) view.setUint32(index * 4, kernel.entry, true);
  if (kernels.length > 0) core.write(modules.tableAddress, bytes);
  core.setKernelTable(modules.tableAddress, kernels.length);
}

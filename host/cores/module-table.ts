/** The modules that every core holds, and the table of their entry stubs. */

import { KERNEL_TABLE_ADDRESS } from '../../protocol/mailbox.ts';
import type { LoadedKernel, LoadedModule } from '../kernels/loaded-module.ts';
import type { Signature } from '../kernels/signature.ts';
import type { CoreAccess } from './core-access.ts';

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

/** Brings one module to the state after load, on these cores: code, constants, initial state. */
export function writeModule(access: CoreAccess, cores: readonly number[], module: LoadedModule): void {
  const image = new Uint8Array(module.lengthBytes);
  for (const segment of module.segments) image.set(segment.bytes, segment.address - module.address);
  const used = image.findLastIndex((byte) => byte !== 0) + 1;
  access.writeCores(cores, module.address, image.subarray(0, used));
  access.fillCores(cores, module.address + used, image.length - used);
}

/** Tells cores where the entry stub of each kernel is. */
export function writeTable(access: CoreAccess, cores: readonly number[], modules: ModuleTable): void {
  const kernels = allKernels(modules);
  if (kernels.length > 0) access.writeCores(cores, modules.tableAddress, words(kernels.map(({ entry }) => entry)));
  // KERNEL_COUNT_ADDRESS is the next word.
  access.writeCores(cores, KERNEL_TABLE_ADDRESS, words([modules.tableAddress, kernels.length]));
}

function words(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of values.entries()) view.setUint32(index * 4, value, true);
  return bytes;
}

/** Kernels of device/kernel/cores, which stand behind calls that have to do with other cores. */
import { basename, dirname, join } from 'node:path';
import { CORES_PREFIX } from '../flow-graph/library-symbols.ts';
import { kernelLibrary } from './kernel-library.ts';

/** Name in a program of a module of device/kernel/cores; null for every other file. */
export function coresModuleName(path: string): string | null {
  if (dirname(path) !== join(kernelLibrary().packageRoot, 'device/kernel/cores')) return null;
  return `${CORES_PREFIX}${basename(path, '.ts')}`;
}

/** True for names that no module of a user gets. */
export function isCoresModuleName(name: string): boolean {
  return name.startsWith(CORES_PREFIX);
}

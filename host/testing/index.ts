/** What tests of programs for boards need: `shoal/testing`. */
export { type CoreGrid, type HostCores, hostCores } from './host-cores.ts';
export type { HostCalls, HostEverywhereCalls, HostKernels } from './host-kernels.ts';

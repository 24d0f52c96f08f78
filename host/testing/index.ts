/** What tests of programs for boards need: `shoal/testing`. */
export type { BoardFaults } from './board-faults.ts';
export { type BoardFixtureFunctions, type BoardFixtures, boardFixtures } from './board-fixtures.ts';
export type { BoardLogs } from './board-logs.ts';
export { type CoreGrid, type HostCores, hostCores } from './host-cores.ts';
export type { HostCalls, HostEverywhereCalls, HostKernels } from './host-kernels.ts';
export { type BoardMemoryView, type TestBoard, testBoard } from './test-board.ts';

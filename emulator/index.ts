/** The public face of the emulator. */
export type { ConsoleOutput } from './console.ts';
export type { CoreFault, CoreState } from './core.ts';
export { loadProgram, startProgram } from './load-program.ts';
export { type CoreView, Machine, type MachineOptions, type RunResult } from './machine.ts';
export type { Locator } from './report.ts';
export type { EngineName } from './scheduler.ts';

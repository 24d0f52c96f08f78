export type { BoardDescription, IsaName, SharedMemory } from '../boards/board.ts';
export {
  ERROR_CODES,
  isShoalError,
  ShoalError,
  type ShoalErrorCode,
  type ShoalErrorOptions,
} from '../protocol/errors.ts';
export type { Board, BoardCore } from './board.ts';
export { EmulatedControl, type EmulatedControlOptions } from './control/emulated-control.ts';
export { EmulatedMemory, type EmulatedMemoryOptions } from './control/emulated-memory.ts';
export { type OpenControlOptions, openControl } from './control/open-control.ts';
export type { CoreResetEvent } from './cores/call-pool.ts';
export type { KernelFigures } from './cores/kernel-figures.ts';
export type { BoardEvents, BoardListener, CloseEvent, RebootEvent } from './events/board-events.ts';
export type { BoardExplanation, MemoryExplanation } from './explain/board-explanation.ts';
export type { ArgumentExplanation, CallExplanation } from './explain/call-explanation.ts';
export type { BoardSample, CoreStatistics, SampleOptions } from './explain/core-statistics.ts';
export type {
  CoreSelector,
  EverywhereCall,
  EverywhereCalls,
  KernelCall,
  KernelCalls,
  Kernels,
} from './kernels/kernel-types.ts';
export type { CallOptions } from './kernels/pending-call.ts';
export type { SignalOption } from './kernels/signal-option.ts';
export { type KernelArray, type Split, split } from './kernels/split.ts';
export type { LogEvent } from './logs/log-event.ts';
export type { BoardArray } from './memory/board-array.ts';
export type { KernelArrayType } from './memory/kernel-array-types.ts';
export { open } from './open.ts';
export type { OpenOptions } from './open-options.ts';
export { type OpenSyncOptions, openSync } from './sync/open-sync.ts';
export type { SyncBoard } from './sync/sync-board.ts';
export type { SyncEverywhereCalls, SyncKernelCalls, SyncKernels } from './sync/sync-kernels.ts';
export type { SyncCallOptions, SyncScope, SyncSession, SyncSessionOptions } from './sync/sync-session.ts';
export type { Sync } from './sync/sync-types.ts';
export type {
  Combine,
  Item,
  Items,
  KernelFunction,
  OnError,
  Outcome,
  Progress,
  Visit,
  WorkListOptions,
} from './work-list/work-list-types.ts';

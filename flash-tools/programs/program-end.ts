/** Programs that run on an emulated board until they exit by a trap. */
import { setImmediate } from 'node:timers/promises';
import type { Machine } from '../../emulator/index.ts';

/** Between slices, of less than a second each, others have their turn: Ctrl-C and deadlines. */
const SLICE_INSTRUCTIONS = 20_000_000;

/** How a program ended, or why it did not. */
export interface ProgramEnd {
  /** `deadlock`: asleep, and nothing can wake it. `limit`: so many instructions were reached. */
  readonly status: 'exit' | 'fault' | 'deadlock' | 'limit';
  /** Status that the program gave to its exit trap; of several cores the first that is not 0. */
  readonly exit: number | null;
  /** Of all cores together. */
  readonly instructions: number;
  /** Clocks of the program's core: one for each instruction, and time asleep; of several cores the most. */
  readonly cycles: number;
  /** What each core is doing, unless the program exited. */
  readonly error: string | null;
}

/**
 * Runs until the program's cores have all ended, one has failed, or none can go on. Rejects with the reason of the signal
 * when it is aborted.
 */
export async function runToEnd(
  machine: Machine,
  cores: readonly number[],
  limit: number,
  signal: AbortSignal,
): Promise<ProgramEnd> {
  const own = machine.cores.filter(({ index }) => cores.includes(index));
  let left = limit;
  for (;;) {
    const { reason, instructions } = machine.run({ maxInstructions: Math.min(left, SLICE_INSTRUCTIONS) });
    left -= instructions;
    const hasEnded = own.every(({ exitStatus }) => exitStatus !== undefined);
    const hasFailed = own.some(({ fault }) => fault !== undefined);
    if (reason !== 'limit' || left <= 0 || hasEnded || hasFailed) return programEnd(machine, cores, reason);
    await setImmediate();
    signal.throwIfAborted();
  }
}

/** How a program stands on its cores. `reason`: why the machine has stopped. */
export function programEnd(machine: Machine, cores: readonly number[], reason: string): ProgramEnd {
  const own = machine.cores.filter(({ index }) => cores.includes(index));
  const exits = own.map(({ exitStatus }) => exitStatus);
  const status = statusOf(machine, exits, reason);
  return {
    status,
    exit: exits.find((exit) => exit !== undefined && exit !== 0) ?? exits[0] ?? null,
    instructions: machine.cores.reduce((sum, { instructions }) => sum + instructions, 0),
    cycles: Math.max(0, ...own.map(({ clock }) => clock)),
    error: status === 'exit' ? null : machine.report(),
  };
}

function statusOf(machine: Machine, exits: readonly (number | undefined)[], reason: string): ProgramEnd['status'] {
  if (machine.cores.some(({ fault }) => fault !== undefined)) return 'fault';
  if (exits.every((exit) => exit !== undefined)) return 'exit';
  if (reason === 'limit') return 'limit';
  return reason === 'idle' ? 'deadlock' : 'fault';
}

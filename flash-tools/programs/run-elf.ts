import { readElf } from '../../boards/elf/read-elf.ts';
import type { Machine } from '../../emulator/index.ts';
import { ShoalError } from '../../protocol/errors.ts';
import type { CommandFrame } from '../command.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { readInput } from '../read-input.ts';
import { parseGroup } from '../window/board-window.ts';
import { type LoadPlan, loadElf, planLoad, startProgram } from '../window/load-elf.ts';
import { openWindow } from '../window/open-window.ts';
import { ConsoleLines } from './console-lines.ts';
import { runToEnd } from './program-end.ts';
import { ProgramWatch, type WatchOptions } from './program-watch.ts';

export interface ElfOptions extends WatchOptions {
  /** Selector of the board. */
  readonly on: string;
  readonly core: string;
  readonly group: string;
}

/**
 * Loads a program into the cores of a board, verified, and starts it. On an emulated board it runs to its end, and
 * resolves with the exit code of the command: 0 or 9. A board that is real gives no sign of a program's end, and has no
 * console: then the promise resolves when it was started.
 *
 * Rejects with FILE_NOT_FOUND, ELF_INVALID, MEMORY_OVERFLOW, FLASH_VERIFY, USAGE, PROGRAM_FAILED, PROGRAM_TIMEOUT.
 */
export async function runElf(file: string, options: ElfOptions, frame: CommandFrame): Promise<number> {
  const elf = readElf(await readInput(file));
  const watch = new ProgramWatch(file, options);
  const signal = frame.interruption();
  const lines = new ConsoleLines((stream, line) => {
    if (stream === 1) frame.line(`${line}\n`);
    else frame.note(`${line}\n`);
    watch.line(line);
  });
  const { window, machine, close } = await openWindow(options.on, signal, (output) => lines.push(output));
  try {
    if (machine === null) refuseExpectations(options);
    const plan = planLoad(window, elf, parseGroup(window.board, options.core, options.group));
    await loadElf(window, plan, { signal });
    startProgram(window, plan);
    if (machine !== null) return await runEmulated(machine, plan, watch, frame, lines);
    frame.note(`${file} was loaded, verified and started on ${plan.cores.length} cores of ${options.on}`);
    return EXIT_CODES.ok;
  } finally {
    close();
  }
}

/** Throws USAGE: only a board that this process emulates tells what its programs print. */
function refuseExpectations({ on, expectText, failText, timeout }: ElfOptions): void {
  if ((expectText ?? failText ?? timeout) === undefined) return;
  throw new ShoalError('USAGE', `nobody hears what a program on ${on} prints, or that it ends`, {
    hint: 'Leave --expect-text, --fail-text and --timeout out, or run it on emu:parallella-16.',
  });
}

async function runEmulated(
  machine: Machine,
  { cores }: LoadPlan,
  watch: ProgramWatch,
  frame: CommandFrame,
  lines: ConsoleLines,
): Promise<number> {
  const signal = AbortSignal.any([watch.over, frame.interruption()]);
  try {
    const end = await runToEnd(machine, cores, Number.POSITIVE_INFINITY, signal);
    lines.end();
    if (end.error !== null)
      throw new ShoalError('PROGRAM_FAILED', `the program cannot go on (${end.status})\n${end.error}`);
    return watch.settle(end.exit === 0 ? EXIT_CODES.ok : EXIT_CODES.programFailed);
  } catch (error) {
    if (!watch.over.aborted || frame.interruption().aborted) throw error;
    return watch.settle(null);
  }
}

import { readElf } from '../../boards/elf/read-elf.ts';
import { readInput } from '../read-input.ts';
import { parseGroup } from './board-window.ts';
import { loadElf, planLoad, startProgram, verifyLoaded } from './load-elf.ts';
import { openWindow } from './open-window.ts';

export interface WindowFlashOptions {
  readonly core: string;
  readonly group: string;
  readonly isDryRun: boolean;
  readonly isVerifyOnly: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (doneBytes: number, totalBytes: number) => void;
}

export interface WindowFlashReport {
  readonly cores: number;
  readonly lengthBytes: number;
  /** What was done, or would be. */
  readonly steps: readonly string[];
  readonly isDryRun: boolean;
}

/**
 * Puts a program into cores through a memory window and starts it, once it was read back. Rejects with FILE_NOT_FOUND,
 * ELF_INVALID, MEMORY_OVERFLOW, USAGE before anything is touched; with FLASH_VERIFY, BOARD_START, the reason of the
 * signal: then nothing is started.
 */
export async function flashWindow(
  selector: string,
  file: string,
  { core, group, isDryRun, isVerifyOnly, signal, onProgress }: WindowFlashOptions,
): Promise<WindowFlashReport> {
  const elf = readElf(await readInput(file));
  const { window, close } = await openWindow(selector, signal);
  try {
    const plan = planLoad(window, elf, parseGroup(window.board, core, group));
    const report = (steps: readonly string[]): WindowFlashReport => ({
      cores: plan.cores.length,
      lengthBytes: plan.totalBytes,
      steps,
      isDryRun,
    });
    const steps = ['reset', 'load', 'verify', 'start'];
    if (isDryRun) return report(steps);
    let done = 0;
    const total = plan.totalBytes * (isVerifyOnly ? 1 : 2);
    const options = {
      signal,
      onProgress: (bytes: number) => {
        done += bytes;
        onProgress(done, total);
      },
    };
    if (isVerifyOnly) {
      await verifyLoaded(window, plan, options);
      return report(['verify']);
    }
    await loadElf(window, plan, options);
    startProgram(window, plan);
    return report(steps);
  } finally {
    close();
  }
}

import { constants } from 'node:os';
import { relative, resolve } from 'node:path';
import { ChangedFiles } from './changed-files.ts';
import { checkProgram, endProgram, startProgram } from './run-program.ts';

/** What ends the watching, and the program with it. */
const ENDING: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a program again whenever a file changes that it has read: modules that it imports, and kernel modules that it
 * loads onto a board, with what they import. It begins anew each time: boards, module state and arrays too. A signal
 * ends it; then it resolves with 128 + the number of the signal, with nothing running any more.
 *
 * `note` gets one line of text at a time. Throws FILE_NOT_FOUND if there is no such file.
 */
export async function watchProgram(
  file: string,
  args: readonly string[],
  note: (text: string) => void,
): Promise<number> {
  await checkProgram(file);
  let endedBy: NodeJS.Signals | undefined;
  let wake = (): void => {};
  const end = (signal: NodeJS.Signals): void => {
    endedBy ??= signal;
    wake();
  };
  for (const signal of ENDING) process.on(signal, end);
  try {
    for (;;) {
      let changed: string | undefined;
      const files = new ChangedFiles((path) => {
        changed = path;
        wake();
      });
      const woken = new Promise<void>((done) => {
        wake = done;
      });
      files.add(resolve(file));
      const program = startProgram(file, args, { onUsedFile: (path) => files.add(path) });
      program.ended.then(
        (code) => {
          if (changed !== undefined || endedBy !== undefined) return;
          note(`the program has ended with ${code}; it runs again when one of its files changes`);
        },
        () => {},
      );
      if (endedBy === undefined) await woken;
      files.close();
      await endProgram(program);
      if (endedBy !== undefined) return 128 + constants.signals[endedBy];
      note(`${relative('', changed ?? file)} has changed: the program runs again`);
    }
  } finally {
    for (const signal of ENDING) process.off(signal, end);
  }
}

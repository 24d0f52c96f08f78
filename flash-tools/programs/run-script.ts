import { checkProgram, endProgram, startProgram } from '../../host/run/run-program.ts';
import type { CommandFrame } from '../command.ts';
import { ConsoleLines } from './console-lines.ts';
import { ProgramWatch, type WatchOptions } from './program-watch.ts';

/**
 * Runs a .ts or .js program and looks at what it prints; it is ended as soon as that is decided. Resolves with the exit
 * code of the command. Rejects with FILE_NOT_FOUND, USAGE, PROGRAM_FAILED, PROGRAM_TIMEOUT.
 */
export async function runScript(
  file: string,
  args: readonly string[],
  options: WatchOptions,
  frame: CommandFrame,
): Promise<number> {
  await checkProgram(file);
  const watch = new ProgramWatch(file, options);
  const lines = new ConsoleLines((stream, line) => {
    if (stream === 1) frame.line(`${line}\n`);
    else frame.note(`${line}\n`);
    watch.line(line);
  });
  const program = startProgram(file, args, { onOutput: (stream, bytes) => lines.push({ stream, bytes }) });
  watch.over.addEventListener('abort', () => void endProgram(program), { once: true });
  const code = await program.ended;
  lines.end();
  return watch.settle(watch.over.aborted ? null : code);
}

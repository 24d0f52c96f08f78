import { type ChildProcess, spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { ShoalError } from '../../protocol/errors.ts';

const FORWARDED: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2', 'SIGQUIT'];
/** What a terminal sends to the whole foreground group: the program has these already. */
const FROM_TERMINAL: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT'];
/** The program's end of the pipe for the names of files. */
const REPORT_DESCRIPTOR = 3;

/** A program that was started. */
export interface RunningProgram {
  /** Its exit code, 128 + n if signal n ended it. */
  readonly ended: Promise<number>;
  kill(signal: NodeJS.Signals): void;
}

/**
 * Runs a program in a Node of its own under the loader, with this process's terminal, directory and environment.
 * Resolves with its exit code, 128 + n if signal n ended it. Throws FILE_NOT_FOUND if there is no such file.
 */
export async function runProgram(file: string, args: readonly string[]): Promise<number> {
  await checkProgram(file);
  return startProgram(file, args).ended;
}

/** Throws FILE_NOT_FOUND if there is no such file. */
export async function checkProgram(file: string): Promise<void> {
  const found = await stat(file).catch(() => null);
  if (found?.isFile()) return;
  const why = found === null ? 'there is no such file' : 'it is no file';
  throw new ShoalError('FILE_NOT_FOUND', `cannot run ${file}: ${why}`, {
    hint: 'give the path of a .ts or .js program',
  });
}

/** Starts a program; `onUsedFile` gets the absolute path of each file that it reads as a module, once. */
export function startProgram(
  file: string,
  args: readonly string[],
  onUsedFile?: (path: string) => void,
): RunningProgram {
  const register = new URL('../register.js', import.meta.url);
  if (onUsedFile !== undefined) register.search = `?report=${REPORT_DESCRIPTOR}&reader=${process.pid}`;
  const child = spawn(process.execPath, [...process.execArgv, '--import', register.href, file, ...args], {
    stdio: ['inherit', 'inherit', 'inherit', ...(onUsedFile === undefined ? [] : ['pipe' as const])],
  });
  const reports = child.stdio[REPORT_DESCRIPTOR];
  if (onUsedFile !== undefined && reports instanceof Readable) {
    createInterface({ input: reports }).on('line', onUsedFile);
  }
  return { ended: endOf(child), kill: (signal) => void child.kill(signal) };
}

async function endOf(child: ChildProcess): Promise<number> {
  const forward = (signal: NodeJS.Signals): void => {
    if (process.stdin.isTTY === true && FROM_TERMINAL.includes(signal)) return;
    child.kill(signal);
  };
  for (const signal of FORWARDED) process.on(signal, forward);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
    });
  } finally {
    for (const signal of FORWARDED) process.off(signal, forward);
  }
}

import { spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { constants } from 'node:os';
import { ShoalError } from '../../protocol/errors.ts';

const FORWARDED: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2', 'SIGQUIT'];
/** What a terminal sends to the whole foreground group: the program has these already. */
const FROM_TERMINAL: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT'];

/**
 * Runs a program in a Node of its own under the loader, with this process's terminal, directory and environment.
 * Resolves with its exit code, 128 + n if signal n ended it. Throws FILE_NOT_FOUND if there is no such file.
 */
export async function runProgram(file: string, args: readonly string[]): Promise<number> {
  const found = await stat(file).catch(() => null);
  if (found === null || !found.isFile()) {
    const why = found === null ? 'there is no such file' : 'it is no file';
    throw new ShoalError('FILE_NOT_FOUND', `cannot run ${file}: ${why}`, {
      hint: 'give the path of a .ts or .js program',
    });
  }
  const register = new URL('../register.js', import.meta.url).href;
  const child = spawn(process.execPath, [...process.execArgv, '--import', register, file, ...args], {
    stdio: 'inherit',
  });
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

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

const OUTPUT_TIMEOUT_MS = 1000;

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

export interface StartOptions {
  /** Gets the absolute path of each file that the program reads as a module, once. */
  readonly onUsedFile?: (path: string) => void;
  /** Gets what it prints to standard output (1) and standard error (2), which then go nowhere else. */
  readonly onOutput?: (stream: 1 | 2, bytes: Uint8Array) => void;
}

/** Starts a program. */
export function startProgram(
  file: string,
  args: readonly string[],
  { onUsedFile, onOutput }: StartOptions = {},
): RunningProgram {
  const register = new URL('../register.js', import.meta.url);
  if (onUsedFile !== undefined) register.search = `?report=${REPORT_DESCRIPTOR}&reader=${process.pid}`;
  const output = onOutput === undefined ? 'inherit' : 'pipe';
  const child = spawn(process.execPath, [...process.execArgv, '--import', register.href, file, ...args], {
    stdio: ['inherit', output, output, ...(onUsedFile === undefined ? [] : ['pipe' as const])],
  });
  if (onOutput !== undefined) {
    child.stdout?.on('data', (bytes: Uint8Array) => onOutput(1, bytes));
    child.stderr?.on('data', (bytes: Uint8Array) => onOutput(2, bytes));
  }
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
      child.once('exit', (code, signal) => {
        const status = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
        if (child.stdout === null) return resolve(status);
        // What it printed last is still to come; programs of its own that it left behind may hold the pipe open.
        child.once('close', () => resolve(status));
        setTimeout(() => resolve(status), OUTPUT_TIMEOUT_MS).unref();
      });
    });
  } finally {
    for (const signal of FORWARDED) process.off(signal, forward);
  }
}

/** How long a program has to end after SIGTERM. */
const END_TIMEOUT_MS = 5000;

/** Ends a program, kindly first; resolves when it has ended. */
export async function endProgram(program: RunningProgram): Promise<void> {
  program.kill('SIGTERM');
  const timer = setTimeout(() => program.kill('SIGKILL'), END_TIMEOUT_MS);
  try {
    await program.ended;
  } finally {
    clearTimeout(timer);
  }
}

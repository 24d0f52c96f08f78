import { spawn } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { openPseudoTerminal } from '../../host/links/pseudo-terminal.ts';

/** What a program left that ran on a terminal. */
export interface TerminalOutcome {
  readonly code: number | null;
  /** Everything that it wrote to the terminal, both of its outputs, escape sequences included. */
  readonly screen: string;
}

export interface TerminalOptions {
  readonly cwd: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Called whenever something was written, with all that was; what it returns is typed. */
  readonly onOutput?: (screen: string) => string | undefined;
}

/** Runs a program of Node's with a terminal as its input and outputs. The terminal is raw: it adds and takes nothing. */
export async function onTerminal(args: readonly string[], options: TerminalOptions): Promise<TerminalOutcome> {
  const { cwd, environment = {}, onOutput } = options;
  const terminal = await openPseudoTerminal();
  const slave = openSync(terminal.path, constants.O_RDWR | constants.O_NOCTTY);
  const decoder = new TextDecoder();
  let screen = '';
  terminal.line.onBytes = (bytes) => {
    screen += decoder.decode(bytes, { stream: true });
    const typed = onOutput?.(screen);
    if (typed !== undefined) terminal.line.write(new TextEncoder().encode(typed));
  };
  const child = spawn(process.execPath, args, {
    cwd,
    env: { PATH: process.env.PATH, HOME: cwd, TERM: 'xterm', ...environment },
    stdio: [slave, slave, slave],
  });
  closeSync(slave);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  // What was written last is on its way through the system.
  for (let before = -1; before !== screen.length; ) {
    before = screen.length;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  terminal.close();
  return { code, screen };
}

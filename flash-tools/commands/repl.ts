import { homedir } from 'node:os';
import { join } from 'node:path';
import { type REPLServer, start } from 'node:repl';
import { inspect } from 'node:util';
import type { Command } from 'commander';
import { openSync, type SyncBoard } from '../../host/index.ts';
import { isShoalError } from '../../protocol/errors.ts';
import { isRemote } from '../../protocol/objects/remote-functions.ts';
import { closingReason } from '../closing-reason.ts';
import { type CommandFrame, examples } from '../command.ts';
import { remoteNames } from '../repl/remote-names.ts';

interface ReplOptions {
  readonly timeout: string;
}

/** Adds `shoal repl BOARD`. */
export function addReplCommand(program: Command, frame: CommandFrame): void {
  program
    .command('repl')
    .summary('use the objects of a board, line by line')
    .description(
      "Opens a board and reads JavaScript. `control.import('fs')` is an object of the board, used as if it were here, " +
        'without `await`; Tab completes its fields. On emulated boards `board.load(file)` gives kernels. `.help` lists ' +
        'the commands of the prompt, Ctrl-D ends.',
    )
    .argument('<board>', "'emu:parallella-16', 'tcp://host:port', 'unix:/path', 'serial:/dev/ttyUSB0' or 'usb:…'")
    .option('--timeout <ms>', 'so long a call may take', '10000')
    .addHelpText('after', examples('shoal repl emu:parallella-16', 'shoal repl tcp://parallella:7000'))
    .action(async (selector: string, { timeout }: ReplOptions) => {
      using board = openSync(selector, { timeoutMs: Number(timeout) });
      if (!selector.startsWith('emu:')) awaitAnswer(board);
      const server = start({ prompt: `${selector}> `, writer: shown, preview: false });
      Object.assign(server.context, { board });
      Object.defineProperty(server.context, 'control', { get: () => board.control, enumerable: true });
      completeRemotes(server);
      if (process.stdin.isTTY) server.setupHistory(join(homedir(), '.shoal_repl_history'), () => undefined);
      else frame.note(`-- ${selector}: open`);
      await new Promise((resolve) => server.once('exit', resolve));
    });
}

/** Throws why a board does not answer: before the prompt, not at the first line. */
function awaitAnswer(board: SyncBoard): void {
  try {
    board.control.import('board');
  } catch (error) {
    // It need not export anything of that name.
    if (isShoalError(error, 'EXPORT_NOT_FOUND')) return;
    throw closingReason(error);
  }
}

/** A result for the screen: of an object of the board what it is and its fields, as they are now. */
function shown(value: unknown): string {
  const colors = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;
  const text = inspect(value, { colors });
  if (!isRemote(value) || typeof value !== 'object') return text;
  const fields = { ...value };
  return Object.keys(fields).length === 0 ? text : `${text} ${inspect(fields, { colors })}`;
}

/** Fields of objects of the board are asked for; everything else is completed as Node does. */
function completeRemotes(server: REPLServer): void {
  type Completer = (line: string, callback: (error: Error | null, result: [string[], string]) => void) => void;
  const completing = server as unknown as { completer: Completer };
  const usual = completing.completer;
  completing.completer = (line, callback) => {
    const found = remoteNames(line, server.context);
    if (found === undefined) usual.call(server, line, callback);
    else callback(null, found);
  };
}

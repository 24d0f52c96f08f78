import type { Command } from 'commander';
import { ShoalError } from '../../protocol/errors.ts';
import type { ChannelState } from '../../protocol/message-channel.ts';
import { type CommandFrame, examples } from '../command.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { readKeyboard } from '../monitor/keyboard.ts';
import { LogLines, timeText } from '../monitor/log-lines.ts';
import { openRawTerminal } from '../monitor/raw-terminal.ts';
import { watchLogs } from '../monitor/watch-logs.ts';
import { styled } from '../terminal-style.ts';

interface MonitorOptions {
  readonly filter?: string;
  readonly timestamps: boolean;
  readonly raw?: boolean;
  readonly json?: boolean;
}

/** What happens to the line, in words. */
const STATES: Readonly<Record<Exclude<ChannelState, 'closed'>, string>> = {
  open: 'connected',
  interrupted: 'interrupted, waiting for the board',
  resumed: 'connected again',
  reset: 'the board was started anew',
};

/** Adds `shoal monitor BOARD [--filter PATTERN] [--no-timestamps] [--raw] [--json]`. */
export function addMonitorCommand(program: Command, frame: CommandFrame): void {
  program
    .command('monitor')
    .summary('show what a board logs')
    .description(
      'Shows the text that comes over the line of a board, what it says before its runtime is up included, until Ctrl-C or ' +
        'Ctrl-]. A line that is cut is opened again. With --raw it is a terminal: bytes of the line as they are, keys go ' +
        'to the board, Ctrl-C too; Ctrl-] ends it. Exit code 130 after Ctrl-C, 0 after Ctrl-].',
    )
    .argument(
      '<board>',
      "'serial:/dev/ttyUSB0', 'serial:/dev/ttyUSB0@921600', 'tcp://host:port', 'unix:/path' or 'usb:…'",
    )
    .option('--filter <pattern>', 'show only lines that match this regular expression')
    .option('--no-timestamps', 'without the time at which each line began')
    .option('--raw', 'bytes as they are, both ways, without any protocol')
    .option('--json', 'print one JSON object for each line and each event')
    .addHelpText(
      'after',
      examples('shoal monitor serial:/dev/ttyUSB0', 'shoal monitor tcp://parallella:7000 --filter "error|warn"'),
    )
    .action(async (board: string, options: MonitorOptions) => {
      if (options.raw !== true) return monitorLogs(board, options, frame);
      if (options.json === true || options.filter !== undefined) {
        throw new ShoalError('USAGE', '--raw shows bytes as they are', { hint: 'leave out --json and --filter' });
      }
      return rawTerminal(board, frame);
    });
}

async function monitorLogs(board: string, options: MonitorOptions, frame: CommandFrame): Promise<void> {
  const json = options.json === true;
  const pattern = options.filter === undefined ? null : patternOf(options.filter);
  const lines = new LogLines(({ time, text }) => {
    if (pattern !== null && !pattern.test(text)) return;
    if (json) frame.line(JSON.stringify({ time, text }));
    else frame.line(options.timestamps ? `${styled(process.stdout, 'dim', timeText(time))} ${text}` : text);
  });
  const remark = (event: string, text: string, reason?: ShoalError): void => {
    lines.end();
    if (json) frame.line(JSON.stringify({ time: new Date(), event, reason: reason?.message ?? null }));
    else frame.note(`-- ${board}: ${text}${reason === undefined ? '' : ` (${reason.message})`}`);
  };
  await untilKey(frame, {}, (signal) =>
    watchLogs(
      board,
      {
        onText: (bytes) => lines.push(bytes),
        onState: (state, reason) => remark(state, STATES[state], reason),
        onSilence: () => remark('silent', 'nothing has answered yet: is the board on, and no other program connected?'),
      },
      signal,
    ),
  );
  lines.end();
}

async function rawTerminal(board: string, frame: CommandFrame): Promise<void> {
  let write = (_: Uint8Array): void => {};
  await untilKey(frame, { onBytes: (bytes) => write(bytes) }, (signal) =>
    openRawTerminal(
      board,
      {
        onBytes: (bytes) => void process.stdout.write(bytes),
        onOpen: (line) => {
          write = (bytes) => line.write(bytes);
          frame.note(`-- ${board}: connected; Ctrl-] ends`);
        },
        onCut: (reason) => frame.note(`-- ${board}: ${reason}; waiting for it`),
      },
      signal,
    ),
  );
}

/** Works until Ctrl-] or the command is interrupted. Keys are `keys.onBytes`'s; without that Ctrl-C interrupts. */
async function untilKey(
  frame: CommandFrame,
  keys: { readonly onBytes?: (bytes: Uint8Array) => void },
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const ending = new AbortController();
  const isNeeded = keys.onBytes !== undefined || process.stdin.isTTY;
  const stopReading = isNeeded
    ? readKeyboard(process.stdin, {
        ...keys,
        onExit: () => ending.abort(),
        ...(keys.onBytes === undefined
          ? {
              onInterrupt: () => {
                frame.exit(EXIT_CODES.interrupted);
                ending.abort();
              },
            }
          : {}),
      })
    : undefined;
  try {
    await work(AbortSignal.any([ending.signal, frame.interruption()]));
  } catch (error) {
    // To be told to end is no failure.
    if (!ending.signal.aborted) throw error;
  } finally {
    stopReading?.();
  }
}

function patternOf(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (cause) {
    throw new ShoalError('USAGE', `--filter ${text} is not a regular expression: ${(cause as Error).message}`, {
      cause,
    });
  }
}

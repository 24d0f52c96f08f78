import type { Command } from 'commander';
import { open } from '../../host/index.ts';
import { ShoalError } from '../../protocol/errors.ts';
import { type BoardFigures, measureBoard, type TransferFigure } from '../bench/board-figures.ts';
import { type CommandFrame, examples, JSON_OPTION } from '../command.ts';
import { textTable } from '../text-table.ts';

interface BenchOptions {
  readonly seconds: string;
}

/** Adds `shoal bench BOARD [--seconds N] [--json]`. */
export function addBenchCommand(program: Command, frame: CommandFrame): void {
  program
    .command('bench')
    .summary('measure a board and the line to it')
    .description(
      'Opens a board and measures it: calls of an empty kernel, one at a time and 64 at a time, 1 MiB each way, and the ' +
        'cycles of a kernel. Results of the board are checked. Whoever uses its cores must have ended.',
    )
    .argument('<board>', "'emu:parallella-16', 'tcp://host:port', 'unix:/path', 'serial:/dev/ttyUSB0' or 'usb:…'")
    .option('--seconds <n>', 'so long each figure may take', '1')
    .option(...JSON_OPTION)
    .addHelpText('after', examples('shoal bench emu:parallella-16', 'shoal bench tcp://parallella:7000 --json'))
    .action(async (selector: string, options: BenchOptions) => {
      const limitMs = 1000 * secondsOf(options.seconds);
      const signal = frame.interruption();
      await using board = await open(selector, { signal });
      const figures = await measureBoard(board, limitMs, signal);
      frame.answer('bench/1', { selector, ...figures }, () => figuresText(selector, figures));
    });
}

/** Throws USAGE. */
function secondsOf(text: string): number {
  const seconds = Number(text);
  if (seconds > 0 && seconds <= 3600) return seconds;
  throw new ShoalError('USAGE', `--seconds wants a number above 0, at most 3600, not ${text}`);
}

function figuresText(selector: string, { board, cores, nullCalls, toBoard, fromBoard, dot }: BoardFigures): string {
  const rate = ({ bytesPerSecond }: TransferFigure): string =>
    `${Number((bytesPerSecond / 1e6).toPrecision(3)).toString()} MB/s`;
  return textTable([
    ['board', `${selector}: ${board}, ${cores} cores`],
    ...nullCalls.map(({ inFlight, callsPerSecond, microsecondsPerCall }) => [
      inFlight === 1 ? 'empty call' : `${inFlight} at a time`,
      `${callsPerSecond} calls/s, ${microsecondsPerCall} µs each`,
    ]),
    ['to the board', rate(toBoard)],
    ['from the board', rate(fromBoard)],
    [`dot of ${dot.elements}`, `${dot.cycles} cycles, ${dot.microseconds} µs on one core`],
  ]).join('\n');
}

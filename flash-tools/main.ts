/** The `shoal` command: arguments in, exit code out. The one place that writes to the terminal and sets the exit code. */
import type { CommandFrame } from './command.ts';
import { errorReport, errorText } from './error-text.ts';
import { EXIT_CODES, exitCodeOf } from './exit-codes.ts';
import { runCommandLine } from './program.ts';
import { Progress } from './progress.ts';

let json = false;
let exitCode: number = EXIT_CODES.ok;
let interruption: AbortController | undefined;

function withLineFeed(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

function printJson(object: unknown): void {
  process.stdout.write(`${JSON.stringify(object)}\n`);
}

function wasInterrupted(): boolean {
  return interruption?.signal.aborted === true;
}

const frame: CommandFrame = {
  answer(schema, data, text) {
    if (json) printJson({ schema: `shoal/${schema}`, ok: true, data });
    else process.stdout.write(withLineFeed(text()));
  },
  line(text) {
    process.stdout.write(withLineFeed(text));
  },
  note(text) {
    process.stderr.write(withLineFeed(text));
  },
  progress: () => new Progress(process.stderr),
  exit(code) {
    exitCode = code;
  },
  interruption() {
    if (interruption === undefined) {
      const controller = new AbortController();
      interruption = controller;
      process.once('SIGINT', () => controller.abort(new Error('interrupted')));
    }
    return interruption.signal;
  },
};

// `shoal disasm big.elf | head` closes the pipe: that is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT_CODES.ok);
  throw error;
});

try {
  await runCommandLine(process.argv.slice(2), {
    frame,
    wantsJson: (wanted) => {
      json = wanted;
    },
    help: (text) => process.stdout.write(text),
  });
  if (wasInterrupted() && exitCode === EXIT_CODES.ok) exitCode = EXIT_CODES.interrupted;
} catch (error) {
  exitCode = wasInterrupted() ? EXIT_CODES.interrupted : exitCodeOf(error);
  // What a command throws after Ctrl-C is its way to end, no error.
  if (wasInterrupted()) process.stderr.write('interrupted\n');
  else if (json) printJson({ schema: 'shoal/error/1', ok: false, error: errorReport(error) });
  else process.stderr.write(errorText(error, process.stderr));
}
process.exitCode = exitCode;

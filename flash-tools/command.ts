import type { Command } from 'commander';
import type { Progress } from './progress.ts';

/** What a command may do to the world besides its work. */
export interface CommandFrame {
  /**
   * The command's answer, once: with `--json` one object `{schema, ok: true, data}`, otherwise `text()`.
   * `schema` names the shape of `data` and its version: `disasm/1`. Text without a final line feed gets one.
   */
  answer(schema: string, data: unknown, text: () => string): void;
  /** A line on standard output: for commands that stream. With `--json` they write one object per line. */
  line(text: string): void;
  /** A line on standard error: progress and remarks, never the answer. */
  note(text: string): void;
  /** How far something has come, shown on standard error. */
  progress(): Progress;
  /** Ends the command with this exit code, without an error: the program that was run failed, say. */
  exit(code: number): void;
  /**
   * Aborted by the first Ctrl-C; the second ends the process. Before the first call of this function Ctrl-C ends the
   * process at once, which is right for commands that have nothing to put in order.
   */
  interruption(): AbortSignal;
}

/** Adds one command to the program, its options and its action. A command that can answer in JSON has `--json`. */
export type AddCommand = (program: Command, frame: CommandFrame) => void;

/** Text of the `--json` option, the same for all commands. */
export const JSON_OPTION = ['--json', 'print one JSON object instead of text'] as const;

/** Examples for the end of a command's help: `command.addHelpText('after', examples('shoal boards'))`. */
export function examples(...lines: readonly string[]): string {
  return ['', 'Examples:', ...lines.map((line) => `  ${line}`)].join('\n');
}

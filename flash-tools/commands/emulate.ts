import { readFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import type { Command } from 'commander';
import type { BoardDescription } from '../../boards/board.ts';
import { readElf } from '../../boards/elf/read-elf.ts';
import { findBoard } from '../../boards/registry.ts';
import { loadProgram, Machine, startProgram } from '../../emulator/index.ts';
import { isShoalError, ShoalError } from '../../protocol/errors.ts';
import { type CommandFrame, JSON_OPTION } from '../command.ts';
import { type BoardLines, emulateBoard } from '../emulated-board.ts';
import { EXIT_CODES, systemErrorCode } from '../exit-codes.ts';

/** Enough for any program that ends within some seconds. */
const DEFAULT_MAX_INSTRUCTIONS = 1_000_000_000;
/** Between slices, of less than a second each, the command looks whether the program has ended or Ctrl-C was pressed. */
const SLICE_INSTRUCTIONS = 20_000_000;

interface EmulateOptions extends BoardLines {
  readonly elf?: readonly string[];
  readonly board: string;
  readonly core: string;
  readonly maxInstructions: string;
  readonly json?: boolean;
}

/** What became of one program; one line of `--json`. */
export interface EmulateResult {
  readonly file: string;
  /** `deadlock`: asleep, and nothing can wake it. `limit`: --max-instructions was reached. */
  readonly status: 'exit' | 'fault' | 'deadlock' | 'limit';
  /** Status that the program gave to its exit trap. */
  readonly exit: number | null;
  /** Of all cores together. */
  readonly instructions: number;
  /** Clocks of the program's core: one for each instruction, and time asleep. */
  readonly cycles: number;
  readonly stdout: string;
  readonly error: string | null;
}

/** Adds `shoal emulate [BOARD] --tcp PORT | --unix PATH | --serial | --usb`, and `shoal emulate --elf FILE…`. */
export function addEmulateCommand(program: Command, frame: CommandFrame): void {
  program
    .command('emulate')
    .argument('[board]', 'the board to emulate, as --board')
    .summary('an emulated board by itself, or programs on one')
    .description(
      'With a line: an emulated board that other programs open, until Ctrl-C; prints one JSON object with its lines.\n' +
        'With --elf: runs Epiphany programs, each on a fresh emulated board, until they exit by a trap. Exit code 9 unless all end with status 0.',
    )
    .option('--tcp <port>', 'serve the control runtime on this TCP port of 127.0.0.1, 0 for a free one')
    .option('--unix <path>', 'serve it on a unix socket')
    .option('--serial', 'serve it on a serial port (a pseudo-terminal)')
    .option('--usb [port]', 'serve it as a USB device by USB/IP, on TCP port 3240 of 127.0.0.1 or another')
    .option('--elf <file...>', 'linked ELF files: by Shoal, or by epiphany-elf-gcc')
    .option('--board <name>', 'the board to emulate', 'parallella-16')
    .option('--core <row,column>', 'where to load them, from the first core of the board', '0,0')
    .option('--max-instructions <n>', 'stop a program after so many', String(DEFAULT_MAX_INSTRUCTIONS))
    .option(JSON_OPTION[0], 'print one JSON object per file, a line each')
    .action(async (name: string | undefined, options: EmulateOptions) => {
      if (options.elf === undefined) return emulateBoard(name ?? options.board, options, frame);
      const board = findBoard(name ?? options.board);
      const core = coreIndex(board, options.core);
      const limit = wholeNumber(options.maxInstructions);
      const json = options.json === true;
      let failed = false;
      for (const file of options.elf) {
        const result = await emulate(file, board, core, limit, frame, json);
        failed ||= result.status !== 'exit' || result.exit !== 0;
        if (json) frame.line(JSON.stringify(result));
        else frame.note(summary(result));
      }
      if (failed) frame.exit(EXIT_CODES.programFailed);
    });
}

/** Runs one program. Whatever is wrong with its file is told in the result, so that the other files have their turn. */
async function emulate(
  file: string,
  board: BoardDescription,
  core: number,
  limit: number,
  frame: CommandFrame,
  json: boolean,
): Promise<EmulateResult> {
  const decoder = new TextDecoder();
  let rest = '';
  const machine = new Machine(board, {
    onOutput({ stream, bytes }) {
      if (json) return;
      const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) stream === 1 ? frame.line(`${line}\n`) : frame.note(`${line}\n`);
    },
  });
  try {
    const elf = readElf(await read(file));
    loadProgram(machine, core, elf);
    startProgram(machine, core, elf);
  } catch (error) {
    if (!isShoalError(error)) throw error;
    return result(machine, file, core, 'fault', error.message);
  }
  const reason = await runToEnd(machine, core, limit, frame.interruption());
  if (rest !== '') frame.line(rest);
  const { status, error } = outcome(machine, core, reason);
  return result(machine, file, core, status, error);
}

/** Runs until the program's core has ended or no core can go on. Throws the reason of the signal when it is aborted. */
async function runToEnd(machine: Machine, core: number, limit: number, interruption: AbortSignal): Promise<string> {
  let left = limit;
  for (;;) {
    const { reason, instructions } = machine.run({ maxInstructions: Math.min(left, SLICE_INSTRUCTIONS) });
    left -= instructions;
    const main = machine.cores[core];
    if (reason !== 'limit' || left <= 0 || main?.exitStatus !== undefined || main?.fault !== undefined) return reason;
    await setImmediate();
    interruption.throwIfAborted();
  }
}

function result(
  machine: Machine,
  file: string,
  core: number,
  status: EmulateResult['status'],
  error: string | null,
): EmulateResult {
  return {
    file,
    status,
    exit: machine.cores[core]?.exitStatus ?? null,
    instructions: machine.cores.reduce((sum, { instructions }) => sum + instructions, 0),
    cycles: machine.cores[core]?.clock ?? 0,
    stdout: machine.output('stdout'),
    error,
  };
}

function outcome(machine: Machine, core: number, reason: string): Pick<EmulateResult, 'status' | 'error'> {
  if (machine.cores.some(({ fault }) => fault !== undefined)) return { status: 'fault', error: machine.report() };
  if (machine.cores[core]?.exitStatus !== undefined) return { status: 'exit', error: null };
  if (reason === 'limit') return { status: 'limit', error: machine.report() };
  return { status: reason === 'idle' ? 'deadlock' : 'fault', error: machine.report() };
}

function summary({ file, status, exit, instructions, error }: EmulateResult): string {
  const how = status === 'exit' ? `exit status ${exit}` : status;
  return `${file}: ${how} after ${instructions} instructions${error === null ? '' : `\n${error}`}`;
}

async function read(file: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(file));
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    throw new ShoalError('FILE_NOT_FOUND', `cannot read ${file}: ${(error as Error).message}`, {
      details: { file },
      cause: error,
    });
  }
}

function coreIndex(board: BoardDescription, text: string): number {
  const match = /^(\d+),(\d+)$/.exec(text);
  const [row, column] = [Number(match?.[1] ?? Number.NaN), Number(match?.[2] ?? Number.NaN)];
  if (row < board.rows && column < board.columns) return row * board.columns + column;
  throw new ShoalError('USAGE', `--core ${text} is no core of ${board.name}`, {
    hint: `give row,column from 0,0 to ${board.rows - 1},${board.columns - 1}`,
  });
}

function wholeNumber(text: string): number {
  const value = Number(text.replaceAll('_', ''));
  if (Number.isInteger(value) && value > 0) return value;
  throw new ShoalError('USAGE', `--max-instructions wants a whole number above 0, not ${text}`);
}

import { type Command, Option } from 'commander';
import type { BoardDescription } from '../../boards/board.ts';
import { readElf } from '../../boards/elf/read-elf.ts';
import { findBoard } from '../../boards/registry.ts';
import { loadProgram, Machine, startProgram } from '../../emulator/index.ts';
import { isShoalError, ShoalError } from '../../protocol/errors.ts';
import { type CommandFrame, examples, JSON_OPTION } from '../command.ts';
import { type BoardLines, emulateBoard, portOf } from '../emulated-board.ts';
import { emulateMemory } from '../emulated-memory-board.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { ConsoleLines } from '../programs/console-lines.ts';
import { type ProgramEnd, programEnd, runToEnd } from '../programs/program-end.ts';
import { readInput } from '../read-input.ts';
import { emulateSupervisedBoard } from '../supervised-board.ts';
import { coresOf, parseGroup } from '../window/board-window.ts';

/** Enough for any program that ends within some seconds. */
const DEFAULT_MAX_INSTRUCTIONS = 1_000_000_000;

interface EmulateOptions extends BoardLines {
  readonly elf?: readonly string[];
  readonly slots?: string;
  readonly memory?: string;
  readonly udp: string;
  readonly board: string;
  readonly core: string;
  readonly maxInstructions: string;
  readonly json?: boolean;
}

/** What became of one program; one line of `--json`. */
export interface EmulateResult extends ProgramEnd {
  readonly file: string;
  readonly stdout: string;
}

/** Adds `shoal emulate [BOARD] --tcp PORT | --unix PATH | --serial | --ring FILE | --usb | --memory FILE`, and `shoal emulate --elf FILE…`. */
export function addEmulateCommand(program: Command, frame: CommandFrame): void {
  program
    .command('emulate')
    .argument('[board]', 'one of `shoal boards`; parallella-16 without it')
    .summary('an emulated board by itself, or programs on one')
    .description(
      'A board for other programs, until Ctrl-C; prints one JSON object with its lines. With --elf: runs programs until they end; exit code 9 unless all end with 0.',
    )
    .option('--tcp <port>', 'serve it on a TCP port of 127.0.0.1, 0 for a free one')
    .option('--unix <path>', 'serve it on a unix socket')
    .option('--serial', 'serve it on a serial port (a pseudo-terminal)')
    .option('--noise <seed,rate>', 'with --serial: damages so many bytes: 7,0.001')
    .option('--baud <rate>', 'with --serial: bits per second, else without limit')
    .option('--ring <file>', 'by rings in shared memory: /dev/shm/board is made')
    .option('--memory <file>', 'its memory alone, mapped: /dev/shm/board is made')
    .option('--usb [port]', 'as a USB device by USB/IP, on TCP port 3240 or another')
    .option('--slots <folder>', 'with a supervisor and slots there: it can be flashed')
    .option('--udp <port>', 'with --slots: UDP port of SMP', '0')
    .option('--elf <file...>', 'linked ELF files: by Shoal, or by epiphany-elf-gcc')
    .addOption(new Option('--board <name>', 'the board to emulate').default('parallella-16').hideHelp())
    .option('--core <row,column>', 'for --elf: where, from the first core', '0,0')
    .option('--max-instructions <n>', 'for --elf: stop after so many', String(DEFAULT_MAX_INSTRUCTIONS))
    .option(JSON_OPTION[0], 'for --elf: print one JSON object per file')
    .addHelpText(
      'after',
      examples(
        'shoal emulate parallella-16 --serial --baud 115200 --noise 7,0.001',
        'shoal emulate parallella-16 --slots my-board',
      ),
    )
    .action(async (name: string | undefined, options: EmulateOptions) => {
      if (options.slots !== undefined) return emulateWithSlots(name ?? options.board, options.slots, options, frame);
      if (options.memory !== undefined) return emulateByMemory(name ?? options.board, options.memory, options, frame);
      if (options.elf === undefined) return emulateBoard(name ?? options.board, options, frame);
      const board = findBoard(name ?? options.board);
      const [core = 0] = coresOf(board, parseGroup(board, options.core, '1x1'));
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

/** Throws USAGE for lines that such a board does not have. */
async function emulateWithSlots(
  name: string,
  folder: string,
  { udp, tcp = '0', unix, serial, usb, elf }: EmulateOptions,
  frame: CommandFrame,
): Promise<void> {
  if ((unix ?? serial ?? usb ?? elf) !== undefined) {
    throw new ShoalError('USAGE', 'a board with --slots is reached by --udp and --tcp only');
  }
  await emulateSupervisedBoard(name, { folder, udpPort: portOf(udp), tcpPort: portOf(tcp) }, frame);
}

/** Throws USAGE for lines: there is no control runtime that could serve them. */
async function emulateByMemory(
  name: string,
  file: string,
  { tcp, unix, serial, ring, usb, elf, slots }: EmulateOptions,
  frame: CommandFrame,
): Promise<void> {
  if ((tcp ?? unix ?? serial ?? ring ?? usb ?? elf ?? slots) !== undefined) {
    throw new ShoalError('USAGE', 'a board with --memory has no control runtime, and no lines', {
      hint: `Open it by its memory: mem:${file}. For lines start another board without --memory.`,
    });
  }
  await emulateMemory(name, file, frame);
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
  const lines = new ConsoleLines((stream, line) => (stream === 1 ? frame.line(`${line}\n`) : frame.note(`${line}\n`)));
  const machine = new Machine(board, { onOutput: (output) => (json ? undefined : lines.push(output)) });
  const result = ({ error, ...end }: ProgramEnd): EmulateResult => ({
    file,
    ...end,
    stdout: machine.output('stdout'),
    error,
  });
  try {
    const elf = readElf(await readInput(file));
    loadProgram(machine, core, elf);
    startProgram(machine, core, elf);
  } catch (error) {
    if (!isShoalError(error)) throw error;
    return result({ ...programEnd(machine, [core], 'fault'), error: error.message });
  }
  const end = await runToEnd(machine, [core], limit, frame.interruption());
  lines.end();
  return result(end);
}

function summary({ file, status, exit, instructions, error }: EmulateResult): string {
  const how = status === 'exit' ? `exit status ${exit}` : status;
  return `${file}: ${how} after ${instructions} instructions${error === null ? '' : `\n${error}`}`;
}

function wholeNumber(text: string): number {
  const value = Number(text.replaceAll('_', ''));
  if (Number.isInteger(value) && value > 0) return value;
  throw new ShoalError('USAGE', `--max-instructions wants a whole number above 0, not ${text}`);
}

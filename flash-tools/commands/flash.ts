import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { packageRoot } from '../../host/package-root.ts';
import { ShoalError } from '../../protocol/errors.ts';
import { type CommandFrame, examples, JSON_OPTION } from '../command.ts';
import { type DfuCommandOptions, flashUsb, isUsbSelector } from '../dfu/dfu-command.ts';
import { errorReport } from '../error-text.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { type AnyFlashReport, type FlashOutcome, flashSummary, outcomeData, outcomeText } from '../flash-outcome.ts';
import type { ProgressBar } from '../progress.ts';
import { type FlashOptions, flashBoard } from '../smp/flash-board.ts';
import { type CheckedPackage, readCheckedPackage } from '../smp/read-package.ts';
import { withSmp } from '../smp/with-smp.ts';
import { flashWindow } from '../window/flash-window.ts';
import { isWindowSelector } from '../window/open-window.ts';

interface FlashCommandOptions extends DfuCommandOptions {
  readonly all?: boolean;
  readonly package?: string;
  readonly dryRun?: boolean;
  readonly verifyOnly?: boolean;
  readonly upgrade?: boolean;
  readonly slot?: string;
  readonly resume?: boolean;
  readonly core: string;
  readonly group: string;
}

/** Adds `shoal flash BOARD… [--all] [--package FILE] [--dry-run] [--verify-only] …`. */
export function addFlashCommand(program: Command, frame: CommandFrame): void {
  program
    .command('flash')
    .summary('put a runtime package on a board')
    .description(
      "Uploads a package by Shoal's link or SMP, tries it, and keeps it when it runs. Mapped memory gets an .elf file, USB a .dfu file; both are read back.",
    )
    .argument('[board...]', "'udp://host', 'tcp://host:port', 'serial:/dev/…', 'usb:…'")
    .option('--all', 'flash every board that is given, at the same time')
    .option('--package <file>', 'what to flash, in place of dist/runtime/shoal-runtime.img')
    .option('--dry-run', 'look at package and board, say what would be done')
    .option('--verify-only', 'succeed only if the board holds this package already')
    .option('--upgrade', 'have the board refuse it unless its version is higher')
    .option('--slot <number>', 'refuse unless it goes into this slot, 0 or 1')
    .addOption(new Option('--resume', 'go on with an upload that was cut (the default)').hideHelp())
    .option('--no-resume', 'begin an upload that was cut anew')
    .option('--core <row,column>', 'for .elf: the first core', '0,0')
    .option('--group <RxC>', 'for .elf: how many rows and columns', '1x1')
    .option('--alt <setting>', 'for .dfu: number or name of the memory, of several')
    .option('--address <address>', 'for .dfu: where a file without addresses goes')
    .option('--plain', 'for .dfu: take a file without a suffix, whole or not')
    .option('--start', 'for .dfu: start the firmware afterwards')
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      examples(
        'shoal flash --all udp://10.0.0.7 udp://10.0.0.8 --json',
        'shoal flash usb:0483:df11 --package firmware.dfu',
      ),
    )
    .action(async (given: string[], options: FlashCommandOptions) => {
      const boards = chosenBoards(given, options.all === true);
      const flash = await flasher(boards, options, frame);
      const [only] = boards;
      if (options.all !== true && only !== undefined) {
        const report = await flash(only);
        frame.answer('flash/1', { board: only, ...report }, () => flashSummary(only, report));
        return;
      }
      const outcomes = await Promise.all(
        boards.map(
          (board): Promise<FlashOutcome> =>
            flash(board).then(
              (report) => ({ board, ok: true, report }),
              (error: unknown) => ({ board, ok: false, error }),
            ),
        ),
      );
      frame.interruption().throwIfAborted();
      frame.answer('flash-all/1', { boards: outcomes.map(outcomeData) }, () => outcomes.map(outcomeText).join('\n'));
      const failed = outcomes.find((outcome) => !outcome.ok);
      if (failed !== undefined && !failed.ok) frame.exit(exitCodeOf(failed.error));
    });
}

/** Throws DEVICE_NOT_FOUND without a board, DEVICE_AMBIGUOUS for several without `--all`: nothing is guessed. */
function chosenBoards(given: readonly string[], isAll: boolean): readonly string[] {
  const boards = [...new Set(given)];
  if (boards.length === 0) {
    throw new ShoalError('DEVICE_NOT_FOUND', 'no board was given', {
      hint: '`shoal devices` lists what may lead to one; then: shoal flash udp://parallella',
    });
  }
  if (boards.length > 1 && !isAll) {
    throw new ShoalError('DEVICE_AMBIGUOUS', `${boards.length} boards match: ${boards.join(', ')}`, {
      hint: 'Give one of them, or --all to flash every one.',
      details: { selectors: boards },
    });
  }
  return boards;
}

/** Reads the package, and gives what flashes one board with it. Rejects before any board was touched. */
async function flasher(
  boards: readonly string[],
  options: FlashCommandOptions,
  frame: CommandFrame,
): Promise<(board: string) => Promise<AnyFlashReport>> {
  const signal = frame.interruption();
  const progress = frame.progress();
  const onUsb = boards.filter(isUsbSelector);
  if (onUsb.length > 0) {
    const file = options.package;
    if (file === undefined || onUsb.length < boards.length) {
      throw new ShoalError('USAGE', `${onUsb.join(', ')} want a DFU file of their own: --package firmware.dfu`);
    }
    const whenInterrupted = 'interrupted; run the command again before the device is used';
    const { dryRun, verifyOnly } = options;
    return (board) =>
      withBar(
        () => progress.bar(board),
        options.all !== true,
        whenInterrupted,
        signal,
        (onProgress) =>
          flashUsb(board, file, options, {
            isDryRun: dryRun === true,
            isVerifyOnly: verifyOnly === true,
            signal,
            onProgress,
          }),
      );
  }
  const slots = slotOptions(options);
  const windows = boards.filter(isWindowSelector);
  const checked = windows.length === boards.length ? null : await readCheckedPackage(packageFile(options));
  if (windows.length > 0 && (options.package === undefined || checked !== null)) {
    throw new ShoalError('USAGE', `${windows.join(', ')} want an .elf file: --package program.elf`);
  }
  const whenInterrupted =
    checked === null ? 'interrupted; its cores are stopped' : 'interrupted; the board keeps the image that it had';
  return (board) =>
    withBar<AnyFlashReport>(
      () => progress.bar(board),
      options.all !== true,
      whenInterrupted,
      signal,
      (onProgress) =>
        checked === null
          ? flashWindow(board, options.package ?? '', {
              core: options.core,
              group: options.group,
              isDryRun: options.dryRun === true,
              isVerifyOnly: options.verifyOnly === true,
              signal,
              onProgress,
            })
          : flashSlots(board, checked, { ...slots, signal, onProgress }),
    );
}

function packageFile(options: FlashCommandOptions): string {
  return options.package ?? join(packageRoot(), 'dist', 'runtime', 'shoal-runtime.img');
}

function flashSlots(board: string, { bytes }: CheckedPackage, options: FlashOptions & { signal: AbortSignal }) {
  return withSmp(board, options.signal, (client) => flashBoard(client, bytes, options));
}

/** Throws USAGE for a slot that no board has. */
function slotOptions({ dryRun, verifyOnly, upgrade, slot, resume }: FlashCommandOptions): FlashOptions {
  if (slot !== undefined && slot !== '0' && slot !== '1')
    throw new ShoalError('USAGE', `--slot is 0 or 1, not ${slot}`);
  return {
    isDryRun: dryRun === true,
    isVerifyOnly: verifyOnly === true,
    onlyUpgrade: upgrade === true,
    fromStart: resume === false,
    ...(slot === undefined ? {} : { slot: Number(slot) }),
  };
}

/**
 * Shows the progress of one board, and how it ended. A board that is alone gets its bar when the first part was
 * transferred, so that there is none where nothing is.
 */
async function withBar<T>(
  makeBar: () => ProgressBar,
  isAlone: boolean,
  whenInterrupted: string,
  signal: AbortSignal,
  work: (onProgress: (done: number, total: number) => void) => Promise<T>,
): Promise<T> {
  let bar: ProgressBar | null = isAlone ? null : makeBar();
  try {
    const result = await work((done, total) => {
      bar ??= makeBar();
      bar.update(done, total);
    });
    endBar(bar, 'done');
    return result;
  } catch (error) {
    endBar(bar, signal.aborted ? whenInterrupted : `failed: ${errorReport(error).code}`);
    throw error;
  }
}

function endBar(bar: ProgressBar | null, text: string): void {
  bar?.end(text);
}

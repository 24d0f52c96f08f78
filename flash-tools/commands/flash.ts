import { join } from 'node:path';
import type { Command } from 'commander';
import { packageRoot } from '../../host/package-root.ts';
import { readImage, versionText } from '../../protocol/flash/mcuboot-image.ts';
import { type CommandFrame, JSON_OPTION } from '../command.ts';
import { readInput } from '../read-input.ts';
import { type FlashReport, flashBoard } from '../smp/flash-board.ts';
import { openSmp } from '../smp/open-smp.ts';
import { SmpClient } from '../smp/smp-client.ts';

interface FlashCommandOptions {
  readonly package?: string;
  readonly dryRun?: boolean;
  readonly verifyOnly?: boolean;
  readonly upgrade?: boolean;
}

/** Adds `shoal flash BOARD [--package FILE] [--dry-run] [--verify-only] [--upgrade] [--json]`. */
export function addFlashCommand(program: Command, frame: CommandFrame): void {
  program
    .command('flash')
    .summary('put a runtime package on a board')
    .description(
      'Uploads a package (an MCUboot image) by SMP, tries it, and keeps it when the board runs it. What was cut goes on\n' +
        'where it was when the command is run again. Example: shoal flash udp://parallella',
    )
    .argument('<board>', "'udp://host', 'udp://host:port' or 'tcp://host:port'")
    .option('--package <file>', 'what to flash; default: the runtime that npm run build:runtime made')
    .option('--dry-run', 'look at package and board, say what would be done')
    .option('--verify-only', 'succeed only if the board runs this package already')
    .option('--upgrade', 'have the board refuse it unless its version is higher')
    .option(...JSON_OPTION)
    .action(async (board: string, options: FlashCommandOptions) => {
      const file = options.package ?? join(packageRoot(), 'dist', 'runtime', 'shoal-runtime.img');
      const image = await readInput(file);
      const version = versionText(readImage(image).version);
      const signal = frame.interruption();
      const client = new SmpClient(await openSmp(board, signal), { signal });
      try {
        let shown = -1;
        const report = await flashBoard(client, image, {
          isDryRun: options.dryRun === true,
          isVerifyOnly: options.verifyOnly === true,
          onlyUpgrade: options.upgrade === true,
          signal,
          onProgress: (done, total) => {
            const percent = Math.floor((done / total) * 10) * 10;
            if (percent > shown) frame.note(`${board}: ${percent} % of ${version}\n`);
            shown = percent;
          },
        });
        frame.answer('flash/1', { board, ...report }, () => summary(board, report));
      } finally {
        client.close();
      }
    });
}

function summary(board: string, { version, steps, isDryRun, resumedFrom }: FlashReport): string {
  if (steps.length === 0) return `${board} runs ${version} from this package already`;
  if (isDryRun) return `${board} would get ${version}: ${steps.join(', ')}`;
  const resumed = resumedFrom === 0 ? '' : `; ${resumedFrom} bytes were there already`;
  return `${board} runs ${version}, confirmed${resumed}`;
}

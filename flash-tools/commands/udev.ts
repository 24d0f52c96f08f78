import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { ShoalError } from '../../protocol/errors.ts';
import { type CommandFrame, examples } from '../command.ts';
import { systemErrorCode } from '../exit-codes.ts';
import { RULES_FILE, type UdevOptions, udevRules } from '../udev-rules.ts';

const RULES_FOLDER = '/etc/udev/rules.d';

interface UdevCommandOptions extends UdevOptions {
  readonly install?: boolean;
  readonly folder: string;
}

/** Adds `shoal udev [--install] [--usb ID…] [--pci ID…]`. */
export function addUdevCommand(program: Command, frame: CommandFrame): void {
  program
    .command('udev')
    .summary('print or install the rules by which users may open boards')
    .description(
      'Prints rules for udev, Linux’s device manager; with --install writes them, for which you must be root. ' +
        'They hold for devices that are plugged in afterwards, or after: udevadm control --reload && udevadm trigger',
    )
    .option('--usb <id...>', 'USB devices besides adapters and DFU, as vendor:product')
    .option('--pci <id...>', 'PCI cards whose memory is mapped, as vendor:device')
    .option('--install', `write ${RULES_FOLDER}/${RULES_FILE}`)
    .option('--folder <path>', 'where --install writes', RULES_FOLDER)
    .addHelpText('after', examples('shoal udev', 'sudo shoal udev --install --usb 1209:0001'))
    .action(async ({ install, folder, ...options }: UdevCommandOptions) => {
      const rules = udevRules(options);
      if (install !== true) {
        frame.line(rules);
        return;
      }
      const file = join(folder, RULES_FILE);
      await write(file, rules);
      frame.line(`wrote ${file}; now: udevadm control --reload && udevadm trigger`);
    });
}

/** Throws USAGE without the folder; the system's error, with what to do if it is one of permission. */
async function write(file: string, rules: string): Promise<void> {
  try {
    await writeFile(file, rules);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT') {
      throw new ShoalError('USAGE', `cannot write ${file}: there is no such folder`, {
        hint: 'this system has no udev; `--folder PATH` writes elsewhere',
        cause: error,
      });
    }
    if (code !== 'EACCES' && code !== 'EPERM') throw error;
    throw new ShoalError('PERMISSION_DENIED', `you may not write ${file}`, {
      hint: 'as root: sudo shoal udev --install',
      cause: error,
    });
  }
}

import type { Command } from 'commander';
import { type CommandFrame, examples, JSON_OPTION } from '../command.ts';
import { pciDevices } from '../devices/pci-devices.ts';
import { serialDevices } from '../devices/serial-devices.ts';
import { usbDevices } from '../devices/usb-devices.ts';
import type { Check } from '../doctor/check.ts';
import { accessCheck, udevCheck } from '../doctor/device-checks.ts';
import { emulatorChecks, nodeCheck, packageChecks, shoalCheck } from '../doctor/installation-checks.ts';
import { bugReport } from '../doctor/report.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { styled } from '../terminal-style.ts';

const COLOURS = { ok: 'green', warn: 'yellow', fail: 'red' } as const;

/** Adds `shoal doctor [--report] [--json]`. */
export function addDoctorCommand(program: Command, frame: CommandFrame): void {
  program
    .command('doctor')
    .summary('check this computer for what boards need')
    .description(
      'Checks Node, Shoal, native packages, an emulated board, ports, permissions and udev rules, each with what to do. ' +
        'Exit code 1 if something fails; warnings are about what not everybody needs.',
    )
    .option('--report', 'print a report for a bug tracker, without names and serial numbers')
    .option(...JSON_OPTION)
    .addHelpText('after', examples('shoal doctor', 'shoal doctor --report > report.md'))
    .action(async ({ report }: { readonly report?: boolean }) => {
      const [serial, usb, pci] = [await serialDevices(), usbDevices(), pciDevices()];
      const checks = [
        nodeCheck(),
        await shoalCheck(),
        ...(await packageChecks()),
        ...(await emulatorChecks()),
        accessCheck('serial ports', serial),
        accessCheck('USB', usb),
        accessCheck('PCI', pci),
        udevCheck(),
      ];
      const serialNumbers = [...serial.devices, ...usb.devices].flatMap(({ facts }) => facts.serialNumber ?? []);
      frame.answer('doctor/1', { checks }, () =>
        report === true ? bugReport(checks, serialNumbers) : checks.map(checkText).join('\n'),
      );
      if (checks.some(({ status }) => status === 'fail')) frame.exit(EXIT_CODES.failed);
    });
}

function checkText({ name, status, finding, hint }: Check): string {
  const line = `${styled(process.stdout, COLOURS[status], status.padEnd(4))}  ${name}: ${finding}`;
  return hint === null ? line : `${line}\n      ${styled(process.stdout, 'cyan', 'try:')} ${hint}`;
}

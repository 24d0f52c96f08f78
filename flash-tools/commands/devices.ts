import type { Command } from 'commander';
import { type CommandFrame, examples, JSON_OPTION } from '../command.ts';
import type { Device, DeviceKind, DeviceList } from '../devices/device.ts';
import { emulatedDevices } from '../devices/emulated-devices.ts';
import { networkDevices } from '../devices/network-devices.ts';
import { pciDevices } from '../devices/pci-devices.ts';
import { serialDevices } from '../devices/serial-devices.ts';
import { usbDevices } from '../devices/usb-devices.ts';
import { styled } from '../terminal-style.ts';
import { textTable } from '../text-table.ts';

const TITLES: Readonly<Record<DeviceKind, string>> = {
  serial: 'serial ports',
  usb: 'USB',
  pci: 'PCI',
  network: 'network',
  emulated: 'emulated',
};

/** Adds `shoal devices [ADDRESS…] [--json]`: everything that is, or may lead to, a board. */
export function addDevicesCommand(program: Command, frame: CommandFrame): void {
  program
    .command('devices')
    .summary('list what boards can be reached by')
    .description(
      'Lists serial ports, USB and PCI devices that may lead to a board, boards at the addresses given, and emulated ones; ' +
        'for each its selector, whether it can be opened, and what to do if not. Nothing is opened but the addresses.',
    )
    .argument('[address...]', "boards on the network to ask: 'udp://host', 'tcp://host:port'")
    .option(...JSON_OPTION)
    .addHelpText('after', examples('shoal devices', 'shoal devices udp://parallella udp://10.0.0.8 --json'))
    .action(async (addresses: string[]) => {
      const lists: Readonly<Record<DeviceKind, DeviceList>> = {
        serial: await serialDevices(),
        usb: usbDevices(),
        pci: pciDevices(),
        network: await networkDevices(addresses, frame.interruption()),
        emulated: emulatedDevices(),
      };
      const entries = Object.entries(lists) as [DeviceKind, DeviceList][];
      const data = {
        devices: entries.flatMap(([, { devices }]) => devices),
        absent: Object.fromEntries(
          entries.flatMap(([kind, { absence }]) => (absence === null ? [] : [[kind, absence]])),
        ),
      };
      frame.answer('devices/1', data, () => entries.flatMap(([kind, list]) => section(TITLES[kind], list)).join('\n'));
    });
}

function section(title: string, { devices, absence }: DeviceList): readonly string[] {
  if (absence !== null) return [`${title}: none visible, because ${absence}`];
  const lines = textTable(
    devices.map(({ selector, title: what, access }) => [selector ?? '-', accessText(access), what]),
  );
  return [
    `${title}:`,
    ...lines.flatMap((line, index) => {
      const hint = devices[index]?.hint ?? null;
      return [`  ${line}`, ...(hint === null ? [] : [`    ${styled(process.stdout, 'cyan', 'try:')} ${hint}`])];
    }),
  ];
}

function accessText(access: Device['access']): string {
  return access === 'ok' ? 'ok' : access.toUpperCase();
}

/** Rules for Linux's device manager, by which users may open boards without being root. */
import { ShoalError } from '../protocol/errors.ts';

/** Before 73-seat-late.rules, which gives devices with the tag `uaccess` to whoever sits at the computer. */
export const RULES_FILE = '70-shoal.rules';

export interface UdevOptions {
  /** USB devices besides those that are known by their class, as `1209:0001`. */
  readonly usb?: readonly string[];
  /** PCI cards whose memory is to be mapped, as `1af4:1110`. */
  readonly pci?: readonly string[];
}

const GROUP = 'plugdev';

/** The text of the rules file. Throws USAGE for an id that is none. */
export function udevRules({ usb = [], pci = [] }: UdevOptions = {}): string {
  return [
    '# Boards for Shoal: open to the user at the computer, and to members of the group plugdev.',
    '# Made by `shoal udev`.',
    '',
    '# Serial adapters on USB.',
    'SUBSYSTEM=="tty", SUBSYSTEMS=="usb", TAG+="uaccess"',
    '# Whatever takes firmware by DFU: class 0xfe, subclass 1.',
    `SUBSYSTEM=="usb", ENV{DEVTYPE}=="usb_device", ENV{ID_USB_INTERFACES}=="*:fe01*", ${grant()}`,
    '# The Epiphany of a Parallella, on the board itself.',
    `KERNEL=="epiphany*", ${grant()}`,
    ...usb.map((text) => {
      const { vendor, product } = idOf(text);
      return `SUBSYSTEM=="usb", ENV{DEVTYPE}=="usb_device", ATTR{idVendor}=="${vendor}", ATTR{idProduct}=="${product}", ${grant()}`;
    }),
    ...pci.map((text) => {
      const { vendor, product } = idOf(text);
      const share = `/bin/sh -c 'chgrp ${GROUP} /sys%p/resource? && chmod 660 /sys%p/resource?'`;
      return `SUBSYSTEM=="pci", ATTR{vendor}=="0x${vendor}", ATTR{device}=="0x${product}", RUN+="${share}"`;
    }),
    '',
  ].join('\n');
}

function grant(): string {
  return `MODE="0660", GROUP="${GROUP}", TAG+="uaccess"`;
}

function idOf(text: string): { readonly vendor: string; readonly product: string } {
  const match = /^([0-9a-f]{4}):([0-9a-f]{4})$/i.exec(text);
  if (match === null) {
    throw new ShoalError('USAGE', `'${text}' is no vendor and product id`, {
      hint: 'four hexadecimal digits each, as `shoal devices` shows them: 1209:0001',
    });
  }
  return { vendor: (match[1] ?? '').toLowerCase(), product: (match[2] ?? '').toLowerCase() };
}

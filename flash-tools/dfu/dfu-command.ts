/** What `shoal flash usb:… --package FILE` and `shoal read usb:…` do. */
import { parseUsbSelector, USB_SELECTOR_FORMS, type UsbSelection } from '../../host/links/usb-selection.ts';
import { ShoalError } from '../../protocol/errors.ts';
import { parseDfuSeLayout } from '../../protocol/flash/dfuse-layout.ts';
import { readInput } from '../read-input.ts';
import { parseLength } from '../window/board-window.ts';
import { type DfuFlashOptions, type DfuReport, flashDfu } from './flash-dfu.ts';
import { type DfuMemoryPart, readDfu } from './read-dfu.ts';

/** Options of the command that are only for DFU. */
export interface DfuCommandOptions {
  readonly alt?: string;
  readonly address?: string;
  readonly plain?: boolean;
  readonly start?: boolean;
}

export function isUsbSelector(selector: string): boolean {
  return selector.startsWith('usb:');
}

/** Throws SELECTOR_INVALID, FILE_NOT_FOUND, USAGE, and what {@link flashDfu} rejects with. */
export async function flashUsb(
  selector: string,
  file: string,
  { alt, address, plain, start }: DfuCommandOptions,
  options: DfuFlashOptions,
): Promise<DfuReport> {
  return flashDfu(selectionOf(selector), await readInput(file), {
    ...options,
    ...(alt === undefined ? {} : { alternate: alt }),
    ...(address === undefined ? {} : { address: addressOf(address, '--address') }),
    isPlain: plain === true,
    startsAfterwards: start === true,
  });
}

/** Throws SELECTOR_INVALID, USAGE, and what {@link readDfu} rejects with. */
export async function readUsb(
  selector: string,
  { at, length, alt }: { readonly at?: string; readonly length?: string; readonly alt?: string },
  signal: AbortSignal,
): Promise<DfuMemoryPart> {
  return readDfu(selectionOf(selector), {
    ...(alt === undefined ? {} : { alternate: alt }),
    ...(at === undefined ? {} : { address: addressOf(at, '--at') }),
    ...(length === undefined ? {} : { lengthBytes: parseLength(length) }),
    signal,
  });
}

function selectionOf(selector: string): UsbSelection {
  const selection = parseUsbSelector(selector);
  if (selection !== undefined) return selection;
  throw new ShoalError('SELECTOR_INVALID', `'${selector}' names no USB device`, {
    hint: `Write ${USB_SELECTOR_FORMS}; \`shoal devices\` lists them.`,
  });
}

export function dfuSummary(
  device: string,
  { memories, lengthBytes, presentBytes, proof, isDryRun }: DfuReport,
): string {
  const names = memories.map(({ number, name }) => (parseDfuSeLayout(name)?.name ?? name) || `memory ${number}`);
  if (isDryRun) {
    return names.length === 0
      ? `${device} runs its firmware; its boot loader would be asked where the file goes`
      : `${device} would get ${lengthBytes} bytes into ${names.join(', ')}`;
  }
  const how = proof === 'read-back' ? 'read back and compared' : 'as the device says; it cannot be read';
  const present = presentBytes === 0 ? '' : `; ${presentBytes} bytes were there already`;
  return `${device} holds ${lengthBytes} bytes in ${names.join(', ')}, ${how}${present}`;
}

function addressOf(text: string, option: string): number {
  if (/^0x[0-9a-fA-F]{1,8}$/.test(text)) return Number(text);
  throw new ShoalError('USAGE', `${option} wants an address such as 0x08000000, not ${text}`);
}

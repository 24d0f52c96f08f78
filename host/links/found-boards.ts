/** Boards that this computer has beyond doubt: what `auto` and `local` mean. Nothing is opened, and nothing guessed. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ShoalError } from '../../protocol/errors.ts';
import { SHOAL_INTERFACE } from '../../protocol/usb-line.ts';

/** Folders of Linux; others in tests. */
export interface BoardPlaces {
  readonly sys: string;
  readonly dev: string;
  readonly etc: string;
}

const LINUX: BoardPlaces = { sys: '/sys', dev: '/dev', etc: '/etc' };
/** Devices by which a board's own Linux maps its cores, the better one first. */
const OWN_WINDOWS: readonly string[] = ['epiphany/mesh0', 'epiphany'];

/**
 * The selector that `auto` (the one board that is found), `local` (the board on which this runs) or `local:BOARD` stand
 * for; others stay as they are. Throws DEVICE_NOT_FOUND, DEVICE_AMBIGUOUS, SELECTOR_INVALID.
 */
export function resolveSelector(selector: string, places: BoardPlaces = LINUX): string {
  const local = /^local(?::([a-z0-9-]+))?$/.exec(selector);
  if (local !== null) return localBoard(local[1], places);
  if (selector !== 'auto') return selector;
  const own = ownWindow(places);
  const found = [...(own === null ? [] : ['local']), ...usbBoards(places)];
  const [first] = found;
  if (first === undefined) {
    throw new ShoalError('DEVICE_NOT_FOUND', 'no board was found: none is on USB, and this computer is none', {
      hint: 'What is at a serial port or on the network must be named: serial:/dev/ttyUSB0, tcp://board:7000. `shoal devices` lists what there is.',
    });
  }
  if (found.length > 1) {
    throw new ShoalError('DEVICE_AMBIGUOUS', `${found.length} boards were found`, {
      hint: `say which: ${found.join(', ')}`,
      details: { selectors: found },
    });
  }
  return first === 'local' ? localBoard(undefined, places) : first;
}

/** The window into the cores of the board on which this runs, with what its configuration says of it. */
function localBoard(name: string | undefined, places: BoardPlaces): string {
  const { board, memory } = supervisorFacts(places);
  if (memory !== undefined && name === undefined) return memory;
  const file = ownWindow(places);
  if (file === null) {
    throw new ShoalError('DEVICE_NOT_FOUND', 'this computer is no board: it has no window into cores of its own', {
      hint: `On a board its driver makes ${join(places.dev, OWN_WINDOWS[0] ?? '')}; is it loaded? Else name the window: mem:FILE,board=NAME.`,
    });
  }
  const known = name ?? board;
  if (known === undefined) {
    throw new ShoalError('SELECTOR_INVALID', 'nothing says which board this is', {
      hint: `Write 'local:parallella-16', or let ${join(places.etc, 'shoal/supervisor.json')} say it in "board".`,
    });
  }
  return `mem:${file},board=${known}`;
}

function ownWindow({ dev }: BoardPlaces): string | null {
  const files = OWN_WINDOWS.map((name) => join(dev, name));
  // The older driver's device has the name of the newer one's folder.
  return files.find((file) => existsSync(file) && !statSync(file).isDirectory()) ?? null;
}

/** What the supervisor of this board was told, if there is one; its own program checks that file. */
function supervisorFacts({ etc }: BoardPlaces): { readonly board?: string; readonly memory?: string } {
  try {
    const { board, environment } = JSON.parse(readFileSync(join(etc, 'shoal/supervisor.json'), 'utf8')) as {
      readonly board?: unknown;
      readonly environment?: { readonly SHOAL_MEMORY?: unknown };
    };
    const memory = environment?.SHOAL_MEMORY;
    return {
      ...(typeof board === 'string' ? { board } : {}),
      ...(typeof memory === 'string' ? { memory } : {}),
    };
  } catch {
    return {};
  }
}

/** Selectors of devices on USB that have the interface of a board. */
function usbBoards({ sys }: BoardPlaces): string[] {
  const root = join(sys, 'bus/usb/devices');
  const names = namesIn(root);
  const wanted = [SHOAL_INTERFACE.classCode, SHOAL_INTERFACE.subclass, SHOAL_INTERFACE.protocol];
  const isBoard = (name: string): boolean =>
    names.some((each) => {
      if (!each.startsWith(`${name}:`)) return false;
      const fields = ['bInterfaceClass', 'bInterfaceSubClass', 'bInterfaceProtocol'];
      return fields.every((field, at) => Number.parseInt(attribute(join(root, each), field), 16) === wanted[at]);
    });
  return names.filter(isBoard).map((name) => {
    const text = (field: string): string => attribute(join(root, name), field);
    const serialNumber = text('serial');
    return `usb:${text('idVendor')}:${text('idProduct')}${serialNumber === '' ? '' : `:${serialNumber}`}`;
  });
}

/** Empty if there is no such folder. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function attribute(folder: string, name: string): string {
  try {
    return readFileSync(join(folder, name), 'latin1').trim();
  } catch {
    return '';
  }
}

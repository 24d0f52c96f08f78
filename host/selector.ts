import type { BoardDescription } from '../boards/board.ts';
import { findBoard } from '../boards/registry.ts';
import { ShoalError } from '../protocol/errors.ts';

/** Kinds of links that selectors will name, and what they are for. */
const LATER: Readonly<Record<string, string>> = {
  serial: 'a board on a serial line',
  usb: 'a board on USB',
  tcp: 'a board on the network',
  pcie: 'a card in this computer',
  mem: 'a memory window of this computer',
  auto: 'whatever board is connected',
  local: 'the board that this program runs on',
};

/** What `open` was asked for. */
export interface Selection {
  readonly link: 'emu';
  readonly board: BoardDescription;
}

/** Parses `emu:<board>`. Throws SELECTOR_INVALID, or BOARD_UNKNOWN with the nearest name. */
export function parseSelector(selector: string): Selection {
  const match = /^([a-z]+)(?::(.*))?$/s.exec(typeof selector === 'string' ? selector : '');
  const kind = match?.[1] ?? '';
  const rest = match?.[2];
  if (kind === 'emu' && rest !== undefined && rest !== '') return { link: 'emu', board: findBoard(rest) };
  const hint = "Write 'emu:parallella-16' for an emulated board; `shoal boards` lists the names.";
  const later = Object.hasOwn(LATER, kind) ? LATER[kind] : undefined;
  if (later !== undefined) {
    throw new ShoalError('SELECTOR_INVALID', `'${selector}' names ${later}: this link does not exist yet`, { hint });
  }
  throw new ShoalError('SELECTOR_INVALID', `'${selector}' is not a selector`, { hint });
}

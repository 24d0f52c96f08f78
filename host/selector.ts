import type { BoardDescription } from '../boards/board.ts';
import { findBoard } from '../boards/registry.ts';
import type { MemoryFile } from '../device/window-linux/memory-file.ts';
import { ShoalError } from '../protocol/errors.ts';
import type { LineOpener } from './links/connect-link.ts';
import { resolveSelector } from './links/found-boards.ts';
import { parseLine } from './links/line-selector.ts';
import { parseWindow } from './links/window-selector.ts';

const EMULATED_HINT = "Write 'emu:parallella-16' for an emulated board; `shoal boards` lists the names.";

/** What `open` was asked for: a board in this process, one whose memory is mapped, or one at the other end of a line. */
export type Selection =
  | { readonly link: 'emu'; readonly board: BoardDescription }
  | { readonly link: 'window'; readonly memory: MemoryFile }
  | { readonly link: 'line'; readonly opener: LineOpener };

/** Kinds of selectors that name lines. */
const LINES: readonly string[] = ['tcp', 'unix', 'serial', 'usb', 'ring'];

/**
 * Throws SELECTOR_INVALID, BOARD_UNKNOWN with the nearest name; for `auto`, `local` and `pcie:` also DEVICE_NOT_FOUND,
 * DEVICE_AMBIGUOUS.
 */
export function parseSelector(text: string): Selection {
  const selector = typeof text === 'string' ? resolveSelector(text) : '';
  const match = /^([a-z]+)(?::(.*))?$/s.exec(selector);
  const kind = match?.[1] ?? '';
  const rest = match?.[2];
  if (kind === 'emu' && rest !== undefined && rest !== '') return { link: 'emu', board: findBoard(rest) };
  const memory = parseWindow(selector);
  if (memory !== null) return { link: 'window', memory };
  if (LINES.includes(kind)) return { link: 'line', opener: parseLine(selector) };
  throw new ShoalError('SELECTOR_INVALID', `'${text}' is not a selector`, { hint: EMULATED_HINT });
}

/** The board of a selector that must name an emulated one. Throws SELECTOR_INVALID, BOARD_UNKNOWN. */
export function parseEmulated(selector: string): BoardDescription {
  const selection = parseSelector(selector);
  if (selection.link === 'emu') return selection.board;
  throw new ShoalError('SELECTOR_INVALID', `'${selector}' is no emulated board of this process`, {
    hint: EMULATED_HINT,
  });
}

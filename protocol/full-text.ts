/**
 * Texts of errors that come from small boards, which send a key and values instead: the texts are on the host, as those
 * of kernels' logs are. `^abc12|` is the text of key `abc` with 12 in it; what follows behind stays.
 */
import { ERROR_OPTIONS, ERROR_TEXTS } from './error-texts.ts';
import type { ShoalErrorOptions } from './errors.ts';

const MARK = '^';
const END_OF_VALUE = '|';
const KEY_LENGTH = 3;
const PLACE = '{}';

/** The text of an error in words. One that is in words already, or of a later release, stays as it is. */
export function fullText(text: string): string {
  const piece = read(text, 0);
  return piece === undefined ? text : piece.text + text.slice(piece.end);
}

/** The options of a ShoalError with this message that the sender has left out: all errors of that text have them. */
export function knownOptions(text: string): ShoalErrorOptions {
  const key = text.slice(1, 1 + KEY_LENGTH);
  return text[0] === MARK && Object.hasOwn(ERROR_OPTIONS, key) ? (ERROR_OPTIONS[key] ?? {}) : {};
}

/** The piece that begins at `start`, with those that are its values; undefined if none begins there. */
function read(text: string, start: number): { readonly text: string; readonly end: number } | undefined {
  if (text[start] !== MARK) return undefined;
  const key = text.slice(start + 1, start + 1 + KEY_LENGTH);
  const template = Object.hasOwn(ERROR_TEXTS, key) ? ERROR_TEXTS[key] : undefined;
  if (template === undefined) return undefined;
  const [head = '', ...parts] = template.split(PLACE);
  let whole = head;
  let at = start + 1 + KEY_LENGTH;
  for (const part of parts) {
    for (; at < text.length && text[at] !== END_OF_VALUE; ) {
      const inner = read(text, at);
      whole += inner?.text ?? text[at];
      at = inner?.end ?? at + 1;
    }
    at++;
    whole += part;
  }
  return { text: whole, end: at };
}

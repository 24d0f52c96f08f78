/**
 * The UTF-8 of engines that have it: many times as fast for long texts. The script for small engines, which have none,
 * is built with device/control/no-text.ts in place of this file.
 */

interface Globals {
  readonly TextEncoder?: new () => {
    encode(text: string): Uint8Array;
    encodeInto(text: string, into: Uint8Array): unknown;
  };
  readonly TextDecoder?: new (
    encoding: 'utf-8',
    options: { readonly fatal: true; readonly ignoreBOM: true },
  ) => { decode(bytes: Uint8Array): string };
}

const { TextEncoder, TextDecoder } = globalThis as Globals;
const encoder = TextEncoder === undefined ? undefined : new TextEncoder();
const decoder = TextDecoder === undefined ? undefined : new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes and UTF-16 units below which a call of the engine's costs more than it saves. */
export const LEAST_ENGINE_TEXT: number = 64;

/** The same for the length alone: the engine must encode for it. */
const LEAST_MEASURED_TEXT = 2048;

/** Bytes of `text` in UTF-8; undefined if the engine cannot say, or the text is short or not well-formed. */
export function lengthByEngine(text: string): number | undefined {
  return text.length >= LEAST_MEASURED_TEXT && text.isWellFormed() ? encoder?.encode(text).length : undefined;
}

/** Writes well-formed text over `into`, which is as long as it; false if the engine cannot. */
export function encodeByEngine(text: string, into: Uint8Array): boolean {
  encoder?.encodeInto(text, into);
  return encoder !== undefined;
}

/** Undefined if the engine cannot, or the bytes are not UTF-8. */
export function decodeByEngine(bytes: Uint8Array): string | undefined {
  try {
    return decoder?.decode(bytes);
  } catch {
    return undefined;
  }
}

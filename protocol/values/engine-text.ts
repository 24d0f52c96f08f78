/**
 * The UTF-8 of engines that have it: many times as fast for long texts. The script for small engines, which have none,
 * is built with device/control/no-text.ts in place of this file.
 */

interface Globals {
  readonly TextEncoder?: new () => { encodeInto(text: string, into: Uint8Array): unknown };
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

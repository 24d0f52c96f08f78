import { styleText } from 'node:util';

declare module 'node:util' {
  // Node has it from 20.12 on, the type declarations of the oldest Node we support do not.
  function styleText(format: string | readonly string[], text: string): string;
}

/** Where a text is going to be written. */
export interface TextTarget {
  readonly isTTY?: boolean;
}

/** Colours only on a terminal, and not with NO_COLOR; FORCE_COLOR asks for them everywhere. */
export function wantsColour(target: TextTarget, environment: NodeJS.ProcessEnv = process.env): boolean {
  if ((environment.NO_COLOR ?? '') !== '') return false;
  const forced = environment.FORCE_COLOR;
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return target.isTTY === true && environment.TERM !== 'dumb';
}

/** `text` in a style of util.styleText, plain where colours are not wanted. */
export function styled(target: TextTarget, format: string | readonly string[], text: string): string {
  return wantsColour(target) ? styleText(format, text) : text;
}

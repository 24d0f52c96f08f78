import type { SourcePosition, TrapSite } from './tree.ts';

/** What JavaScript throws for a trap: the name of a built-in error class, and the message without a place. */
export interface TrapMessage {
  readonly errorClass: string;
  readonly message: string;
}

/**
 * Class and message of a failed check, the same on a core and in exact Node.
 *
 * `words` are the operands that the check saw, as signed or unsigned words: index and length for
 * `index-out-of-range`, the two lengths for `length-mismatch`, nothing for the others.
 */
export function trapMessage(site: Omit<TrapSite, 'position'>, words: readonly number[]): TrapMessage {
  const [first = 0, second = 0] = words;
  switch (site.kind) {
    case 'index-out-of-range':
      return {
        errorClass: 'RangeError',
        message: `${site.text} with ${indexText(site.text)}${first | 0}, length ${second >>> 0}`,
      };
    case 'length-mismatch':
      return { errorClass: 'RangeError', message: `${site.text}: lengths ${first >>> 0} and ${second >>> 0} differ` };
    case 'division-by-zero':
      return { errorClass: 'RangeError', message: 'division by zero' };
    case 'throw':
      return { errorClass: site.errorClass ?? 'Error', message: site.message ?? '' };
    case 'wait':
      return { errorClass: 'Error', message: `${site.text} was given up` };
    case 'unreachable':
      return { errorClass: 'Error', message: 'unreachable code was reached' };
  }
}

/** `kernels.ts:5:44`. */
export function placeText({ file, line, column }: SourcePosition): string {
  const name = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
  return `${name}:${line}:${column}`;
}

/** What is said of a kernel that waits: `barrier() at kernels.ts:12:3`. */
export function waitText({ text, position }: TrapSite): string {
  return `${text} at ${placeText(position)}`;
}

/** `x[i]` gives `i=`; an index that is not a name, as in `x[i + 1]` or `x[3]`, gives `index `. */
function indexText(text: string): string {
  const name = /^[^[\]]*\[\s*([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*\]$/u.exec(text)?.[1];
  return name === undefined ? 'index ' : `${name}=`;
}

const ERROR_CLASSES: Readonly<Record<string, new (message: string) => Error>> = {
  Error,
  RangeError,
  TypeError,
  SyntaxError,
  ReferenceError,
  EvalError,
  URIError,
};

/** The error itself; a class that is not built in becomes an Error of that name. */
export function trapError(trap: TrapMessage): Error {
  const builtIn = ERROR_CLASSES[trap.errorClass];
  if (builtIn !== undefined) return new builtIn(trap.message);
  const error = new Error(trap.message);
  error.name = trap.errorClass;
  return error;
}

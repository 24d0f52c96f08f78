import { isRemote } from '../../protocol/objects/remote-functions.ts';

/**
 * What the end of a line can go on with, and the part of it that is there, if it names a field of an object of the
 * board: `fs.rea` in a context that has such an `fs`. Undefined for everything else. Nothing is called.
 */
export function remoteNames(line: string, context: object): [names: string[], part: string] | undefined {
  const path = /(?:^|[^\w$.])((?:[\w$]+\.)+)([\w$]*)$/.exec(line);
  if (path === null) return undefined;
  const [, holders = '', part = ''] = path;
  let value: unknown = context;
  try {
    for (const name of holders.split('.').slice(0, -1)) {
      if (typeof value !== 'object' || value === null) return undefined;
      value = (value as Readonly<Record<string, unknown>>)[name];
    }
    if (!isRemote(value)) return undefined;
    const names = Object.keys(value as object).filter((name) => name.startsWith(part));
    return [names.map((name) => `${holders}${name}`), `${holders}${part}`];
  } catch {
    // A board that does not answer completes nothing.
    return [[], part];
  }
}

import type { Mapping } from './line-writer.ts';

/** A source map of revision 3 with one source. */
export interface SourceMap {
  readonly version: 3;
  readonly sources: readonly string[];
  readonly sourcesContent: readonly string[];
  readonly names: readonly string[];
  readonly mappings: string;
}

/** Builds a map of one source; `source` is its path or URL. */
export function sourceMap(source: string, content: string, mappings: readonly Mapping[]): SourceMap {
  return {
    version: 3,
    sources: [source],
    sourcesContent: [content],
    names: [],
    mappings: encodeMappings(mappings),
  };
}

/** The comment that carries a map inside the file itself. */
export function inlineSourceMap(map: object | string): string {
  const text = typeof map === 'string' ? map : JSON.stringify(map);
  return `//# sourceMappingURL=data:application/json;base64,${Buffer.from(text).toString('base64')}\n`;
}

function encodeMappings(mappings: readonly Mapping[]): string {
  const sorted = [...mappings].sort((a, b) => a.line - b.line || a.column - b.column);
  let text = '';
  let line = 0;
  let column = 0;
  let sourceLine = 0;
  let sourceColumn = 0;
  let isFirst = true;
  for (const mapping of sorted) {
    if (mapping.line > line) {
      text += ';'.repeat(mapping.line - line);
      line = mapping.line;
      column = 0;
      isFirst = true;
    }
    text += `${isFirst ? '' : ','}${variableLength(mapping.column - column)}A`;
    text += variableLength(mapping.sourceLine - sourceLine) + variableLength(mapping.sourceColumn - sourceColumn);
    ({ column, sourceLine, sourceColumn } = mapping);
    isFirst = false;
  }
  return text;
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** A base64 VLQ: sign in the lowest bit, five bits a digit, lowest first. */
function variableLength(value: number): string {
  let rest = value < 0 ? (-value << 1) | 1 : value << 1;
  let text = '';
  do {
    const digit = rest & 31;
    rest >>>= 5;
    text += BASE64.charAt(rest > 0 ? digit | 32 : digit);
  } while (rest > 0);
  return text;
}

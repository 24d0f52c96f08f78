import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

/** The vectors are the tables of protocol/spec.md: | `bytes` | `JavaScript expression` |. */
const spec = readFileSync(new URL('../../protocol/spec.md', import.meta.url), 'utf8');

export interface Vector {
  readonly hex: string;
  readonly text: string;
}

/** The rows of the first table behind a sentence; there must be `count` of them. */
export function vectorsBelow(sentence: string, count: number): Vector[] {
  const start = spec.indexOf(sentence);
  expect(start, sentence).toBeGreaterThan(0);
  const vectors: Vector[] = [];
  for (const line of spec.slice(start).split('\n')) {
    const match = /^\| `([0-9a-f ]+)` \| `?(.*?)`? \|$/.exec(line);
    if (match) vectors.push({ hex: (match[1] ?? '').replaceAll(' ', ''), text: match[2] ?? '' });
    else if (vectors.length > 0) break;
  }
  expect(vectors).toHaveLength(count);
  return vectors;
}

/** The value of a vector's JavaScript expression. */
export const evaluate = (text: string): unknown => new Function(`return (${text});`)();

export const bytesOfHex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

export const hexOfBytes = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

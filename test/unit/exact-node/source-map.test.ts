import { SourceMap } from 'node:module';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineWriter, mark, stringLiteral } from '../../../compiler/exact-node/line-writer.ts';
import { sourceMap } from '../../../compiler/exact-node/source-map.ts';

const place = fc.record({
  line: fc.nat(200),
  column: fc.nat(2000),
  sourceLine: fc.nat(100_000),
  sourceColumn: fc.nat(100_000),
});
const mappings = fc.uniqueArray(place, { selector: (m) => `${m.line}:${m.column}`, maxLength: 60 });

test('a map that is read by Node leads from every place to its origin', () => {
  fc.assert(
    fc.property(mappings, (list) => {
      const map = new SourceMap(sourceMap('a.ts', '', list) as never);
      for (const { line, column, sourceLine, sourceColumn } of list) {
        expect(map.findEntry(line, column)).toMatchObject({
          generatedLine: line,
          generatedColumn: column,
          originalLine: sourceLine,
          originalColumn: sourceColumn,
        });
      }
    }),
    { seed: 1 },
  );
});

test('marks vanish from the text and become mappings', () => {
  const out = new LineWriter();
  const at = (line: number, column: number): string => mark({ file: 'a.ts', line, column });
  out.write('{');
  out.indented(() => out.write(`f(${at(3, 9)}g(), ${at(4, 1)}h());`, { file: 'a.ts', line: 2, column: 5 }));
  expect(out.text).toBe('{\n  f(g(), h());');
  expect(out.mappings).toEqual([
    { line: 1, column: 2, sourceLine: 1, sourceColumn: 4 },
    { line: 1, column: 4, sourceLine: 2, sourceColumn: 8 },
    { line: 1, column: 9, sourceLine: 3, sourceColumn: 0 },
  ]);
});

test('string literals are ASCII and read back as they were', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const literal = stringLiteral(text);
      expect(literal).toMatch(/^"[\x20-\x7e]*"$/);
      expect(JSON.parse(literal)).toBe(text);
    }),
    { seed: 2 },
  );
  expect(stringLiteral('\ue0001:1\ue001\u2028')).toBe('"\\ue0001:1\\ue001\\u2028"');
});

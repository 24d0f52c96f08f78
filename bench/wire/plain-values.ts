/** Plain values as bytes and back: the codec of our wire next to cbor-x, in the same run. */
import { Encoder } from 'cbor-x/index-no-eval';
import { ByteReader, ByteWriter, readValue, type Value, writeValue } from 'shoal/protocol';

const record = (index: number): Value => ({
  id: index,
  name: `sensor ${index}`,
  value: index / 7,
  tags: ['a', 'b'],
  isOk: index % 2 === 0,
});

const VALUES: readonly (readonly [name: string, value: Value])[] = [
  ['a record', record(5)],
  ['1000 records', Array.from({ length: 1000 }, (_, index) => record(index))],
  ['100 KB of text', 'the quick brown fox '.repeat(5000)],
  ['10 000 integers', Array.from({ length: 10_000 }, (_, index) => index * 37)],
  ['10 000 floats', Array.from({ length: 10_000 }, (_, index) => index / 3)],
];

/** In each round every codec has its turn; the fastest counts. */
const ROUNDS = 5;
const ROUND_MS = 40;

function microseconds(action: () => unknown): number {
  const end = performance.now() + ROUND_MS;
  const start = performance.now();
  let times = 0;
  for (; performance.now() < end; times++) action();
  return (1000 * (performance.now() - start)) / times;
}

export function* plainValues(): Generator<Readonly<Record<string, string | number>>> {
  const cborX = new Encoder({ useRecords: false, variableMapSize: true, tagUint8Array: false });
  const encode = (value: Value): Uint8Array => {
    const writer = new ByteWriter();
    writeValue(writer, value);
    return writer.take();
  };
  for (const [name, value] of VALUES) {
    const bytes = encode(value);
    const actions = {
      encode: () => encode(value),
      'encode cbor-x': () => cborX.encode(value),
      decode: () => readValue(new ByteReader(bytes)),
      'decode cbor-x': () => cborX.decode(bytes),
    };
    const best = Object.fromEntries(Object.keys(actions).map((action) => [action, Number.POSITIVE_INFINITY]));
    for (let round = 0; round < ROUNDS; round++) {
      for (const [action, run] of Object.entries(actions)) {
        best[action] = Math.min(best[action] ?? 0, microseconds(run));
      }
    }
    for (const [action, time] of Object.entries(best)) {
      yield { suite: 'wire', case: 'plain values', value: name, action, unit: 'µs', time: Number(time.toPrecision(3)) };
    }
  }
}

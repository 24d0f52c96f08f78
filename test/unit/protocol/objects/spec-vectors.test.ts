import { readFileSync } from 'node:fs';
import { ByteReader, ByteWriter, isShoalError, readValue, writeValue } from 'shoal/protocol';
import { describe, expect, test } from 'vitest';
import { IncomingNames, OutgoingNames } from '../../../../protocol/objects/names.ts';
import * as messages from '../../../../protocol/objects/object-messages.ts';

/** The vectors are the table of protocol/spec.md, "Object sessions": | `bytes` | `JavaScript expression` |. */
const spec = readFileSync(new URL('../../../../protocol/spec.md', import.meta.url), 'utf8');
const SENTENCE = 'Names and shapes in these vectors';

/** Stands for a value behind tag 39. */
class Reference {
  readonly item: unknown;

  constructor(item: unknown) {
    this.item = item;
  }
}

const objects = {
  write(writer: ByteWriter, value: object): boolean {
    if (!(value instanceof Reference)) return false;
    writer.head(6, 39);
    writeValue(writer, value.item);
    return true;
  },
  read: (reader: ByteReader): unknown => new Reference(readValue(reader)),
};

interface Vector {
  readonly hex: string;
  readonly message: messages.ObjectMessage;
}

const vectors: Vector[] = spec
  .slice(spec.indexOf(SENTENCE), spec.indexOf('**Nodes.**'))
  .split('\n')
  .flatMap((line) => {
    const match = /^\| `([0-9a-f ]+)` \| `(.*)` \|$/.exec(line);
    if (match === null) return [];
    const evaluate = new Function('reference', `return ${match[2]}`) as (make: unknown) => messages.ObjectMessage;
    return [{ hex: (match[1] ?? '').replaceAll(' ', ''), message: evaluate((item: unknown) => new Reference(item)) }];
  });

function write(writer: ByteWriter, message: messages.ObjectMessage, names: OutgoingNames): void {
  switch (message.kind) {
    case 'operation':
      messages.writeOperation(writer, message.call, message.target, message.operation, { names, objects });
      return;
    case 'return':
      messages.writeReturn(writer, message.call, message.value, objects);
      return;
    case 'throw':
      messages.writeThrow(writer, message.call, message.value, objects);
      return;
    case 'release':
      messages.writeRelease(writer, message.object, message.count);
      return;
    case 'cancel':
      messages.writeCancel(writer, message.call);
      return;
    default:
      messages.writeEcho(writer, message.kind, message.number);
  }
}

describe('vectors of object sessions in protocol/spec.md', () => {
  test('are all there', () => expect(vectors).toHaveLength(29));

  test('are what is written', () => {
    const names = new OutgoingNames();
    const written = vectors.map(({ message }) => {
      const writer = new ByteWriter();
      write(writer, message, names);
      return Buffer.from(writer.view()).toString('hex');
    });
    expect(written).toEqual(vectors.map(({ hex }) => hex));
  });

  test('are what is read, and cut ones are refused', () => {
    const context = { names: new IncomingNames(), objects, beginValues: () => {} };
    for (const { hex, message } of vectors) {
      const bytes = new Uint8Array(Buffer.from(hex, 'hex'));
      for (let length = 1; length < bytes.length; length++) {
        const cut = { ...context, names: new IncomingNames() };
        try {
          messages.readObjectMessage(new ByteReader(bytes.subarray(0, length)), cut);
          expect.unreachable(`${hex} cut to ${length}`);
        } catch (error) {
          expect(isShoalError(error, 'PROTOCOL_INVALID'), String(error)).toBe(true);
        }
      }
      const reader = new ByteReader(bytes);
      expect(messages.readObjectMessage(reader, context)).toStrictEqual(message);
      expect(reader.remaining).toBe(0);
    }
  });
});

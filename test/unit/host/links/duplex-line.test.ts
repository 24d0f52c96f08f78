import { Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import { DuplexLine } from '../../../../host/links/duplex-line.ts';

test('says that bytes have left, also when they were fewer than the stream buffers', async () => {
  let finish = (): void => {};
  const stream = new Duplex({
    read() {},
    write(_bytes, _encoding, callback) {
      finish = callback;
    },
  });
  const line = new DuplexLine('test', stream);
  const buffered: number[] = [];
  const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  line.onDrain = () => buffered.push(line.bufferedBytes);
  line.write(new Uint8Array(100));
  await nextTurn();
  expect(line.bufferedBytes).toBe(100);
  expect(buffered).toEqual([]);
  finish();
  await nextTurn();
  expect(buffered).toEqual([0]);
});

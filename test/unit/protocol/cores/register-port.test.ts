import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boardOfPort, PORT_BYTES, RegisterPort, RegisterPortClient } from '../../../../protocol/cores/register-port.ts';

const ILATST = 0x8080042c + 0xf0000;
const RESETCORE = 0x808f070c;
const FROM = 0x40;

interface Ends {
  readonly memory: Uint8Array;
  readonly port: RegisterPort;
  readonly client: RegisterPortClient;
  readonly done: unknown[];
  serve(): number;
}

/** The board serves whenever the program waits, as another process would; or never. */
function ends(isServed = true): Ends {
  const memory = new Uint8Array(FROM + PORT_BYTES).subarray(FROM);
  const port = new RegisterPort(memory, 'parallella-16');
  const done: unknown[] = [];
  const serve = (): number =>
    port.serve({
      readWord: (address) => {
        done.push(['read', address]);
        return address ^ 0xffff_ffff;
      },
      writeWord: (address, value) => void done.push([address, value]),
    });
  const client = new RegisterPortClient(memory, '/dev/shm/board', (isDone) => {
    if (isServed) serve();
    return isDone();
  });
  return { memory, port, client, done, serve };
}

test('a port names its board; other memory has none', () => {
  const { memory } = ends();
  expect(boardOfPort(memory)).toBe('parallella-16');
  expect(boardOfPort(new Uint8Array(PORT_BYTES))).toBeNull();
  memory[4] = 9; // another version
  expect(boardOfPort(memory)).toBeNull();
});

test('writes are done in order, however many; reads wait for their answer', () => {
  const { client, done, serve } = ends();
  const writes = Array.from({ length: 1000 }, (_, index) => [ILATST + 4 * (index % 7), index]);
  for (const [address = 0, value = 0] of writes) client.writeWord(address, value);
  serve();
  expect(done).toEqual(writes);
  expect(client.readWord(0x808f0704)).toBe((0x808f0704 ^ 0xffff_ffff) >>> 0);
  expect(done.at(-1)).toEqual(['read', 0x808f0704]);
});

test('what wakes a core is not waited for, what stops one is', () => {
  const { client, done, port } = ends();
  client.writeWord(ILATST, 2);
  expect(done).toEqual([]);
  expect(port.isAsked).toBe(true);
  client.writeWord(RESETCORE, 1);
  expect(done).toEqual([
    [ILATST, 2],
    [RESETCORE, 1],
  ]);
  expect(port.isAsked).toBe(false);
});

test('a board that does not answer, or has ended, is lost', () => {
  const silent = ends(false);
  expect(() => silent.client.readWord(RESETCORE)).toThrow(
    expect.objectContaining({ code: 'LINK_LOST', message: expect.stringContaining('/dev/shm/board does not answer') }),
  );
  const ended = ends();
  const before = ended.client.beat;
  ended.port.beat();
  expect(ended.client.beat).not.toBe(before);
  ended.port.end();
  expect(ended.client.beat).toBeNull();
  expect(() => ended.client.writeWord(ILATST, 1)).toThrow(
    expect.objectContaining({ code: 'LINK_LOST', message: expect.stringContaining('has ended') }),
  );
});

test('no bytes of a program make the board fail, or serve for ever', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(PORT_BYTES - 1), fc.nat(255)), { maxLength: 50 }), (changes) => {
      const { memory, serve } = ends();
      for (const [at, byte] of changes) memory[at] = byte;
      expect(serve()).toBeLessThanOrEqual(256);
      expect(serve()).toBe(0);
      boardOfPort(memory);
    }),
  );
});

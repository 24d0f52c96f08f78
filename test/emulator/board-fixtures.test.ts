/** `shoal/testing`: a board for each test, with logs, memory and faults. */
import { type BoardFixtures, boardFixtures, testBoard } from 'shoal/testing';
import { expect, test as plainTest } from 'vitest';
import type * as Counter from './kernels/counter.ts';

const url = new URL('./kernels/counter.ts', import.meta.url);
const test = plainTest.extend<BoardFixtures>(boardFixtures('parallella-16'));

// In this order: the second would see what the first has left, if both had the same board.
for (const round of [1, 2]) {
  test(`each test has a board of its own: ${round}`, async ({ board, logs }) => {
    const kernels = await board.load<typeof Counter>(url);
    expect(await kernels.at(3).count()).toBe(1);
    expect(await kernels.at(3).count()).toBe(2);
    expect(logs.texts()).toEqual(['count 1', 'count 2']);
    expect(logs.texts(3)).toHaveLength(2);
    expect(logs.texts(0)).toEqual([]);
    expect(await logs.waitFor(/2$/)).toMatchObject({ coreIndex: 3, kernel: 'count' });
  });
}

test('a log that does not come is a timeout that shows the others', async ({ board, logs }) => {
  const kernels = await board.load<typeof Counter>(url);
  setTimeout(() => void kernels.at(0).count(), 20);
  await logs.waitFor('count 1');
  await expect(logs.waitFor('count 9', { timeoutMs: 30 })).rejects.toMatchObject({
    code: 'CALL_TIMEOUT',
    hint: 'Logged was: count 1',
  });
});

test('the memory of a core is seen from outside', async ({ board, memory }) => {
  const array = await board.core(5).alloc(Int32Array, 4);
  const kernels = await board.load<typeof Counter>(url);
  await kernels.fill(array, 77);
  const words = new Int32Array(memory.core(5, 0, 32_768).buffer);
  expect([...words].join().includes('77,77,77,77')).toBe(true);
  expect(memory.shared(0, 4)).toEqual(new Uint8Array(4));
  expect(() => memory.core(5, 0x9000, 4)).toThrow(expect.objectContaining({ code: 'EMULATOR_ACCESS' }));
});

test('two boards that do the same are in the same state', async ({ board, memory }) => {
  await using other = await testBoard();
  for (const each of [board, other.board]) {
    const kernels = await each.load<typeof Counter>(url);
    await kernels.at(1).count();
  }
  expect(other.memory.hash()).toBe(memory.hash());
});

test('a call on a stopped core ends with an error, and other cores go on', async ({ board, faults }) => {
  const kernels = await board.load<typeof Counter>(url);
  faults.stopCore(7);
  await expect(kernels.with({ timeoutMs: 50 }).at(7).count()).rejects.toMatchObject({
    code: expect.stringMatching(/CALL_(TIMEOUT|DEADLOCK)/),
  });
  expect(await kernels.at(6).count()).toBe(1);
  faults.stopCore(6);
  const late = kernels.with({ timeoutMs: 20_000 }).at(6).count();
  faults.resumeCore(6);
  expect(await late).toBe(2);
});

test('a flipped bit is read by the kernel', async ({ board, memory, faults }) => {
  const array = await board.core(2).alloc(Int32Array, 2);
  const kernels = await board.load<typeof Counter>(url);
  await kernels.fill(array, 0x1234_5678);
  const at = Buffer.from(memory.core(2, 0, 32_768)).indexOf(Buffer.from('7856341278563412', 'hex'));
  faults.flipBit(2, at, 0);
  expect(await kernels.sum(array)).toBe((2 * 0x1234_5678 + 1) | 0);
  expect(() => faults.flipBit(2, 32_768, 0)).toThrow(expect.objectContaining({ code: 'CALL_ARGUMENT' }));
  expect(() => faults.stopCore(16)).toThrow(/there is no core 16/);
});

plainTest('a name that no board has', async () => {
  await expect(testBoard('paralella-16')).rejects.toMatchObject({ code: 'BOARD_UNKNOWN' });
});

/** Random bytes as code: whatever they do, the emulator neither fails nor hangs, and both engines agree. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { E16G301 } from '../../boards/e16g301.ts';
import { encode, INSTRUCTIONS } from '../../boards/isa/epiphany/instruction-table.ts';
import { type EngineName, Machine } from '../../emulator/index.ts';
import { start } from './programs.ts';

const BOARD = { ...E16G301, rows: 1, columns: 2 };
const LIMIT = 20_000;

/** Words of the table with random fields: reach further than noise, which soon meets an illegal instruction. */
const tableWord = fc
  .tuple(fc.nat({ max: INSTRUCTIONS.length - 1 }), fc.nat({ max: 0xffffffff }))
  .map(([id, random]) => {
    const form = INSTRUCTIONS[id];
    if (form === undefined) return [];
    const word = ((random & ~form.mask) | encode(form, {})) >>> 0;
    return Array.from({ length: form.widthBytes }, (_, i) => (word >>> (8 * i)) & 255);
  });
const code = fc.oneof(
  fc.uint8Array({ minLength: 2, maxLength: 400 }),
  fc.array(tableWord, { minLength: 1, maxLength: 100 }).map((words) => Uint8Array.from(words.flat())),
);

function execute(engine: EngineName, bytes: Uint8Array, seeds: readonly number[]): unknown {
  const machine = new Machine(BOARD, { engine, strictMemory: false });
  for (const core of [0, 1]) {
    machine.writeMemory(machine.coreAddress(core, 0x100), bytes);
    for (const [i, seed] of seeds.entries()) machine.writeWord(machine.coreAddress(core, 0xf0000 + 4 * i), seed);
    start(machine, core, 0x100);
  }
  const { reason, instructions } = machine.run({ maxInstructions: LIMIT });
  expect(instructions).toBeLessThanOrEqual(LIMIT);
  return { reason, instructions, report: machine.report({ all: true }), hash: machine.memoryHash() };
}

test('random code', () => {
  const seeds = fc.array(fc.integer({ min: 0, max: 0x7fff }), { minLength: 64, maxLength: 64 });
  fc.assert(
    fc.property(code, seeds, (bytes, seeds) => {
      expect(execute('generated', bytes, seeds)).toEqual(execute('interpreted', bytes, seeds));
    }),
    { seed: 41, numRuns: 400 },
  );
});

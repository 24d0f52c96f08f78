/** The image of the core runtime, executed: starts, answers, sleeps, and survives whatever stands in a call block. */
import fc from 'fast-check';
import { Machine } from 'shoal/emulator';
import { ByteReader, ByteWriter, type Message, readMessage, writeMessage } from 'shoal/protocol';
import { describe, expect, test } from 'vitest';
import type { BoardDescription } from '../../boards/board.ts';
import { PARALLELLA_16 } from '../../boards/parallella-16.ts';
import { BOARDS } from '../../boards/registry.ts';
import { loadRuntimeImage } from '../../host/cores/runtime-image.ts';
import { EmulatorLink } from '../../host/links/emulator-link.ts';
import { CoreEnd } from '../../protocol/cores/core-end.ts';
import { MAILBOX_END, STATE_ADDRESS, STATE_IDLE } from '../../protocol/mailbox.ts';

const image = loadRuntimeImage('epiphany');

function start(end: CoreEnd, { localMemoryBytes, rows, columns }: BoardDescription, nonce: number): void {
  end.reset(localMemoryBytes);
  for (const { address, bytes } of image.segments) end.write(address, bytes);
  end.start(localMemoryBytes, rows * columns, nonce);
}

function started(): { machine: Machine; end: CoreEnd; run: () => Message[] } {
  const machine = new Machine(PARALLELLA_16);
  const end = new CoreEnd(new EmulatorLink(PARALLELLA_16, machine), machine.coreAddress(6), 6);
  const run = (): Message[] => {
    expect(machine.run({ maxInstructions: 1_000_000 }).reason).toBe('idle');
    return end.receive().messages.map(({ bytes }) => readMessage(new ByteReader(bytes)));
  };
  start(end, PARALLELLA_16, 1234);
  expect(run()).toStrictEqual([{ kind: 'hello', version: 1, nonce: 1234, node: 7 }]);
  return { machine, end, run };
}

function call(id: number, target: number): Uint8Array {
  const writer = new ByteWriter();
  writeMessage(writer, { kind: 'call', call: id, target, arguments: [] });
  return writer.view().slice();
}

test.each(BOARDS.map((board) => [board.name, board] as const))('every core of %s says hello and sleeps', (_, board) => {
  const machine = new Machine(board);
  const link = new EmulatorLink(board, machine);
  const ends = machine.cores.map((core) => new CoreEnd(link, machine.coreAddress(core.index), core.index));
  for (const end of ends) start(end, board, 7);
  expect(machine.run({ maxInstructions: 10_000_000 }).reason).toBe('idle');
  for (const [index, end] of ends.entries()) {
    expect(end.receive().messages.map(({ bytes }) => readMessage(new ByteReader(bytes)))).toStrictEqual([
      { kind: 'hello', version: 1, nonce: 7, node: index + 1 },
    ]);
    expect(machine.cores[index]?.state).toBe('idle');
    expect(end.readWord(STATE_ADDRESS)).toBe(STATE_IDLE);
  }
  // Asleep: nothing executes.
  expect(machine.run({ maxInstructions: 1000 }).instructions).toBe(0);
});

describe('a call block', () => {
  const block = (image.endAddress + 7) & ~7;

  test('of a kernel that is not there is refused, with its call id', () => {
    const { end, run } = started();
    const message = call(9, 3);
    end.write(block, message);
    end.post(9, block, message.length);
    expect(run()).toMatchObject([{ kind: 'trap', call: 9, cause: 3, number: 5, second: 3 }]);
  });

  test('with any bytes gets one TRAP, and the next call is taken', () => {
    const { machine, end, run } = started();
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc
        .tuple(fc.integer({ min: 0, max: 8 }), fc.uint8Array({ maxLength: 40 }))
        .map(([operation, tail]) => Uint8Array.of(operation, 1, ...tail)),
    );
    fc.assert(
      fc.property(bytes, fc.boolean(), (message, together) => {
        end.write(block, message);
        end.post(9, block, message.length);
        const answers = together ? [] : run();
        const next = call(77, 0);
        end.write(block + 64, next);
        end.post(77, block + 64, next.length);
        answers.push(...run());
        expect(answers).toHaveLength(2);
        expect(answers[0]).toMatchObject({ kind: 'trap', cause: 3 });
        expect(answers[1]).toMatchObject({ kind: 'trap', call: 77, cause: 3, number: 5 });
        expect(machine.cores[6]?.state).toBe('idle');
      }),
      { seed: 11, numRuns: 1000 },
    );
  });

  test('is never needed for a wake-up: an interrupt without a call puts the core back to sleep', () => {
    const { machine, end, run } = started();
    for (let i = 0; i < 5; i++) end.writeWord(0xf042c, 0x200);
    expect(run()).toStrictEqual([]);
    expect(machine.cores[6]?.state).toBe('idle');
  });
});

test('a wake-up at any instruction of the way to sleep is not lost', () => {
  // The call is posted after n instructions, for every n of the way from start to sleep.
  const { machine, end } = started();
  const post = (id: number): void => {
    const message = call(id, 0);
    const block = ((image.endAddress + 7) & ~7) + 64 * (id % 8);
    end.write(block, message);
    end.post(9, block, message.length);
  };
  let cutShort = true;
  for (let steps = 0; cutShort; steps++) {
    post(1 + 2 * (steps % 1000));
    cutShort = machine.run({ maxInstructions: steps }).reason === 'limit';
    post(2 + 2 * (steps % 1000));
    expect(machine.run({ maxInstructions: 100_000 }).reason).toBe('idle');
    expect(end.receive().messages, `posted after ${steps} instructions`).toHaveLength(2);
    expect(steps).toBeLessThan(5000);
  }
});

test('the image keeps its place: nothing but vectors and entry addresses below the mailbox, code from MAILBOX_END', () => {
  expect(image.symbols.get('restart')).toBe(0x28);
  expect(image.symbols.get('sleep')).toBe(0x30);
  expect(image.symbols.get('mailbox')).toBe(0x40);
  for (const name of ['main.run', 'main.boot', 'traps.check', 'traps.raise', 'arguments.readAll']) {
    expect(image.symbols.get(name), name).toBeGreaterThanOrEqual(MAILBOX_END);
  }
});

/** The code that ran is the code that was loaded, and what is reported is what was executed. */
import { Machine } from 'shoal/emulator';
import { describe, expect, test } from 'vitest';
import { PARALLELLA_16 } from '../../boards/parallella-16.ts';
import { Board } from '../../host/board.ts';
import { loadRuntimeImage } from '../../host/cores/runtime-image.ts';
import { WindowCores } from '../../host/cores/window-cores.ts';
import { EmulatorLink } from '../../host/links/emulator-link.ts';
import type { MemoryLink } from '../../host/links/memory-link.ts';
import { isShoalError } from '../../protocol/errors.ts';

type Module = typeof import('../emulator/kernels/host-kernels.ts');
const FILE = new URL('../emulator/kernels/host-kernels.ts', import.meta.url);
const CORE = 5;

const memoryOf = (machine: Machine): Uint8Array =>
  machine.readMemory(machine.coreAddress(CORE), PARALLELLA_16.localMemoryBytes);

describe('one flipped bit of a loaded kernel', () => {
  test('changes the result or is a fault; put back, the kernel is right again', async () => {
    const machine = new Machine(PARALLELLA_16);
    const board = await Board.start(
      new WindowCores(new EmulatorLink(PARALLELLA_16, machine)),
      loadRuntimeImage('epiphany'),
    );
    const k = await board.load<Module>(FILE);
    const call = (): Promise<number> => k.with({ timeoutMs: 30 }).at(CORE).work(20);
    const right = await call();

    // Where its code is: its addend 1013904223 is loaded by `mov rd,#0xf35f` and a movt. A 32-bit MOV of an immediate
    // holds the low byte in bits 12:5 and the high byte in bits 27:20.
    const addresses: number[] = [];
    const memory = memoryOf(machine);
    const view = new DataView(memory.buffer, memory.byteOffset, memory.byteLength);
    for (let at = 0x800; at + 4 <= memory.length; at += 2) {
      const word = view.getUint32(at, true);
      if ((word & 0x1fff1fff) === (0x0002000b | (0x5f << 5) | (0xf3 << 20))) addresses.push(at);
    }
    expect(addresses).toHaveLength(1);
    const [address = 0] = addresses;

    let changed = 0;
    for (const bit of [5, 6, 7, 8, 9, 10, 11, 12, 20, 21, 22, 23, 24, 25, 26, 27]) {
      const at = machine.coreAddress(CORE, address);
      const original = machine.readMemory(at, 4);
      const flipped = original.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
      machine.writeMemory(at, flipped);
      if ((await call()) !== right) changed++;
      expect(await k.at(CORE + 1).work(20)).toBe(right);
      machine.writeMemory(at, original);
      expect(await call()).toBe(right);
    }
    expect(changed).toBe(16);
    board.close();
  });

  test('anywhere in the module: an answer or an error, and the board goes on', async () => {
    const machine = new Machine(PARALLELLA_16);
    const link = new EmulatorLink(PARALLELLA_16, machine);
    const board = await Board.start(new WindowCores(link), loadRuntimeImage('epiphany'));
    const withRuntime = memoryOf(machine);
    const k = await board.load<Module>(FILE);
    const loaded = memoryOf(machine);
    const first = loaded.findIndex((byte, i) => i >= 0x800 && byte !== withRuntime[i]);
    // Not the top of the memory, where stacks leave their traces.
    const last = loaded.findLastIndex((byte, i) => i < 0x6000 && byte !== withRuntime[i]);
    expect(last - first).toBeGreaterThan(500);
    let [same, different, faults] = [0, 0, 0];
    let random = 12345;
    for (let round = 0; round < 500; round++) {
      random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
      const address = first + ((random >>> 8) % (last - first));
      const at = machine.coreAddress(CORE, address);
      const original = machine.readMemory(at, 1);
      machine.writeMemory(at, Uint8Array.of((original[0] as number) ^ (1 << (random & 7))));
      const x = Float32Array.of(1, 2, 3, 4, 5);
      const y = Float32Array.of(5, 4, 3, 2, 1);
      try {
        await k.with({ timeoutMs: 30 }).at(CORE).saxpy(2, x, y);
        if ([...y].join() === '7,8,9,10,11') same++;
        else different++;
      } catch (error) {
        faults++;
        expect(error).toBeInstanceOf(Error);
        expect((error as { code?: string }).code).toMatch(
          /^(KERNEL_TRAP|CALL_TIMEOUT|CALL_DEADLOCK|PROTOCOL_INVALID)$/,
        );
        expect([...y]).toStrictEqual([5, 4, 3, 2, 1]);
      }
      // A damaged kernel may have damaged anything in its core: one that never ends is ended by a fresh start.
      machine.writeMemory(at, original);
      let ended: unknown;
      for (let tries = 0; tries < 3 && !isShoalError(ended, 'CALL_TIMEOUT'); tries++) {
        ended = await k
          .with({ timeoutMs: 1 })
          .at(CORE)
          .spin()
          .catch((reason: unknown) => reason);
      }
      expect(ended).toMatchObject({ code: 'CALL_TIMEOUT' });
      expect(await k.at(CORE).where()).toBe(5016);
      expect(await k.at(CORE + 1).where()).toBe(6016);
    }
    expect(same).toBeGreaterThan(0);
    expect(different + faults).toBeGreaterThan(5);
    board.close();
  });
});

test('reported instructions are those that the emulator traced, one by one', async () => {
  /** Counts for itself: executes one instruction at a time and looks whose program counter has moved. */
  class TracingLink extends EmulatorLink implements MemoryLink {
    readonly traced: number[] = PARALLELLA_16_CORES.map(() => 0);
    readonly #machine: Machine;

    constructor(machine: Machine) {
      super(PARALLELLA_16, machine);
      this.#machine = machine;
    }

    override advance(): 'working' | 'asleep' {
      for (let i = 0; i < 2000; i++) {
        const before = this.#machine.cores.map((core) => core.instructions);
        const { reason, instructions } = this.#machine.run({ maxInstructions: 1 });
        const moved = this.#machine.cores.filter((core, index) => core.instructions !== before[index]);
        expect(moved).toHaveLength(instructions);
        for (const core of moved) this.traced[core.index] = (this.traced[core.index] as number) + 1;
        if (reason !== 'limit') return 'asleep';
      }
      return 'working';
    }
  }
  const machine = new Machine(PARALLELLA_16, { engine: 'interpreted' });
  const link = new TracingLink(machine);
  const traced = await Board.start(new WindowCores(link), loadRuntimeImage('epiphany'));
  const plain = await Board.start(new WindowCores(new EmulatorLink(PARALLELLA_16)), loadRuntimeImage('epiphany'));
  for (const board of [traced, plain]) {
    const k = await board.load<Module>(FILE);
    await k.at(3).work(100);
    await k.everywhere.where();
    await k.at([2, 2]).sum(Int32Array.from({ length: 50 }, (_, i) => i));
    board.close();
  }
  const reported = (await traced.stats()).map((core) => core.instructions);
  expect(reported).toStrictEqual(link.traced);
  expect(reported).toStrictEqual((await plain.stats()).map((core) => core.instructions));
  expect(reported[3]).toBeGreaterThan((reported[4] as number) + 100);
});

const PARALLELLA_16_CORES = Array.from({ length: PARALLELLA_16.rows * PARALLELLA_16.columns });

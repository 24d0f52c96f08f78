/** Programs and bytes put into the memory of a board: checked before, and read back afterwards. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { ElfFile, ElfSegment } from '../../../boards/elf/elf-file.ts';
import { readElf } from '../../../boards/elf/read-elf.ts';
import { findBoard } from '../../../boards/registry.ts';
import { Machine } from '../../../emulator/index.ts';
import { runToEnd } from '../../../flash-tools/programs/program-end.ts';
import {
  type BoardWindow,
  checkRange,
  parseAddress,
  parseGroup,
  parseLength,
} from '../../../flash-tools/window/board-window.ts';
import { resetCore } from '../../../flash-tools/window/core-control.ts';
import { hexDump } from '../../../flash-tools/window/hex-dump.ts';
import { loadElf, planLoad, startProgram } from '../../../flash-tools/window/load-elf.ts';
import { copyInto, copyOut, verify } from '../../../flash-tools/window/verified-copy.ts';
import { EmulatorLink } from '../../../host/links/emulator-link.ts';

const SHARED = 0x8e00_0000;
const { signal } = new AbortController();
const options = { signal };

const dot = readElf(
  gunzipSync(readFileSync(new URL('../../conformance/data/gcc-kernels/O3/dot.elf.gz', import.meta.url))),
);

/** An emulated board, and what was written to its memory. */
function board(): { machine: Machine; window: BoardWindow; written: number[] } {
  const machine = new Machine(findBoard('parallella-16'));
  const link = new EmulatorLink(machine.board, machine);
  const written: number[] = [];
  const window: BoardWindow = {
    board: link.board,
    coreAddress: (core, address) => link.coreAddress(core, address),
    read: (address, length) => link.read(address, length),
    write(address, bytes) {
      written.push(address);
      link.write(address, bytes);
    },
    readWord: (address) => link.readWord(address),
    writeWord(address, value) {
      written.push(address);
      link.writeWord(address, value);
    },
  };
  return { machine, window, written };
}

function withSegment(address: number, memoryBytes: number, bytes = new Uint8Array()): ElfFile {
  const segment: ElfSegment = { address, bytes, memoryBytes, flags: 7 };
  return { ...dot, segments: [...dot.segments, segment] };
}

const ONE = { row: 1, column: 2, rows: 1, columns: 1 } as const;

describe('a program', () => {
  test('is loaded into a group of cores over whatever stood there, and runs', async () => {
    const { machine, window } = board();
    window.write(machine.coreAddress(6, 0x7f00), new Uint8Array(0x100).fill(0xaa));
    const plan = planLoad(window, dot, { row: 1, column: 2, rows: 2, columns: 2 });
    expect(plan.cores).toEqual([6, 7, 10, 11]);
    let progress = 0;
    await loadElf(window, plan, { signal, onProgress: (bytes) => (progress += bytes) });
    expect(progress).toBe(2 * plan.totalBytes);
    expect(window.read(machine.coreAddress(6, 0x7f00), 0x100).every((byte) => byte === 0)).toBe(true);
    startProgram(window, plan);
    expect(await runToEnd(machine, plan.cores, 1e9, signal)).toMatchObject({ status: 'exit', exit: 0, error: null });
    expect(machine.cores.filter(({ exitStatus }) => exitStatus === 0).map(({ index }) => index)).toEqual(plan.cores);
  });

  test('takes the place of one that runs', async () => {
    const { machine, window } = board();
    const plan = planLoad(window, dot, ONE);
    for (let round = 0; round < 2; round++) {
      await loadElf(window, plan, options);
      startProgram(window, plan);
      machine.run({ maxInstructions: 100 });
    }
    expect(await runToEnd(machine, plan.cores, 1e9, signal)).toMatchObject({ status: 'exit', exit: 0 });
  });

  test('may have parts in shared memory, and in the memory of a certain core', async () => {
    const { machine, window } = board();
    const other = withSegment(machine.coreAddress(15, 0x100), 8, Uint8Array.of(1, 2));
    const plan = planLoad(
      window,
      { ...other, segments: [...other.segments, ...withSegment(SHARED, 4, Uint8Array.of(9)).segments] },
      ONE,
    );
    window.write(SHARED, Uint8Array.of(7, 7, 7, 7));
    await loadElf(window, plan, options);
    expect([...window.read(SHARED, 4)]).toEqual([9, 0, 0, 0]);
    expect([...window.read(machine.coreAddress(15, 0x100), 8)]).toEqual([1, 2, 0, 0, 0, 0, 0, 0]);
  });

  test('made with the SDK learns its place in the group, and where shared memory is', async () => {
    const { window } = board();
    const names = { workgroup_cfg: 0x28, ext_mem_cfg: 0x50, loader_cfg: 0x58 };
    const [like] = dot.sections.slice(1);
    if (like === undefined) throw new Error('the sample has no sections');
    const sections = Object.entries(names).map(([name, address]) => ({ ...like, name, address }));
    const plan = planLoad(window, { ...dot, sections }, { row: 1, column: 2, rows: 2, columns: 2 });
    await loadElf(window, plan, options);
    const words = (core: number, address: number, count: number) =>
      Array.from({ length: count }, (_, index) => window.readWord(window.coreAddress(core, address + 4 * index)));
    // Core 11 is the last of the group, at its row 1 and column 1; the chip's first core has id 32 << 6 | 8.
    expect(words(11, 0x28, 10)).toEqual([3, 0, (33 << 6) | 10, 33, 10, 2, 2, 1, 1, 0xdead_beef]);
    expect(words(11, 0x50, 6)).toEqual([5, SHARED, 1, 0, 0, 0]);
  });

  test.each([
    ['beyond a core’s memory', withSegment(0x7ff0, 0x20), 'MEMORY_OVERFLOW', /no memory for 32 bytes at 0x84a07ff0/],
    ['where no core is', withSegment(0x9000_0000, 4), 'MEMORY_OVERFLOW', /at 0x90000000/],
    ['over the end of shared memory', withSegment(SHARED + 32 * 1024 ** 2 - 2, 4), 'MEMORY_OVERFLOW', /4 bytes at/],
    ['of another processor', { ...dot, machine: 3 }, 'ELF_INVALID', /machine 0x3/],
    ['not linked', { ...dot, type: 1 }, 'ELF_INVALID', /not an executable/],
    ['empty', { ...dot, segments: [] }, 'ELF_INVALID', /nothing that could be loaded/],
  ])('%s is refused before anything is written', (_, elf, code, message) => {
    const { window, written } = board();
    expect(() => planLoad(window, elf, ONE)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
    expect(written).toEqual([]);
  });

  test('is not started from memory with a bad bit', async () => {
    const { machine, window } = board();
    const bad = machine.coreAddress(6, 0x123);
    const faulty: BoardWindow = {
      ...window,
      read(address, lengthBytes) {
        const bytes = window.read(address, lengthBytes);
        if (bad >= address && bad < address + lengthBytes) bytes[bad - address] = (bytes[bad - address] ?? 0) ^ 8;
        return bytes;
      },
    };
    await expect(loadElf(faulty, planLoad(faulty, dot, ONE), options)).rejects.toMatchObject({
      code: 'FLASH_VERIFY',
      message: expect.stringContaining('read back at 0x84a00123'),
      details: { address: bad },
    });
    machine.run();
    expect(machine.cores.every(({ instructions }) => instructions === 0)).toBe(true);
  });

  test('stops in the middle when it is interrupted', async () => {
    const { window } = board();
    const controller = new AbortController();
    const interrupt = (): void => controller.abort(new Error('Ctrl-C'));
    const load = loadElf(window, planLoad(window, dot, ONE), { signal: controller.signal, onProgress: interrupt });
    await expect(load).rejects.toThrow('Ctrl-C');
  });
});

test('a core that hangs in a load cannot be stopped, and the error says what helps', async () => {
  const { window } = board();
  const hanging: BoardWindow = { ...window, readWord: (address) => ((address & 0xfffff) === 0xf040c ? 2 : 0) };
  await expect(resetCore(hanging, 0)).rejects.toMatchObject({
    code: 'BOARD_START',
    hint: expect.stringContaining('switch it off'),
  });
});

test('bytes are copied in parts, and compared', async () => {
  const { window } = board();
  const bytes = Uint8Array.from({ length: 50_000 }, (_, index) => index * 7);
  await copyInto(window, SHARED + 3, bytes, options);
  expect(await copyOut(window, SHARED + 3, bytes.length, options)).toEqual(bytes);
  await verify(window, SHARED + 3, bytes, options);
  window.write(SHARED + 3 + 40_000, Uint8Array.of(0));
  window.write(SHARED + 3 + 40_001, Uint8Array.of(0));
  await expect(verify(window, SHARED + 3, bytes, options)).rejects.toMatchObject({
    details: { address: SHARED + 3 + 40_000 },
  });
});

describe('what the command line says', () => {
  const { window } = board();

  test('addresses', () => {
    expect(parseAddress(window, '0x8e000010')).toBe(0x8e00_0010);
    expect(parseAddress(window, '1,2:0x100')).toBe(0x84a0_0100);
    expect(parseAddress(window, '16')).toBe(16);
    for (const text of ['', '1,2', '4,0:0', '0x123456789', '-1', '9999999999']) {
      expect(() => parseAddress(window, text)).toThrow(expect.objectContaining({ code: 'USAGE' }));
    }
    expect(parseLength('0x40')).toBe(64);
    for (const text of ['0', '', '-4', '4k']) expect(() => parseLength(text)).toThrow(/no length/);
  });

  test('groups of cores', () => {
    expect(parseGroup(window.board, '1,2', '3x2')).toEqual({ row: 1, column: 2, rows: 3, columns: 2 });
    for (const [first, size] of [
      ['4,0', '1x1'],
      ['1,2', '4x1'],
      ['0,0', '0x1'],
      ['0', '1x1'],
      ['0,0', 'all'],
    ] as const) {
      expect(() => parseGroup(window.board, first, size)).toThrow(expect.objectContaining({ code: 'USAGE' }));
    }
  });

  test('ranges', () => {
    checkRange(window, SHARED, 32 * 1024 ** 2);
    checkRange(window, window.coreAddress(15, 0x7fff), 1);
    expect(() => checkRange(window, window.coreAddress(15, 0x7fff), 2)).toThrow(
      /has no memory for 2 bytes at 0x8cb07fff/,
    );
  });
});

test('a dump shows address, bytes and text', () => {
  const bytes = new TextEncoder().encode('Sixteen letters, and é');
  expect(hexDump(0x8e00_0000, bytes)).toBe(
    [
      '8e000000  53 69 78 74 65 65 6e 20 6c 65 74 74 65 72 73 2c  |Sixteen letters,|',
      '8e000010  20 61 6e 64 20 c3 a9                             | and ..|',
    ].join('\n'),
  );
});

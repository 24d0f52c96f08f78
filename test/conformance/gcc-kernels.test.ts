/**
 * Programs compiled by GCC 12.2 for epiphany-elf (sources, start file and link script beside the ELF files). Each checks
 * its own result, prints a clock count and exits by TRAP 3 with status 0.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readElf } from '../../boards/elf/read-elf.ts';
import { PARALLELLA_16 } from '../../boards/parallella-16.ts';
import { type EngineName, loadProgram, Machine, startProgram } from '../../emulator/index.ts';

const folder = new URL('./data/gcc-kernels/', import.meta.url);
const files = ['O3', 'O3u', 'Os'].flatMap((options) =>
  readdirSync(new URL(`${options}/`, folder)).map((name) => `${options}/${name}`),
);

interface Outcome {
  readonly status: number | undefined;
  readonly printed: string;
  readonly instructions: number;
  readonly hash: string;
}

function execute(file: string, engine: EngineName): Outcome {
  const elf = readElf(gunzipSync(readFileSync(new URL(file, folder))));
  const machine = new Machine(PARALLELLA_16, { engine });
  loadProgram(machine, 0, elf);
  startProgram(machine, 0, elf);
  machine.run({ maxInstructions: 10_000_000 });
  const core = machine.cores[0];
  expect(core?.fault).toBeUndefined();
  return {
    status: core?.exitStatus,
    printed: machine.output(),
    instructions: core?.instructions ?? 0,
    hash: machine.memoryHash(),
  };
}

describe('programs compiled by GCC', () => {
  test('all of them are there', () => {
    expect(files.length).toBe(33);
  });

  test.each(files)('%s ends with status 0 on both engines, alike', (file) => {
    const interpreted = execute(file, 'interpreted');
    expect(interpreted.status).toBe(0);
    expect(interpreted.printed).toMatch(/^\d+\n$/);
    expect(execute(file, 'generated')).toEqual(interpreted);
  });
});

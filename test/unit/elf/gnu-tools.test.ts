/** What we write, GNU binutils read without a warning. Without them the tests are left out, but never in CI. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { debugSections } from '../../../boards/elf/write-debug-line.ts';
import { writeElf } from '../../../boards/elf/write-elf.ts';
import { sampleProgram, TEXT_ADDRESS } from './sample-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'shoal-elf-'));
afterAll(() => rmSync(folder, { recursive: true }));

function run(tool: string, ...args: string[]): { output: string; complaints: string; status: number | null } {
  const { stdout, stderr, status } = spawnSync(tool, args, {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  });
  return { output: stdout ?? '', complaints: stderr ?? '', status };
}

const hasTools = run('readelf', '--version').status === 0;

test('GNU binutils are there in CI', () => expect(hasTools || process.env.CI === undefined).toBe(true));

const full = sampleProgram();
const variants = [
  ['a linked module', full],
  [
    'one without lines, symbols and relocations',
    { ...full, sections: full.sections.slice(0, 2), symbols: [], relocations: [] },
  ],
  ['a relocatable object', { ...full, type: 1, entry: 0 }],
  [
    'one whose lines are empty',
    {
      ...full,
      sections: [...full.sections.slice(0, 3), ...debugSections('kernels.ts', [], TEXT_ADDRESS, TEXT_ADDRESS + 22)],
    },
  ],
] as const;

describe.runIf(hasTools)('GNU binutils', () => {
  test.each(variants)('read %s without a warning', (name, content) => {
    const file = join(folder, `${name.replaceAll(' ', '-')}.elf`);
    writeFileSync(file, writeElf(content));
    for (const [tool, ...args] of [
      ['readelf', '-aW'],
      ['readelf', '-W', '--debug-dump'],
      ['objdump', '-h'],
      ['objdump', '-tr'],
    ] as const) {
      const { output, complaints, status } = run(tool, ...args, file);
      expect(complaints).toBe('');
      expect(output).not.toMatch(/warning|error|corrupt|<unknown|unrecognized/i);
      expect(status).toBe(0);
    }
  });

  const file = join(folder, 'sample.elf');
  writeFileSync(file, writeElf(full));

  test('readelf shows names that a user knows', () => {
    const { output } = run('readelf', '-aW', file);
    expect(output).toMatch(/Machine: +Adapteva EPIPHANY/);
    expect(output).toMatch(/ FUNC +GLOBAL DEFAULT +1 kernels\.scale/);
    expect(output).toMatch(/ OBJECT +LOCAL +DEFAULT +2 kernels\.table/);
    expect(output).toMatch(/UND arguments\.end/);
    expect(output).toMatch(/R_EPIPHANY_SIMM24 +00000000 +arguments\.end/);
  });

  test('addr2line finds the source line', () => {
    const { output } = run(
      'addr2line',
      '-e',
      file,
      `0x${TEXT_ADDRESS.toString(16)}`,
      `0x${(TEXT_ADDRESS + 9).toString(16)}`,
    );
    expect(output.split('\n').slice(0, 2)).toEqual(['src/kernels.ts:12', 'src/größe.ts:400']);
  });

  test('readelf decodes the line table with its columns', () => {
    const { output } = run('readelf', '--debug-dump=rawline', file);
    expect(output).toMatch(/Set column to 17/);
    expect(output).toMatch(/größe\.ts/);
  });
});

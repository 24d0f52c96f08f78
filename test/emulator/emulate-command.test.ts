/** `shoal emulate` on files, through the command line's own parser. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import type { CommandFrame } from '../../flash-tools/command.ts';
import { runCommandLine } from '../../flash-tools/program.ts';
import { Progress } from '../../flash-tools/progress.ts';

interface Outcome {
  readonly lines: string[];
  readonly notes: string[];
  code: number;
}

async function shoal(...args: string[]): Promise<Outcome> {
  const outcome: Outcome = { lines: [], notes: [], code: 0 };
  const frame: CommandFrame = {
    answer: () => undefined,
    line: (text) => outcome.lines.push(text),
    note: (text) => outcome.notes.push(text),
    progress: () => new Progress({ write: () => true }),
    exit: (code) => {
      outcome.code = code;
    },
    interruption: () => new AbortController().signal,
  };
  await runCommandLine(args, { frame, wantsJson: () => undefined, help: () => undefined });
  return outcome;
}

let dot = '';
let sha = '';

beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), 'shoal-emulate-'));
  const unpack = (name: string): string => {
    const packed = readFileSync(new URL(`../conformance/data/gcc-kernels/O3/${name}.elf.gz`, import.meta.url));
    const path = join(folder, `${name}.elf`);
    writeFileSync(path, gunzipSync(packed));
    return path;
  };
  dot = unpack('dot');
  sha = unpack('sha256');
});

describe('shoal emulate', () => {
  test('--json gives one line for each file', async () => {
    const { lines, code } = await shoal('emulate', '--json', '--elf', dot, sha, '--board', 'e64g401', '--core', '7,7');
    expect(code).toBe(0);
    expect(lines.map((line) => JSON.parse(line))).toEqual(
      [dot, sha].map((file) => ({
        file,
        status: 'exit',
        exit: 0,
        instructions: expect.any(Number),
        cycles: expect.any(Number),
        stdout: expect.stringMatching(/^\d+\n$/),
        error: null,
      })),
    );
    expect(Object.keys(JSON.parse(lines[0] ?? '{}'))).toEqual([
      'file',
      'status',
      'exit',
      'instructions',
      'cycles',
      'stdout',
      'error',
    ]);
  });

  test('without it, the output of the program', async () => {
    const { lines, notes, code } = await shoal('emulate', '--elf', dot);
    expect([lines.join(''), code]).toEqual([expect.stringMatching(/^\d+\n$/), 0]);
    expect(notes.join('')).toContain('exit status 0');
  });

  test('several hundred files in one call', async () => {
    const files = Array.from({ length: 300 }, (_, i) => (i % 2 === 0 ? dot : sha));
    const { lines, code } = await shoal('emulate', '--json', '--elf', ...files);
    expect([lines.length, code]).toEqual([300, 0]);
    expect(new Set(lines).size).toBe(2);
  });

  test('what does not end well: exit code 9, and the other files have their turn', async () => {
    const { lines, code } = await shoal(
      'emulate',
      '--json',
      '--elf',
      '/nowhere/x.elf',
      dot,
      '--max-instructions',
      '1000',
    );
    expect(code).toBe(9);
    const [missing, limited] = lines.map((line) => JSON.parse(line));
    expect(missing).toMatchObject({ status: 'fault', exit: null, error: expect.stringContaining('FILE_NOT_FOUND') });
    expect(limited).toMatchObject({ status: 'limit', exit: null, instructions: 1000 });
  });

  test.each([
    [['--board', 'paralella-16'], 'BOARD_UNKNOWN'],
    [['--core', '4,0'], 'USAGE'],
    [['--core', 'x'], 'USAGE'],
    [['--max-instructions', '-3'], 'USAGE'],
  ])('%j is refused with %s', async (options, code) => {
    await expect(shoal('emulate', '--elf', dot, ...options)).rejects.toMatchObject({ code });
  });
});

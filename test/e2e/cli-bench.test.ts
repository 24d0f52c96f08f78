/** `shoal bench`: figures of an emulated board, in this process's and in another one's memory. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBoard } from '../../boards/registry.ts';
import { EmulatedControl } from '../../host/index.ts';
import { Project } from './exact-node-project.ts';
import { jsonOf, shoal } from './shoal-command.ts';

let project: Project;
beforeAll(async () => {
  project = await Project.create({});
});
afterAll(() => project.remove());

test('a board in the process of the command, as text', async () => {
  const { code, stdout, stderr } = await shoal(project, 'bench', 'emu:e16g301', '--seconds', '0.1');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  // How fast is another matter on every computer; what the core takes is not.
  expect(stdout.replaceAll(/[\d.]+ (calls\/s|µs each|MB\/s)/g, 'N $1')).toMatchInlineSnapshot(`
    "board           emu:e16g301: e16g301, 16 cores
    empty call      N calls/s, N µs each
    64 at a time    N calls/s, N µs each
    to the board    N MB/s
    from the board  N MB/s
    dot of 1024     6152 cycles, 6.15 µs on one core
    "
  `);
});

test('a board at the other end of a line, as JSON', async () => {
  const board = await EmulatedControl.start(findBoard('parallella-16'));
  const path = join(project.folder, 'board');
  await board.listen({ path });
  try {
    const outcome = await shoal(project, 'bench', `unix:${path}`, '--seconds', '0.1', '--json');
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    const calls = { calls: expect.any(Number), callsPerSecond: expect.any(Number) };
    expect(jsonOf(outcome)).toMatchObject({
      schema: 'shoal/bench/1',
      ok: true,
      data: {
        selector: `unix:${path}`,
        board: 'parallella-16',
        cores: 16,
        nullCalls: [
          { inFlight: 1, ...calls },
          { inFlight: 64, ...calls },
        ],
        toBoard: { bytes: expect.any(Number) },
        dot: { elements: 1024, cycles: 6152 },
      },
    });
  } finally {
    await board.close();
  }
});

test.each([
  [['emu:none'], 2, /BOARD_UNKNOWN/],
  [['emu:e16g301', '--seconds', '0'], 2, /--seconds wants a number above 0/],
  [['unix:/none/here'], 5, /LINK_UNAVAILABLE/],
])('%j is refused', async (args, exitCode, reason) => {
  const { code, stdout, stderr } = await shoal(project, 'bench', ...args);
  expect({ code, stdout }).toEqual({ code: exitCode, stdout: '' });
  expect(stderr).toMatch(reason);
});

/** An emulated board at a bad serial port, as a process. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'shoal';
import { expect, test } from 'vitest';
import { Project } from './exact-node-project.ts';
import { shoal, shoalPath } from './shoal-command.ts';

test('a thousand calls over a line that damages a thousandth of its bytes: none lost, none doubled', async () => {
  const options = ['--serial', '--noise', '7,0.001', '--baud', '921600'];
  const child = spawn(process.execPath, [shoalPath, 'emulate', 'parallella-16', ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  try {
    const [line] = await once(child.stdout, 'data');
    await using board = await open((JSON.parse(String(line)) as { serial: string }).serial);
    const kernels = await board.load<typeof import('../emulator/kernels/host-kernels.ts')>(
      new URL('../emulator/kernels/host-kernels.ts', import.meta.url),
    );
    // Each call that is carried out counts on its core, and says how many there were.
    const calls = Array.from({ length: 1000 }, () => kernels.at(7).count());
    expect(await Promise.all(calls)).toEqual(calls.map((_, index) => index + 1));
    const y = Float32Array.of(10, 20, 30);
    await kernels.at(7).saxpy(2, Float32Array.of(1, 2, 3), y);
    expect(y).toEqual(Float32Array.of(12, 24, 36));
    child.kill('SIGINT');
    const [text] = await once(child.stderr, 'data');
    const [, damaged, bytes] = /^(\d+) of (\d+) bytes of the serial line were damaged/.exec(String(text)) ?? [];
    expect(Number(bytes)).toBeGreaterThan(20_000);
    expect(Number(damaged) / Number(bytes)).toBeCloseTo(0.001, 3);
    expect(Number(damaged)).toBeGreaterThan(10);
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
});

test.each([
  [['--tcp', '0', '--noise', '7,0.001'], 'Add --serial'],
  [['--serial', '--noise', '7'], "'7' is not a seed and a rate per byte"],
  [['--serial', '--noise', '7,0.5'], 'from 0 to 0.05'],
  [['--serial', '--baud', 'fast'], "'fast' is not a number of bits per second"],
])('%j is refused', async (options, text) => {
  const project = await Project.create({});
  expect(await shoal(project, 'emulate', 'parallella-16', ...options)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(text),
  });
  await project.remove();
});

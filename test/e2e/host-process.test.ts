/** The built package in a process of its own. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

function run(program: string): { status: number | null; stdout: string; stderr: string } {
  // The time limit only ends a process that would never end.
  const options = { cwd: root, encoding: 'utf8', timeout: 50_000 } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], options);
  return { status, stdout, stderr };
}

const OPEN = `
  import { open } from 'shoal';
  const board = await open('emu:parallella-16');
  const k = await board.load(new URL('file://' + process.cwd() + '/test/emulator/kernels/host-kernels.ts'));
`;

test('a program that forgets to close its board ends when nothing is pending', () => {
  expect(run(`${OPEN} console.log(await k.add(7, 35));`)).toStrictEqual({ status: 0, stdout: '42\n', stderr: '' });
});

test('a call keeps the process alive until it has its answer', () => {
  const program = `${OPEN} k.with({ timeoutMs: 200 }).spin().catch((error) => console.log(error.code));`;
  expect(run(program)).toStrictEqual({ status: 0, stdout: 'CALL_TIMEOUT\n', stderr: '' });
});

test('a trap that nobody catches shows the kernel’s line and the call’s', () => {
  const { status, stderr } = run(`${OPEN} await k.at([2, 1]).element(new Int32Array(128), 130);`);
  expect(status).toBe(1);
  expect(stderr).toMatch(/RangeError: x\[i\] with i=130, length 128 at host-kernels\.ts:\d+:\d+ \(core 2,1\)/);
  expect(stderr).toMatch(/at element \(.*host-kernels\.ts:\d+:\d+\)\n\s+at .*\[eval1\]:/);
});

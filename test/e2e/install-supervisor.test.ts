/** The script that puts the supervisor onto a board, into a folder that stands for the board's file system. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSupervisorConfig } from '../../device/boot-linux/supervisor-config.ts';
import { packageRoot } from './exact-node-project.ts';
import { runTool } from './run-tool.ts';

const script = join(packageRoot, 'dist/runtime/install.sh');
const card = mkdtempSync(join(tmpdir(), 'shoal-card-'));

beforeAll(() => void execFileSync(process.execPath, [join(packageRoot, 'scripts/build-runtime.mjs')]));
afterAll(() => rmSync(card, { recursive: true, force: true }));

const install = (...args: string[]) => runTool(card, 'sh', script, ...args);

test('an SD card gets everything that starts the supervisor at boot', async () => {
  const options = ['--board', 'parallella-16', '--serial', '/dev/ttyPS0', '--exports', 'fs', '--root', card];
  const window = ['--memory', '/dev/epiphany/mesh0'];
  expect(await install(...options, ...window)).toMatchObject({ code: 0, stderr: '' });
  expect(readSupervisorConfig(join(card, 'etc/shoal/supervisor.json'))).toMatchObject({
    board: 'parallella-16',
    folder: '/var/lib/shoal',
    udpPort: 1337,
    serial: { path: '/dev/ttyPS0', baud: 115_200 },
    environment: {
      SHOAL_TCP_PORT: '7000',
      SHOAL_EXPORTS: 'images,fs',
      SHOAL_MEMORY: 'mem:/dev/epiphany/mesh0,board=parallella-16',
    },
  });
  const wanted = join(card, 'etc/systemd/system/multi-user.target.wants/shoal.service');
  expect(readlinkSync(wanted)).toBe('../shoal.service');
  const unit = readFileSync(wanted, 'utf8');
  const [, program = '', config = ''] = /^ExecStart=\/usr\/bin\/env node (\S+) (\S+)$/m.exec(unit) ?? [];
  expect(existsSync(join(card, program)) && existsSync(join(card, config))).toBe(true);
});

test('what was installed serves, and says where', async () => {
  const config = join(card, 'test.json');
  writeFileSync(config, JSON.stringify({ board: 'parallella-16', folder: join(card, 'slots'), udpPort: 0 }));
  const child = spawn(process.execPath, [join(card, 'opt/shoal/supervisor.mjs'), config], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    const [line] = await new Promise<Uint8Array[]>((resolve) => child.stdout.once('data', (...data) => resolve(data)));
    expect(JSON.parse(Buffer.from(line ?? []).toString())).toMatchObject({
      board: 'parallella-16',
      udpPort: expect.any(Number),
    });
  } finally {
    child.kill('SIGKILL');
  }
});

test('a configuration that is there stays', async () => {
  const config = join(card, 'etc/shoal/supervisor.json');
  const before = readFileSync(config, 'utf8');
  const { code, stdout } = await install('--board', 'parallella-64', '--root', card);
  expect({ code, after: readFileSync(config, 'utf8') }).toEqual({ code: 0, after: before });
  expect(stdout).toContain('is there already and stays as it is');
});

test.each([
  [[], 2, '--board is missing'],
  [['--bord', 'x'], 2, '--bord is not known'],
])('%j is refused', async (args, exitCode, reason) => {
  const { code, stderr } = await install(...args);
  expect(code).toBe(exitCode);
  expect(stderr).toContain(reason);
});

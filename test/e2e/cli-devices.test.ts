/** `shoal devices`, `info`, `doctor`, `udev` and `reset` on this computer, whatever it has. */
import { readFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BOARDS } from '../../boards/registry.ts';
import { Project } from './exact-node-project.ts';
import { jsonOf, shoal } from './shoal-command.ts';

let project: Project;
beforeAll(async () => {
  project = await Project.create({});
});
afterAll(() => project.remove());

test('devices: each kind is there, or why none is visible', async () => {
  const { code, stdout, stderr } = await shoal(project, 'devices');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const kind of ['serial ports', 'USB', 'PCI', 'network']) {
    expect(stdout).toMatch(new RegExp(`^${kind}:(\\n {2}\\S| none visible, because .+)`, 'm'));
  }
  for (const { name, title } of BOARDS) expect(stdout).toMatch(new RegExp(`^ {2}emu:${name} +ok +${title}$`, 'm'));
  const { data } = jsonOf(await shoal(project, 'devices', '--json')) as { data: { devices: { selector: string }[] } };
  expect(data.devices.map(({ selector }) => selector)).toContain('emu:parallella-16');
});

test('devices: an address where no board answers is listed as silent', async () => {
  const { code, stdout } = await shoal(project, 'devices', 'tcp://127.0.0.1:9');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ {2}tcp:\/\/127\.0\.0\.1:9 {2}SILENT {2}no board answers\n {4}try: .+$/m);
  expect((await shoal(project, 'devices', 'nonsense')).code).toBe(2);
});

test('info: an emulated board, one that is not known', async () => {
  expect((await shoal(project, 'info', 'emu:parallella-16')).stdout).toMatchInlineSnapshot(`
    "selector       emu:parallella-16
    board          parallella-16: Parallella, 16 cores
    cores          16 (4x4), epiphany (epiphany-3), 600 MHz
    first core     row 32, column 8 of the mesh
    core memory    32 KB each, banks of 8 KB
    shared memory  32 MB at 0x8e000000
    source         Parallella reference manual rev 13.06.29; Parallella-16 memory map 5.13.09.09
    "
  `);
  expect(jsonOf(await shoal(project, 'info', 'emu:e64g401', '--json'))).toMatchObject({
    schema: 'shoal/info/1',
    data: { selector: 'emu:e64g401', board: { rows: 8, columns: 8 }, images: null },
  });
  expect(await shoal(project, 'info', 'emu:parallela-16')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("Did you mean 'parallella-16'?"),
  });
});

test('doctor: all is well here, and a report names nobody', async () => {
  const { code, stdout } = await shoal(project, 'doctor');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ok {4}emulator: the runtime starts on 16 cores of parallella-16$/m);
  expect(stdout).toMatch(/^ok {4}koffi: /m);
  const report = (await shoal(project, 'doctor', '--report')).stdout;
  expect(report).toContain(`- node: ${process.version}`);
  const { username, homedir } = userInfo();
  for (const secret of [username === 'root' ? homedir : username, hostname()]) expect(report).not.toContain(secret);
});

test('udev: prints rules, and installs the same', async () => {
  const { code, stdout } = await shoal(project, 'udev', '--usb', '1209:0001');
  expect(code).toBe(0);
  expect(await shoal(project, 'udev', '--usb', '1209:0001', '--install', '--folder', '.')).toMatchObject({ code: 0 });
  expect(readFileSync(join(project.folder, '70-shoal.rules'), 'utf8')).toBe(stdout);
  expect(await shoal(project, 'udev', '--install', '--folder', 'absent')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('there is no such folder'),
  });
});

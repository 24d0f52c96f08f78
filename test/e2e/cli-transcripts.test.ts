/** What each command says, in a pipe and, without colours, the same on a terminal. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeElf } from '../../boards/elf/write-elf.ts';
import { COMMAND_TABLE } from '../../flash-tools/command-table.ts';
import { onTerminal } from '../support/fake-terminal.ts';
import { runtimeImage } from '../support/supervisor/runtime-images.ts';
import { SmpDevice } from '../support/supervisor/smp-device.ts';
import { sampleProgram } from '../unit/elf/sample-program.ts';
import { Project } from './exact-node-project.ts';
import { shoal, shoalPath } from './shoal-command.ts';

const KERNELS = `'use kernel';
import type { f32 } from 'shoal/kernel';
export function twice(x: f32): f32 {
  return 2 * x;
}
`;

/** Command lines; FOLDER is another one each time, BOARD a board with slots. */
const TRANSCRIPTS: Readonly<Record<string, readonly string[]>> = {
  init: ['FOLDER'],
  run: ['main.js', '--', 'an argument'],
  compile: ['kernels.ts', '-o', 'kernels.shoal'],
  disasm: ['sample.elf'],
  emulate: ['--elf', 'sample.elf', '--max-instructions', '1000'],
  flash: ['BOARD', '--package', 'new.img', '--dry-run'],
  images: ['BOARD'],
  read: ['emu:parallella-16', '--at', '0,0:0x100', '--length', '20'],
  write: ['emu:parallella-16', '--at', '0,1:0x4000', 'sample.elf'],
  erase: ['emu:parallella-16', '--at', '0x8e000000', '--length', '64'],
  reset: ['BOARD'],
  info: ['emu:parallella-16'],
  udev: ['--usb', '1209:0001'],
  boards: [],
};

/** What these say is another matter on every computer; it is the same in a pipe and on a terminal. */
const OF_THIS_COMPUTER: Readonly<Record<string, readonly string[]>> = {
  devices: [],
  doctor: [],
  // Long, and cli-completion.test.ts gives it to the shells.
  completion: ['fish'],
};

/** These go on, draw or read keys: they are different on a terminal. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  monitor: 'cli-monitor.test.ts',
  repl: 'cli-repl.test.ts',
  bench: 'cli-bench.test.ts',
};

let project: Project;
let device: SmpDevice;
beforeAll(async () => {
  device = await SmpDevice.start({ image: runtimeImage({ version: '1.0.0' }) });
  project = await Project.create({ 'kernels.ts': KERNELS, 'main.js': 'console.log(process.argv.slice(2));\n' });
  writeFileSync(join(project.folder, 'sample.elf'), writeElf(sampleProgram()));
  writeFileSync(join(project.folder, 'new.img'), runtimeImage({ version: '1.1.0' }));
});
afterAll(async () => {
  await device.close();
  await project.remove();
});

interface Transcript {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly screen: string;
}

async function transcript(command: string, args: readonly string[]): Promise<Transcript> {
  const line = (folder: string): string[] => [
    command,
    ...args.map((argument) => argument.replace('FOLDER', folder).replace('BOARD', device.selector)),
  ];
  const stable = (text: string): string =>
    text
      .replaceAll(`${project.folder}/`, '')
      .replaceAll(/made-(piped|shown)/g, 'FOLDER')
      .replaceAll(device.selector, 'BOARD')
      // How large the core runtime is has its own test.
      .replaceAll(/needs [\d ]+ of .*$/gm, 'needs …');
  const { code, stdout, stderr } = await shoal(project, ...line('made-piped'));
  const shown = await onTerminal([shoalPath, ...line('made-shown')], {
    cwd: project.folder,
    environment: { NO_COLOR: '1', XDG_CACHE_HOME: project.cacheFolder },
  });
  expect(shown.code).toBe(code);
  return { code, stdout: stable(stdout), stderr: stable(stderr), screen: stable(shown.screen) };
}

test('every command is here, or has a test of its own', () => {
  const all = [...Object.keys(TRANSCRIPTS), ...Object.keys(OF_THIS_COMPUTER), ...Object.keys(ELSEWHERE)];
  expect(all.sort()).toEqual(COMMAND_TABLE.map(({ name }) => name).sort());
});

test.each(Object.entries(TRANSCRIPTS))('%s', async (command, args) => {
  const { screen, ...piped } = await transcript(command, args);
  expect(piped).toMatchSnapshot();
  // One of the two streams, or an answer before its remarks.
  expect(screen).toBe(piped.stdout + piped.stderr);
});

test.each(Object.entries(OF_THIS_COMPUTER))('%s', async (command, args) => {
  const { code, stdout, stderr, screen } = await transcript(command, args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(screen).toBe(stdout);
});

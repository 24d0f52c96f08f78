/** `shoal repl`: a transcript through pipes, and keys on a terminal. */
import { spawn } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { onTerminal } from '../support/fake-terminal.ts';
import { Project } from './exact-node-project.ts';
import { shoal, shoalPath } from './shoal-command.ts';

let project: Project;
beforeAll(async () => {
  project = await Project.create({});
});
afterAll(() => project.remove());

test('objects of the board, line by line', async () => {
  const child = spawn(process.execPath, [shoalPath, 'repl', 'emu:parallella-16'], {
    cwd: project.folder,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(`const fs = control.import('fs')
fs.readFileSync('/etc/hostname', 'utf8')
'readFileSync' in fs
const file = fs.open('/etc/hostname'); file.readText().length
fs.readFileSync('/none')
fs.readdirSync('/etc').map((name) => name.toUpperCase())
`);
  let output = '';
  child.stdout.on('data', (part) => (output += part));
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
  const lines = output.split('emu:parallella-16> ').map((line) => line.trim().split('\n')[0]);
  expect(lines).toEqual([
    '',
    'undefined',
    "'parallella-16\\n'",
    'true',
    '14',
    "Uncaught Error: ENOENT: no such file or directory, open '/none'",
    "[ 'HOSTNAME' ]",
    '',
  ]);
});

test('Tab completes fields of objects of the board', async () => {
  let step = 0;
  const typed = ["const fs = control.import('fs')\r", 'fs.readFileS\t', "('/etc/hostname', 'utf8')\r", '.exit\r'];
  const outcome = await onTerminal([shoalPath, 'repl', 'emu:parallella-16'], {
    cwd: project.folder,
    environment: { NO_COLOR: '1' },
    onOutput: (screen) => {
      const waits =
        step === 2 ? screen.includes('fs.readFileSync') : screen.split('> ').length > step + 1 - (step > 2 ? 1 : 0);
      return waits ? typed[step++] : undefined;
    },
  });
  expect(outcome.code).toBe(0);
  expect(outcome.screen).toContain("'parallella-16\\n'");
});

test('a board that is not there', async () => {
  expect(await shoal(project, 'repl', 'unix:/none/here')).toMatchObject({
    code: 5,
    stderr: expect.stringContaining('error[LINK_UNAVAILABLE]'),
  });
});

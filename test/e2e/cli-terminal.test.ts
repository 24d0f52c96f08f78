/** `shoal` on a terminal, and what it does differently in a pipe. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { onTerminal, type TerminalOutcome } from '../support/fake-terminal.ts';
import { runtimeImage } from '../support/supervisor/runtime-images.ts';
import { SmpDevice } from '../support/supervisor/smp-device.ts';
import { Project } from './exact-node-project.ts';
import { shoal as shoalIn, shoalPath } from './shoal-command.ts';

const ESCAPE = '\u001b';

let project: Project;
beforeAll(async () => {
  project = await Project.create({});
  writeFileSync(join(project.folder, 'new.img'), runtimeImage({ version: '1.1.0', ballastBytes: 40_000 }));
});
afterAll(() => project.remove());

const shoal = (args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<TerminalOutcome> =>
  onTerminal([shoalPath, ...args], { cwd: project.folder, environment });

/** What stands on the screen in the end, line by line. */
function settled(screen: string): string[] {
  const lines: string[] = [''];
  let row = 0;
  for (const part of screen.split(new RegExp(`(${ESCAPE}\\[\\d*[AK]|\\r|\\n)`))) {
    const up = new RegExp(`^${ESCAPE}\\[(\\d+)A$`).exec(part);
    if (up !== null) row -= Number(up[1]);
    else if (part === `${ESCAPE}[K`) lines[row] = '';
    else if (part === '\n') lines[++row] ??= '';
    else if (part !== '\r') lines[row] += part;
  }
  return lines;
}

test('an error has colours on a terminal, none with NO_COLOR', async () => {
  expect(await shoal(['disasm', 'absent.elf'])).toMatchInlineSnapshot(`
    {
      "code": 1,
      "screen": "[1m[31merror[FILE_NOT_FOUND]:[39m[22m cannot read absent.elf: there is no such file
    ",
    }
  `);
  expect(await shoal(['disasm', 'absent.elf'], { NO_COLOR: '1' })).toMatchInlineSnapshot(`
    {
      "code": 1,
      "screen": "error[FILE_NOT_FOUND]: cannot read absent.elf: there is no such file
    ",
    }
  `);
});

test('flash draws one bar for each board, and leaves them with how they ended', async () => {
  const devices = [
    await SmpDevice.start({ delayMs: 20 }),
    await SmpDevice.start({ delayMs: 2, capacityBytes: 10_000 }),
  ];
  const third = await SmpDevice.start({ delayMs: 10 });
  devices.push(third);
  try {
    const boards = devices.map(({ selector }) => selector);
    const { code, screen } = await shoal(['flash', '--all', ...boards, '--package', 'new.img'], { NO_COLOR: '1' });
    expect(code).toBe(7);
    expect(screen).toContain(`${ESCAPE}[K`);
    expect(screen).toMatch(/\[#+-+\] +\d+ % {2}\d+ KB of \d+ KB, \d+ KB\/s, \d+ s left/);
    const text = settled(screen)
      .join('\n')
      .replace(/needs \d+ bytes/, 'needs N bytes');
    expect(boards.reduce((all, board, index) => all.replaceAll(board, `BOARD-${index}`), text)).toMatchInlineSnapshot(`
      "BOARD-0  [############] 100 %  done
      BOARD-1  [------------]   0 %  failed: FLASH_FULL
      BOARD-2  [############] 100 %  done
      BOARD-0 runs 1.1.0, confirmed; sent by SMP
      BOARD-1: error[FLASH_FULL]: the board refused: the image needs N bytes, and the board has 9992 free
        try: Make room on the disk of the board, then run the command again.
      BOARD-2 runs 1.1.0, confirmed; sent by SMP
      "
    `);
  } finally {
    for (const device of devices) await device.close();
  }
});

test('--json on a terminal is the same one line', async () => {
  const { screen } = await shoal(['info', 'emu:e16g301', '--json']);
  const piped = await shoalIn(project, 'info', 'emu:e16g301', '--json');
  expect(screen).toBe(piped.stdout);
});

test('a terminal that can do nothing gets lines', async () => {
  const device = await SmpDevice.start();
  try {
    const { screen } = await shoal(['flash', device.selector, '--package', 'new.img'], { TERM: 'dumb' });
    expect(screen).not.toContain(ESCAPE);
    expect(screen).toContain(`${device.selector}: 100 %\n${device.selector}: done\n`);
  } finally {
    await device.close();
  }
});

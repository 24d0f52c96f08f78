/** Boards of tests are emulated by other processes from now on; this one maps their memory. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'shoal';
import { afterAll } from 'vitest';
import { openBoardsBy } from './open-board.ts';

interface RunningBoard {
  readonly name: string;
  readonly selector: string;
  readonly process: ChildProcess;
  isTaken: boolean;
}

const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'shoal-boards-'));
const running: RunningBoard[] = [];

afterAll(async () => {
  for (const { process: child } of running) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  rmSync(folder, { recursive: true });
});

async function start(name: string): Promise<RunningBoard> {
  const shoal = join(import.meta.dirname, '../../../bin/shoal.js');
  const file = join(folder, String(running.length));
  const child = spawn(process.execPath, [shoal, 'emulate', name, '--memory', file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const board = { name, selector: `mem:${file}`, process: child, isTaken: true };
  running.push(board);
  await once(child.stdout, 'data');
  return board;
}

openBoardsBy(async (name, options) => {
  const free = running.find((board) => board.name === name && !board.isTaken);
  const taken = free ?? (await start(name));
  taken.isTaken = true;
  try {
    const board = await open(taken.selector, options);
    board.on('close', () => {
      taken.isTaken = false;
    });
    return board;
  } catch (error) {
    taken.isTaken = false;
    throw error;
  }
}, false);

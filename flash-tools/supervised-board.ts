/** `shoal emulate BOARD --slots FOLDER`: a board with its supervisor, which can be flashed, cut off and rolled back. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { findBoard } from '../boards/registry.ts';
import { packageRoot } from '../host/package-root.ts';
import { ShoalError } from '../protocol/errors.ts';
import type { CommandFrame } from './command.ts';

const ADDRESS = '127.0.0.1';

export interface SupervisedBoardOptions {
  /** Where the slots are, like the disk of a board: they stay when the command ends. Made if it is not there. */
  readonly folder: string;
  /** UDP port of SMP, 0 for a free one. */
  readonly udpPort: number;
  /** TCP port of the runtime's objects, 0 for a free one. */
  readonly tcpPort: number;
}

/**
 * Starts the supervisor that boards with Linux run, as a process of its own; prints one JSON object with where it serves,
 * its journal to standard error, and runs until Ctrl-C. When this process is killed the supervisor ends at once, as by a
 * power cut. Throws BOARD_UNKNOWN; FILE_NOT_FOUND if Shoal was not built; LINK_UNAVAILABLE if the supervisor ends.
 */
export async function emulateSupervisedBoard(
  name: string,
  { folder, udpPort, tcpPort }: SupervisedBoardOptions,
  frame: CommandFrame,
): Promise<void> {
  const board = findBoard(name);
  const program = join(packageRoot(), 'dist/device/boot-linux/main.js');
  if (!existsSync(program)) {
    throw new ShoalError('FILE_NOT_FOUND', `the supervisor ${program} is missing`, { hint: 'npm run build' });
  }
  const interruption = frame.interruption();
  const controlPort = tcpPort === 0 ? await freePort() : tcpPort;
  mkdirSync(folder, { recursive: true });
  const config = join(resolve(folder), 'supervisor.json');
  const environment = { SHOAL_TCP_PORT: String(controlPort), SHOAL_TCP_ADDRESS: ADDRESS, SHOAL_EXPORTS: 'fs,images' };
  const settings = {
    board: board.name,
    folder: join(resolve(folder), 'slots'),
    udpPort,
    address: ADDRESS,
    environment,
  };
  writeFileSync(config, `${JSON.stringify(settings, null, 2)}\n`);
  // By the channel the supervisor learns that this process is gone, however it went.
  const child = spawn(process.execPath, [program, config], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  const ended = new Promise<number | null>((end) => child.once('exit', end));
  try {
    const { udpPort: smpPort } = await readyLine(child, ended);
    const lines = { smp: `udp://${ADDRESS}:${smpPort}`, tcp: `tcp://${ADDRESS}:${controlPort}` };
    frame.line(`${JSON.stringify({ board: board.name, ...lines })}\n`);
    const interrupted = new Promise<'interrupted'>((done) => {
      if (interruption.aborted) done('interrupted');
      else interruption.addEventListener('abort', () => done('interrupted'), { once: true });
    });
    const what = await Promise.race([interrupted, ended]);
    if (what !== 'interrupted') throw ends(what);
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

async function readyLine(child: ChildProcess, ended: Promise<number | null>): Promise<{ readonly udpPort: number }> {
  const line = new Promise<string>((done) => {
    if (child.stdout !== null) createInterface({ input: child.stdout }).once('line', done);
  });
  const first = await Promise.race([line, ended]);
  if (typeof first !== 'string') throw ends(first);
  return JSON.parse(first) as { readonly udpPort: number };
}

function ends(code: number | null): ShoalError {
  return new ShoalError('LINK_UNAVAILABLE', `the supervisor has ended with ${code ?? 'a signal'}`, {
    hint: 'The lines above say why; a port may be in use.',
  });
}

/** A TCP port that nobody has. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, ADDRESS, done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

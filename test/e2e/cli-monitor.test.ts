/** `shoal monitor`: what a board says, through cuts and restarts; keys; raw lines. */
import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { ReliableLink } from 'shoal/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DuplexLine } from '../../host/links/duplex-line.ts';
import { LINK_CLOCK } from '../../host/links/link-clock.ts';
import { onTerminal } from '../support/fake-terminal.ts';
import { Project } from './exact-node-project.ts';
import { shoal, shoalPath } from './shoal-command.ts';

const CTRL_C = '\u0003';
const EXIT_KEY = '\u001d';

let project: Project;
let path: string;
let cleanUp: (() => unknown)[];
beforeEach(async () => {
  project = await Project.create({});
  path = join(project.folder, 'board');
  cleanUp = [() => project.remove()];
});
afterEach(async () => {
  for (const action of cleanUp.reverse()) await action();
});

/** A board that only logs. */
class LoggingBoard {
  readonly #server: Server;
  #socket: Socket | undefined;
  #link: ReliableLink | undefined;
  /** A monitor has come: what is logged from now on is shown. */
  isOpen = false;

  /** `onOpen`: a monitor has come. */
  constructor(onOpen: (board: LoggingBoard) => void = () => {}) {
    this.#server = createServer((socket) => {
      const link = new ReliableLink('stream', LINK_CLOCK);
      this.#socket = socket;
      this.#link = link;
      link.onState = (state) => {
        if (state !== 'open') return;
        this.isOpen = true;
        onOpen(this);
      };
      link.start();
      link.attach(new DuplexLine('a monitor', socket));
    }).listen(path);
    cleanUp.push(() => this.cut());
  }

  log(text: string): void {
    this.#link?.sendText(new TextEncoder().encode(text));
  }

  /** Goes without a word of farewell. */
  async cut(): Promise<void> {
    this.#socket?.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
    rmSync(path, { force: true });
  }
}

interface Monitor {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  stdout(): string;
  stderr(): string;
  until(condition: () => boolean): Promise<void>;
}

function monitor(...options: readonly string[]): Monitor {
  const child = spawn(process.execPath, [shoalPath, 'monitor', `unix:${path}`, ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (part) => (stdout += part));
  child.stderr.on('data', (part) => (stderr += part));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  cleanUp.push(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return {
    child,
    ended,
    stdout: () => stdout,
    stderr: () => stderr,
    until: async (condition) => {
      for (let tries = 0; !condition(); tries++) {
        if (tries === 500) throw new Error(`it did not come: ${stdout}${stderr}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
}

test('lines with the time at which they began, in pieces as they come; Ctrl-C ends with 130', async () => {
  const board = new LoggingBoard();
  const shown = monitor();
  await shown.until(() => board.isOpen && shown.stderr().includes('connected'));
  board.log('first li');
  board.log('ne\r\nsecond ä line\nbeep \u0007 and \u001b[2J\n');
  await shown.until(() => shown.stdout().split('\n').length === 4);
  expect(shown.stdout().replaceAll(/^\d\d:\d\d:\d\d\.\d{3}/gm, 'TIME')).toBe(
    'TIME first line\nTIME second ä line\nTIME beep \ufffd and \ufffd[2J\n',
  );
  shown.child.kill('SIGINT');
  expect(await shown.ended).toBe(130);
  expect(shown.stderr()).toBe(`-- unix:${path}: connected\n`);
});

test('--filter, --no-timestamps and --json', async () => {
  const board = new LoggingBoard();
  const shown = monitor('--filter', 'err(or)?:', '--no-timestamps');
  await shown.until(() => board.isOpen && shown.stderr().includes('connected'));
  board.log('info: well\nerror: disk\nerr: tape\n');
  await shown.until(() => shown.stdout().includes('tape'));
  expect(shown.stdout()).toBe('error: disk\nerr: tape\n');
  shown.child.kill('SIGINT');
  await shown.ended;

  const asJson = monitor('--json');
  await asJson.until(() => asJson.stdout().includes('open'));
  board.log('said "so"\n');
  await asJson.until(() => asJson.stdout().includes('said'));
  const events = asJson
    .stdout()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(events).toEqual([
    { time: expect.stringMatching(/^\d{4}-.*Z$/), event: 'open', reason: null },
    { time: expect.stringMatching(/Z$/), text: 'said "so"' },
  ]);
  expect(asJson.stderr()).toBe('');
});

test('a board that goes and comes again', async () => {
  const first = new LoggingBoard();
  const shown = monitor('--no-timestamps');
  await shown.until(() => first.isOpen && shown.stderr().includes('connected'));
  first.log('before, and no line f');
  await new Promise((resolve) => setTimeout(resolve, 100));
  await first.cut();
  await shown.until(() => shown.stderr().includes('interrupted'));
  const second = new LoggingBoard();
  await shown.until(() => second.isOpen && shown.stderr().includes('started anew'));
  second.log('after\n');
  await shown.until(() => shown.stdout().includes('after'));
  expect(shown.stdout()).toBe('before, and no line f\nafter\n');
});

test('keys on a terminal: Ctrl-] ends with 0, Ctrl-C with 130', async () => {
  for (const [key, code] of [
    [EXIT_KEY, 0],
    [CTRL_C, 130],
  ] as const) {
    const board = new LoggingBoard(() => board.log('hello\n'));
    const outcome = await onTerminal([shoalPath, 'monitor', `unix:${path}`, '--no-timestamps'], {
      cwd: project.folder,
      onOutput: (screen) => (screen.endsWith('hello\n') ? `x${key}` : undefined),
    });
    expect(outcome).toEqual({ code, screen: `-- unix:${path}: connected\nhello\n` });
    await board.cut();
  }
});

test('--raw: bytes both ways, Ctrl-C among them, until Ctrl-]', async () => {
  const sockets: Socket[] = [];
  const received: string[] = [];
  const server: Server = createServer((socket) => {
    sockets.push(socket);
    socket.write('login: ');
    socket.on('data', (bytes) => {
      received.push(String(bytes));
      socket.write(`you typed ${bytes.length}\r\n`);
    });
  }).listen(path);
  cleanUp.push(() => new Promise((resolve) => server.close(resolve)));
  let typed = 0;
  const outcome = await onTerminal([shoalPath, 'monitor', '--raw', `unix:${path}`], {
    cwd: project.folder,
    onOutput: (screen) => {
      if (typed === 0 && screen.includes('login: ')) {
        typed++;
        return `root${CTRL_C}`;
      }
      if (typed === 1 && screen.endsWith('typed 5\r\n')) {
        typed++;
        return `!${EXIT_KEY}`;
      }
      return undefined;
    },
  });
  expect(outcome.code).toBe(0);
  expect(outcome.screen).toContain('login: ');
  expect(received).toEqual([`root${CTRL_C}`, '!']);
});

test('what cannot be', async () => {
  expect(await shoal(project, 'monitor', 'unix:/none/here')).toMatchObject({
    code: 5,
    stderr: expect.stringContaining('error[LINK_UNAVAILABLE]'),
  });
  expect(await shoal(project, 'monitor', 'unix:/x', '--filter', '(')).toMatchObject({ code: 2 });
  expect(await shoal(project, 'monitor', 'unix:/x', '--raw', '--json')).toMatchObject({ code: 2 });
});

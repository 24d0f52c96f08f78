/** The control runtime as it is shipped, in QuickJS with the heap of a board. */
import { connect, isShoalError, ReliableLink, type Session } from 'shoal/protocol';
import { afterEach, describe, expect, test } from 'vitest';
import { ControlProcessor } from '../../../emulator/control/control-processor.ts';
import { VirtualDisk } from '../../../emulator/control/virtual-disk.ts';
import { controlScript, coreScript, fileSystemScript } from '../../../host/control/control-script.ts';
import { lineInto } from '../../../host/control/processor-line.ts';
import { LINK_CLOCK } from '../../../host/links/link-clock.ts';

const script = controlScript();

/** Of the script, which a board keeps in its flash and parses at every start. Raised only by what a board needs to do. */
const BUDGET_BYTES = 48 * 1024;

/** Of the modules that are loaded when they are imported: of boards with cores, and of emulated ones. */
const CORE_BUDGET_BYTES = 13_200;
const FILE_SYSTEM_BUDGET_BYTES = 3400;

/** As much of `fs` as the tests use. */
interface FileSystem {
  readFileSync(path: string, encoding?: 'utf8'): string | Uint8Array;
  writeFile(path: string, data: string | Uint8Array): void;
  appendFile(path: string, data: string | Uint8Array): void;
  readdir(path: string): string[];
  stat(path: string): { size: number; isFile: boolean; isDirectory: boolean };
  exists(path: string): boolean;
  mkdir(path: string): void;
  unlink(path: string): void;
  rmdir(path: string): void;
  rename(from: string, to: string): void;
  open(
    path: string,
    flags?: string,
  ): { read(lengthBytes?: number): Uint8Array; write(data: string): number; close(): void };
}

let ends: (() => void)[] = [];

afterEach(() => {
  for (const end of ends.reverse()) end();
  ends = [];
});

async function start(
  capacityBytes?: number,
): Promise<{ processor: ControlProcessor; session: Session; logs: string[]; texts: string[] }> {
  const logs: string[] = [];
  const disk = new VirtualDisk({
    files: { '/etc/hostname': 'parallella\n', '/data/blob': Uint8Array.from({ length: 100_000 }, (_, index) => index) },
    ...(capacityBytes === undefined ? {} : { capacityBytes }),
  });
  const board = { name: 'parallella-16', cores: 16 };
  const processor = await ControlProcessor.start({
    script,
    board,
    disk,
    modules: { fs: fileSystemScript() },
    onLog: (text) => logs.push(text),
  });
  const texts: string[] = [];
  const link = new ReliableLink('stream', LINK_CLOCK, { onText: (bytes) => texts.push(Buffer.from(bytes).toString()) });
  link.attach(lineInto(processor, 0));
  const session = connect(link);
  ends.push(
    () => processor.close(),
    () => session.close(),
  );
  return { processor, session, logs, texts };
}

const codeOf = (promise: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(promise).then(
    () => 'it did not reject',
    (error: { code?: string }) => error.code,
  );

test('it runs in QuickJS, with a heap of 1 MiB, half of which is free in a session', async () => {
  const { processor, session } = await start();
  expect(await session.import<{ name: string }>('board').name).toBe('parallella-16');
  expect(processor.evaluate('typeof process + typeof window + typeof Deno + typeof require')).toBe(
    'undefinedundefinedundefinedundefined',
  );
  const { usedBytes, limitBytes } = processor.heap();
  expect(limitBytes).toBe(1024 * 1024);
  expect(usedBytes).toBeLessThanOrEqual(512 * 1024);
  // The limit is real.
  expect(() => processor.evaluate('new Array(300000).fill({}).map(() => ({ a: 1 })).length')).toThrow(/out of memory/);
});

test('it is one script within its budget, and so are its modules', () => {
  expect(Buffer.byteLength(script)).toBeLessThanOrEqual(BUDGET_BYTES);
  expect(Buffer.byteLength(coreScript())).toBeLessThanOrEqual(CORE_BUDGET_BYTES);
  expect(Buffer.byteLength(fileSystemScript())).toBeLessThanOrEqual(FILE_SYSTEM_BUDGET_BYTES);
});

test('its names are short inside, and what others see of it has its own', async () => {
  const { session } = await start();
  expect(script).not.toMatch(/_ours|keepsEarlyFrames|streamWindow(?!Bytes)/);
  const error: unknown = await session.import('nothing').then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(isShoalError(error, 'EXPORT_NOT_FOUND')).toBe(true);
  expect(error).toMatchObject({ name: 'ShoalError', retryable: false, hint: expect.any(String), details: {} });
  expect(String(await session.import<FileSystem>('fs').open('/etc/hostname'))).toBe('[remote FileHandle]');
});

test('what a board prints goes to whoever watches it, and to the host at the line', async () => {
  const { processor, session, logs, texts } = await start();
  processor.evaluate("console.log('nobody is there yet')");
  await session.import('board');
  processor.evaluate("console.log('spannung', 3.3, { pin: 4 }, '\\ud800')");
  await session.import('board');
  expect(logs).toEqual(['nobody is there yet', expect.stringMatching(/^spannung 3\.3 \{"pin":4\} \ufffd+$/)]);
  expect(texts).toEqual(['spannung 3.3 {"pin":4} \ufffd\n']);
});

test('what it exports is there, and nothing else', async () => {
  const { session } = await start();
  expect(await session.import<{ name: string; cores: number }>('board').name).toBe('parallella-16');
  for (const name of ['globalThis', 'shoalEmbedding', 'constructor', '__proto__', 'process']) {
    expect(await codeOf(session.import(name))).toBe('EXPORT_NOT_FOUND');
  }
});

describe('fs', () => {
  test('reads, writes and lists', async () => {
    const fs = (await start()).session.import<FileSystem>('fs');
    expect(await fs.readFileSync('/etc/hostname', 'utf8')).toBe('parallella\n');
    expect(await fs.readFileSync('/data/blob')).toEqual(Uint8Array.from({ length: 100_000 }, (_, index) => index));
    await fs.mkdir('/new');
    await fs.writeFile('/new/a.txt', 'first');
    await fs.appendFile('new/../new/./a.txt', ', second');
    expect(await fs.readFileSync('/new/a.txt', 'utf8')).toBe('first, second');
    await fs.rename('/new/a.txt', '/new/b.txt');
    expect(await fs.readdir('/')).toEqual(['data', 'etc', 'new']);
    expect(await fs.readdir('/new')).toEqual(['b.txt']);
    expect(await fs.stat('/new/b.txt')).toEqual({ size: 13, isFile: true, isDirectory: false });
    expect(await fs.stat('/new')).toEqual({ size: 0, isFile: false, isDirectory: true });
    await fs.unlink('/new/b.txt');
    await fs.rmdir('/new');
    expect(await fs.exists('/new')).toBe(false);
  });

  test('opens files that are read on, written and closed, in one turn-round', async () => {
    const fs = (await start()).session.import<FileSystem>('fs');
    expect(await fs.open('/etc/hostname').read(4)).toEqual(new TextEncoder().encode('para'));
    const file = await fs.open('/data/blob');
    expect((await file.read(60_000)).length).toBe(60_000);
    expect((await file.read(60_000)).length).toBe(40_000);
    expect((await file.read()).length).toBe(0);
    await file.close();
    expect(await codeOf(file.read())).toBe('EBADF');
    const written = await fs.open('/data/log', 'w');
    await written.write('one ');
    await written.write('two');
    expect(await fs.readFileSync('/data/log', 'utf8')).toBe('one two');
  });

  test.each<[string, (fs: ReturnType<Session['import']>) => PromiseLike<unknown>]>([
    ['ENOENT', (fs) => (fs as never as FileSystem).readFileSync('/none') as never],
    ['ENOENT', (fs) => (fs as never as FileSystem).writeFile('/none/a', '') as never],
    ['EISDIR', (fs) => (fs as never as FileSystem).readFileSync('/etc') as never],
    ['ENOTDIR', (fs) => (fs as never as FileSystem).readdir('/etc/hostname') as never],
    ['ENOTEMPTY', (fs) => (fs as never as FileSystem).rmdir('/etc') as never],
    ['EEXIST', (fs) => (fs as never as FileSystem).mkdir('/etc') as never],
    ['EINVAL', (fs) => (fs as never as FileSystem).open('/etc/hostname', 'x') as never],
    ['ENOENT', (fs) => (fs as never as FileSystem).readFileSync('/etc/host\0name') as never],
  ])('%s', async (code, call) => {
    expect(await codeOf(call((await start()).session.import('fs')))).toBe(code);
  });

  test('a disk that is full says so and stays as it was', async () => {
    const fs = (await start(120_000)).session.import<FileSystem>('fs');
    expect(await codeOf(fs.appendFile('/etc/hostname', new Uint8Array(30_000)))).toBe('ENOSPC');
    expect((await fs.stat('/etc/hostname')).size).toBe(11);
  });
});

test('a second host at the same line begins a session of its own', async () => {
  const { processor, session } = await start();
  expect(await session.import<FileSystem>('fs').exists('/etc')).toBe(true);
  session.close();
  await new Promise((resolve) => setTimeout(resolve, 20));
  const link = new ReliableLink('stream', LINK_CLOCK);
  link.attach(lineInto(processor, 0));
  const second = connect(link);
  ends.push(() => second.close());
  expect(await second.import<FileSystem>('fs').exists('/etc')).toBe(true);
});

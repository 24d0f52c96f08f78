/** A board at the other end of a line that is cut, taken by another program, or started anew in mid-call. */
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Board, EmulatedControl, open } from 'shoal';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PARALLELLA_16 } from '../../boards/parallella-16.ts';

type HostKernels = typeof import('../emulator/kernels/host-kernels.ts');
const FILE = new URL('../emulator/kernels/host-kernels.ts', import.meta.url);

let folder: string;
let path: string;
let control: EmulatedControl;
let board: Board | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'shoal-line-'));
  path = join(folder, 'board');
  control = await startBoard();
});

afterEach(async () => {
  board?.close();
  board = undefined;
  await control.close();
  rmSync(folder, { recursive: true });
});

async function startBoard(): Promise<EmulatedControl> {
  const started = await EmulatedControl.start(PARALLELLA_16);
  await started.listen({ path });
  return started;
}

const codeOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    (value) => value,
    (error) => error.code,
  );

describe('a board that is started anew', () => {
  test('calls that ran are told, the program hears of it, and modules are there again', async () => {
    board = await open(`unix:${path}`);
    const reboots: unknown[] = [];
    board.on('reboot', ({ reason }) => reboots.push((reason as { code?: unknown }).code));
    const kernels = await board.load<HostKernels>(FILE);
    expect(await kernels.at(7).count()).toBe(1);
    const array = await board.alloc(Int32Array, 100);
    const object = await board.control
      .import<{ open(file: string): { read(): Uint8Array } }>('fs')
      .open('/etc/hostname');
    const running = codeOf(kernels.at(7).spin());
    const behind = codeOf(kernels.at(7).count());
    const beside = codeOf(kernels.at(8).spin());
    await kernels.at(9).add(1, 1);

    await control.close();
    control = await startBoard();

    expect(await running).toBe('STALE_REFERENCE');
    expect(await beside).toBe('STALE_REFERENCE');
    // No core had begun it.
    expect(await behind).toBe(1);
    expect(reboots).toEqual(['STALE_REFERENCE']);
    expect(await kernels.at(7).count()).toBe(2);
    const y = Float32Array.of(10, 20, 30);
    await kernels.at(7).saxpy(2, Float32Array.of(1, 2, 3), y);
    expect(y).toEqual(Float32Array.of(12, 24, 36));
    expect(await codeOf(array.read())).toBe('MEMORY_FREED');
    expect(await codeOf(Promise.resolve(object.read()))).toBe('STALE_REFERENCE');
    const again = await board.alloc(Int32Array, 100);
    expect((await again.read()).length).toBe(100);
  });

  test('one that does not come back ends calls when its time is over', async () => {
    board = await open(`unix:${path}`, { abandonMs: 500 });
    const kernels = await board.load<HostKernels>(FILE);
    const running = codeOf(kernels.at(7).spin());
    await kernels.at(9).add(1, 1);
    await control.close();
    expect(await running).toBe('LINK_CLOSED');
    expect(board.isClosed).toBe(true);
    expect(await codeOf(kernels.add(1, 1))).toBe('BOARD_CLOSED');
  });
});

/** A way to the board that can be cut. */
class Relay {
  readonly path: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  cuts = 0;

  constructor(relayPath: string, target: string) {
    this.path = relayPath;
    this.#server = createServer((near) => {
      const far = connect(target);
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(from);
        from.on('data', (bytes: Uint8Array) => void to.write(bytes));
        from.on('error', () => undefined);
        from.on('close', () => {
          this.#sockets.delete(from);
          to.destroy();
        });
      }
    }).listen(relayPath);
  }

  cut(): void {
    this.cuts++;
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.cut();
    this.#server.close();
  }
}

test('a line that is cut in mid-call: the same call is answered, once', async () => {
  const relay = new Relay(join(folder, 'relay'), path);
  try {
    board = await open(`unix:${relay.path}`);
    const reboots: unknown[] = [];
    board.on('reboot', (event) => reboots.push(event));
    const kernels = await board.load<HostKernels>(FILE);
    let answered = 0;
    for (let round = 1; round <= 5; round++) {
      const long = kernels.at(3).work(300_000);
      const calls = Array.from({ length: 20 }, () => kernels.at(7).count());
      for (const call of calls) void call.then(() => answered++);
      await kernels.at(9).add(1, 1);
      relay.cut();
      expect(await Promise.all(calls)).toEqual(calls.map((_, index) => (round - 1) * 20 + index + 1));
      expect(await long).toBe(await kernels.at(4).work(300_000));
    }
    expect({ answered, cuts: relay.cuts, reboots }).toEqual({ answered: 100, cuts: 5, reboots: [] });
  } finally {
    relay.close();
  }
});

test('one program at a time has the cores; the next one gets them when it is gone', async () => {
  const other = join(folder, 'other');
  await control.listen({ path: other });
  board = await open(`unix:${path}`);
  const kernels = await board.load<HostKernels>(FILE);
  expect(await codeOf(open(`unix:${other}`))).toBe('LINK_BUSY');
  expect(await kernels.add(2, 3)).toBe(5);
  // More answers than a core's ring holds: what they leave there is no message.
  await Promise.all(Array.from({ length: 500 }, () => kernels.at(7).add(1, 1)));
  board.close();
  board = await open(`unix:${other}`);
  expect(await (await board.load<HostKernels>(FILE)).at(7).add(2, 3)).toBe(5);
  expect((await board.stats()).map(({ resets }) => resets)).toEqual(Array.from({ length: 16 }, () => 0));
});

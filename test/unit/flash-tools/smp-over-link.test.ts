/** Flashing by a board's own link, with the board in this process: slots, supervisor's SMP, runtime. */
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { duplexPair } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ImageSlots } from '../../../device/boot/image-slots.ts';
import { SmpServer } from '../../../device/boot/smp-server.ts';
import { boardPolicy } from '../../../device/boot-linux/image-policy.ts';
import { serveStream } from '../../../device/boot-linux/smp-transports.ts';
import { BoardImages } from '../../../device/control-linux/board-images.ts';
import { SmpClient } from '../../../flash-tools/smp/smp-client.ts';
import { smpOverLink } from '../../../flash-tools/smp/smp-over-link.ts';
import { uploadImage } from '../../../flash-tools/smp/upload-image.ts';
import { DuplexLine } from '../../../host/links/duplex-line.ts';
import { LINK_CLOCK } from '../../../host/links/link-clock.ts';
import { unixOpener } from '../../../host/links/socket-lines.ts';
import { ReliableLink } from '../../../protocol/link/reliable-link.ts';
import { connect } from '../../../protocol/objects/session.ts';
import { SimulatedStorage } from '../../support/power-cut/simulated-storage.ts';
import { runtimeImage, sha256 } from '../../support/supervisor/runtime-images.ts';

const ABANDON_MS = 300;
const OLD = runtimeImage({ version: '1.0.0' });
const NEW = runtimeImage({ version: '1.1.0', ballastBytes: 300_000 });

let path: string;
let ends: (() => unknown)[];
beforeEach(() => {
  path = join(tmpdir(), `shoal-link-${randomBytes(6).toString('hex')}`);
  ends = [];
});
afterEach(async () => {
  for (const end of ends.reverse()) await end();
});

class LinkedBoard {
  readonly slots: ImageSlots;
  /** The board is gone for good when so many bytes have come. */
  vanishAfterBytes = Infinity;
  receivedBytes = 0;
  #server: Server | undefined;
  readonly #sockets = new Set<Socket>();

  constructor(capacityBytes?: number) {
    const storage = new SimulatedStorage(new Map([['a.image', OLD]]), null, capacityBytes);
    this.slots = new ImageSlots(storage, sha256, boardPolicy('parallella-16', null), 16_384);
    this.slots.boot();
    ends.push(() => this.switchOff());
  }

  async switchOn(): Promise<void> {
    const smp = new SmpServer({
      slots: this.slots,
      maxMessageBytes: 8192,
      onConfirmed: () => undefined,
      isHealthy: () => true,
      reset: () => undefined,
    });
    this.receivedBytes = 0;
    const server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.prependListener('data', (bytes) => {
        this.receivedBytes += bytes.length;
        if (this.receivedBytes > this.vanishAfterBytes) void this.switchOff();
      });
      const [ofRuntime, ofSupervisor] = duplexPair();
      serveStream(smp, 8192, ofSupervisor, (after) => after());
      const link = new ReliableLink('stream', LINK_CLOCK);
      link.attach(new DuplexLine('a host', socket));
      connect(link, { exports: { images: new BoardImages(ofRuntime) } });
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(path, resolve));
  }

  async switchOff(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
    const server = this.#server;
    this.#server = undefined;
    if (server !== undefined) await new Promise((resolve) => server.close(resolve));
    rmSync(path, { force: true });
  }

  versions(): string[] {
    return this.slots.list().map(({ slot, image }) => `${slot} ${image.version.major}.${image.version.minor}`);
  }
}

async function host(): Promise<SmpClient> {
  const transport = await smpOverLink(unixOpener(path), AbortSignal.timeout(10_000), ABANDON_MS);
  if (transport === null) throw new Error('no link was found');
  const client = new SmpClient(transport);
  ends.push(() => client.close());
  return client;
}

test('an image goes in deflated parts, and the board lists it by its hash', async () => {
  const board = new LinkedBoard();
  await board.switchOn();
  const progress: number[] = [];
  const { hash, resumedFrom } = await uploadImage(await host(), NEW, { onProgress: (done) => progress.push(done) });
  expect(resumedFrom).toBe(0);
  expect(progress).toEqual([...progress].sort((a, b) => a - b));
  expect(progress.at(-1)).toBe(NEW.length);
  expect(board.slots.list()[1]?.image.hash).toEqual(hash);
  expect(board.receivedBytes).toBeLessThan(NEW.length);
});

test('a board that vanishes is told, nothing was changed, and the upload goes on when it is back', async () => {
  const board = new LinkedBoard();
  await board.switchOn();
  const other = runtimeImage({ version: '1.2.0', ballastBytes: 2_000_000 });
  board.vanishAfterBytes = 20_000;
  await expect(uploadImage(await host(), other)).rejects.toMatchObject({ code: 'LINK_LOST', retryable: true });
  expect(board.versions()).toEqual(['a 1.0']);
  board.vanishAfterBytes = Infinity;
  await board.switchOn();
  expect((await uploadImage(await host(), other)).resumedFrom).toBeGreaterThan(8192);
  expect(board.versions()).toEqual(['a 1.0', 'b 1.2']);
});

test('what the board refuses in the middle is its own reason, as by SMP', async () => {
  const board = new LinkedBoard(200_000);
  await board.switchOn();
  await expect(uploadImage(await host(), NEW)).rejects.toMatchObject({ code: 'FLASH_FULL' });
  const wrong = runtimeImage({ version: '1.1.0', board: 'e16g301', ballastBytes: 100_000 });
  await expect(uploadImage(await host(), wrong)).rejects.toMatchObject({ code: 'PACKAGE_REFUSED' });
  expect(board.versions()).toEqual(['a 1.0']);
});

test('an end without images, and one that is none of ours, are no way', async () => {
  const silent = createServer((socket) => socket.resume());
  await new Promise<void>((resolve) => silent.listen(path, resolve));
  expect(await smpOverLink(unixOpener(path), AbortSignal.timeout(10_000))).toBeNull();
  await new Promise((resolve) => silent.close(resolve));
  const empty = createServer((socket) => {
    const link = new ReliableLink('stream', LINK_CLOCK);
    link.attach(new DuplexLine('a host', socket));
    connect(link);
  });
  await new Promise<void>((resolve) => empty.listen(path, resolve));
  expect(await smpOverLink(unixOpener(path), AbortSignal.timeout(10_000))).toBeNull();
  await new Promise((resolve) => empty.close(resolve));
});

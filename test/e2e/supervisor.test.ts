/** The supervisor of a Linux board as the process that it is, with our client and with an independent one. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SmpClient } from '../../flash-tools/smp/smp-client.ts';
import { smpOverTcp, smpOverUdp } from '../../flash-tools/smp/smp-transports.ts';
import { uploadImage } from '../../flash-tools/smp/upload-image.ts';
import { isShoalError } from '../../protocol/errors.ts';
import { IndependentSmpClient } from '../support/supervisor/independent-smp-client.ts';
import { BROKEN, runtimeImage, sha256 } from '../support/supervisor/runtime-images.ts';
import { type SupervisorProcess, startSupervisor } from '../support/supervisor/supervisor-process.ts';

let folder: string;
let ends: (() => unknown)[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shoal-supervisor-'));
  ends = [];
});

afterEach(async () => {
  for (const end of ends.reverse()) await end();
  rmSync(folder, { recursive: true, force: true });
});

async function start(fields: Readonly<Record<string, unknown>> = {}): Promise<SupervisorProcess> {
  const supervisor = await startSupervisor(folder, fields);
  ends.push(() => supervisor.end('SIGKILL'));
  return supervisor;
}

async function client(supervisor: SupervisorProcess): Promise<SmpClient> {
  const made = new SmpClient(await smpOverUdp('127.0.0.1', supervisor.udpPort));
  ends.push(() => made.close());
  return made;
}

const summary = (
  images: readonly { slot: number; version: string; isActive: boolean; isConfirmed: boolean }[],
): string =>
  images
    .map(
      (image) =>
        `${image.slot} ${image.version}${image.isActive ? ' active' : ''}${image.isConfirmed ? ' confirmed' : ''}`,
    )
    .join(', ');

const FIRST = runtimeImage({ version: '1.0.0' });

describe('an update', () => {
  test('goes through upload, trial and confirmation, and stays over a restart', async () => {
    const supervisor = await start();
    await supervisor.said('waiting for an upload');
    const board = await client(supervisor);
    expect(await board.images()).toEqual([]);
    const progress: number[] = [];
    await uploadImage(board, FIRST, { onProgress: (done) => progress.push(done) });
    expect(progress.at(-1)).toBe(FIRST.length);
    await board.reset();
    await supervisor.said('starting slot a');

    const { hash } = await uploadImage(board, runtimeImage({ version: '1.1.0', ballastBytes: 20_000 }));
    expect(summary(await board.test(hash))).toBe('0 1.0.0 active confirmed, 1 1.1.0');
    await board.reset();
    await supervisor.said('starting slot b on trial');
    expect(summary(await board.images())).toBe('0 1.0.0 confirmed, 1 1.1.0 active');
    await supervisor.said('slot b serves calls');
    await board.confirm(null);
    await supervisor.said('slot b was confirmed');
    expect(await supervisor.end('SIGTERM')).toBe(0);

    const again = await start();
    await again.said('starting slot b');
    expect(summary(await (await client(again)).images())).toBe('0 1.0.0, 1 1.1.0 active confirmed');
  });

  test('that does not work is rolled back by itself', async () => {
    const supervisor = await start();
    const board = await client(supervisor);
    await uploadImage(board, FIRST);
    await board.reset();
    await supervisor.said('starting slot a');
    const { hash } = await uploadImage(board, runtimeImage({ version: '2.0.0', program: BROKEN }));
    await board.test(hash);
    await board.reset();
    await supervisor.said('starting slot b on trial');
    await supervisor.said('the runtime of slot b failed: exit code 3');
    await supervisor.said('slot b was tried and not confirmed');
    await supervisor.said('starting slot a');
    expect(summary(await board.images())).toBe('0 1.0.0 active confirmed, 1 2.0.0');
  });

  test('that was cut goes on where it was', async () => {
    const supervisor = await start();
    const image = runtimeImage({ version: '1.0.0', ballastBytes: 300_000 });
    const controller = new AbortController();
    const first = new SmpClient(await smpOverTcp('127.0.0.1', supervisor.tcpPort), { signal: controller.signal });
    const stopAt = (done: number): void => {
      if (done > 200_000) controller.abort(new Error('unplugged'));
    };
    await expect(uploadImage(first, image, { onProgress: stopAt })).rejects.toThrow('unplugged');
    first.close();
    await supervisor.end('SIGKILL');
    const board = await client(await start());
    const { resumedFrom } = await uploadImage(board, image);
    expect(resumedFrom).toBeGreaterThan(100_000);
    expect(summary(await board.images())).toBe('0 1.0.0 confirmed');
  });
});

describe('refused, with a reason, and the slots as before', () => {
  test.each([
    [
      'another board',
      runtimeImage({ version: '1.0.0', board: 'parallella-64' }),
      /is for parallella-64, and this board is a parallella-16/,
    ],
    ['a tampered image', FIRST.map((byte, index) => (index === 100 ? byte ^ 1 : byte)), /does not have its SHA-256/],
    [
      'an older version where an upgrade was asked for',
      runtimeImage({ version: '0.9.0' }),
      /only an upgrade was asked for/,
    ],
  ])('%s', async (_, image, reason) => {
    const supervisor = await start();
    const board = await client(supervisor);
    await uploadImage(board, FIRST);
    await board.reset();
    await supervisor.said('starting slot a');
    await expect(uploadImage(board, image, { onlyUpgrade: true })).rejects.toThrow(reason);
    expect(summary(await board.images())).toBe('0 1.0.0 active confirmed');
    expect(existsSync(join(folder, 'slots/upload.part'))).toBe(false);
  });

  test('a truncated file, before anything is sent', async () => {
    const board = await client(await start());
    await expect(uploadImage(board, FIRST.subarray(0, -10))).rejects.toThrow(/the image is cut/);
  });

  test('a package without the signature, or with another key, where the board has a key', async () => {
    const pair = generateKeyPairSync('ed25519');
    const other = generateKeyPairSync('ed25519');
    const keyFile = join(folder, 'key.pem');
    writeFileSync(keyFile, pair.publicKey.export({ type: 'spki', format: 'pem' }));
    const signer = ({ publicKey, privateKey }: typeof pair) => ({
      keyHash: sha256(publicKey.export({ type: 'spki', format: 'der' })),
      sign: (hash: Uint8Array) => new Uint8Array(sign(null, hash, privateKey)),
    });
    const board = await client(await start({ keyFile }));
    await expect(uploadImage(board, FIRST)).rejects.toThrow(/is not signed/);
    await expect(uploadImage(board, runtimeImage({ version: '1.0.0', signer: signer(other) }))).rejects.toThrow(
      /another key/,
    );
    const forged = { ...signer(pair), sign: signer(other).sign };
    await expect(uploadImage(board, runtimeImage({ version: '1.0.0', signer: forged }))).rejects.toThrow(
      /a wrong signature/,
    );
    await uploadImage(board, runtimeImage({ version: '1.0.0', signer: signer(pair) }));
    expect(summary(await board.images())).toBe('0 1.0.0 confirmed');
  });

  test('an update while the running one is on trial', async () => {
    const supervisor = await start();
    const board = await client(supervisor);
    await uploadImage(board, FIRST);
    await board.reset();
    await supervisor.said('starting slot a');
    const { hash } = await uploadImage(board, runtimeImage({ version: '1.1.0' }));
    await board.test(hash);
    await board.reset();
    await supervisor.said('on trial');
    await expect(uploadImage(board, runtimeImage({ version: '1.2.0' }))).rejects.toThrow(
      /slot b runs and slot a is the one to go back to/,
    );
  });

  test.each([
    ['an unknown field', { bord: 1 }, /bord is not known: did you mean board\?/],
    ['a wrong port', { udpPort: 70_000 }, /udpPort must be a port/],
    ['a key that is none', { keyFile: '/dev/null' }, /./],
  ])('a configuration with %s', async (_, fields, reason) => {
    await expect(startSupervisor(folder, fields)).rejects.toThrow(reason);
  });
});

test('an independent client flashes the board', async () => {
  const supervisor = await start();
  const socket = connect(supervisor.tcpPort, '127.0.0.1');
  ends.push(() => socket.destroy());
  const other = new IndependentSmpClient(socket, false);
  expect(await other.echo('hi')).toEqual({ r: 'hi' });
  expect(await other.unknown()).toMatchObject({ rc: 8 });
  const upload = await other.upload(FIRST, 333);
  expect(upload).toEqual({ off: FIRST.length, match: true });
  await other.reset();
  await supervisor.said('starting slot a');
  expect(await other.upload(runtimeImage({ version: '3.2.1' }), 1000)).toMatchObject({ match: true });
  const hash = (await other.images())[1]?.hash ?? new Uint8Array();
  await other.test(hash);
  await other.reset();
  await supervisor.said('starting slot b on trial');
  await supervisor.said('slot b serves calls');
  await other.confirm();
  const images = await other.images();
  expect(images.map(({ slot, version, active, confirmed }) => ({ slot, version, active, confirmed }))).toEqual([
    { slot: 0, version: '1.0.0', active: false, confirmed: false },
    { slot: 1, version: '3.2.1', active: true, confirmed: true },
  ]);
});

async function confirmWhenServing(board: SmpClient): Promise<void> {
  for (;;) {
    try {
      await board.confirm(null);
      return;
    } catch (error) {
      if (!isShoalError(error, 'FLASH_REFUSED')) throw error;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

test('an image that does not serve calls yet cannot be confirmed', async () => {
  const supervisor = await start();
  const board = await client(supervisor);
  await uploadImage(board, FIRST);
  await board.reset();
  await supervisor.said('slot a serves calls');
  const { hash } = await uploadImage(
    board,
    runtimeImage({ version: '1.1.0', program: 'setInterval(() => {}, 1000);' }),
  );
  await board.test(hash);
  await board.reset();
  await supervisor.said('starting slot b on trial');
  await expect(board.confirm(null)).rejects.toThrow(/what runs does not serve calls yet/);
  expect(summary(await board.images())).toBe('0 1.0.0 confirmed, 1 1.1.0 active');
  await board.reset();
  await supervisor.said('starting slot a');
});

test('killed at any moment of updates, it comes back with a whole image, old or new', async () => {
  const first = await start();
  const board = await client(first);
  await uploadImage(board, FIRST);
  await first.end('SIGKILL');
  let random = 12_345;
  let killedInWork = 0;
  for (let round = 0; round < 12; round++) {
    const supervisor = await start();
    await supervisor.said('starting slot');
    const updating = new SmpClient(await smpOverTcp('127.0.0.1', supervisor.tcpPort), { tries: 1, timeoutMs: 5000 });
    const image = runtimeImage({ version: `1.0.${round + 1}`, ballastBytes: 100_000 });
    random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 0;
    // Within the upload, or within what follows: a runtime takes a while until it serves calls.
    const longestMs = round % 2 === 0 ? 60 : 500;
    const killed = new Promise((resolve) => setTimeout(resolve, (random >>> 16) % longestMs)).then(() =>
      supervisor.end('SIGKILL'),
    );
    const update = async (): Promise<void> => {
      if ((await updating.images()).some(({ isActive, isConfirmed }) => isActive && !isConfirmed))
        await confirmWhenServing(updating);
      const { hash } = await uploadImage(updating, image);
      await updating.test(hash);
      await updating.reset();
      await confirmWhenServing(updating);
    };
    await update().catch(() => killedInWork++);
    await killed;
    updating.close();
  }
  // Otherwise the delays are wrong for this machine, and the test shows nothing.
  expect(killedInWork).toBeGreaterThan(0);
  const last = await start();
  await last.said('starting slot');
  const images = await (await client(last)).images();
  expect(images.filter(({ isActive }) => isActive)).toHaveLength(1);
  expect(
    readFileSync(join(folder, 'slots/run', last.journal().includes('starting slot a') ? 'a' : 'b', 'control.js'))
      .length,
  ).toBeGreaterThan(0);
});

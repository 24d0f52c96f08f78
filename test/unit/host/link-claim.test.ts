/** One board that is opened twice in a process: who comes second is told. */
import { Machine } from 'shoal/emulator';
import { afterEach, expect, test } from 'vitest';
import { E16G301 } from '../../../boards/e16g301.ts';
import { Board } from '../../../host/board.ts';
import { loadRuntimeImage } from '../../../host/cores/runtime-image.ts';
import { WindowCores } from '../../../host/cores/window-cores.ts';
import { EmulatorLink } from '../../../host/links/emulator-link.ts';

/** A window into a board that stands somewhere and can be opened by everybody, as /dev/mem can. */
class SharedWindow extends EmulatorLink {
  readonly exclusive: string = `test:${process.pid}`;
}

const machine = new Machine(E16G301);
const image = loadRuntimeImage('epiphany');
const start = (signal?: AbortSignal): Promise<Board> =>
  Board.start(new WindowCores(new SharedWindow(E16G301, machine)), image, signal && { signal });

let board: Board | undefined;
afterEach(() => board?.close());

test('a second opening in this process is refused and disturbs nothing; after close it is not', async () => {
  board = await start();
  const before = await board.stats();
  await expect(start()).rejects.toMatchObject({
    code: 'LINK_BUSY',
    retryable: true,
    message: expect.stringContaining(`test:${process.pid} is in use by this process (${process.pid})`),
  });
  expect((await board.stats(before)).every(({ instructions, resets }) => instructions === 0 && resets === 0)).toBe(
    true,
  );
  board.close();
  board.close();
  board = await start();
  expect(board.isClosed).toBe(false);
});

test('an opening that ends early keeps no claim', async () => {
  const controller = new AbortController();
  const opening = start(controller.signal);
  controller.abort(new Error('enough'));
  await expect(opening).rejects.toThrow('enough');
  await expect(start(AbortSignal.abort(new Error('no')))).rejects.toThrow('no');
  board = await start();
});

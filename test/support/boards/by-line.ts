/** Boards of tests are at the other end of a TCP line from now on, with the control runtime in QuickJS between. */
import { EmulatedControl, open } from 'shoal';
import { findBoard } from '../../../boards/registry.ts';
import { openBoardsBy } from './open-board.ts';

openBoardsBy(async (name, options) => {
  const control = await EmulatedControl.start(findBoard(name));
  const port = await control.listen({ port: 0, host: '127.0.0.1' });
  try {
    const board = await open(`tcp://127.0.0.1:${port}`, options);
    board.on('close', () => void control.close());
    return board;
  } catch (error) {
    await control.close();
    throw error;
  }
});

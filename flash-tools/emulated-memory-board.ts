/** `shoal emulate BOARD --memory FILE`: an emulated board whose memory other programs map. */
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { findBoard } from '../boards/registry.ts';
import { EmulatedMemory } from '../host/index.ts';
import type { CommandFrame } from './command.ts';
import { interrupted } from './emulated-board.ts';
import { ConsoleLines } from './programs/console-lines.ts';

/**
 * Starts the board, prints one JSON object with the selector by which programs open it, and runs it until Ctrl-C. What
 * programs on its cores print goes to standard error. Rejects as {@link EmulatedMemory.start}.
 */
export async function emulateMemory(name: string, file: string, frame: CommandFrame): Promise<void> {
  const board = findBoard(name);
  const lines = new ConsoleLines((_stream, line) => frame.note(`${line}\n`));
  const memory = await EmulatedMemory.start(board, file, { onOutput: (output) => lines.push(output) });
  try {
    frame.line(`${JSON.stringify({ board: board.name, memory: `mem:${resolve(file)}` })}\n`);
    await interrupted(frame);
  } finally {
    memory.close();
    lines.end();
    rmSync(file, { force: true });
  }
}

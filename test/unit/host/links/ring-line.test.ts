/** Rings in a file of /dev/shm: mapped twice, as by two processes. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { connectLink } from '../../../../host/links/connect-link.ts';
import { ringOpener } from '../../../../host/links/ring-opener.ts';
import type { Line } from '../../../../protocol/line.ts';
import { sendNumbered } from '../../../support/numbered-messages.ts';
import { ObservedLink } from './observed-link.ts';

const folder = mkdtempSync('/dev/shm/shoal-test-');
afterAll(() => rmSync(folder, { recursive: true }));

/** `lines` gets the line that was opened. */
async function open(path: string, end: 0 | 1, lines: Line[] = []): Promise<ObservedLink> {
  const opener = ringOpener({ path }, end);
  const observe = async (signal: AbortSignal): Promise<Line> => {
    const line = await opener.open(signal);
    lines.push(line);
    return line;
  };
  return new ObservedLink(await connectLink({ ...opener, open: observe }));
}

describe('a ring in shared memory', () => {
  test('carries messages both ways, larger ones than itself, too, for one host after another', async () => {
    const path = join(folder, 'ring');
    writeFileSync(path, new Uint8Array(40_000));
    const board = await open(path, 1);
    board.link.onState = (state) => {
      board.states.push(state);
      if (state === 'reset') board.receiver.count = 0;
      if (state === 'open' || state === 'reset') sendNumbered(board.link, 400, (number) => 8 + number * 100, 100_000);
    };
    for (let round = 0; round < 2; round++) {
      const lines: Line[] = [];
      const near = await open(path, 0, lines);
      sendNumbered(near.link, 400, (number) => 8 + number * 100, 100_000);
      await near.until(() => near.receiver.count === 400);
      await board.until(() => board.receiver.count === 400);
      expect([near.receiver.fault, board.receiver.fault]).toEqual([undefined, undefined]);
      // It vanishes without a word.
      for (const line of lines) line.close();
      near.link.close();
    }
    expect(board.states).toEqual(['open', 'reset']);
    board.link.close();
  });

  test('that no board has laid out says so, and one that is not there', async () => {
    const path = join(folder, 'zeros');
    writeFileSync(path, new Uint8Array(4096));
    await expect(open(path, 0)).rejects.toMatchObject({
      code: 'LINK_UNAVAILABLE',
      hint: expect.stringContaining('running'),
    });
    await expect(open(join(folder, 'nothing'), 0)).rejects.toMatchObject({
      code: 'LINK_UNAVAILABLE',
      hint: expect.stringContaining('no such file'),
    });
  });
});

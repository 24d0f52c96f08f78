/** npm serialport, unmodified, on a pseudo-terminal. */
import { ReliableLink } from 'shoal/protocol';
import { afterEach, describe, expect, test } from 'vitest';
import { connectLink } from '../../../../host/links/connect-link.ts';
import { LINK_CLOCK } from '../../../../host/links/link-clock.ts';
import { openPseudoTerminal, type PseudoTerminal } from '../../../../host/links/pseudo-terminal.ts';
import { serialOpener } from '../../../../host/links/serial-line.ts';
import { loadOptionalPackage } from '../../../../protocol/optional-package.ts';
import { sendNumbered } from '../../../support/numbered-messages.ts';
import { ObservedLink } from './observed-link.ts';

const cleanUp: (() => void)[] = [];
afterEach(() => {
  for (const action of cleanUp.splice(0).reverse()) action();
});

/** The board's side of a serial port. */
async function boardOnPort(): Promise<{ terminal: PseudoTerminal; board: ObservedLink }> {
  const terminal = await openPseudoTerminal();
  cleanUp.push(() => terminal.close());
  const link = new ReliableLink('bytes', LINK_CLOCK);
  link.attach(terminal.line);
  cleanUp.push(() => link.close());
  return { terminal, board: new ObservedLink(link) };
}

async function hostOn(path: string): Promise<ObservedLink> {
  const observed = new ObservedLink(await connectLink(serialOpener(path)));
  cleanUp.push(() => observed.link.close());
  return observed;
}

describe('a serial port', () => {
  test('carries messages both ways', async () => {
    const { terminal, board } = await boardOnPort();
    const near = await hostOn(terminal.path);
    await near.until(() => near.states.includes('open'));
    for (const { link } of [near, board]) sendNumbered(link, 300, (number) => 10 + number * 7);
    await near.until(() => near.receiver.count === 300);
    await board.until(() => board.receiver.count === 300);
    expect([near.receiver.fault, board.receiver.fault]).toEqual([undefined, undefined]);
  });

  test('that is closed in order tells the board', async () => {
    const { terminal, board } = await boardOnPort();
    const first = await hostOn(terminal.path);
    await first.until(() => first.states.includes('open'));
    first.link.close();
    await board.until(() => board.states.includes('closed'));
  });

  test('that is open elsewhere is busy, and says so', async () => {
    const { terminal } = await boardOnPort();
    const near = await hostOn(terminal.path);
    await near.until(() => near.states.includes('open'));
    await expect(connectLink(serialOpener(terminal.path))).rejects.toMatchObject({
      code: 'LINK_BUSY',
      message: expect.stringContaining(`serial:${terminal.path}`),
      hint: expect.stringContaining('another program'),
    });
  });

  test('that is unplugged in mid-transfer interrupts the session', async () => {
    const { terminal, board } = await boardOnPort();
    const near = await hostOn(terminal.path);
    await near.until(() => near.states.includes('open'));
    sendNumbered(board.link, 5000, () => 200);
    await near.until(() => near.receiver.count > 100);
    terminal.close();
    await near.until(() => near.states.includes('interrupted'));
    expect(near.reasons.at(-1)?.message).toContain(terminal.path);
    expect(near.receiver.fault).toBeUndefined();
  });
});

describe('what is no serial port says why, and what to do', () => {
  test('one that is not there', async () => {
    await expect(connectLink(serialOpener('/dev/ttyNOWHERE'))).rejects.toMatchObject({
      code: 'LINK_UNAVAILABLE',
      hint: expect.stringContaining('/dev/serial/by-id'),
    });
  });

  test('a file', async () => {
    await expect(connectLink(serialOpener(import.meta.filename))).rejects.toMatchObject({
      code: 'LINK_UNAVAILABLE',
      hint: expect.stringContaining('no serial port'),
    });
  });

  test('a machine without the package', async () => {
    const load = (): Promise<unknown> => import(String('a-package-that-nobody-has'));
    await expect(loadOptionalPackage(load, 'serialport', 'serial ports')).rejects.toMatchObject({
      code: 'LINK_DRIVER_MISSING',
      hint: 'npm install serialport',
    });
  });
});

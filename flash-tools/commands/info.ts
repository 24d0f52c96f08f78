import type { Command } from 'commander';
import type { BoardDescription } from '../../boards/board.ts';
import { type CommandFrame, examples, JSON_OPTION } from '../command.ts';
import { type ImageReport, imageLine, imageReport } from '../smp/image-text.ts';
import { SMP_SELECTORS } from '../smp/open-smp.ts';
import { withSmp } from '../smp/with-smp.ts';
import { textTable } from '../text-table.ts';
import { isWindowSelector, openWindow, WINDOW_SELECTORS } from '../window/open-window.ts';

/** What is known of a board: its description, or what its supervisor says. */
interface BoardInfo {
  readonly selector: string;
  readonly board: BoardDescription | null;
  readonly images: readonly ImageReport[] | null;
  /** Bytes of the largest SMP message that the board takes. */
  readonly messageBytes: number | null;
}

/** Adds `shoal info SELECTOR [--json]`. */
export function addInfoCommand(program: Command, frame: CommandFrame): void {
  program
    .command('info')
    .summary('show what is known of one board')
    .description('Shows cores and memories of a board, or what its supervisor says of its images.')
    .argument('<board>', `${WINDOW_SELECTORS}; ${SMP_SELECTORS}`)
    .option(...JSON_OPTION)
    .addHelpText('after', examples('shoal info emu:parallella-16', 'shoal info udp://parallella --json'))
    .action(async (selector: string) => {
      const look = isWindowSelector(selector) ? mapped : supervised;
      const info = await look(selector, frame.interruption());
      frame.answer('info/1', info, () => infoText(info));
    });
}

async function mapped(selector: string, signal: AbortSignal): Promise<BoardInfo> {
  const { window, close } = await openWindow(selector, signal);
  close();
  return { selector, board: window.board, images: null, messageBytes: null };
}

function supervised(selector: string, signal: AbortSignal): Promise<BoardInfo> {
  return withSmp(selector, signal, async (client) => ({
    selector,
    board: null,
    images: (await client.images()).map(imageReport),
    messageBytes: await client.bufferBytes(),
  }));
}

function infoText({ selector, board, images, messageBytes }: BoardInfo): string {
  const rows: [string, string][] = [['selector', selector]];
  if (board !== null) rows.push(...boardRows(board));
  const running = images?.find(({ isActive }) => isActive);
  if (images !== null) rows.push(['runs', running?.version ?? 'nothing']);
  if (messageBytes !== null) rows.push(['messages', `up to ${messageBytes} bytes`]);
  return [...textTable(rows), ...(images ?? []).map(imageLine)].join('\n');
}

function boardRows(board: BoardDescription): [string, string][] {
  const { title, isa, generation, rows, columns, sharedMemory } = board;
  const shared = sharedMemory === undefined ? [] : [sharedMemory];
  return [
    ['board', `${board.name}: ${title}`],
    ['cores', `${rows * columns} (${rows}x${columns}), ${isa} (${generation}), ${board.coreClockHz / 1e6} MHz`],
    ['first core', `row ${board.firstRow}, column ${board.firstColumn} of the mesh`],
    ['core memory', `${board.localMemoryBytes / 1024} KB each, banks of ${board.bankBytes / 1024} KB`],
    ...shared.map(({ address, lengthBytes }): [string, string] => [
      'shared memory',
      `${lengthBytes / 1024 ** 2} MB at 0x${address.toString(16)}`,
    ]),
    ['source', board.source],
  ];
}

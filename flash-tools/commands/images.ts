import type { Command } from 'commander';
import { type CommandFrame, JSON_OPTION } from '../command.ts';
import { openSmp } from '../smp/open-smp.ts';
import { SmpClient, type SmpImage } from '../smp/smp-client.ts';

/** Adds `shoal images BOARD [--json]`: what stands in the slots of a board. */
export function addImagesCommand(program: Command, frame: CommandFrame): void {
  program
    .command('images')
    .summary('list the images in the slots of a board')
    .description('Lists the images of a board by SMP. Example: shoal images udp://parallella')
    .argument('<board>', "'udp://host', 'udp://host:port' or 'tcp://host:port'")
    .option(...JSON_OPTION)
    .action(async (board: string) => {
      const client = new SmpClient(await openSmp(board), { signal: frame.interruption() });
      try {
        const images = (await client.images()).map(({ hash, ...image }) => ({ ...image, hash: hexOf(hash) }));
        frame.answer('images/1', { board, images }, () =>
          images.length === 0 ? `${board} holds no image` : images.map(imageLine).join('\n'),
        );
      } finally {
        client.close();
      }
    });
}

function imageLine(image: Omit<SmpImage, 'hash'> & { readonly hash: string | null }): string {
  const states = [
    image.isActive ? 'runs' : '',
    image.isConfirmed ? 'confirmed' : '',
    image.isPermanent ? 'is started next' : image.isPending ? 'is tried next' : '',
  ].filter((state) => state !== '');
  return `slot ${image.slot}  ${image.version.padEnd(14)}${(image.hash ?? '').slice(0, 16)}  ${states.join(', ')}`;
}

function hexOf(hash: Uint8Array | null): string | null {
  return hash === null ? null : Buffer.from(hash).toString('hex');
}

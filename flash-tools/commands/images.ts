import type { Command } from 'commander';
import { type CommandFrame, examples, JSON_OPTION } from '../command.ts';
import { imageLine, imageReport } from '../smp/image-text.ts';
import { SMP_SELECTORS } from '../smp/open-smp.ts';
import { withSmp } from '../smp/with-smp.ts';

/** Adds `shoal images BOARD [--json]`: what stands in the slots of a board. */
export function addImagesCommand(program: Command, frame: CommandFrame): void {
  program
    .command('images')
    .summary('list the images in the slots of a board')
    .description('Lists the images of a board by SMP.')
    .argument('<board>', SMP_SELECTORS)
    .option(...JSON_OPTION)
    .addHelpText('after', examples('shoal images udp://parallella', 'shoal images serial:/dev/ttyUSB0 --json'))
    .action((board: string) =>
      withSmp(board, frame.interruption(), async (client) => {
        const images = (await client.images()).map(imageReport);
        frame.answer('images/1', { board, images }, () =>
          images.length === 0 ? `${board} holds no image` : images.map(imageLine).join('\n'),
        );
      }),
    );
}

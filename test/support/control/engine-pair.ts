/** Pairs for the behaviour suite whose far side is the control runtime in QuickJS, the very script that ships. */
import { connect, ReliableLink, type SessionCounts } from 'shoal/protocol';
import { ControlProcessor } from '../../../emulator/control/control-processor.ts';
import { controlScript } from '../../../host/control/control-script.ts';
import { lineInto } from '../../../host/control/processor-line.ts';
import { LINK_CLOCK } from '../../../host/links/link-clock.ts';
import type { MakePair } from '../remote-behaviour/connected-pair.ts';
import { KNOWN_CLASSES } from '../remote-behaviour/exports.ts';
import { boardScript } from './board-script.ts';

const script = controlScript();
const modules = boardScript('test/support/control/behaviour-modules.ts');

export const inEngine: MakePair = async ({ passing, timeoutMs }) => {
  const options = { ...(passing === undefined ? {} : { passing }), ...(timeoutMs === undefined ? {} : { timeoutMs }) };
  const processor = await ControlProcessor.start({ script, boardScript: await modules, board: options });
  const link = new ReliableLink('stream', LINK_CLOCK);
  link.attach(lineInto(processor, 0));
  const near = connect(link, { classes: KNOWN_CLASSES, ...options });
  return {
    near,
    farCounts: () => processor.evaluate('counts()') as SessionCounts,
    end: async () => {
      near.close();
      // What is on its way comes before the engine ends.
      await new Promise((resolve) => setTimeout(resolve, 5));
      processor.close();
    },
  };
};

/** Pairs for the behaviour suite whose far side is the control runtime in QuickJS, the very script that ships. */
import { connect, type Line, ReliableLink, type SessionCounts } from 'shoal/protocol';
import { ControlProcessor } from '../../../emulator/control/control-processor.ts';
import { controlScript } from '../../../host/control/control-script.ts';
import { LINK_CLOCK } from '../../../host/links/link-clock.ts';
import type { MakePair } from '../remote-behaviour/connected-pair.ts';
import { KNOWN_CLASSES } from '../remote-behaviour/exports.ts';
import { boardScript } from './board-script.ts';

const script = controlScript();
const modules = boardScript('test/support/control/behaviour-modules.ts');

/** A line of kind 'stream' into a control processor: bytes arrive in a later turn, as over a socket. */
export function lineInto(processor: ControlProcessor): Line {
  const line: Line = {
    capabilities: { kind: 'stream', isNoisy: false, hasModemLines: false, hasBreak: false },
    bufferedBytes: 0,
    write: (bytes) => void setImmediate(() => port.write(bytes)),
    onBytes: () => undefined,
    onDrain: () => undefined,
    onEnd: () => undefined,
    close: () => port.end(),
  };
  const port = processor.open(0, 'stream', false, {
    onBytes: (bytes) => void setImmediate(() => line.onBytes(bytes)),
    onClosed: () => undefined,
  });
  return line;
}

export const inEngine: MakePair = async ({ passing, timeoutMs }) => {
  const options = { ...(passing === undefined ? {} : { passing }), ...(timeoutMs === undefined ? {} : { timeoutMs }) };
  const processor = await ControlProcessor.start({ script, boardScript: await modules, board: options });
  const link = new ReliableLink('stream', LINK_CLOCK);
  link.attach(lineInto(processor));
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

/**
 * The far side of the behaviour suite in a process of its own, for near sides whose thread stands still. It listens on
 * the unix socket that is its argument, and does what its parent tells it by messages.
 */
import * as protocol from 'shoal/protocol';
import { serveLinks } from '../../../host/links/serve-links.ts';
import { collectGarbage } from '../collect-garbage.ts';
import { behaviourExports, KNOWN_CLASSES } from '../remote-behaviour/exports.ts';
import type { FromFar, ToFar } from './far-messages.ts';

/** What only near sides meet whose thread stands still. */
export const syncExports = {
  nesting: {
    async down(depth: number, up: (depth: number) => number): Promise<number> {
      return depth === 0 ? 0 : 1 + (await up(depth - 1));
    },
  },
  /** Calls back when the call that asked for it is over. */
  soon: (callback: (value: number) => unknown): void => {
    setTimeout(() => callback(7), 20);
  },
  /** Calls back without an end. */
  flood: async (callback: () => void): Promise<void> => {
    for (;;) await callback();
  },
  ending: (): never => process.exit(1),
};

let options: protocol.SessionOptions = {};
let session: protocol.Session | undefined;

await serveLinks({ path: process.argv[2] ?? '' }, (link) => {
  const exports = { ...behaviourExports(protocol), ...syncExports };
  session = protocol.connect(link, { exports, classes: KNOWN_CLASSES, ...options });
});

process.on('message', async (message: ToFar) => {
  if (message.kind === 'options') options = message.options;
  // What the near side gives back counts as soon as nothing holds it here.
  else await collectGarbage();
  tell({ kind: 'counts', counts: session?.counts });
});
tell({ kind: 'counts', counts: undefined });

function tell(message: FromFar): void {
  process.send?.(message);
}

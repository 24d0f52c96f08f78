/** The exports of the behaviour suite as a board's own script, to be bundled for a small engine. */
import type { SessionCounts, SessionOptions } from 'shoal/protocol';
import type { BoardModules, BoardProtocol } from '../../../device/control/quickjs.ts';
import { behaviourExports, KNOWN_CLASSES } from '../remote-behaviour/exports.ts';

interface Names {
  readonly shoalEmbedding: { readonly boardText: string };
  shoalModules?: (protocol: BoardProtocol) => BoardModules;
  counts?: () => SessionCounts;
}

const names = globalThis as unknown as Names;

names.shoalModules = (protocol) => ({
  ...(JSON.parse(names.shoalEmbedding.boardText) as SessionOptions),
  exports: { ...behaviourExports(protocol) },
  classes: KNOWN_CLASSES,
  onSession: (session) => {
    names.counts = () => session.counts;
  },
});

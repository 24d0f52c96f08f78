/** The control runtime with the exports of the behaviour suite, to be bundled for a small engine. */
import * as protocol from 'shoal/protocol';
import { startControlRuntime } from '../../../device/control/control-runtime.ts';
import type { EmbeddedRuntime, Embedding } from '../../../device/control/embedding.ts';
import { behaviourExports, KNOWN_CLASSES } from '../remote-behaviour/exports.ts';

interface Names {
  readonly shoalEmbedding: Embedding & { readonly boardText: string };
  shoalRuntime?: EmbeddedRuntime;
  counts?: () => protocol.SessionCounts;
}

const names = globalThis as unknown as Names;

names.shoalRuntime = startControlRuntime(names.shoalEmbedding, {
  exports: { ...behaviourExports(protocol) },
  classes: KNOWN_CLASSES,
  ...(JSON.parse(names.shoalEmbedding.boardText) as protocol.SessionOptions),
  onSession: (session) => {
    names.counts = () => session.counts;
  },
});

/**
 * The control runtime as one script for an engine without modules, such as QuickJS. The embedding is found as
 * `globalThis.shoalEmbedding`, with the facts of the board; the runtime is left as `globalThis.shoalRuntime`.
 */
import { currentCall } from '../../protocol/objects/incoming-calls.ts';
import { copy, ref, stream } from '../../protocol/objects/passing.ts';
import { release } from '../../protocol/objects/remote-functions.ts';
import { constantFields } from '../../protocol/objects/shapes.ts';
import { type ControlOptions, startControlRuntime } from './control-runtime.ts';
import type { EmbeddedRuntime, Embedding } from './embedding.ts';

/** What objects need that are used from the other side: see protocol/index.ts. */
export interface BoardProtocol {
  readonly copy: typeof copy;
  readonly ref: typeof ref;
  readonly stream: typeof stream;
  readonly currentCall: typeof currentCall;
  readonly release: typeof release;
  readonly constantFields: typeof constantFields;
}

/** What a board exports besides `board` and modules of the embedding, and how. */
export interface BoardModules extends ControlOptions {
  readonly exports: Readonly<Record<string, unknown>>;
}

interface Names {
  readonly shoalEmbedding: Embedding & {
    /** JSON of what `board` exports: its name, its cores. */
    readonly boardText: string;
  };
  /** Left by a script of the board that ran before. */
  readonly shoalModules?: (protocol: BoardProtocol) => BoardModules;
  shoalRuntime?: EmbeddedRuntime;
}

const names = globalThis as unknown as Names;
const embedding = names.shoalEmbedding;
const own = names.shoalModules?.({ copy, ref, stream, currentCall, release, constantFields });

const exported: Record<string, unknown> = { ...own?.exports };
exported.board ??= JSON.parse(embedding.boardText);
for (const name of embedding.moduleNames?.split('\n') ?? []) {
  Object.defineProperty(exported, name, { get: () => embedding.importModule?.(name), enumerable: true });
}
names.shoalRuntime = startControlRuntime(embedding, { ...own, exports: exported });

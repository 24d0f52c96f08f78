/**
 * The control runtime as one script for an engine without modules, such as QuickJS. The embedding is found as
 * `globalThis.shoalEmbedding`, with its disk and the facts of the board; the runtime is left as `globalThis.shoalRuntime`.
 */
import { currentCall } from '../../protocol/objects/incoming-calls.ts';
import { copy, ref, stream } from '../../protocol/objects/passing.ts';
import { release } from '../../protocol/objects/remote-functions.ts';
import { constantFields } from '../../protocol/objects/shapes.ts';
import { type ControlOptions, startControlRuntime } from './control-runtime.ts';
import type { EmbeddedDisk, EmbeddedRuntime, Embedding } from './embedding.ts';
import { fileSystem } from './file-system.ts';

/** What objects need that are used from the other side: see protocol/index.ts. */
export interface BoardProtocol {
  readonly copy: typeof copy;
  readonly ref: typeof ref;
  readonly stream: typeof stream;
  readonly currentCall: typeof currentCall;
  readonly release: typeof release;
  readonly constantFields: typeof constantFields;
}

/** What a board exports besides `fs` and `board`, and how. */
export interface BoardModules extends ControlOptions {
  readonly exports: Readonly<Record<string, unknown>>;
}

interface Names {
  readonly shoalEmbedding: Embedding & {
    readonly disk: EmbeddedDisk;
    /** JSON of what `board` exports: its name, its cores. */
    readonly boardText: string;
  };
  /** Left by a script of the board that ran before. */
  readonly shoalModules?: (protocol: BoardProtocol) => BoardModules;
  shoalRuntime?: EmbeddedRuntime;
}

const names = globalThis as unknown as Names;
const { disk, boardText } = names.shoalEmbedding;
const own = names.shoalModules?.({ copy, ref, stream, currentCall, release, constantFields });

names.shoalRuntime = startControlRuntime(names.shoalEmbedding, {
  ...own,
  exports: { fs: fileSystem(disk), board: JSON.parse(boardText), ...own?.exports },
});

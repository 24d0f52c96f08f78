/**
 * The control runtime as one script for an engine without modules, such as QuickJS. The embedding is found as
 * `globalThis.shoalEmbedding`, with its disk and the facts of the board; the runtime is left as `globalThis.shoalRuntime`.
 */
import { startControlRuntime } from './control-runtime.ts';
import type { EmbeddedDisk, EmbeddedRuntime, Embedding } from './embedding.ts';
import { fileSystem } from './file-system.ts';

interface Names {
  readonly shoalEmbedding: Embedding & {
    readonly disk: EmbeddedDisk;
    /** JSON of what `board` exports: its name, its cores. */
    readonly boardText: string;
  };
  shoalRuntime?: EmbeddedRuntime;
}

const names = globalThis as unknown as Names;
const { disk, boardText } = names.shoalEmbedding;

names.shoalRuntime = startControlRuntime(names.shoalEmbedding, {
  exports: { fs: fileSystem(disk), board: JSON.parse(boardText) },
});

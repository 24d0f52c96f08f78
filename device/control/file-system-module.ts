/** `fs` as a script by itself: what it exports is left as `globalThis.shoalModule` for the embedding that loads it. */
import type { EmbeddedDisk } from './embedding.ts';
import { fileSystem } from './file-system.ts';

const names = globalThis as unknown as {
  readonly shoalEmbedding: { readonly disk: EmbeddedDisk };
  shoalModule?: unknown;
};

names.shoalModule = fileSystem(names.shoalEmbedding.disk);

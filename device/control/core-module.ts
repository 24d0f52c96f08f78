/** `cores` as a script by itself, for boards that have some: left as `globalThis.shoalModule` for the embedding. */
import { shareCores } from './core-sharing.ts';
import type { EmbeddedMemory, Embedding } from './embedding.ts';

const names = globalThis as unknown as {
  readonly shoalEmbedding: Embedding & { readonly memory: EmbeddedMemory };
  readonly setTimeout: (callback: () => void, delayMs: number) => unknown;
  shoalModule?: unknown;
};

const { shoalEmbedding: embedding, setTimeout } = names;
names.shoalModule = shareCores(embedding.memory, {
  now: () => embedding.now(),
  setTimer: (ms, run) => setTimeout(run, ms),
});

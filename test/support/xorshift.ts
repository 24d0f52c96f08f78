/** Marsaglia's xorshift32: numbers of 0 … 2³² − 1, the same for the same seed, fast enough for millions of inputs. */
export function xorshift(seed: number): () => number {
  let state = (seed * 2654435761) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

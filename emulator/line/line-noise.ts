/**
 * What a bad line does to bytes, by a seed: the same faults for the same bytes and the same seed. Rates are per byte,
 * chances of 0 … 1.
 */
export interface NoiseRates {
  /** One to eight bits of the byte are flipped. */
  readonly flip?: number;
  readonly lose?: number;
  readonly double?: number;
  /** A burst of 1 to 32 random bytes comes in front of it. */
  readonly garbage?: number;
}

/** All kinds of fault to equal parts, together `rate` per byte. */
export function evenNoise(rate: number): NoiseRates {
  return { flip: rate / 4, lose: rate / 4, double: rate / 4, garbage: rate / 4 };
}

/** Marsaglia's xorshift32 as numbers of 0 … 1. */
export function seededRandom(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 0x1_0000_0000;
  };
}

/** Damages the bytes that pass, chunk by chunk. */
export class LineNoise {
  /** Faults so far. */
  faults = 0;
  readonly #random: () => number;
  readonly #rates: Required<NoiseRates>;
  readonly #total: number;
  /** Bytes until the next fault. */
  #until: number;

  constructor(rates: NoiseRates, random: () => number) {
    this.#random = random;
    this.#rates = { flip: 0, lose: 0, double: 0, garbage: 0, ...rates };
    this.#total = this.#rates.flip + this.#rates.lose + this.#rates.double + this.#rates.garbage;
    this.#until = this.#nextGap();
  }

  #nextGap(): number {
    if (this.#total <= 0) return Infinity;
    return Math.floor(Math.log(1 - this.#random()) / Math.log(1 - Math.min(this.#total, 1 - 1e-9)));
  }

  /** What comes out for what goes in. */
  pass(bytes: Uint8Array): Uint8Array {
    if (this.#until >= bytes.length) {
      this.#until -= bytes.length;
      return bytes;
    }
    const out: number[] = [];
    for (const byte of bytes) {
      if (this.#until-- > 0) out.push(byte);
      else {
        this.#damage(byte, out);
        this.faults++;
        this.#until = this.#nextGap();
      }
    }
    return Uint8Array.from(out);
  }

  #damage(byte: number, out: number[]): void {
    const { flip, lose, double } = this.#rates;
    const kind = this.#random() * this.#total;
    if (kind < flip) {
      out.push(byte ^ (1 + Math.floor(this.#random() * 255)));
    } else if (kind < flip + lose) {
      // Nothing comes.
    } else if (kind < flip + lose + double) {
      out.push(byte, byte);
    } else {
      for (let count = 1 + Math.floor(this.#random() * 32); count > 0; count--) out.push(this.#random() * 256);
      out.push(byte);
    }
  }
}

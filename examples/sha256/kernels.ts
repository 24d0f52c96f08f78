'use kernel';
// SHA-256 (FIPS 180-4) of one message that fits into a core's memory.
import type { i32 } from 'shoal/kernel';

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
const roundConstants = new Uint32Array([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
  0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
  0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
  0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
  0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
  0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
  0xc67178f2,
]);

/** The same of the square roots of the first 8 primes. */
const initialState = new Uint32Array([
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
]);

const schedule = new Int32Array(64);
const state = new Int32Array(8);

function rotate(x: i32, bits: i32): i32 {
  return (x >>> bits) | (x << (32 - bits));
}

/** The padded message: the bytes, 0x80, zeros, the length in bits as 64 bits, big endian. */
function byteAt(message: Uint8Array, index: i32, paddedLength: i32): i32 {
  if (index < message.length) return message[index];
  if (index === message.length) return 0x80;
  const fromEnd: i32 = paddedLength - 1 - index;
  if (fromEnd < 4) return ((message.length << 3) >>> (8 * fromEnd)) & 0xff;
  return 0;
}

function compress(message: Uint8Array, start: i32, paddedLength: i32): void {
  for (let t: i32 = 0; t < 16; t++) {
    let word: i32 = 0;
    for (let i: i32 = 0; i < 4; i++) word = (word << 8) | byteAt(message, start + 4 * t + i, paddedLength);
    schedule[t] = word;
  }
  for (let t: i32 = 16; t < 64; t++) {
    const x: i32 = schedule[t - 15];
    const y: i32 = schedule[t - 2];
    const s0: i32 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3);
    const s1: i32 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10);
    schedule[t] = schedule[t - 16] + s0 + schedule[t - 7] + s1;
  }
  let a: i32 = state[0];
  let b: i32 = state[1];
  let c: i32 = state[2];
  let d: i32 = state[3];
  let e: i32 = state[4];
  let f: i32 = state[5];
  let g: i32 = state[6];
  let h: i32 = state[7];
  for (let t: i32 = 0; t < 64; t++) {
    const s1: i32 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const choice: i32 = (e & f) ^ (~e & g);
    const first: i32 = h + s1 + choice + (roundConstants[t] | 0) + schedule[t];
    const s0: i32 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const majority: i32 = (a & b) ^ (a & c) ^ (b & c);
    h = g;
    g = f;
    f = e;
    e = d + first;
    d = c;
    c = b;
    b = a;
    a = first + s0 + majority;
  }
  state[0] = state[0] + a;
  state[1] = state[1] + b;
  state[2] = state[2] + c;
  state[3] = state[3] + d;
  state[4] = state[4] + e;
  state[5] = state[5] + f;
  state[6] = state[6] + g;
  state[7] = state[7] + h;
}

/** The digest has 32 bytes. */
export function sha256(message: Uint8Array, digest: Uint8Array): void {
  for (let i: i32 = 0; i < 8; i++) state[i] = initialState[i] | 0;
  // One byte of padding and eight of the length, up to a whole block.
  const paddedLength: i32 = ((message.length + 72) >>> 6) << 6;
  for (let start: i32 = 0; start < paddedLength; start += 64) compress(message, start, paddedLength);
  for (let i: i32 = 0; i < 32; i++) digest[i] = (state[i >>> 2] >>> (24 - 8 * (i & 3))) & 0xff;
}

/** Kernel modules compiled from TypeScript, called directly on a core, and compared with the same functions in Node. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PARALLELLA_16 } from '../../boards/parallella-16.ts';
import { compileKernels } from '../../compiler/compile.ts';
import type { CompiledModule } from '../../compiler/compiled-module.ts';
import { undefinedSymbols } from '../../compiler/link/place-module.ts';
import type { Machine } from '../../emulator/index.ts';
import { type Outcome, runCompiled } from '../support/compiled-graph/run-compiled.ts';

const SOURCE = `'use kernel';
import { type f32, type i32, range } from 'shoal/kernel';
const weights = new Float32Array([1, 4, 6, 4, 1]);
let total: i32 = 5;
export function saxpy(a: f32, x: Float32Array, y: Float32Array): void {
  for (let i = 0; i < x.length; i++) y[i] = a * x[i] + y[i];
}
export function saxpyByRange(a: f32, x: Float32Array, y: Float32Array): void {
  for (const i of range(x.length)) y[i] = a * x[i] + y[i];
}
export function blur(x: Float32Array, y: Float32Array): void {
  for (let i = 2; i < x.length - 2; i++) {
    let sum: f32 = 0;
    for (let k = 0; k < 5; k++) sum += weights[k] * x[i + k - 2];
    y[i] = sum / 16;
  }
}
export function matmul(n: i32, a: Float32Array, b: Float32Array, c: Float32Array): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let s: f32 = 0;
      for (let k = 0; k < n; k++) s += a[i * n + k] * b[k * n + j];
      c[i * n + j] = s;
    }
  }
}
export function sort(a: Int32Array): void {
  for (let i = a.length - 1; i > 0; i--) {
    for (let j = 0; j < i; j++) {
      if (a[j] > a[j + 1]) {
        const t = a[j];
        a[j] = a[j + 1];
        a[j + 1] = t;
      }
    }
  }
}
export function crc32(data: Uint8Array): i32 {
  let c: i32 = -1;
  for (let i = 0; i < data.length; i++) {
    c ^= data[i];
    for (let k = 0; k < 8; k++) c = (c & 1) !== 0 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  }
  return ~c;
}
export function divide(a: i32, b: i32): i32 {
  total += 1;
  return ((a / b) | 0) * 1000 + (a % 97) + total;
}
`;

/** Where the arrays of a call lie. */
const ARRAYS = 0x5000;

let module: CompiledModule;
let unchecked: CompiledModule;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shoal-kernels-'));
  const file = join(folder, 'kernels.ts');
  writeFileSync(file, SOURCE);
  module = compileKernels(file, { board: PARALLELLA_16 });
  unchecked = compileKernels(file, { board: PARALLELLA_16, checks: false });
});

afterAll(() => rmSync(folder, { recursive: true }));

type Argument = number | Float32Array | Int32Array | Uint8Array;

/** Calls a kernel; arrays come back changed. */
function call(name: string, ...values: Argument[]): Outcome {
  return callIn(module, name, values);
}

function callIn(compiled: CompiledModule, name: string, values: readonly Argument[]): Outcome {
  // Entry stubs need the runtime; the kernels themselves only traps.raise.
  const externals = undefinedSymbols(compiled.object).filter((symbol) => symbol !== 'traps.raise');
  const stubs = externals.map((symbol) => ({ name: symbol, section: '.text', offset: 0, lengthBytes: 0 }));
  const object = { ...compiled.object, symbols: [...compiled.object.symbols, ...stubs.map(asFunction)] };
  const words: number[] = [];
  const placed: { address: number; array: Exclude<Argument, number> }[] = [];
  let address = ARRAYS;
  for (const value of values) {
    if (typeof value === 'number') words.push(Number.isInteger(value) ? value : bitsOf(value));
    else {
      words.push(address, value.length);
      placed.push({ address, array: value });
      address = Math.ceil((address + value.byteLength) / 8) * 8;
    }
  }
  const bytesOf = (array: Exclude<Argument, number>): Uint8Array =>
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  const prepare = (machine: Machine): void => {
    for (const { address: at, array } of placed) machine.writeMemory(machine.coreAddress(0, at), bytesOf(array));
  };
  const outcome = runCompiled(object, `kernels.${name}`, words, prepare);
  const { machine } = outcome;
  for (const { address: at, array } of placed) {
    bytesOf(array).set(machine.readMemory(machine.coreAddress(0, at), array.byteLength));
  }
  return outcome;
}

const asFunction = <T>(symbol: T): T & { kind: 'function' } => ({ ...symbol, kind: 'function' });
const bitsOf = (value: number): number => new Int32Array(Float32Array.of(value).buffer)[0] as number;

const sequence = (length: number, of: (index: number) => number): Float32Array =>
  Float32Array.from({ length }, (_, index) => of(index));

describe('compiled kernels', () => {
  it('saxpy', () => {
    const x = sequence(33, (index) => index - 7);
    const y = sequence(33, (index) => index * 2);
    const expected = y.map((value, index) => 1.5 * (x[index] as number) + value);
    expect(call('saxpy', 1.5, x, y).trap).toBeUndefined();
    expect(y).toEqual(expected);
  });

  it('saxpy over arrays that do not match', () => {
    const outcome = call('saxpy', 1.5, new Float32Array(9), new Float32Array(4));
    const [site, index, length] = outcome.trap ?? [];
    expect(module.trapSites[site ?? -1]).toMatchObject({ kind: 'index-out-of-range', text: 'y[i]' });
    expect([index, length]).toEqual([4, 4]);
  });

  it('a filter with constants, loops in loops and division', () => {
    const x = sequence(40, (index) => (index * 37) % 16);
    const y = new Float32Array(40);
    expect(call('blur', x, y).trap).toBeUndefined();
    const at = (index: number): number => x[index] as number;
    for (let i = 2; i < 38; i++) {
      expect(y[i]).toBe((at(i - 2) + 4 * at(i - 1) + 6 * at(i) + 4 * at(i + 1) + at(i + 2)) / 16);
    }
  });

  it('matrix product: integer and float mode change in one loop', () => {
    const n = 6;
    const [a, b] = [sequence(n * n, (index) => (index % 7) - 3), sequence(n * n, (index) => (index % 5) - 1)];
    const c = new Float32Array(n * n);
    expect(call('matmul', n, a, b, c).trap).toBeUndefined();
    const expected = sequence(n * n, (index) => {
      let sum = 0;
      for (let k = 0; k < n; k++) {
        sum += (a[Math.floor(index / n) * n + k] as number) * (b[k * n + (index % n)] as number);
      }
      return sum;
    });
    expect(c).toEqual(expected);
  });

  it('sorting in place', () => {
    const a = Int32Array.from({ length: 50 }, (_, index) => ((index * 7919) % 101) - 50);
    const expected = a.toSorted();
    expect(call('sort', a).trap).toBeUndefined();
    expect(a).toEqual(expected);
  });

  it('CRC-32', () => {
    expect((call('crc32', new TextEncoder().encode('123456789')).result as number) >>> 0).toBe(0xcbf43926);
  });

  it('integer division by library kernels, and module state', () => {
    const expected = (a: number, b: number): number => Math.trunc(a / b) * 1000 + (a % 97) + 6;
    for (const [a, b] of [
      [1234, 7],
      [-1234, 7],
      [99, -4],
    ] as const) {
      expect(call('divide', a, b).result).toBe(expected(a, b));
    }
    expect(call('divide', 50, 0).result).toBe(56);
  });
});

describe('instructions per element, without checks', () => {
  const perElement = (name: string, argumentsOf: (length: number) => Argument[], each = 1): number => {
    const count = (length: number): number => callIn(unchecked, name, argumentsOf(length)).instructions;
    return (count(96) - count(32)) / 64 / each;
  };
  const floats = (length: number): Float32Array => new Float32Array(length);

  it.each([
    ['saxpy', 7, (n: number) => [2.5, floats(n), floats(n)]],
    ['crc32', 64, (n: number) => [new Uint8Array(n)]],
  ] as const)('%s: at most %d', (name, limit, argumentsOf) => {
    expect(perElement(name, (length) => [...argumentsOf(length)])).toBeLessThanOrEqual(limit);
  });

  it('a range: as many as the for loop, with checks and without', () => {
    for (const compiled of [module, unchecked]) {
      const [byFor, byRange] = ['saxpy', 'saxpyByRange'].map((name) => {
        return callIn(compiled, name, [2.5, floats(33), floats(33)]).instructions;
      });
      expect(byRange).toBe(byFor);
    }
  });

  it('matmul: six in the inner loop', () => {
    const count = (n: number): number =>
      callIn(unchecked, 'matmul', [n, floats(n * n), floats(n * n), floats(n * n)]).instructions;
    // The third difference of a cubic is six times its leading coefficient.
    const [a, b, c, d] = [8, 9, 10, 11].map(count) as [number, number, number, number];
    expect((d - 3 * c + 3 * b - a) / 6).toBe(6);
  });
});

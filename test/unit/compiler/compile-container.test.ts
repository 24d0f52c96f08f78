import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PARALLELLA_16 } from '../../../boards/parallella-16.ts';
import { compileKernels } from '../../../compiler/compile.ts';
import { compileTargets } from '../../../compiler/compile-targets.ts';
import { type CompiledModule, moduleBytes } from '../../../compiler/compiled-module.ts';
import { placeModule, undefinedSymbols } from '../../../compiler/link/place-module.ts';
import { listingText, listModule } from '../../../compiler/listing.ts';
import { readContainer, writeContainer } from '../../../compiler/module-container.ts';
import { checkSize, sizeReport, sizeText } from '../../../compiler/size.ts';
import { isShoalError } from '../../../protocol/errors.ts';

const SOURCE = `'use kernel';
import type { f32, i32 } from 'shoal/kernel';
const table = new Int32Array([1, 2, 3, 4]);
let calls: i32 = 0;
const room = new Float32Array(2048);
export function scale(a: f32, x: Float32Array, y: Float32Array): void {
  for (let i = 0; i < x.length; i++) y[i] = a * x[i];
}
export function count(step: i32, flag: boolean): i32 {
  if (step < 0) throw new RangeError('step is negative');
  calls += table[step & 3];
  room[step] = calls;
  console.log('n ' + calls, 'of', flag ? 'yes' : 'no', room[0], -0.0, true, 2);
  console.assert(step < 3, 'large', flag);
  return flag ? calls : 0;
}
`;

let folder: string;
let file: string;
let module: CompiledModule;
let bytes: Uint8Array;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shoal-compile-'));
  file = join(folder, 'kernels.ts');
  writeFileSync(file, SOURCE);
  module = compileKernels(file, { board: PARALLELLA_16 });
  bytes = writeContainer([{ module, localMemoryBytes: PARALLELLA_16.localMemoryBytes }]);
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('compileKernels', () => {
  it('says how to call each kernel', () => {
    expect(module.name).toBe('kernels');
    expect(module.kernels.map(({ name, parameters, result }) => ({ name, parameters, result }))).toEqual([
      {
        name: 'scale',
        parameters: [
          { name: 'a', scalar: 'f32' },
          { name: 'x', element: 'f32', direction: 'in' },
          { name: 'y', element: 'f32', direction: 'in-out' },
        ],
        result: 'void',
      },
      {
        name: 'count',
        parameters: [
          { name: 'step', scalar: 'i32' },
          { name: 'flag', scalar: 'bool' },
        ],
        result: 'i32',
      },
    ]);
    for (const kernel of module.kernels) expect(kernel.stackBytes % 8).toBe(0);
  });

  it('leaves only functions of the core runtime undefined', () => {
    for (const symbol of undefinedSymbols(module.object)) expect(symbol).toMatch(/^(arguments|outbound|traps)\./);
  });

  it('reports errors with code frames', () => {
    const broken = join(folder, 'broken.ts');
    writeFileSync(broken, `'use kernel';\nexport function f(a: number): void { eval('1'); }\n`);
    try {
      compileKernels(broken, { board: PARALLELLA_16 });
      expect.unreachable();
    } catch (error) {
      if (!isShoalError(error, 'COMPILE_FAILED')) throw error;
      expect(error.details.text).toContain('eval');
      expect(error.details.text).toContain('broken.ts:2:');
    }
  });

  it('leaves out checks on demand', () => {
    const unchecked = compileKernels(file, { board: PARALLELLA_16, checks: false });
    const kinds = (sites: CompiledModule['trapSites']): Set<string> => new Set(sites.map((site) => site.kind));
    expect(kinds(module.trapSites)).toContain('index-out-of-range');
    expect(kinds(unchecked.trapSites)).toEqual(new Set(['throw']));
  });
});

describe('container files', () => {
  it('give back what was written', () => {
    const [target] = readContainer(bytes);
    expect(target?.localMemoryBytes).toBe(PARALLELLA_16.localMemoryBytes);
    const read = target?.module as CompiledModule;
    expect({ ...read, object: null, lines: null }).toEqual({ ...module, object: null, lines: null });
    const outside = new Map(undefinedSymbols(module.object).map((symbol, index) => [symbol, 0x100 + 2 * index]));
    const placed = placeModule(read.object, 0x2000, outside);
    expect(placed.segments).toEqual(placeModule(module.object, 0x2000, outside).segments);
    expect(placed.symbols.get('kernels.scale.entry')).toBeGreaterThanOrEqual(0x2000);
    const shown = (of: CompiledModule): unknown =>
      listModule(of).map(({ symbol, lines }) => [symbol, lines.map(({ text, position }) => ({ text, position }))]);
    expect(shown(read)).toEqual(shown(module));
  });

  it('survive any damage', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 8 }),
        fc.nat(bytes.length),
        (changes, length) => {
          const damaged = bytes.slice(0, length % 2 === 0 ? length : bytes.length);
          for (const [at, value] of changes) if (at < damaged.length) damaged[at] = value;
          try {
            readContainer(damaged);
          } catch (error) {
            expect(isShoalError(error, 'PROTOCOL_INVALID') || isShoalError(error, 'ELF_INVALID')).toBe(true);
          }
        },
      ),
      { numRuns: 500, seed: 7 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        expect(() => readContainer(noise)).toThrow();
        expect(() => readContainer(Uint8Array.of(0xd9, 0xd9, 0xf7, ...noise))).toThrow();
      }),
      { seed: 7 },
    );
  });
});

describe('size', () => {
  const limits = { localMemoryBytes: 32_768, runtimeBytes: 3994, runtimeStackBytes: 256 };

  it('adds up to what is needed', () => {
    const report = sizeReport(module, limits);
    expect(report.items.reduce((sum, item) => sum + item.lengthBytes, 0)).toBe(report.neededBytes);
    expect(checkSize(module, limits)).toEqual(report);
  });

  it('names what takes the room', () => {
    const small = { ...limits, localMemoryBytes: 8192 };
    expect(sizeText(sizeReport(module, small))).toMatch(
      /^needs 1\d \d{3} of 8 192 bytes: runtime 3\.9 KB, code 0\.\d KB, stacks 0\.3 KB, .*`room` 8\.0 KB \(kernels\.ts:5:7\)$/,
    );
    try {
      checkSize(module, small);
      expect.unreachable();
    } catch (error) {
      expect(isShoalError(error, 'MEMORY_OVERFLOW')).toBe(true);
    }
  });
});

describe('listing', () => {
  it('shows instructions beside their source', () => {
    const text = listingText(module, (path) => (path === file ? SOURCE : undefined));
    expect(text).toMatch(/^kernels\.scale: \d+ bytes$/m);
    expect(text).toMatch(/^7: for \(let i = 0; i < x\.length; i\+\+\).* +[0-9a-f]+ {2}[0-9a-f]{4,8} +\w+/m);
    expect(text).toMatch(/ b traps\.raise$/m);
    expect(text).toMatch(/ bl arguments\.readAll$/m);
  });

  it('covers every byte of every function', () => {
    for (const { lengthBytes, lines } of listModule(module)) {
      expect(lines.reduce((sum, line) => sum + line.bytes.length / 2, 0)).toBe(lengthBytes);
    }
  });
});

describe('compileTargets', () => {
  const small = { isa: 'epiphany', localMemoryBytes: 16_384 } as const;
  const large = { isa: 'epiphany', localMemoryBytes: 131_072 } as const;

  it('compiles once for each kind of board, for the largest memory first; a file holds all', () => {
    const targets = compileTargets(file, { boards: [small, PARALLELLA_16, large, small] });
    expect(targets.map(({ localMemoryBytes }) => localMemoryBytes)).toEqual([131_072, 32_768, 16_384]);
    expect(targets[1]?.module).toEqual(module);
    const read = readContainer(writeContainer(targets));
    expect(read.map(({ localMemoryBytes }) => localMemoryBytes)).toEqual([131_072, 32_768, 16_384]);
    // Code for more than 64 KB forms addresses in two instructions.
    expect(moduleBytes(read[0]?.module as CompiledModule)).toBeGreaterThan(moduleBytes(module));
    expect(moduleBytes(read[2]?.module as CompiledModule)).toBe(moduleBytes(module));
  });

  it('throws as compileKernels', () => {
    expect(() => compileTargets(join(folder, 'none.ts'), { boards: [small] })).toThrow(
      expect.objectContaining({ code: 'COMPILE_FAILED' }),
    );
  });
});

/** DESIGN: the code that decodes the arguments of a kernel takes at most 96 bytes, whatever its signature. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { epiphanyBackEnd } from '../../../compiler/back-ends/epiphany/index.ts';
import { entryStub, entrySymbol } from '../../../compiler/flow-graph/entry-stub.ts';
import type { KernelFunction, ScalarType, VariableType } from '../../../compiler/kernel-tree/tree.ts';

const LIMIT_BYTES = 96;
const position = { file: 'sizes.ts', line: 1, column: 1 };

function stubBytes(types: readonly VariableType[], result: ScalarType | 'void'): number {
  const kernel: KernelFunction = {
    symbol: 'sizes.f',
    name: 'f',
    parameters: types.map((type, index) => ({ name: `p${index}`, type, mutable: false, position })),
    result,
    body: [],
    exported: true,
    position,
  };
  const { symbols } = epiphanyBackEnd().compile({ name: 'sizes', functions: [entryStub(kernel)], data: [] });
  return symbols.find(({ name }) => name === entrySymbol('sizes.f'))?.lengthBytes ?? Number.NaN;
}

const type: fc.Arbitrary<VariableType> = fc.oneof(
  fc.constantFrom('i32', 'u32', 'f32', 'bool').map((scalar) => ({ tag: 'scalar', scalar }) as VariableType),
  fc
    .constantFrom('i8', 'u8', 'i16', 'u16', 'i32', 'u32', 'f32')
    .map((element) => ({ tag: 'array', element }) as VariableType),
);

test('stubs of all signatures of up to eight parameters are small', () => {
  fc.assert(
    fc.property(
      fc.array(type, { maxLength: 8 }),
      fc.constantFrom('i32', 'u32', 'f32', 'bool', 'void'),
      (types, result) => {
        expect(stubBytes(types, result as ScalarType | 'void')).toBeLessThanOrEqual(LIMIT_BYTES);
      },
    ),
    {
      seed: 8,
      numRuns: 400,
      examples: [[Array.from({ length: 8 }, (): VariableType => ({ tag: 'array', element: 'f32' })), 'f32']],
    },
  );
});

test('stubs of sixteen scalars are small as well', () => {
  const scalars = Array.from({ length: 16 }, (): VariableType => ({ tag: 'scalar', scalar: 'f32' }));
  expect(stubBytes(scalars, 'f32')).toBeLessThanOrEqual(LIMIT_BYTES);
});

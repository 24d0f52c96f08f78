import { afterAll, beforeAll, expect, test } from 'vitest';
import { isShoalError } from '../../protocol/errors.ts';
import { generateModules } from '../support/kernel-generator/generate-modules.ts';
import { type Disagreement, ThreeWays } from '../support/kernel-generator/run-three-ways.ts';
import { shrinkKernel } from '../support/kernel-generator/shrink-kernel.ts';
import { type KernelCase, renderKernel } from '../support/kernel-generator/syntax-pieces.ts';

/** Another seed, or more kernels: SEED=7 KERNELS=20000 npx vitest run --project emulator test/emulator/random-kernels */
const seed = Number(process.env.SEED ?? 20260101);
const count = Number(process.env.KERNELS ?? 1000);

let ways: ThreeWays;
beforeAll(async () => {
  ways = await ThreeWays.start();
});
afterAll(() => ways.close());

async function describeFailure({ kernel, text }: Disagreement): Promise<string> {
  const small = await shrinkKernel(kernel, (candidate) => ways.disagrees(candidate), 400);
  const [again] = await ways.compare([small]);
  return `${again?.text ?? text}\n${small.moduleLines.join('\n')}\n${renderKernel(small)}called with ${JSON.stringify(small.arguments)}`;
}

/** A module that does not compile is a fault of the generator, or of a refusal that is too strict. */
function failureText(error: unknown): string {
  const text = isShoalError(error) ? error.details.text : undefined;
  return typeof text === 'string' ? text : String(error instanceof Error ? error.stack : error);
}

test(`${count} random kernels agree on a core, in exact Node and, where they are exact in doubles, in plain JavaScript`, async () => {
  const failures: string[] = [];
  for (const kernels of generateModules(seed, count)) {
    if (failures.length >= 3) break;
    try {
      for (const disagreement of await ways.compare(kernels)) failures.push(await describeFailure(disagreement));
    } catch (error) {
      failures.push(`the module of ${kernels[0]?.name}: ${failureText(error)}`);
    }
  }
  expect(failures.join('\n\n')).toBe('');
}, 1_800_000);

test('a kernel that is not exact in doubles is noticed when it claims to be, and shrinks', async () => {
  const sum = {
    kind: 'f32',
    parts: ['(', { kind: 'f32', parts: ['x'] }, ' * ', { kind: 'f32', parts: ['x'] }, ' + z)'],
  } as const;
  const wrong: KernelCase = {
    name: 'claims',
    parameters: [
      { name: 'x', type: 'f32' },
      { name: 'z', type: 'f32' },
    ],
    result: 'f32',
    body: [
      { parts: ['let n: i32 = 3;'] },
      { parts: ['if (n > 2) ', [{ parts: ['n += 1;'] }]] },
      { parts: ['return ', sum, ';'] },
    ],
    moduleLines: [],
    arguments: [
      { tag: 'number', value: 1 + 2 ** -12 },
      { tag: 'number', value: 2 ** -80 },
    ],
    staysExact: true,
  };
  const [found] = await ways.compare([wrong]);
  expect(found?.text).toMatch(/^claims: core gives 1\.00048\d+, plain JavaScript 1\.00048\d+$/);
  const small = await shrinkKernel(wrong, (candidate) => ways.disagrees(candidate));
  expect(renderKernel(small)).toBe('export function claims(x: f32, z: f32): f32 {\n  return (x * x + z);\n}\n');
});

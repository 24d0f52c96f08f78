/** Objects of modules in exact Node: one object for the module and its importers, with the numbers of a core. */
import { expect, test } from 'vitest';
import { checkKernelProgram } from '../../../compiler/front-end/check-kernel-program.ts';
import { transformKernelModule } from '../../../host/run/transform-kernel-module.ts';

const FILES: Readonly<Record<string, string>> = {
  '/project/kernels.ts': `'use kernel';
import type { f32 } from 'shoal/kernel';
import { limits, total } from './other.ts';
interface Node { v: f32; next: Node | null }
const list: Node = { v: 0.1, next: { v: 2, next: null } };
if (list.next !== null) list.next.next = list;
export let current = list;
export function step(v: f32): f32 {
  if (v > limits.high) current = list;
  total.sum += v;
  current.v += v;
  return current.v;
}
`,
  '/project/other.ts': `'use kernel';
export const limits = { low: 0.1, high: 0.7 };
export const total = { sum: 0.3 };
export function reset(): void { total.sum = limits.low; }
`,
};

test('what is printed for objects', async () => {
  const readFile = (path: string): string | undefined => FILES[path];
  const { checked } = checkKernelProgram('/project/kernels.ts', { readFile });
  if (checked === null) throw new Error('not a kernel');
  const { code } = await transformKernelModule(checked, '/project/kernels.ts', {
    readFile: (path) => readFile(path) ?? '',
  });
  // The top level runs an `if`: what kernels use is put in place when it has run.
  expect(code.replace(/\n\/\/# sourceMappingURL.*/s, '')).toMatchInlineSnapshot(`
    ""use kernel";
    var $$other_limits = { "low": 0.10000000149011612, "high": 0.699999988079071 };
    var $$kernels_list_next = { "v": 2, "next": null };
    var $$kernels_list = { "v": 0.10000000149011612, "next": $$kernels_list_next };
    $$kernels_list_next.next = $$kernels_list;
    import { total as $$total } from "./other.ts";
    import { flush as $$flush } from "shoal/compiler/exact";
    import { canonical as $$canonical } from "shoal/compiler/exact";
    let list = { v: 0.1, next: { v: 2, next: null } };
    if (list.next !== null) list.next.next = list;
    let current = list;
    function step(v) {
      v = Math.fround(v);
      let current$1 = 0, _t = 0, current$2 = 0, _t$1 = 0;
      if (v > $$other_limits.high) {
        current = $$kernels_list;
      }
      current$1 = (_t = $$total).sum, _t.sum = $$canonical($$flush(Math.fround($$flush(current$1) + $$flush(v))));
      current$2 = (_t$1 = current).v, _t$1.v = $$canonical($$flush(Math.fround($$flush(current$2) + $$flush(v))));
      return current.v;
    }
    $$other_limits = { "low": 0.10000000149011612, "high": 0.699999988079071 };
    $$kernels_list_next = { "v": 2, "next": null };
    $$kernels_list = { "v": 0.10000000149011612, "next": $$kernels_list_next };
    $$kernels_list_next.next = $$kernels_list;
    current = $$kernels_list;
    list = $$kernels_list;
    export {
      current,
      step
    };
    "
  `);
});

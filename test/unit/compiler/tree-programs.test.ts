import { describe, expect, test } from 'vitest';
import type { Expression, TrapSite } from '../../../compiler/kernel-tree/tree.ts';
import { visitStatements } from '../../../compiler/kernel-tree/visit-tree.ts';
import { writtenArrays } from '../../../compiler/kernel-tree/written-arrays.ts';
import { bodyOf, check, type Modules, programOf, treeOf } from './tree-of-source.ts';

const USE = "'use kernel'; import { coreCount, coreIndex, type f32, type i32, type u32 } from 'shoal/kernel';\n";

/** All checks of a program, in order. */
function sitesOf(source: string | Modules): TrapSite[] {
  const sites: TrapSite[] = [];
  for (const f of programOf(source).functions) {
    visitStatements(f.body, {
      statement: (s) => s.op === 'throw' && sites.push(s.site),
      expression(e: Expression) {
        if (e.op === 'element' && e.check !== null) sites.push(e.check);
        if (e.op === 'binary' && typeof e.zeroDivisor === 'object') sites.push(e.zeroDivisor);
        if ((e.op === 'assign' || e.op === 'update') && e.target.op === 'element' && e.target.check !== null) {
          sites.push(e.target.check);
        }
      },
    });
  }
  return sites;
}

describe('modules', () => {
  test('calls, constants and state between modules; symbols tell equal base names apart', () => {
    const modules = {
      'kernels.ts': `${USE}import { scale, hits } from './math/kernels.ts'; import { TABLE, reset } from './state.ts';
        export function f(x: f32): f32 { reset(); return scale(x) * TABLE[1] + hits; }
        export const g = (n: i32): i32 => n + 1;
        function notReached(): i32 { return 7; }`,
      'math/kernels.ts': `${USE}import { FACTOR } from '../state.ts';
        export let hits = 0;
        export function scale(x: f32): f32 { hits += 1; return x * FACTOR; }`,
      'state.ts': `${USE}export const FACTOR = 0.5; export const TABLE: Float32Array = Float32Array.from([1, 2, 3], (v) => v * FACTOR);
        let unused = 1;
        const seen = new Int32Array(2);
        export function reset(): void { seen[0] = 0; }`,
    };
    expect(treeOf(modules)).toMatchInlineSnapshot(`
      "constant state.TABLE: f32[] = [0.5, 1, 1.5]
      state state.seen: i32[] = [0, 0]
      state math/hits: i32 = 0
      function state.reset(): void
        (state.seen[0]~ = 0)
      function math/scale(x: f32): f32
        (math/hits = i32.add(math/hits, 1))
        return f32.mul(x, 0.5f)
      export function project/f(x: f32): f32
        state.reset()
        return f32.fused-add(math/scale(x), state.TABLE[1]~, i32-to-f32(math/hits))
      export function project/g(n: i32): i32
        return i32.add(n, 1)"
    `);
    expect(programOf(modules).files).toEqual(['/project/state.ts', '/project/math/kernels.ts', '/project/kernels.ts']);
  });

  test('signatures of the kernels', () => {
    const { checked } = check({
      'kernels.ts': `${USE}export { h } from './other.ts';
        export function f(a: f32, x: Float32Array, on: boolean): void {}
        export const g = (n: i32) => n / 2;`,
      'other.ts': `${USE}export function h(u: u32): boolean { return u > 3; }`,
    });
    expect(checked?.signatures).toEqual([
      {
        name: 'h',
        symbol: 'other.h',
        parameters: [{ name: 'u', type: { tag: 'scalar', scalar: 'u32' } }],
        result: 'bool',
      },
      {
        name: 'f',
        symbol: 'kernels.f',
        parameters: [
          { name: 'a', type: { tag: 'scalar', scalar: 'f32' } },
          { name: 'x', type: { tag: 'array', element: 'f32' } },
          { name: 'on', type: { tag: 'scalar', scalar: 'bool' } },
        ],
        result: 'void',
      },
      {
        name: 'g',
        symbol: 'kernels.g',
        parameters: [{ name: 'n', type: { tag: 'scalar', scalar: 'i32' } }],
        result: 'f32',
      },
    ]);
    const exported = checked?.program.functions.filter((f) => f.exported).map((f) => f.symbol);
    expect(exported?.sort()).toEqual(['kernels.f', 'kernels.g', 'other.h']);
  });

  test('the same function object is called and listed', () => {
    const program = programOf('function g(): i32 { return 1; } export function f(): i32 { return g(); }');
    const callees: unknown[] = [];
    for (const f of program.functions) {
      visitStatements(f.body, { expression: (e) => e.op === 'call' && callees.push(e.callee) });
    }
    expect(callees).toEqual([program.functions[0]]);
  });

  test('what is wrong with a file is a diagnostic, never a throw', () => {
    expect(check({}).diagnostics.map((d) => d.code)).toEqual(['SH4001']);
    expect(check({ 'kernels.ts': '' }).checked).toBeNull();
    expect(check({ 'kernels.ts': "'use kernel'; export function f( {" }).checked).toBeNull();
    expect(check('export function f() { throw 1; }').checked).toBeNull();
    expect(
      check("const x = (() => { throw new Error('no'); })(); export function f() { return x; }").checked,
    ).toBeNull();
  });
});

describe('module variables', () => {
  test('arrays that are written anywhere are state, the others constants', () => {
    const source = `
      const read = new Int32Array([1, 2]); const stored = new Int32Array(1); const stepped = new Uint8Array(1);
      const passed = new Float32Array(1); const chosen = new Float32Array(1); const other = new Float32Array(1);
      const aliased = new Float32Array(1); const looked = new Float32Array(1); const measured = new Int16Array(3);
      function fill(x: Float32Array) { const y = x; through(y); }
      function through(z: Float32Array) { z[0] = 1; }
      function look(x: Float32Array): f32 { return x[0]; }
      export function f(b: boolean): f32 {
        stored[0] = read[0]; stepped[0]++; fill(passed); (b ? chosen : other)[0] = 1;
        let a = aliased; a[0] = 2;
        return look(looked) + measured.length;
      }`;
    const storage = Object.fromEntries(programOf(source).globals.map((g) => [g.name, g.storage]));
    expect(storage).toEqual({
      read: 'constant',
      stored: 'state',
      stepped: 'state',
      passed: 'state',
      chosen: 'state',
      other: 'state',
      aliased: 'state',
      looked: 'constant',
      measured: 'constant',
    });
  });

  test('parameters that are written, through calls too', () => {
    const { functions } = programOf(`
      function inner(a: Float32Array, b: Float32Array) { a[0] = b[0]; }
      export function f(x: Float32Array, y: Float32Array, z: Float32Array) { inner(y, x); z[1] += 1; }`);
    const written = writtenArrays(functions);
    const names = functions
      .find((f) => f.name === 'f')
      ?.parameters.filter((p) => written.has(p))
      .map((p) => p.name);
    expect(names).toEqual(['y', 'z']);
  });

  test('initial values are those of build time', () => {
    const source = `
      const squares: Int32Array = new Int32Array(5).map((_, i) => i * i);
      let start = squares[3] * 2; let ratio: f32 = 0.1; let on = start > 3; let nothing: i32 = -0;
      export function f(n: i32): f32 { start += n; on = !on; nothing++; return squares[n] * ratio; }`;
    expect(treeOf(source).split('\n').slice(0, 5)).toEqual([
      'constant squares: i32[] = [0, 1, 4, 9, 16]',
      'state start: i32 = 18',
      `state ratio: f32 = ${Math.fround(0.1)}`,
      'state on: bool = 1',
      'state nothing: i32 = 0',
    ]);
  });

  test('a constant index inside of an array of the module needs no check', () => {
    expect(bodyOf('n: i32', 'return t[0] + t[2] + t[3] + t[n]', 'const t = new Int32Array(3);')).toBe(
      'return i32.add(i32.add(i32.add(t[0]~, t[2]~), t[3]), t[n])',
    );
  });
});

describe('checks', () => {
  test('sites say the source text and where it stands', () => {
    const source = `export function f(x: Float32Array, i: i32): f32 {
  x[i +
    1] = x[ i ];
  if (i < 0) throw new RangeError('below');
  return x[i % 3];
}`;
    expect(sitesOf(source).map((s) => [s.kind, s.text, s.position.line, s.position.column, s.message])).toEqual([
      ['index-out-of-range', 'x[i + 1]', 3, 3, undefined],
      ['index-out-of-range', 'x[ i ]', 4, 10, undefined],
      ['throw', "throw new RangeError('below');", 5, 14, 'below'],
      ['index-out-of-range', 'x[i % 3]', 6, 10, undefined],
      ['division-by-zero', 'i % 3', 6, 12, undefined],
    ]);
    expect(sitesOf(source)[2]?.errorClass).toBe('RangeError');
  });

  test('index checks can be left out', () => {
    const source = 'export function f(x: Float32Array, i: i32): i32 { x[i] = x[i + 1]; x[i]++; return i % i; }';
    expect(treeOf(source, { boundsChecks: false })).toMatchInlineSnapshot(`
      "export function f(x: f32[], i: i32): i32
        (x[i]~ = x[i32.add(i, 1)]~)
        new(x[i]~: current => f32.add(current, 1f))
        return i32.rem!(i, i)"
    `);
  });

  test('a function with a result never runs off its end', () => {
    const source = `
      function fail(): never { throw new Error('no'); }
      export function f(n: i32): i32 { if (n > 0) return 1; fail(); }
      export function g(n: i32): i32 { for (;;) { if (n > 3) return n; n++; } }
      function h(n: boolean): i32 { out: { if (n) break out; return 5; } return 6; }
      export function m(n: i32): i32 { return every(n > 3 ? 1 : 0); }
      function every(n: 0 | 1): i32 { switch (n) { case 0: return 5; case 1: return 6; } }
      export function k(n: i32): i32 { switch (n) { case 0: return 5; default: return h(n > 2); } }`;
    expect(treeOf(source)).toMatchInlineSnapshot(`
      "function fail(): void
        throw Error no
      export function f(n: i32): i32
        if i32.gt(n, 0)
          return 1
        fail()
        throw unreachable
      export function g(n: i32): i32
        loop loop
          if i32.gt(n, 3)
            return n
          (n = i32.add(n, 1))
      function h(n: bool): i32
        block out
          if n
            break out
          return 5
        return 6
      export function m(n: i32): i32
        return every((i32.gt(n, 3) ? 1 : 0))
      function every(n: i32): i32
        block switch
          const chosen: i32 = n
          block case
            block case
              if i32.eq(chosen, 0)
                break case
              if i32.eq(chosen, 1)
                break case
              break switch
            return 5
          return 6
        throw unreachable
      export function k(n: i32): i32
        block switch
          const chosen: i32 = n
          block default
            block case
              if i32.eq(chosen, 0)
                break case
              break default
            return 5
          return h(i32.gt(n, 2))"
    `);
  });
});

describe('the machine', () => {
  test('every function of shoal/kernel and shoal/kernel/machine', () => {
    const names =
      'arrayAddress bitsOf callAddress disableInterrupts enableInterrupts floatOf idle load16 load32 load8 readRegister store16 store32 store8 testAndSet writeRegister';
    const source = `'use kernel'; import { coreCount, coreIndex, type f32, type i32, type u32 } from 'shoal/kernel';
      import { ${names.replaceAll(' ', ', ')} } from 'shoal/kernel/machine';
      const buffer = new Int32Array(2);
      export function f(a: u32, n: i32, x: f32): f32 {
        idle(); enableInterrupts(); disableInterrupts();
        store8(a, n); store16(a + 2, load16(a)); store32(256, load8(a) + load32(a)); store32(a, a + 1);
        writeRegister('imask', readRegister('ilat') & ~1);
        callAddress(a); callAddress(a, 1, n, 3, 4);
        return testAndSet(arrayAddress(buffer), 1) + bitsOf(x) + floatOf(n) + coreIndex() * coreCount();
      }`;
    expect(treeOf({ 'kernels.ts': source })).toMatchInlineSnapshot(`
      "state buffer: i32[] = [0, 0]
      export function f(a: u32, n: i32, x: f32): f32
        idle()
        enable-interrupts()
        disable-interrupts()
        store8(a, n)
        store16(u32.add(a, 2u), load16(a))
        store32(256u, i32.add(load8(a), load32(a)))
        store32(a, u32-to-i32(u32.add(a, 1u)))
        write-register(imask, i32.and(read-register(ilat), i32.not(1)))
        call-address(a)
        call-address(a, 1, n, 3, 4)
        return f32.add(f32.add(i32-to-f32(i32.add(test-and-set(array-address(buffer), 1), bits-of-f32(x))), f32-of-bits(n)), i32-to-f32(i32.mul(core-index(), core-count())))"
    `);
  });
});

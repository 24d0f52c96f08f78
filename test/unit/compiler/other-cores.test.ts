/** Peers, barriers and locks in the front end, the flow graph and exact Node. */
import { describe, expect, test } from 'vitest';
import { parameterEffects } from '../../../compiler/effects/parameter-effects.ts';
import { evaluateProgram } from '../../../compiler/exact-node/evaluate-program.ts';
import { lowerProgram } from '../../../compiler/flow-graph/lower.ts';
import { printProgram } from '../../../compiler/flow-graph/print-graph.ts';
import { addLibraryKernels } from '../../../compiler/library-kernels.ts';
import { optimise } from '../../../compiler/optimise/index.ts';
import { check, programOf, treeOf } from './tree-of-source.ts';

const IMPORTS = "import { barrier, Lock, neighbour, north, type Peer, peer, wrappedNeighbour } from 'shoal/kernel';\n";
const ROW = `${IMPORTS}const row = new Float32Array(8);\nconst lock = new Lock();\n`;

function codes(source: string): string[] {
  return check(source).diagnostics.map((d) => `${d.code} ${d.position.line}:${d.position.column}`);
}

function kernel(body: string): string {
  return `${ROW}export function k(i: i32): f32 { ${body} }`;
}

describe('trees', () => {
  test('peers are references, their views are arrays', () => {
    expect(
      treeOf(
        kernel(
          'const p = north(); if (p === null) return 0; const above = p.view(row); above[i] = row[i]; return above.length;',
        ),
      ),
    ).toMatchInlineSnapshot(`
      "state row: f32[] = [0, 0, 0, 0, 0, 0, 0, 0]
      export function k(i: i32): f32
        const p: reference = neighbour(-1, 0)
        if reference.eq(p, null)
          return 0f
        const above = p.row
        (above[i] = row[i])
        return i32-to-f32(above.length)"
    `);
  });

  test('by index, by place, wrapped; peers are passed and chosen', () => {
    expect(
      treeOf(`${ROW}function first(p: Peer | null): f32 { return p === null ? 0 : p.view(row)[0]; }
export function k(i: i32): f32 { return first(peer(i)) + first(peer(i, 2)) + first(i > 3 ? wrappedNeighbour(0, -1) : neighbour(1, 1)); }`),
    ).toMatchInlineSnapshot(`
      "constant row: f32[] = [0, 0, 0, 0, 0, 0, 0, 0]
      function first(p: reference): f32
        return (reference.eq(p, null) ? 0f : p.row[0])
      export function k(i: i32): f32
        return f32.add(f32.add(first(peer-of-index(i)), first(peer-at(i, 2))), first((i32.gt(i, 3) ? wrapped-neighbour(0, -1) : neighbour(1, 1))))"
    `);
  });

  test('barriers and locks know where they stand', () => {
    const { functions, globals } = programOf(kernel('lock.acquire(); barrier(); lock.release(); return 0;'));
    const sites = functions.flatMap((f) =>
      f.body.flatMap((s) => (s.op === 'expression' && s.value.op === 'intrinsic' ? [s.value.site?.text] : [])),
    );
    expect(sites).toEqual(['lock.acquire()', 'barrier()', undefined]);
    expect(globals).toMatchObject([{ isLock: true, storage: 'state', symbol: 'cores/lock/kernels.lock' }]);
  });

  test('an array that only peers write is state', () => {
    const { globals } = programOf(kernel('wrappedNeighbour(0, 1).view(row)[0] = i; return row[1];'));
    expect(globals.map(({ name, storage }) => [name, storage])).toEqual([['row', 'state']]);
  });
});

describe('refusals', () => {
  test('SH3040: only arrays of a module have a place on other cores', () => {
    expect(
      codes(`${IMPORTS}export function k(x: Float32Array): f32 { return wrappedNeighbour(0, 1).view(x)[0]; }`),
    ).toEqual(['SH3040 3:78']);
    expect(codes(kernel('const own = row; return wrappedNeighbour(0, 1).view(own)[0];'))).toEqual(['SH3040 5:86']);
  });

  test('SH3041: a lock is one of a module', () => {
    expect(codes(kernel('const mine = lock; mine.acquire(); return 0;'))).toContain('SH3041 5:53');
    expect(codes(`${ROW}function f(l: Lock): void { l.acquire(); }\nexport function k(): void { f(lock); }`)).toContain(
      'SH3041 5:29',
    );
  });

  test('SH3016: a peer that may be null', () => {
    expect(codes(kernel('return north()!.view(row)[0];'))).toEqual(['SH3016 5:41']);
    expect(codes(kernel('return north().view(row)[0];'))).toEqual(['SH2001 5:41']);
  });

  test('a view has the type of its array', () => {
    expect(
      codes(`${ROW}export function k(): void { const v: Int32Array = wrappedNeighbour(0, 1).view(row); v[0] = 1; }`),
    ).toEqual(['SH2001 5:35']);
  });
});

describe('what the optimiser may do', () => {
  /** Accesses to `row`, by its name or an address that may be it, in the order of the code. */
  function accesses(body: string): string[] {
    const written = 'export function other(): void { row[1] = 2; }';
    const graph = lowerProgram(programOf(`${kernel(body)}\n${written}`), { verify: true });
    addLibraryKernels(graph);
    optimise(graph, { verify: true });
    const text = printProgram(graph);
    const own = text.slice(text.indexOf('function kernels.k('), text.indexOf('function kernels.other('));
    return own.split('\n').flatMap((line) => {
      const found = /(load|store)32 \[.*\](.*)/.exec(line);
      if (found === null || /cores\//.test(line) || / \[v\d+\], /.test(line)) return [];
      return [`${found[1]}${/kernels\.row/.test(line) ? '' : ' of a peer'}`];
    });
  }

  test('an element is read again behind a barrier, and behind a lock', () => {
    expect(accesses('const a = row[1]; return a + row[1];')).toEqual(['load']);
    expect(accesses('const a = row[1]; barrier(); return a + row[1];').filter((a) => a === 'load')).toHaveLength(2);
    const locked = accesses('const a = row[1]; lock.acquire(); return a + row[1];');
    expect(locked.filter((access) => access === 'load')).toHaveLength(2);
  });

  test('a store that nobody here reads stays, and is not moved over a barrier', () => {
    const stores = accesses('row[2] = i; barrier(); row[2] = 3; barrier(); return 0;');
    expect(stores.filter((access) => access === 'store')).toHaveLength(2);
  });

  test('a peer may be the own core: its writes are seen', () => {
    const all = accesses('const a = row[1]; wrappedNeighbour(0, 0).view(row)[1] = 5; return a + row[1];');
    expect(all.filter((access) => access === 'load')).toHaveLength(2);
  });
});

test('peers have no effect on how arguments travel', () => {
  const program = programOf(
    `${ROW}export function k(x: Float32Array): void { const p = wrappedNeighbour(0, 1); for (let i = 0; i < x.length; i++) x[i] = p.view(row)[0]; }`,
  );
  const [effects] = parameterEffects(program).values();
  expect(effects?.arrays[0]?.direction).toBe('out');
  expect(effects?.usesMachine).toBe(false);
});

test('exact Node', () => {
  const places: string[] = [];
  const other = Float32Array.of(1.5, 2.5);
  const { k } = evaluateProgram(programOf(kernel('barrier(); return wrappedNeighbour(0, 1).view(row)[i] * 2;')), {
    barrier: (place: string) => places.push(place),
    wrappedNeighbour: (rows: number, columns: number) => ({ view: () => (rows === 0 && columns === 1 ? other : null) }),
  } as never);
  expect((k as (i: number) => unknown)(1)).toBe(5);
  expect(() => (k as (i: number) => unknown)(2)).toThrow('wrappedNeighbour(0, 1).view(row)[i] with i=2, length 2');
  expect(places).toEqual(['barrier() at kernels.ts:5:34', 'barrier() at kernels.ts:5:34']);
});

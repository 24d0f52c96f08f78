/** Generic classes and interfaces: each instantiation has fields and methods of its own kinds. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BothWays } from '../support/both-ways.ts';

let ways: BothWays;
beforeAll(async () => {
  ways = await BothWays.start();
});
afterAll(() => ways.close());

describe('kinds', () => {
  test('a class with i32 and with f32 has each its own', async () => {
    const { core, exact } = await ways.run(
      `class Box<T> { v: T; constructor(v: T) { this.v = v; } get(): T { return this.v; } set(v: T): void { this.v = v; } }
export function k(n: i32, out: Float32Array): f32 { const a = new Box<f32>(1.5); const b = new Box<i32>(n); a.set(a.get() + b.get()); out[0] = b.get() / 2; return a.v; }`,
      [0, 1, 3],
    );
    expect(core).toEqual(exact);
    expect(core.map(({ result, out }) => [result, out?.[0]])).toEqual([
      [1.5, 0],
      [2.5, 0.5],
      [4.5, 1.5],
    ]);
  });

  test('an interface in a generic function', async () => {
    const { core, exact } = await ways.run(
      `interface Pair<A, B> { a: A; b: B }
function swap<T>(p: Pair<T, T>): Pair<T, T> { return { a: p.b, b: p.a }; }
export function k(n: i32, out: Float32Array): f32 { const p: Pair<f32, f32> = { a: 1.5, b: n }; const q: Pair<i32, i32> = { a: n, b: 2 }; const r = swap(p); const s = swap(q); out[0] = s.a / s.b; out[1] = s.b; return r.a * 10 + r.b; }`,
      [1, 2, 3],
    );
    expect(core).toEqual(exact);
    expect(core.map(({ result }) => result)).toEqual([11.5, 21.5, 31.5]);
  });

  test('a generic function makes objects of its own type arguments', async () => {
    const { core, exact } = await ways.run(
      `class Box<T> { v: T; constructor(v: T) { this.v = v; } get(): T { return this.v; } }
function f<T>(v: T): T { const b = new Box<T>(v); return b.get(); }
export function k(n: i32, out: Float32Array): f32 { out[0] = f<f32>(n + 0.5); return f<i32>(n); }`,
      [0, 1, 2],
    );
    expect(core).toEqual(exact);
    expect(core.map(({ result, out }) => [result, out?.[0]])).toEqual([
      [0, 0.5],
      [1, 1.5],
      [2, 2.5],
    ]);
  });
});

describe('objects', () => {
  test('inheritance, lists, methods found by the class through a generic interface', async () => {
    const { core, exact } = await ways.run(
      `interface Source<T> { next(): T }
class Node<T> { value: T; link: Node<T> | null = null; constructor(value: T) { this.value = value; } }
abstract class Queue<T> { head: Node<T> | null = null; size = 0; abstract weight(v: T): f32;
  push(v: Node<T>): void { v.link = this.head; this.head = v; this.size++; }
  total(): f32 { let sum: f32 = 0; for (let at = this.head; at !== null; at = at.link) sum += this.weight(at.value); return sum; } }
class Ints extends Queue<i32> { weight(v: i32): f32 { return v * 2; } }
class Floats<K> extends Queue<f32> implements Source<K> { constructor(readonly key: K) { super(); } weight(v: f32): f32 { return v / 2; } next(): K { return this.key; } }
class Ticks implements Source<i32> { t = 0; next(): i32 { return ++this.t; } }
function run<T>(s: Source<T>): T { s.next(); return s.next(); }
export function k(n: i32, out: Float32Array): f32 {
  const ints = new Ints(); const floats = new Floats<i32>(n); const other = new Floats<i32>(n + 4); const ticks = new Ticks();
  const a = new Node<i32>(n); const b = new Node<i32>(3); const c = new Node<f32>(n + 0.5);
  ints.push(a); ints.push(b); floats.push(c);
  const s: Source<i32> = n > 1 ? ticks : floats;
  out[0] = run(s); out[1] = other.next(); out[2] = ints.size;
  out[3] = ints.total(); out[4] = floats.total(); out[5] = run<i32>(other);
  return 1; }`,
      [0, 1, 2, 3],
    );
    expect(core).toEqual(exact);
    expect(core.map(({ out }) => out)).toEqual([
      [0, 4, 2, 6, 0.25, 4],
      [1, 5, 2, 8, 0.75, 5],
      [2, 6, 2, 10, 1.25, 6],
      [2, 7, 2, 12, 1.75, 7],
    ]);
  });

  test('type aliases, accessors, callbacks, static members, objects of the module', async () => {
    const { core, exact } = await ways.run(
      `interface Pair<A, B> { readonly first: A; second: B }
type Named<T> = { tag: i32; item: T };
class Cell<T> { constructor(public item: T) {} get twice(): T { return this.item; } static of(v: f32): Cell<f32> { return new Cell<f32>(v); } map(f: (v: T) => T): void { this.item = f(this.item); } }
function make<T>(v: T): Cell<T> { return new Cell<T>(v); }
const kept = make<f32>(4);
const table = new Cell<i32>(7);
function largest<T extends { item: f32 }>(a: T, b: T): T { return a.item > b.item ? a : b; }
function first<A, B>(p: Pair<A, B>): A { return p.first; }
function wrap<T>(item: T, tag: i32, into: Named<T>): void { into.item = item; into.tag = tag; }
export function k(n: i32, out: Float32Array): f32 {
  const c = new Cell(n); c.map((v) => v * 3);
  table.item += n;
  const d = new Cell<f32>(n + 0.5); const big = largest(d, kept);
  const p: Pair<Cell<f32>, i32> = { first: d, second: 2 };
  const named: Named<Cell<i32>> = { tag: 0, item: c }; wrap(table, 5, named);
  out[0] = c.twice; out[1] = table.item; out[2] = big.item; out[3] = first(p).item; out[4] = named.item.item / named.tag; out[5] = kept.item;
  return first<i32, f32>({ first: n, second: 1 }); }`,
      [0, 1, 2, 3],
    );
    expect(core).toEqual(exact);
    expect(core[3]?.out?.slice(0, 4)).toEqual([9, 13, 4, 3.5]);
  });

  test('a bound that is an interface, null for a type parameter', async () => {
    const { core, exact } = await ways.run(
      `interface P { x: f32 }
class Slot<T extends P> { at: T | null = null; take(v: T): void { this.at = v; } x(): f32 { return this.at === null ? -1 : this.at.x; } }
class Q implements P { x: f32; y: i32; constructor(x: f32, y: i32) { this.x = x; this.y = y; } }
const slot = new Slot<Q>();
const own = new Q(1.5, 2);
export function k(n: i32, out: Float32Array): f32 {
  const local = new Slot<P>(); const p = { x: n / 2 }; const q = new Q(n, n);
  if (n > 1) local.take(p);
  if (n === 2) slot.take(own);
  const mine = new Slot<Q>(); mine.take(q);
  out[0] = local.x(); out[1] = slot.x(); out[2] = mine.at === null ? 0 : mine.at.y;
  return mine.x(); }`,
      [0, 1, 2, 3],
    );
    expect(core).toEqual(exact);
    expect(core.map(({ out }) => out?.slice(0, 3))).toEqual([
      [-1, -1, 0],
      [-1, -1, 1],
      [1, 1.5, 2],
      [1.5, 1.5, 3],
    ]);
  });
});

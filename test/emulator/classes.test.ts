/** Classes: an emulated core calls the methods that exact Node calls. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BothWays } from '../support/both-ways.ts';

let ways: BothWays;
beforeAll(async () => {
  ways = await BothWays.start();
});
afterAll(() => ways.close());

describe('virtual methods', () => {
  test('overridden ones, through the class above, `this` and `super`', async () => {
    const { core, exact } = await ways.run(
      `abstract class Shape {
  scale: f32;
  constructor(scale: f32) { this.scale = scale; }
  abstract area(): f32;
  corners(): i32 { return 0; }
  weight(): f32 { return this.area() * this.scale; }
}
class Circle extends Shape {
  r: f32;
  constructor(r: f32) { super(0.5); this.r = r; }
  area(): f32 { return this.r * this.r * 3; }
}
class Box extends Shape {
  constructor(readonly w: f32, readonly h: f32) { super(2); }
  area(): f32 { return this.w * this.h; }
  override corners(): i32 { return super.corners() + 4; }
}
class Cube extends Box {
  constructor(w: f32) { super(w, w); }
  override area(): f32 { return super.area() * 6; }
}
function total(a: Shape, b: Shape): f32 { return a.weight() + b.weight(); }
export function k(n: i32, out: Float32Array): i32 {
  const circle = new Circle(n);
  const box = new Box(n, 3);
  const cube = new Cube(2);
  const one: Shape = n > 1 ? circle : cube;
  out[0] = one.area(); out[1] = total(box, cube); out[2] = total(circle, one);
  const flat: Box = n > 0 ? cube : box;
  out[3] = flat.area();
  return one.corners() * 100 + flat.corners() * 10 + circle.corners();
}`,
      [0, 1, 2],
    );
    expect(core).toEqual(exact);
    expect(core).toEqual([
      { result: 440, out: [24, 48, 48, 0, 5, 6] },
      { result: 440, out: [24, 54, 49.5, 24, 5, 6] },
      { result: 40, out: [12, 60, 12, 24, 5, 6] },
    ]);
  });

  test('an interface that several classes implement, objects of the module among them', async () => {
    const { core, exact } = await ways.run(
      `interface Filter { gain: f32; apply(v: f32): f32 }
class Low implements Filter { gain = 0.5; last = 0; apply(v: f32): f32 { this.last = this.last + (v - this.last) * this.gain; return this.last; } }
class Clip implements Filter { gain = 2; constructor(private readonly top: f32) {} apply(v: f32): f32 { return Math.min(v * this.gain, this.top); } }
const low = new Low();
const clip = new Clip(3);
const chain: { first: Filter; second: Filter } = { first: low, second: clip };
export function k(n: i32, out: Float32Array): i32 {
  for (let i = 0; i < out.length; i++) {
    const filter = (i + n) % 2 === 0 ? chain.first : chain.second;
    out[i] = filter.apply(out[i]);
  }
  if (n === 1) { chain.second = low; }
  return chain.first === chain.second ? 1 : 0;
}`,
      [0, 1, 2, 3],
    );
    expect(core).toEqual(exact);
    expect(core[0]?.out).toEqual([0.75, 3, 2.125, 3, 3.5625, 3]);
    expect(core.map(({ result }) => result)).toEqual([0, 1, 1, 1]);
  });

  test('the arguments are evaluated once, the object before them', async () => {
    const { core, exact } = await ways.run(
      `class A { v = 1; take(a: i32, b: i32): i32 { return this.v + a * 10 + b * 100; } }
class B extends A { override take(a: i32): i32 { return this.v - a; } }
let count = 0;
function next(): i32 { count++; return count; }
function pick(a: A, b: A): A { return next() % 2 === 0 ? a : b; }
export function k(n: i32, out: Float32Array): i32 {
  const r = pick(new A(), new B()).take(next(), next());
  return r * 1000 + count;
}`,
      [0, 1, 2, 3],
    );
    expect(core).toEqual(exact);
  });
});

describe('accessors, static fields, private names', () => {
  test('getters and setters, overridden and compound', async () => {
    const { core, exact } = await ways.run(
      `class Angle {
  turns: f32 = 0.25;
  get degrees(): f32 { return this.turns * 360; }
  set degrees(v: f32) { this.turns = v / 360; }
  get half(): f32 { return this.turns / 2; }
}
class Limited extends Angle {
  writes = 0;
  override get degrees(): f32 { return super.degrees; }
  override set degrees(v: f32) { this.writes++; super.degrees = Math.min(v, 180); }
}
export function k(n: i32, out: Float32Array): i32 {
  const limited = new Limited();
  const angle: Angle = n > 1 ? limited : new Angle();
  angle.degrees = n * 90;
  out[0] = angle.turns;
  angle.degrees += 45;
  out[1] = angle.degrees;
  out[2] = angle.degrees++;
  out[3] = --angle.degrees;
  out[4] = (angle.degrees = 20);
  out[5] = angle.half;
  return limited.writes;
}`,
      [0, 1, 2, 3],
    );
    expect(core).toEqual(exact);
    expect(core.map(({ result }) => result)).toEqual([0, 0, 5, 5]);
    expect(core[3]?.out?.[0]).toBe(0.5);
  });

  test('static fields are state, static readonly ones constants', async () => {
    const { core, exact } = await ways.run(
      `class Pool {
  static made = 0;
  static readonly LIMIT = 3;
  static readonly weights = new Float32Array([0.5, 0.25]);
  static last: Pool | null = null;
  static #secret: i32 = 7;
  static count(): i32 { this.made++; Pool.#secret ^= this.made; return Pool.#secret; }
  id: i32;
  constructor() { this.id = ++Pool.made; }
}
const first = new Pool();
export function k(n: i32, out: Float32Array): i32 {
  const p = new Pool();
  if (n > 0) Pool.last = first;
  out[0] = Pool.weights[n & 1];
  out[1] = Pool.last === null ? -1 : Pool.last.id;
  return p.id * 1000 + Pool.count() * 10 + Pool.LIMIT;
}`,
      [0, 1, 0],
    );
    expect(core).toEqual(exact);
    expect(core[0]).toMatchObject({ result: 2043, out: [0.5, -1, 3.5, 4.5, 5, 6] });
  });

  test('#private fields and methods, also of one name in two classes, also in objects of the module', async () => {
    const { core, exact } = await ways.run(
      `class A {
  #v = 2; readonly n = 1;
  #twice(): i32 { return this.#v * 2; }
  get #odd(): i32 { return this.#v | 1; }
  read(): i32 { return this.#twice() + this.#odd; }
}
class B extends A {
  #v = 10;
  add(by: i32): i32 { this.#v += by; return this.#v + this.read(); }
}
const kept = new B();
kept.add(5);
export function k(n: i32, out: Float32Array): i32 {
  const b = new B();
  b.add(n);
  return b.add(1) * 1000 + kept.add(n);
}`,
      [0, 1, 7],
    );
    expect(core).toEqual(exact);
    expect(core[1]).toMatchObject({ result: 19023 });
  });
});

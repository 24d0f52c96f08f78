'use kernel';
import { assert, type f32, type i32, type u32 } from 'shoal/kernel';

type Side = 'left' | 'right';
enum Colour {
  Red,
  Green = 5,
}
enum Name {
  First = 'first %s',
  Second = 'second',
}
const LIMIT: i32 = 4;
const STEP: f32 = 0.1;

function other(side: Side): Side {
  return side === 'left' ? 'right' : 'left';
}

function traced(n: i32): i32 {
  console.log('traced', n);
  return n + 1;
}

function show<T extends number>(value: T): void {
  console.log('value:', value);
}

export function numbers(n: i32, u: u32, x: f32, ok: boolean): void {
  console.log(n, u, x, ok);
  console.log(`${n} ${u} ${x} ${ok}`);
  // biome-ignore lint/style/useTemplate: sums with text are in the language
  console.log('sum ' + n + u + ' ' + (n & 3) + x);
}

export function constants(): void {
  console.log();
  console.log('');
  console.log(LIMIT, STEP, -0.0, 0.1, NaN, -Infinity, true, 'text', Colour.Green, Name.Second);
  console.log(`${LIMIT} ${-0.0} ${true} ${Name.First}`, 'ünïcode 😀\u2028');
}

export function strings(ok: boolean, n: i32): void {
  let side: Side = ok ? 'left' : 'right';
  console.log(side, ok ? 'yes' : 'no');
  side = other(side);
  console.log(`${side}-${other(side)}`, n === 0 ? Name.First : Name.Second, n);
  show(n);
  show(n * 0.1);
  const colour: Colour = ok ? Colour.Red : Colour.Green;
  console.log(colour);
}

export function formats(n: i32, x: f32): void {
  console.log('%d of %i, %f%% %s %o', n, x, x, n, n, 'more', x);
  console.log('%j %c|', n, 'css', n);
  console.log(`%d${n}`, x);
}

export function order(n: i32): i32 {
  return traced(traced(n) + traced(n + 10));
}

export function elements(x: Float32Array): void {
  for (const v of x) console.log(v);
  console.log('of', x[x.length]);
}

export function conditional(n: i32): void {
  n > 3 && console.log('large');
  n > 3 || console.log('small');
  n > 3 ? console.log('three') : console.log('two', n);
}

export function asserts(n: i32, side: i32): i32 {
  console.assert(n > 3);
  console.assert(n > 3, 'is small', n);
  console.assert(n > 3, 'n %d', n);
  console.assert(n > 3, `n ${n}`, traced(n));
  console.assert(n > 3, side === 0 ? 'left' : 'right', n);
  assert(n !== 7, 'n is seven');
  assert(side < 2, 'no such side');
  return n;
}

export function thrown(n: i32): i32 {
  if (n === 0) throw new Error(`limit ${LIMIT} of ${Name.Second}`);
  // biome-ignore lint/style/useTemplate: sums with text are in the language
  if (n === 1) throw new RangeError('limit ' + LIMIT);
  return n;
}

export function many(n: i32): i32 {
  for (let i = 0; i < n; i++) console.log(i, i * 3, -i, `${i}`);
  return n;
}

export function wide(n: i32): void {
  const m = -1 - n;
  console.log(m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m, m);
}

export function forever(): void {
  for (let i: i32 = 0; ; i++) console.log(i);
}

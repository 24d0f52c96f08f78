/** Module-level text that random kernels draw on. A text holds all that it needs; texts are shared between the kernels of a module. */
export const MODULE_LINES = {
  table: 'const primes = new Int32Array([2, 3, 5, 7, 11, 13, 17, 19]);',
  halves: 'const halves = new Float32Array([0.5, 0.25, -0.125, 1.5, -2.5, 3, 0, -1]);',
  strange: 'const strange = new Float32Array([NaN, 2 ** -127, -(2 ** -149), -Infinity, 2 ** -126, -0, -2.5, 1e-40]);',
  near: 'const near = new Float32Array([0.6016502976417542, 0.6457863450050354, 0.6869844198226929, 0.9339166283607483, 0.9617795944213867, 0.9950028657913208, 1.5795321464538574, 1.7137386798858643]);',
  wide: 'const wide = new Uint32Array([0x80000080, 0x80000081, 0x80000180, 0x8000017f, 0xffffff7f, 0xffffff80, 0x80000081, 0x1000001]);',
  bytes: 'const bytes = new Int8Array(2);',
  halfwords: 'const halfwords = new Int16Array(2);',
  octets: 'const octets = new Uint8Array(2);',
  words: 'const words = new Int32Array(2);',
  applied: 'function applied(f: (v: number) => number, v: f32): f32 {\n  return f(v);\n}',
  counter: 'let counter: i32 = 7;',
  total: 'let total: f32 = 0.5;',
  memory: 'const memory = new Uint32Array(8);',
  scale: 'const scale: f32 = 0.75;',
  mix: 'function mix(a: i32, b: i32): i32 {\n  return ((a << 5) | (b & 31)) ^ 0x5bd1;\n}',
  larger: 'function larger(a: f32, b: f32): f32 {\n  if (a > b) return a;\n  return b;\n}',
  bump: 'function bump(list: Int32Array, at: i32): i32 {\n  list[at & 7] = (list[at & 7] + 1) | 0;\n  return list[at & 7];\n}',
  apply:
    'function apply(count: i32, f: (at: i32) => i32): i32 {\n  let sum: i32 = 0;\n  for (let at = 0; at < (count & 7); at++) sum = (sum + f(at)) | 0;\n  return sum;\n}',
  either: 'function either<T extends number>(first: boolean, a: T, b: T): T {\n  return first ? a : b;\n}',
  exchange:
    'function exchange<T extends Int32Array | Uint32Array | Float32Array>(list: T, a: i32, b: i32): void {\n  const i = a & (list.length - 1);\n  const j = b & (list.length - 1);\n  const held = list[i];\n  list[i] = list[j];\n  list[j] = held;\n}',
  weigh: 'function weigh(a: i32, by: i32 = 3): i32 {\n  return Math.imul(a, by) ^ by;\n}',
  point:
    'interface Point {\n  readonly x: f32;\n  y: f32;\n  n: i32;\n}\nfunction moved(p: Point, by: f32): Point {\n  return { x: p.y, y: Math.fround(p.x - by), n: (p.n + 1) | 0 };\n}',
  corners: 'const corners: Point[] = [{ x: 0.5, y: -1, n: 4 }, { x: 3, y: 0, n: -2 }];',
  mapped: "type Steps = { [K in 'first' | 'second']: i32 };",
  box: 'type Box<in out T> = { v: T };',
  pair: 'function pair(a: i32, b: f32): [i32, f32] {\n  return [a ^ 21, -b];\n}',
  shape:
    'type Shape = { readonly kind: 0; r: f32 } | { readonly kind: 1; w: i32; h: i32 };\nfunction size(s: Shape): i32 {\n  return s.kind === 0 ? s.r | 0 : Math.imul(s.w, s.h);\n}',
  side: 'enum Side {\n  left,\n  right = 5,\n  both,\n}',
  meter:
    'interface Readable {\n  seen: i32;\n}\nabstract class Meter implements Readable {\n  static readonly start: i32 = 3;\n  seen: i32 = 0;\n  protected n: i32;\n  constructor(n: i32) {\n    this.n = n;\n  }\n  public abstract step(by: i32): void;\n  read(): i32 {\n    return this.n ^ this.seen;\n  }\n}\nclass Doubling extends Meter {\n  private readonly limit: i32 = 9;\n  override step(by: i32): void {\n    this.n = (this.n + by + by) | 0;\n    this.seen++;\n  }\n  override read(): i32 {\n    return (super.read() - this.limit) | 0;\n  }\n}\nclass Halving extends Meter {\n  override step(by: i32): void {\n    this.n = (this.n >> 1) ^ by;\n  }\n}',
  holder:
    'interface Holder {\n  list: Int32Array;\n  change: (v: i32) => i32;\n}\nconst flipped = (v: i32): i32 => ~v;\nclass Window {\n  readonly seen = new Int32Array(3);\n  #list: Int32Array;\n  constructor(list: Int32Array) {\n    this.#list = list;\n    this.seen[2] = list[1];\n  }\n  step(by: i32): void {\n    this.seen[0] = (this.seen[0] + by) | 0;\n    this.seen[1] = this.#list[0] ^ this.#list.length;\n    this.#list[1] = by;\n  }\n}\nconst held = { list: new Int32Array([4, -7]), at: 0 };',
  settings: 'const settings = { step: 3, origin: { x: 0.5, y: -2 }, on: true, seen: 0 };',
  tally:
    'class Tally {\n  static total: i32 = 0;\n  #count: i32 = 0;\n  get count(): i32 {\n    return this.#count;\n  }\n  set count(v: i32) {\n    this.#count = v & 0xffff;\n    Tally.total = (Tally.total + 1) | 0;\n  }\n}\nconst tally = new Tally();\ntally.count = 9;\nlet recent: Tally | null = null;\nfunction recentCount(): i32 {\n  return recent === null ? -1 : recent.count;\n}',
  codec:
    'interface Codec {\n  code(v: i32): i32;\n}\nclass Flip implements Codec {\n  code(v: i32): i32 {\n    return ~v;\n  }\n}\nclass Shift implements Codec {\n  by: i32;\n  constructor(by: i32) {\n    this.by = by;\n  }\n  code(v: i32): i32 {\n    return (v << (this.by & 31)) ^ this.by;\n  }\n}\nconst flip = new Flip();\nfunction coded(codec: Codec, v: i32): i32 {\n  return codec.code(v);\n}',
  held: 'class Held<T> {\n  value: T;\n  before: T;\n  constructor(value: T) {\n    this.value = value;\n    this.before = value;\n  }\n  get(): T {\n    return this.value;\n  }\n  set(value: T): void {\n    this.before = this.value;\n    this.value = value;\n  }\n}\ninterface Twin<A, B> {\n  a: A;\n  b: B;\n}\nfunction swapped<T>(p: Twin<T, T>): Twin<T, T> {\n  return { a: p.b, b: p.a };\n}',
  folded:
    'function folded(first: i32, ...rest: i32[]): i32 {\n  let sum = first;\n  for (const v of rest) sum = (Math.imul(sum, 31) + v) | 0;\n  return sum ^ rest.length;\n}',
  tunable:
    'interface Tunable {\n  gain?: i32;\n  on?: boolean;\n  limit: f32 | null;\n}\nfunction tunedBy(v: i32, by?: Tunable, shift?: i32): i32 {\n  const sum = Math.imul(v, by?.gain ?? 3) ^ (shift ?? 9);\n  return by?.on ? ~sum : by?.gain === undefined ? sum : (sum + 1) | 0;\n}\nfunction odd(v: i32): i32 | undefined {\n  if ((v & 1) === 0) return undefined;\n  return v ^ 5;\n}',
  tuned:
    'interface Tuning {\n  gain: i32;\n  readonly list: number[];\n}\nfunction tuned(t: Tuning): (v: i32) => i32 {\n  return (v) => {\n    t.gain = (t.gain + 1) | 0;\n    return Math.imul(v, t.gain) ^ t.list[v & 1];\n  };\n}\nconst coarse = tuned({ gain: 3, list: [5, -9] });\nconst fine = tuned({ gain: -70000, list: [1, 0] });',
  digits: '/** @depth 10 */\nfunction digits(n: i32): i32 {\n  return n < 2 ? 1 : (digits(n >> 1) << 1) ^ n;\n}',
  arrow: 'const negated = (v: i32): i32 => ~v & 0xfff;',
  expression: 'const halved = function (v: i32): i32 {\n  return v >> 1;\n};',
  squares: 'const squares: Int32Array = Int32Array.from({ length: 8 }, (_, i) => i * i);',
  bit: 'type Bit = 0 | 1;\ntype Weight = typeof weight;\ntype Element = Float32Array[number];\nconst weight: f32 = 0.25;',
  rotate: "import { rotate } from './helpers.ts';",
  direction: "import type { Direction } from './helpers.ts';",
  again: "export { rotate } from './helpers.ts';",
  where: "import { coreIndex } from 'shoal/kernel';",
  mood: "type Mood = 'calm' | 'keen';\nfunction moodOf(n: i32): Mood {\n  return (n & 1) === 0 ? 'calm' : 'keen';\n}",
  range: "import { range } from 'shoal/kernel';",
  fixed: "import { fixedArray } from 'shoal/kernel';\nconst queue = fixedArray<i32>(3);",
  assert: "import { assert } from 'shoal/kernel';",
} as const;
export type ModuleLine = keyof typeof MODULE_LINES;

/** The module that some of the lines import from. */
export const HELPERS =
  "'use kernel';\nimport type { i32 } from 'shoal/kernel';\nexport type Direction = -1 | 1;\nexport function rotate(v: i32, by: i32): i32 {\n  return (v << by) | (v >>> (32 - by));\n}\n";

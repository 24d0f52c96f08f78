/** What the build does to the sources of the control runtime before esbuild gets them: scripts/control-bundle. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

/** A step of the build, whose scripts are no part of the program that TypeScript checks. */
async function step<Run>(file: string, name: string): Promise<Run> {
  const url = new URL(`../../../scripts/control-bundle/${file}.mjs`, import.meta.url);
  return ((await import(url.href)) as Readonly<Record<string, Run>>)[name] as Run;
}

type IsOwn = (name: string) => boolean;
type OfText = (text: string, isOwn: IsOwn) => string;
type Differ = (one: string, other: string) => boolean;
interface Renamed {
  readonly texts: Map<string, string>;
  readonly differ: Differ;
  check(texts: Map<string, string>): void;
}
type IsListed = (file: string, declaration: string) => boolean;

const renameProperties = await step<(config: string, entries: readonly string[], isOutside: IsListed) => Renamed>(
  'rename-properties',
  'renameProperties',
);
const aliasThis = await step<OfText>('alias-this', 'aliasThis');
const dropUnsetFields = await step<OfText>('unset-fields', 'dropUnsetFields');
const dropUnusedMembers = await step<OfText>('unused-members', 'dropUnusedMembers');
const closuresOf = await step<(text: string, isFew: IsOwn, wasPrivate: IsOwn) => string>('closures', 'closures');
const callsForOperators = await step<(text: string) => string>('operator-calls', 'callsForOperators');
const callsThatThrow = await step<(text: string) => string>('throwing-calls', 'callsThatThrow');
const arrowFunctions = await step<(text: string) => string>('arrow-functions', 'arrowFunctions');
const nameRepeated = await step<OfText>('repeated-names', 'nameRepeated');
const shortNames = await step<(text: string, pattern: RegExp, differ: Differ) => Map<string, string>>(
  'short-names',
  'shortNames',
);

const folder = mkdtempSync(join(tmpdir(), 'shoal-'));
afterAll(() => rmSync(folder, { recursive: true }));

const entry = join(folder, 'main.ts');

/** What becomes of a program of one file; `Outside` in it is what others name. */
function rename(text: string): Renamed {
  const options = { strict: true, target: 'ES2023', lib: ['ES2023'], types: [], module: 'NodeNext' };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['main.ts'] }));
  writeFileSync(entry, text);
  return renameProperties(join(folder, 'tsconfig.json'), [entry], (_, declaration) => declaration === 'Outside');
}

const renamed = (text: string): string | undefined => rename(text).texts.get(entry);

describe('properties that are only ours', () => {
  test('are renamed, those of the language with the same name are not', () => {
    const text = `class Queue { push(item: number) { return [].push(item as never) } }
export const go = (queue: Queue) => queue.push(1);`;
    expect(renamed(text)).toBe(`class Queue { push_ours(item: number) { return [].push(item as never) } }
export const go = (queue: Queue) => queue.push_ours(1);`);
  });

  test('in patterns, shorthands and selections of types', () => {
    const text = `interface Point { x: number; y: number }
export const swap = ({ x, y: z = 1 }: Point): Point => ({ x: z, y: x });
export const make = (x: number): Pick<Point, 'x'> => ({ x });`;
    expect(renamed(text)).toBe(`interface Point { x_ours: number; y_ours: number }
export const swap = ({ x_ours: x, y_ours: z = 1 }: Point): Point => ({ x_ours: z, y_ours: x });
export const make = (x: number): Pick<Point, 'x_ours'> => ({ x_ours: x });`);
  });

  test('what others name keeps its name: declared so, asserted of something unknown, given to what takes any name', () => {
    const text = `export interface Outside { name: string }
export const read = (value: unknown) => (value as { name: string }).name;
export const facts: Record<string, unknown> = { name: 1 };
export const all = (outside: Outside) => outside.name;
export const property: PropertyDescriptor = { value: 1 };`;
    expect(renamed(text)).toBe(text);
  });

  test.each([
    ['a key', `interface Sizes { a: number }\nexport const get = (sizes: Sizes, key: 'a') => sizes[key];`],
    [
      'a structure',
      `class Pair { value = 1; done = false }\nexport const result: IteratorResult<number> = new Pair();`,
    ],
  ])('the build fails if one is used by its name after all: %s', (_, text) => {
    expect(() => renamed(text)).toThrow('a property was renamed that is used by its name');
  });
});

describe('private members', () => {
  test('become ordinary ones, except of classes whose instances others hold', () => {
    const text = `class Counter { #count = 0; next() { return ++this.#count; } }
class Outside { #count = 0; next() { return ++this.#count; } }
export const both = [new Counter(), new Outside()];`;
    expect(renamed(text)).toBe(`class Counter { count_0_ours = 0; next_ours() { return ++this.count_0_ours; } }
class Outside { #count = 0; next() { return ++this.#count; } }
export const both = [new Counter(), new Outside()];`);
  });

  test('may be called like what no object has beside them', () => {
    const { differ } = rename(`class Base { #a = 1; b = 2; read() { return this.#a; } }
class Derived extends Base { #c = 3; more() { return this.#c; } }
interface Other { d: number; e?: number }
export const use = (other: Other, derived: Derived) => other.d + (other.e ?? 0) + derived.more();`);
    expect(differ('a_0_ours', 'b_ours')).toBe(true);
    expect(differ('c_1_ours', 'a_0_ours')).toBe(true);
    expect(differ('a_0_ours', 'd_ours')).toBe(false);
    expect(differ('b_ours', 'd_ours')).toBe(false);
    // An object without it may be taken for one that could have it.
    expect(differ('b_ours', 'e_ours')).toBe(true);
  });

  test('the build fails if two names were made one that must differ', () => {
    const { texts, check } = rename(`class Pair { #a = 1; #b = ''; read() { return [this.#a, this.#b]; } }
export const pair = new Pair();`);
    const mixed = texts.get(entry)?.replaceAll('b_1_ours', 'a_0_ours') ?? '';
    expect(() => check(new Map([[entry, mixed]]))).toThrow('a property was renamed');
  });
});

test('conditions that ask for `undefined` ask for an object where there can be nothing else', () => {
  const text = `interface Outside { self?: object; text?: string; none?: object | null }
export const a = (o: Outside) => { if (o.self !== undefined && o.text !== undefined) return o.none !== undefined ? 1 : 2; return 3; };
export const b = (o: Outside) => [o.self === undefined, o.text === undefined, o.self !== undefined];`;
  expect(renamed(text)).toBe(`interface Outside { self?: object; text?: string; none?: object | null }
export const a = (o: Outside) => { if (o.self && o.text != undefined) return o.none !== undefined ? 1 : 2; return 3; };
export const b = (o: Outside) => [!o.self, o.text == undefined, o.self != undefined];`);
});

test('comparisons are short between what is of one type', () => {
  const text = `interface Outside { n: number; m?: number; s: string | null; o: object; p?: object }
export const a = (o: Outside) => [o.n === 1, o.m !== o.n, o.o === o.p, o.s === 'a', (o.s as unknown) === 1];`;
  expect(renamed(text)).toBe(`interface Outside { n: number; m?: number; s: string | null; o: object; p?: object }
export const a = (o: Outside) => [o.n == 1, o.m != o.n, o.o == o.p, o.s === 'a', (o.s as unknown) === 1];`);
});

test('what is used most gets one letter, and names that may be one share it', () => {
  const text = `${'push_ours '.repeat(3)}take_ours take_ours size_ours`;
  const short = shortNames(text, /\w+_ours/g, (one, other) => [one, other].includes('push_ours'));
  expect([...short]).toEqual([
    ['push_ours', 'a'],
    ['take_ours', 'b'],
    ['size_ours', 'b'],
  ]);
});

const isOwn: IsOwn = (name) => name.endsWith('_ours');

describe('`this` has a local name where it is used a lot', () => {
  test('and only where it is the same object', () => {
    const text = `class A extends B {
  constructor() { super(); this.a = this.b = this.c = this.d; }
  few() { return this.a + this.b; }
  many() { return [this.a, this.b, this.c, () => this.d, function () { return this.e; }]; }
}`;
    expect(aliasThis(text, isOwn)).toBe(`class A extends B {
  constructor() { super(); this.a = this.b = this.c = this.d; }
  few() { return this.a + this.b; }
  many() {let self_of_class = this; return [self_of_class.a, self_of_class.b, self_of_class.c, () => self_of_class.d, function () { return this.e; }]; }
}`);
  });

  test('as a parameter where nobody gives one', () => {
    const sum = '{ return this.a + this.b + this.c; }';
    const self = '{ return self_of_class.a + self_of_class.b + self_of_class.c; }';
    const calls = 'x.one_ours(1); x.given_ours(1, 2); x.spread_ours(...y); const held = x.held_ours;';
    expect(
      aliasThis(
        `class A { one_ours(n) ${sum} none_ours() ${sum} given_ours(n) ${sum} spread_ours(n) ${sum} held_ours() ${sum} }
class B { #d; one_ours(n) ${sum} }
${calls}`,
        isOwn,
      ),
    ).toBe(
      `class A { one_ours(n, self_of_class = this) ${self} none_ours(self_of_class = this) ${self} given_ours(n) ${sum} spread_ours(n) ${sum} held_ours() ${sum} }
class B { #d; one_ours(n) ${sum} }
${calls}`,
    );
  });
});

test('fields that begin as nothing are not named, except of others', () => {
  expect(dropUnsetFields('class A { a_ours; b_ours = void 0; c_ours = 0; d; #e; }', isOwn)).toBe(
    'class A {   c_ours = 0; d; #e; }',
  );
});

describe('a class of few objects', () => {
  const closures = (text: string): string =>
    closuresOf(
      text,
      () => true,
      (name) => /_\d+_ours$/.test(name),
    );

  test('is a function, in which private members are variables', () => {
    const text = `class Counter { count_0_ours = 0; step_ours; constructor(step) { this.step_ours = step; }
  get next_1_ours() { return this.count_0_ours + this.step_ours; }
  move_2_ours(by) { this.count_0_ours = by; return () => this.move_2_ours; }
  take_ours() { this.move_2_ours(this.next_1_ours); return this; } }
new Counter(1).take_ours();`;
    expect(closures(text).replace(/\s+/g, ' ')).toBe(
      `const Counter = (step) => { let count_0_ours_variable = 0;
const next_1_ours_variable = () => { return count_0_ours_variable + self_of_closure.step_ours; };
const move_2_ours_variable = (by) => { count_0_ours_variable = by; return () => move_2_ours_variable; };
const self_of_closure = { step_ours: void 0, take_ours() { move_2_ours_variable(next_1_ours_variable()); return self_of_closure; } };
self_of_closure.step_ours = step;
return self_of_closure; }; Counter(1).take_ours();`.replace(/\s+/g, ' '),
    );
  });

  test('may extend another such class, and have private members', () => {
    const text = `class Line { open_ours = 1; write_ours(x) { this.sent_ours(x); } }
class Echo extends Line { #n = 0; constructor(a) { super(a), this.#n = a; } sent_ours(x) { return this.#n + super.write_ours(x); } }
new Echo(1);`;
    expect(closures(text).replace(/\s+/g, ' ')).toBe(
      `const Line = () => { const self_of_closure = { open_ours: 1, write_ours(x) { self_of_closure.sent_ours(x); } }; return self_of_closure; };
const Echo = (a) => { let private_n_variable = 0;
const self_of_closure = Line(a); const super_of_closure_write_ours = self_of_closure.write_ours;
Object.assign(self_of_closure, { sent_ours(x) { return private_n_variable + super_of_closure_write_ours(x); } });
0, private_n_variable = a;
return self_of_closure; }; Echo(1);`.replace(/\s+/g, ' '),
    );
  });

  test.each([
    ['is asked for', 'class A { n_0_ours = 0; } x instanceof A;'],
    ['extends another', 'class A extends B { n_0_ours = 0; } new A();'],
    ['is extended by one that stays', 'class A { n_0_ours = 0; } class B extends A { static n = 0; } new A();'],
    ['looks into others of its kind', 'class A { n_0_ours = 0; is(a) { return a.n_0_ours; } } new A();'],
    ['has members of its own', 'class A { static n = 0; } new A();'],
    ['looks into another one', 'class A { #n = 0; is(a) { return a.#n; } } new A();'],
    ['gives something else than an object of it', 'class A { constructor() { return {}; } } new A();'],
  ])('stays one if it %s', (_, text) => {
    expect(closures(text)).toBe(text);
  });
});

test('members that nothing uses are dropped, again and again, and what nobody sets is undefined', () => {
  expect(
    dropUnusedMembers(
      `class A { count_ours = 0; sum_ours = 0; used_ours() { return this.options_ours.limit_ours ?? 5; } inner_ours() {} unused_ours() { this.inner_ours(); } }
const counters = { sent_ours: 0, kept_ours: make() };
counters.sent_ours++, a.sum_ours += make();
a.options_ours = {}; a.count_ours = 1;
a.used_ours();`,
      isOwn,
    ),
  ).toBe(`class A {  sum_ours = 0; used_ours() { return void 0 ?? 5; }   }
const counters = {  kept_ours: make() };
0, a.sum_ours += make();
0; 0;
a.used_ours();`);
});

test('`throw` is a call, of what comes last', () => {
  expect(callsThatThrow('if (wrong) throw close(), error; else throw new Error();')).toBe(
    'const throw_it = (error) => { throw error; };\nif (wrong) close(), throw_it(error); else throw_it(new Error());',
  );
});

test('operators with long names are calls where they stand often', () => {
  const many = (text: string): string => `${text};\n`.repeat(20);
  const text = `${many("x = typeof a.b !== 'string' || a.c() instanceof Map")}${many('y = new Map')}z = typeof WeakRef == 'function' ? new Some(1) : f(...new Other(1, 2, 3, 4));`;
  expect(callsForOperators(text)).toBe(`const is_string = (a) => typeof a == "string";
const is_instance = (a, b) => a instanceof b;
const make_Map = (a, b, c) => new Map(a, b, c);
${many('x = !is_string(a.b) || is_instance(a.c(), Map)')}${many('y = make_Map()')}z = typeof WeakRef == 'function' ? new Some(1) : f(...new Other(1, 2, 3, 4));`);
});

test('functions are arrows in front, except those with a `this` of their own and generators', () => {
  const text = `use(add);
function add(a, b = 1) { return a + b; }
async function later() { return () => 1; }
function own() { return () => this; }
function all() { return arguments; }
function* some() {}
`;
  expect(arrowFunctions(text)).toBe(`const add = (a, b = 1) => { return a + b; };
const later = async () => { return () => 1; };
use(add);


function own() { return () => this; }
function all() { return arguments; }
function* some() {}
`);
});

test('names and texts of the language that stand in many places get a variable', () => {
  const sizes = (name: (holder: string) => string): string => ['a', 'b?', 'c', 'd'].map(name).join(' + ');
  const text = `${sizes((holder) => `${holder}.byteLength`)};
f('some long text', { 'some long text': 'some long text' });
g(void 0, void 0, undefined);
h(Uint8Array, Uint8Array, Uint8Array, typeof Uint8Array, (Symbol) => Symbol + Symbol + Symbol + Symbol);
own.length_ours + own.length_ours + own.length_ours;
`;
  expect(nameRepeated(text, isOwn)).toBe(`let repeated_0 = "byteLength";
let repeated_1 = "some long text";
let repeated_2 = void 0;
let repeated_3 = Uint8Array;
${sizes((holder) => `${holder.replace('?', '?.')}[repeated_0]`)};
f(repeated_1, { 'some long text': repeated_1 });
g(repeated_2, repeated_2, repeated_2);
h(repeated_3, repeated_3, repeated_3, typeof Uint8Array, (Symbol) => Symbol + Symbol + Symbol + Symbol);
own.length_ours + own.length_ours + own.length_ours;
`);
});

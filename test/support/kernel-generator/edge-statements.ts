/** Statements for what random operands seldom meet: special paths of the compiler that depend on a literal or a value. */
import { type LanguageStatement, line, type Part, result, type Writing } from './language-statement.ts';
import type { StatementPiece } from './syntax-pieces.ts';

/** The value goes on: into an array of the caller or a variable that is there already, for one of a block is not seen. */
function seen(w: Writing, ...parts: Part[]): StatementPiece[] {
  const places = w.assignable('i32');
  for (const { name, type, length } of w.arrays) {
    if (type === 'Int32Array') places.push(`${name}[${w.random.below(length)}]`);
  }
  if (places.length === 0) return [result(w, 'i32', ...parts)];
  const place = w.random.pick(places);
  return [line(`${place} = (${place} + (`, ...parts, ')) | 0;')];
}

const name = (w: Writing, list: StatementPiece[], kind: 'i32' | 'u32' | 'f32', ...parts: Part[]): string => {
  const fresh = w.fresh('g');
  list.push(line(`const ${fresh}: ${kind} = `, ...parts, ';'));
  return fresh;
};

/** Powers of two, and their neighbours, which take other ways. */
function divisor(w: Writing): number {
  const power = 2 ** (1 + w.random.below(30));
  return w.random.pick([power, power, power, -power, power + 1, -3, 10]);
}

function divisionByLiteral(w: Writing): StatementPiece[] {
  const list: StatementPiece[] = [];
  const n = name(w, list, 'i32', w.expression('i32', 2), ' | 0');
  const d = divisor(w);
  const text = d < 0 ? `(${d})` : `${d}`;
  if (w.random.chance(0.6)) return [...list, ...seen(w, `(${n} / ${text}) | 0`)];
  if (w.random.chance(0.5)) return [...list, ...seen(w, `(${n} % ${text}) | 0`)];
  const u = name(w, list, 'u32', w.expression('u32', 2), ' >>> 0');
  return [...list, ...seen(w, `((${u} ${w.random.pick(['/', '%'])} ${Math.abs(d)}) >>> 0) | 0`)];
}

/** Small powers only: what stays exact is a multiple of some 2^-k that is far from subnormal. */
function floatDivision(w: Writing): StatementPiece[] {
  const d = w.isExact ? w.random.pick([2, 4, -8]) : w.random.pick([2, -4, 2 ** 20, 2 ** -30, 2 ** 126, 2 ** 127, 3]);
  return [result(w, 'f32', 'Math.fround(', w.expression('f32', 2), ` / (${d}))`)];
}

/** All six comparisons of the same two: one of them is computed again only where it must be. */
function comparisons(w: Writing): StatementPiece[] {
  const own = w.random.pick(['i32', 'u32', 'f32'] as const);
  const list: StatementPiece[] = [];
  const wrapped = (): Part[] =>
    own === 'f32'
      ? ['Math.fround(', w.expression('f32', 2), ')']
      : ['(', w.expression(own, 2), own === 'i32' ? ' | 0)' : ' >>> 0)'];
  const a = name(w, list, own, ...wrapped());
  // A NaN on either side is not left to chance.
  const isStrange = own === 'f32' && w.random.chance(0.4);
  if (isStrange) w.need('strange');
  const b = isStrange
    ? name(w, list, own, 'strange[', w.expression('i32', 1), ' & 7]')
    : name(w, list, own, ...wrapped());
  const [left, right] = w.random.chance(0.5) ? [a, b] : [b, a];
  const operators = ['<', '<=', '>', '>=', '===', '!=='];
  const bits = operators.map((operator, index) => `(${left} ${operator} ${right} ? ${1 << index} : 0)`);
  return [...list, ...seen(w, bits.join(' | '))];
}

/** Values at which f32 and its operations change: read from memory, so that nothing is folded. */
function strangeFloat(w: Writing): StatementPiece[] {
  w.need('strange');
  const at = (): Part[] => ['strange[', w.expression('i32', 1), ' & 7]'];
  // The sign is an integer, which goes on better than a float.
  if (w.random.chance(0.4)) return seen(w, '(Math.sign(', ...at(), ') | 0) << 4');
  const call = w.random.pick(['abs', 'floor', 'ceil', 'trunc', 'round', 'sqrt', 'min', 'max']);
  if (call !== 'min' && call !== 'max') return [result(w, 'f32', `Math.${call}(`, ...at(), ')')];
  return [result(w, 'f32', `Math.${call}(`, ...at(), ', ', ...at(), ')')];
}

/** Halfway between two f32, or a bit beside it, where rounding hangs on the lowest bit. */
function wideInteger(w: Writing): StatementPiece[] {
  w.need('wide');
  return [result(w, 'f32', 'Math.fround(wide[', w.expression('i32', 1), ' & 7])')];
}

/** Roots that lie so near the middle of two f32 that an iteration needs its last step. */
function nearRoot(w: Writing): StatementPiece[] {
  w.need('near');
  const power = w.random.pick(['', ' * 4', ' * 0.0625', ' * 1048576']);
  return [result(w, 'f32', 'Math.fround(Math.sqrt(near[', w.expression('i32', 1), ` & 7]${power}))`)];
}

/** Variables that change places in a loop: each is read after the other was written. */
function changedPlaces(w: Writing): StatementPiece[] {
  const [a, b, c, sum, i] = [w.fresh('a'), w.fresh('b'), w.fresh('c'), w.fresh('v'), w.fresh('i')];
  const turn = w.random.pick([
    `const t = ${a}; ${a} = ${b}; ${b} = t;`,
    `const t = ${a}; ${a} = ${b}; ${b} = ${c}; ${c} = t;`,
    `const t = ${a}; ${a} = ${b}; ${b} = t; ${c} = t;`,
  ]);
  const list = [
    line(`let ${a}: i32 = `, w.expression('i32', 2), ';'),
    line(`let ${b}: i32 = `, w.expression('i32', 1), ';'),
    line(`let ${c}: i32 = `, w.expression('i32', 1), ';'),
    line(`let ${sum}: i32 = 0;`),
    line(`for (let ${i} = 0; ${i} < (`, w.expression('i32', 1), ` & 7); ${i}++) `, [
      line(`${sum} = (Math.imul(${sum}, 31) + ${a}) | 0;`),
      line(turn),
    ]),
    ...seen(w, `${sum} ^ (${a} - ${b}) ^ ${c}`),
  ];
  w.declare(sum, 'i32', true);
  return list;
}

/** Two shifts in a row, together by more than 31. */
function shifts(w: Writing): StatementPiece[] {
  const [first, second] = [1 + w.random.below(31), 1 + w.random.below(31)];
  const operator = w.random.pick(['<<', '>>', '>>>']);
  const list: StatementPiece[] = [];
  const n = name(w, list, 'i32', w.expression('i32', 2), ' | 0');
  return [...list, ...seen(w, `(((${n} ${operator} ${first}) ${operator} ${second}) | 0)`)];
}

/** Differences both ways round, and a difference that is compared with 0: it may have wrapped. */
function differences(w: Writing): StatementPiece[] {
  const list: StatementPiece[] = [];
  const a = name(w, list, 'i32', w.expression('i32', 2), ' | 0');
  const b = name(w, list, 'i32', w.expression('i32', 2), ' | 0');
  if (w.random.chance(0.4)) return [...list, ...seen(w, `((${a} - ${b}) ^ ((${b} - ${a}) << 1)) | 0`)];
  const d = name(w, list, 'i32', `(${a} ${w.random.pick(['-', '+'])} ${b}) | 0`);
  const operator = w.random.pick(['<', '<=', '>', '>=']);
  const hit = w.fresh('v');
  w.declare(hit, 'i32', true);
  return [
    ...list,
    line(`let ${hit}: i32 = ${d};`),
    line(`if (${d} ${operator} 0) `, [line(`${hit} = (${hit} ^ `, w.expression('i32', 1), ') | 0;')]),
    ...seen(w, hit),
  ];
}

/** Masks and factors, which become shifts and additions. */
function literalOperand(w: Writing): StatementPiece[] {
  const list: StatementPiece[] = [];
  const n = name(w, list, 'i32', w.expression('i32', 2), ' | 0');
  const bits = 1 + w.random.below(31);
  const mask = w.random.pick([2 ** bits - 1, -(2 ** bits), 2 ** bits]);
  const factor = w.random.pick([2 ** bits - 1, 2 ** bits + 1, -(2 ** bits), 3 * 2 ** (bits % 20), 7, 100, 1103515245]);
  if (w.random.chance(0.5)) return [...list, ...seen(w, `${n} & ${mask}`)];
  return [...list, ...seen(w, `Math.imul(${n}, ${factor | 0})`)];
}

/** What is stored by one index may be read by another; and narrow elements forget. */
function storeAndReload(w: Writing): StatementPiece[] {
  const list: StatementPiece[] = [];
  const i = name(w, list, 'i32', w.expression('i32', 1), ' & 1');
  const j = name(w, list, 'i32', w.expression('i32', 1), ' & 1');
  const narrow = w.random.pick(['Int8Array', 'Int16Array', 'Uint8Array', 'Int32Array'] as const);
  const needs = { Int8Array: 'bytes', Int16Array: 'halfwords', Uint8Array: 'octets', Int32Array: 'words' } as const;
  const array = needs[narrow];
  w.need(array);
  list.push(line(`${array}[${i}] = `, w.expression('i32', 2), ';'));
  const first = name(w, list, 'i32', `${array}[${j}]`);
  list.push(line(`${array}[${w.random.pick([i, `${i} ^ 1`])}] = `, w.expression('i32', 1), ';'));
  const second = name(w, list, 'i32', `${array}[${j}]`);
  return [...list, ...seen(w, `(Math.imul(${first}, 31) + ${second}) | 0`)];
}

/** A place that is read in every turn of a loop and written in some. */
function changedInLoop(w: Writing): StatementPiece[] {
  const list: StatementPiece[] = [];
  w.need('words');
  const at = name(w, list, 'i32', w.expression('i32', 1), ' & 1');
  const [i, sum] = [w.fresh('i'), w.fresh('v')];
  w.declare(sum, 'i32', true);
  return [
    ...list,
    line(`let ${sum}: i32 = 0;`),
    line(`for (let ${i} = 0; ${i} < ${2 + w.random.below(4)}; ${i}++) `, [
      line(`${sum} = (Math.imul(${sum}, 3) + words[1]) | 0;`),
      line(`words[${at}] = (${sum} ^ `, w.expression('i32', 1), ') | 0;'),
    ]),
    ...seen(w, sum),
  ];
}

export const EDGE_STATEMENTS: readonly LanguageStatement[] = [
  { make: divisionByLiteral },
  { make: divisionByLiteral },
  { make: floatDivision },
  { make: comparisons },
  { make: comparisons },
  { make: strangeFloat, canBe: (w) => !w.isExact },
  { make: wideInteger },
  { make: nearRoot },
  { make: changedPlaces, canBe: (w) => w.loopDepth < 2 },
  { make: shifts },
  { make: differences },
  { make: literalOperand },
  { make: storeAndReload },
  { make: changedInLoop, canBe: (w) => w.loopDepth < 2 },
];

/** Statements of a kernel that use what arithmetic, branches and loops do not: records, classes, patterns, labels, types. */

import { ARRAY_STATEMENTS } from './array-statements.ts';
import { type LanguageStatement, line, type Part, result, type Writing } from './language-statement.ts';
import { OBJECT_STATEMENTS } from './object-statements.ts';
import type { StatementPiece } from './syntax-pieces.ts';

function point(w: Writing): StatementPiece[] {
  w.need('point');
  const name = w.fresh('p');
  const list = [
    line(
      `${w.random.pick(['let', 'const'])} ${name}: Point = { x: `,
      w.expression('f32', 2),
      ', y: ',
      w.expression('f32', 1),
      ', n: ',
      w.expression('i32', 2),
      ' };',
    ),
  ];
  if (w.random.chance(0.5)) list.push(line(`${name}.y = `, w.expression('f32', 2), ';'));
  if (w.random.chance(0.5)) list.push(line(`${name}.n ^= `, w.expression('i32', 1), ';'));
  const read = w.random.below(3);
  if (read === 0) {
    const moved = w.fresh('p');
    list.push(line(`const ${moved} = moved(${name}, `, w.expression('f32', 1), ');'));
    list.push(result(w, 'f32', `Math.fround(${moved}.x + ${moved}.y)`), result(w, 'i32', `${moved}.n`));
  } else if (read === 1) {
    const [x, n] = [w.fresh('x'), w.fresh('n')];
    list.push(line(`const { x: ${x}, n: ${n} } = ${name};`));
    w.declare(x, 'f32', false);
    w.declare(n, 'i32', false);
  } else list.push(result(w, 'f32', `${name}.y`), result(w, 'i32', `(${name}.n + (${name}.x | 0)) | 0`));
  return list;
}

function literal(w: Writing): StatementPiece[] {
  const name = w.fresh('o');
  return [
    line(`const ${name} = { a: `, w.expression('i32', 1), ' | 0, inner: { b: ', w.expression('i32', 2), ' | 0 } };'),
    result(w, 'i32', `${name}.a ^ ${name}.inner.b`),
  ];
}

function typedRecord(w: Writing): StatementPiece[] {
  const name = w.fresh('o');
  if (w.random.chance(0.5)) {
    w.need('mapped');
    return [
      line(`const ${name}: Steps = { first: `, w.expression('i32', 1), ', second: ', w.expression('i32', 1), ' };'),
      line(`${name}.second = (${name}.second - `, w.expression('i32', 1), ') | 0;'),
      result(w, 'i32', `${name}.first & ${name}.second`),
    ];
  }
  w.need('box');
  return [line(`const ${name}: Box<f32> = { v: `, w.expression('f32', 2), ' };'), result(w, 'f32', `${name}.v`)];
}

function tuple(w: Writing): StatementPiece[] {
  w.need('pair');
  const call = ['pair(', w.expression('i32', 2), ', ', w.expression('f32', 1), ')'];
  if (w.random.chance(0.5)) {
    const [a, b] = [w.fresh('a'), w.fresh('b')];
    w.declare(a, 'i32', false);
    w.declare(b, 'f32', false);
    return [line(`const [${a}, ${b}] = `, ...call, ';')];
  }
  const name = w.fresh('t');
  return [line(`const ${name} = `, ...call, ';'), result(w, 'i32', `${name}[0]`), result(w, 'f32', `${name}[1]`)];
}

function arrayLiteral(w: Writing): StatementPiece[] {
  const name = w.fresh('z');
  const elements = [0, 1, 2, 3].flatMap((i) => [i === 0 ? '' : ', ', w.expression('i32', 1), ' | 0']);
  const list = [line(`const ${name} = [`, ...elements, '];')];
  if (w.random.chance(0.5)) {
    list.push(line(`${name}[`, w.expression('i32', 1), ' & 3] = ', w.expression('i32', 1), ';'));
  }
  list.push(result(w, 'i32', `${name}[`, w.expression('i32', 1), ' & 3]'));
  return list;
}

function arrayPattern(w: Writing): StatementPiece[] {
  const lists = w.arrays.filter(({ type, length }) => type === 'Int32Array' && length >= 2);
  const [first, second] = [w.fresh('q'), w.fresh('q')];
  const { name } = w.random.pick(lists);
  w.declare(second, 'i32', false);
  if (w.random.chance(0.8)) return [line(`const [, ${second}] = ${name};`)];
  w.declare(first, 'i32', false);
  return [line(`const [${first}, ${second}] = ${name};`)];
}

function lengthPattern(w: Writing): StatementPiece[] {
  const name = w.fresh('n');
  w.declare(name, 'i32', false);
  return [line(`const { length: ${name} } = ${w.random.pick(w.arrays).name};`)];
}

function chosenArray(w: Writing): StatementPiece[] {
  const lists = w.arrays.filter(({ type }) => type === 'Int32Array');
  const name = w.fresh('y');
  const [a, b] = [w.random.pick(lists), w.random.pick(lists)];
  const mask = Math.min(a.length, b.length) - 1;
  return [
    line(`const ${name} = `, w.expression('bool', 2), ` ? ${a.name} : ${b.name};`),
    line(`${name}[`, w.expression('i32', 1), ` & ${mask}] = `, w.expression('i32', 2), ';'),
    result(w, 'i32', `${name}[`, w.expression('i32', 1), ` & (${name}.length - 1)]`),
  ];
}

function union(w: Writing): StatementPiece[] {
  w.need('shape');
  const name = w.fresh('s');
  const value: Part[] = w.random.chance(0.5)
    ? ['{ kind: 0, r: ', w.expression('f32', 2), ' }']
    : ['{ kind: 1, w: ', w.expression('i32', 2), ', h: ', w.expression('i32', 1), ' }'];
  return [line(`const ${name}: Shape = `, ...value, ';'), result(w, 'i32', `size(${name})`)];
}

function enumeration(w: Writing): StatementPiece[] {
  w.need('side');
  const [side, name] = [w.fresh('side'), w.fresh('v')];
  const list = [
    line(`const ${side} = `, w.expression('bool', 2), ' ? Side.right : Side.both;'),
    line(`let ${name}!: i32;`),
    line(
      `switch (${side}) { case Side.right: `,
      [line(`${name} = `, w.expression('i32', 2), ';')],
      ' break; default: ',
      [line(`${name} = Side.left;`)],
      ' }',
    ),
  ];
  w.declare(name, 'i32', true);
  return list;
}

function object(w: Writing): StatementPiece[] {
  w.need('meter');
  const name = w.fresh('meter');
  const start: Part[] = w.random.chance(0.3) ? ['Meter.start'] : [w.expression('i32', 2)];
  const list = [line(`const ${name} = new Doubling(`, ...start, ');')];
  for (let i = w.random.below(3); i > 0; i--) list.push(line(`${name}.step(`, w.expression('i32', 2), ');'));
  list.push(result(w, 'i32', `${name}.read()`), result(w, 'i32', `${name}.seen`));
  return list;
}

function helper(w: Writing): StatementPiece[] {
  const a = w.expression('i32', 2);
  switch (w.random.below(6)) {
    case 0:
      w.need('digits');
      return [result(w, 'i32', 'digits(', a, ' & 255)')];
    case 1:
      w.need('arrow');
      return [result(w, 'i32', 'negated(', a, ')')];
    case 2:
      w.need('expression');
      return [result(w, 'i32', 'halved(', a, ')')];
    case 3:
      w.need('squares');
      return [result(w, 'i32', 'squares[', a, ' & 7]')];
    case 4:
      if (w.random.chance(0.6)) w.need('again');
      w.need('rotate');
      return [result(w, 'i32', 'rotate(', a, ', ', w.expression('i32', 1), ')')];
    default:
      w.need('where');
      return [result(w, 'i32', '(coreIndex() ^ ', a, ') | 0')];
  }
}

function types(w: Writing): StatementPiece[] {
  const name = w.fresh('w');
  switch (w.random.below(6)) {
    case 0:
      w.need('bit');
      return [
        line(`const ${name}: Bit = `, w.expression('bool', 2), ' ? 1 : 0;'),
        result(w, 'i32', `${name} ^ `, w.expression('i32', 1)),
      ];
    case 1:
      w.need('bit');
      return [
        line(`const ${name}: ${w.random.pick(['Weight', 'Element'])} = `, w.expression('f32', 2), ';'),
        result(w, 'f32', name),
      ];
    case 2:
      w.need('direction');
      return [
        line(`const ${name}: Direction = `, w.expression('bool', 1), ' ? 1 : -1;'),
        result(w, 'i32', `Math.imul(${name}, `, w.expression('i32', 2), ')'),
      ];
    case 3:
      return [result(w, 'f32', '(', w.expression('f32', 2), ' as f32)')];
    case 4:
      return [result(w, 'i32', '(', w.expression('i32', 2), ' satisfies i32)')];
    default:
      return [result(w, 'i32', '(', w.expression('i32', 2), ')!')];
  }
}

function constants(w: Writing): StatementPiece[] {
  switch (w.random.below(4)) {
    case 0:
      return [result(w, 'f32', 'Math.fround(Math.PI)')];
    case 1:
      return [result(w, 'f32', w.random.pick(['NaN', 'NaN', 'Infinity', '-Infinity']))];
    case 2:
      return [result(w, 'f32', '+', w.expression('f32', 2))];
    default:
      return [line(';'), line('', [line(`const ${w.fresh('v')} = `, w.expression('i32', 2), ';')])];
  }
}

/** Operators that are exact in doubles, too, because they give 32 bits. */
function compound(w: Writing): StatementPiece[] {
  const name = w.random.pick(w.assignable('i32'));
  if (w.random.chance(0.3)) return [line(`${name} %= (`, w.expression('i32', 1), ' | 1);'), line(`${name} |= 0;`)];
  const operator = w.random.pick(['&=', '|=', '^=', '<<=', '>>=']);
  return [line(`${name} ${operator} `, w.expression('i32', 2), ';')];
}

function countTwo(w: Writing): StatementPiece[] {
  const [i, j, sum] = [w.fresh('i'), w.fresh('j'), w.fresh('v')];
  w.declare(sum, 'i32', true);
  return [
    line(`let ${sum}: i32 = 0;`),
    line(`for (let ${i} = 0, ${j} = ${2 + w.random.below(5)}; ${i} < ${j}; ${i}++, ${j}--) `, [
      line(`${sum} = (Math.imul(${sum}, ${i}) + `, w.expression('i32', 2), ') | 0;'),
    ]),
  ];
}

/** Bare numbers of integer kinds end in an operator that makes 0 of -0, for plain JavaScript. */
function logged(w: Writing): StatementPiece[] {
  const integer = (): Part[] => [w.expression('i32', 1), ' | 0'];
  switch (w.random.below(5)) {
    case 0:
      return [line("console.log('a', ", ...integer(), ', ', w.expression('bool', 1), ');')];
    case 1:
      return [
        line('console.log(`${', ...integer(), '} of ${', w.expression('f32', 1), '}`, ', w.expression('f32', 1), ');'),
      ];
    case 2: {
      const all = Array.from({ length: 4 }, (): Part[] => [w.expression('u32', 1), ' >>> 0, ']).flat();
      return [line('console.log(', ...all, "'%d');")];
    }
    case 3:
      w.need('mood');
      return [line('console.log(moodOf(', ...integer(), "), 'is ' + moodOf(", ...integer(), '));')];
    default:
      return [line('console.assert(', w.expression('bool', 2), ", 'not so:', ", ...integer(), ');')];
  }
}

function asserted(w: Writing): StatementPiece[] {
  w.need('assert');
  const condition = [w.expression('i32', 2), ' | 0) !== ', String(w.random.below(4))];
  return [line('assert((', ...condition, ", 'it happened');")];
}

function labelled(w: Writing): StatementPiece[] {
  const [rows, i, j] = [w.fresh('rows'), w.fresh('i'), w.fresh('j')];
  const jump = (word: string): StatementPiece => line('if (', w.expression('bool', 2), `) ${word} ${rows};`);
  const body = w.insideLoops(2, () => [
    jump(w.random.pick(['break', 'continue'])),
    ...w.block(),
    ...(w.random.chance(0.5) ? [jump(w.random.pick(['break', 'continue']))] : []),
  ]);
  return [
    line(`${rows}: for (let ${i}: i32 = 0; ${i} < ${1 + w.random.below(3)}; ${i}++) `, [
      line(`for (let ${j}: i32 = 0; ${j} < ${1 + w.random.below(3)}; ${j}++) `, body),
    ]),
  ];
}

export const LANGUAGE_STATEMENTS: readonly LanguageStatement[] = [
  { make: point },
  { make: literal },
  { make: typedRecord },
  { make: tuple },
  { make: arrayLiteral },
  { make: union },
  { make: enumeration },
  { make: object },
  ...OBJECT_STATEMENTS,
  ...ARRAY_STATEMENTS,
  { make: helper },
  { make: helper },
  { make: types },
  { make: types },
  { make: constants },
  { make: constants },
  { make: countTwo },
  { make: compound, canBe: (w) => w.assignable('i32').length > 0 },
  { make: compound, canBe: (w) => w.assignable('i32').length > 0 },
  { make: compound, canBe: (w) => w.assignable('i32').length > 0 },
  {
    make: arrayPattern,
    canBe: (w) => w.arrays.some(({ type, length }) => type === 'Int32Array' && length >= 2),
  },
  {
    make: arrayPattern,
    canBe: (w) => w.arrays.some(({ type, length }) => type === 'Int32Array' && length >= 2),
  },
  { make: lengthPattern, canBe: (w) => w.arrays.length > 0 },
  { make: chosenArray, canBe: (w) => w.arrays.some(({ type }) => type === 'Int32Array') },
  { make: chosenArray, canBe: (w) => w.arrays.some(({ type }) => type === 'Int32Array') },
  { make: logged, canBe: (w) => w.loopDepth < 2 },
  { make: logged, canBe: (w) => w.loopDepth < 2 },
  { make: asserted },
  { make: labelled, canBe: (w, depth) => depth > 0 && w.loopDepth === 0 },
];

/** Statements of a kernel that make arrays, take parts of them and call their methods. */
import { type LanguageStatement, line, result, type Writing } from './language-statement.ts';
import type { StatementPiece } from './syntax-pieces.ts';

function lists(w: Writing): Writing['arrays'] {
  return w.arrays.filter(({ type, length }) => type === 'Int32Array' && length >= 2);
}

function made(w: Writing): StatementPiece[] {
  const name = w.fresh('z');
  const kind = w.random.pick(['Int32Array', 'Int16Array', 'Uint8Array']);
  const length = w.random.pick([4, 4, 16, 33]);
  const list = [line(`const ${name} = new ${kind}(${length});`)];
  if (w.random.chance(0.5)) list.push(line(`${name}.fill(`, w.expression('i32', 1), `, ${w.random.below(6) - 2});`));
  list.push(line(`${name}[`, w.expression('i32', 1), ' & 3] = ', w.expression('i32', 1), ';'));
  if (w.random.chance(0.5)) list.push(line(`${name}.${w.random.pick(['sort', 'reverse'])}();`));
  list.push(result(w, 'i32', `${name}[`, w.expression('i32', 1), ' & 3]'));
  return list;
}

function part(w: Writing): StatementPiece[] {
  const { name, length } = w.random.pick(lists(w));
  const [inner, sum, item] = [w.fresh('z'), w.fresh('s'), w.fresh('v')];
  const begin = w.random.below(2 * length + 3) - length - 1;
  return [
    line(`const ${inner} = ${name}.subarray(${begin}, `, w.expression('i32', 1), ');'),
    line(`if (${inner}.length > 1) ${inner}[1] = `, w.expression('i32', 1), ';'),
    line(`let ${sum}: i32 = ${inner}.length;`),
    line(`for (const ${item} of ${inner}) ${sum} = (${sum} * 3 + ${item}) | 0;`),
    result(w, 'i32', sum),
  ];
}

function counted(w: Writing): StatementPiece[] {
  w.need('range');
  const [sum, i] = [w.fresh('s'), w.fresh('i')];
  const [begin, end] = [w.random.below(9) - 4, w.random.below(9) - 4];
  const step = w.random.pick(['', ', 2', ', -1', ', -3']);
  return [
    line(`let ${sum}: i32 = 7;`),
    line(
      `for (${w.random.pick(['const', 'let'])} ${i} of range(${begin}, (`,
      w.expression('i32', 1),
      ` & 7) + ${end}${step})) `,
      [line(`${sum} = (Math.imul(${sum}, 31) + ${i}) | 0;`)],
    ),
    result(w, 'i32', sum),
  ];
}

function iterated(w: Writing): StatementPiece[] {
  const [list, sum, i, v] = [w.fresh('z'), w.fresh('s'), w.fresh('i'), w.fresh('v')];
  const [head, value] = w.random.pick([
    [`const [${i}, ${v}] of ${list}.entries()`, `${v} ^ ${i}`],
    [`const [, ${v}] of ${list}.entries()`, v],
    [`let ${v} of [${list}[0], ${list}[2], 3] as [i32, i32, i32]`, `${v}++`],
    [`const ${v} of [${list}[1], 5] as [i32, i32]`, v],
    [`const ${i} of ${list}.keys()`, i],
    [`const ${v} of ${list}.values()`, v],
  ] as const);
  return [
    line(`const ${list} = Int32Array.of(`, w.expression('i32', 1), ', ', w.expression('i32', 1), ', 9);'),
    line(`let ${sum}: i32 = 5;`),
    line(`for (${head}) `, [
      line(`${list}[1] = (${list}[1] + `, w.expression('i32', 1), ') | 0;'),
      line(`${sum} = (Math.imul(${sum}, 31) + (${value})) | 0;`),
    ]),
    result(w, 'i32', sum),
  ];
}

function copied(w: Writing): StatementPiece[] {
  const { name, length } = w.random.pick(lists(w));
  const target = w.random.below(2 * length + 1) - length;
  const list = [line(`${name}.copyWithin(${target}, ${w.random.below(length + 1)});`)];
  const half = length >> 1;
  list.push(line(`${name}.set(${name}.subarray(0, ${half}), ${w.random.below(length - half + 1)});`));
  list.push(result(w, 'i32', `(${name}.indexOf(`, w.expression('i32', 1), `) + ${name}.at(-1)!) | 0`));
  return list;
}

/** New arrays and tuples of others: what is spread, and what a pattern leaves. */
function spread(w: Writing): StatementPiece[] {
  const [from, all, first, rest] = [w.fresh('z'), w.fresh('z'), w.fresh('q'), w.fresh('z')];
  const [sum, item] = [w.fresh('s'), w.fresh('v')];
  const kind = w.random.pick(['Int32Array', 'Int16Array', 'Uint8Array']);
  const list = [
    line(`const ${from} = ${kind}.of(`, w.expression('i32', 1), ', ', w.expression('i32', 1), ');'),
    line(
      `const ${all} = [...${from}, `,
      w.expression('i32', 2),
      ` | 0, ...${from}.subarray(`,
      w.expression('i32', 1),
      ` & 1), ...([`,
      w.expression('i32', 1),
      ' | 0, 4] as [i32, i32])];',
    ),
    line(`const [${first}, ...${rest}] = ${all};`),
    line(`let ${sum}: i32 = ${rest}.length;`),
    line(`for (const ${item} of ${rest}) ${sum} = (Math.imul(${sum}, 31) + ${item}) | 0;`),
  ];
  w.declare(first, 'i32', false);
  w.declare(sum, 'i32', true);
  return list;
}

/** A tuple and an object without some of their parts. */
function remains(w: Writing): StatementPiece[] {
  const [t, rest, o, others] = [w.fresh('t'), w.fresh('t'), w.fresh('o'), w.fresh('o')];
  return [
    line(
      `const ${t}: [i32, f32, i32] = [`,
      w.expression('i32', 1),
      ', ',
      w.expression('f32', 1),
      ', ',
      w.expression('i32', 1),
      '];',
    ),
    line(`const [, ...${rest}] = ${t};`),
    line(`const ${o} = { a: `, w.expression('i32', 1), ` | 0, b: ${rest}[0], c: ${t}[0] };`),
    line(`const { a: ${o}A, ...${others} } = ${o};`),
    line(`${others}.c ^= ${o}A;`),
    result(w, 'i32', `(${others}.c + ${rest}[1]) | 0`),
    result(w, 'f32', `${others}.b`),
  ];
}

/** Arrays that grow within a capacity: of the kernel, and one of the module that keeps its elements between calls. */
function grown(w: Writing): StatementPiece[] {
  w.need('fixed');
  const [list, i, sum, item] = [w.fresh('z'), w.fresh('i'), w.fresh('s'), w.fresh('v')];
  const statements = [
    line(`const ${list} = fixedArray<i32>(${w.random.pick([4, 5, 16])});`),
    line(`for (let ${i} = 0; ${i} <= (`, w.expression('i32', 1), ` & 3); ${i}++) `, [
      line(`${list}.push(`, w.expression('i32', 2), ');'),
    ]),
    line(`if (${list}.length > 2) ${list}[1] ^= ${list}.pop();`),
    line('if (queue.length === queue.capacity) queue[0] ^= queue.pop();'),
    line(`queue.push(${list}[0]);`),
    line(`let ${sum}: i32 = ${list}.length;`),
    line(`for (const ${item} of ${w.random.pick([list, 'queue'])}) ${sum} = (Math.imul(${sum}, 31) + ${item}) | 0;`),
  ];
  w.declare(sum, 'i32', true);
  return statements;
}

const canBe = (w: Writing): boolean => lists(w).length > 0;

export const ARRAY_STATEMENTS: readonly LanguageStatement[] = [
  { make: made },
  { make: part, canBe },
  { make: copied, canBe },
  { make: counted },
  { make: spread },
  { make: remains },
  { make: iterated },
  { make: iterated },
  { make: grown },
];

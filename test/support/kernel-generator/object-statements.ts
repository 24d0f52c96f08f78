/** Statements of a kernel that use objects of its module, and classes whose methods are found while it runs. */
import { type LanguageStatement, line, type Part, result, type Writing } from './language-statement.ts';
import type { StatementPiece } from './syntax-pieces.ts';

/** A constant object, and what it refers to. */
function settings(w: Writing): StatementPiece[] {
  w.need('settings');
  if (w.random.chance(0.5)) {
    const [x, step] = [w.fresh('x'), w.fresh('step')];
    w.declare(x, 'f32', false);
    w.declare(step, 'i32', false);
    return [line(`const { origin: { x: ${x} }, step: ${step} } = settings;`)];
  }
  return [
    line('if (settings.on) settings.seen = (settings.seen ^ ', w.expression('i32', 2), ') | 0;'),
    result(w, 'i32', '(settings.seen + settings.step) | 0'),
    result(w, 'f32', 'settings.origin.y'),
  ];
}

/** Accessors, private and static members of an object that keeps its state between calls. */
function tally(w: Writing): StatementPiece[] {
  w.need('tally');
  const list: StatementPiece[] = [];
  const object = w.random.chance(0.5) ? 'tally' : w.fresh('tally');
  if (object !== 'tally') list.push(line(`const ${object} = new Tally();`));
  else if (w.random.chance(0.3)) list.push(line('recent = ', w.expression('bool', 1), ' ? tally : null;'));
  const steps: Part[][] = [
    [`${object}.count = `, w.expression('i32', 2), ';'],
    [`${object}.count += `, w.expression('i32', 1), ' & 255;'],
    [`${object}.count++;`],
  ];
  for (let i = 1 + w.random.below(2); i > 0; i--) list.push(line(...w.random.pick(steps)));
  list.push(result(w, 'i32', `(${object}.count + Tally.total) | 0`));
  list.push(result(w, 'i32', 'recentCount()'));
  return list;
}

/** A method of which only the object knows the class. */
function codec(w: Writing): StatementPiece[] {
  w.need('codec');
  const name = w.fresh('codec');
  return [
    line(`const ${name}Shift = new Shift(`, w.expression('i32', 1), ');'),
    line(`const ${name}: Codec = `, w.expression('bool', 2), ` ? ${name}Shift : flip;`),
    result(w, 'i32', `coded(${name}, `, w.expression('i32', 2), ')'),
  ];
}

/** An array whose elements are references. */
function points(w: Writing): StatementPiece[] {
  w.need('point');
  w.need('corners');
  const [name, x, n, sum] = [w.fresh('points'), w.fresh('x'), w.fresh('n'), w.fresh('sum')];
  const own: Part[] = [
    '{ x: ',
    w.expression('f32', 1),
    ', y: ',
    w.expression('f32', 1),
    ', n: ',
    w.expression('i32', 1),
    ' }',
  ];
  const list = [
    line(`const ${name}: Point[] = [`, ...own, ', corners[', w.expression('i32', 1), ' & 1]];'),
    line(`${name}[`, w.expression('i32', 1), ' & 1].n ^= ', w.expression('i32', 1), ';'),
  ];
  if (w.random.chance(0.3)) list.push(line(`${name}[0] = ${name}[`, w.expression('i32', 1), ' & 1];'));
  list.push(line(`let ${sum}: i32 = 0;`));
  list.push(
    line(`for (const { x: ${x}, n: ${n} } of ${name}) `, [line(`${sum} = (${sum} ^ ${n} ^ (${x} > 1 ? 5 : 0)) | 0;`)]),
  );
  w.declare(sum, 'i32', true);
  return list;
}

/** A generic class with two kinds of values, and a generic interface. */
function held(w: Writing): StatementPiece[] {
  w.need('held');
  const name = w.fresh('held');
  return [
    line(`const ${name}I = new Held<i32>(`, w.expression('i32', 2), ');'),
    line(`const ${name}F = new Held<f32>(`, w.expression('f32', 2), ');'),
    line(`${name}I.set(`, w.expression('i32', 1), ');'),
    result(w, 'i32', `(${name}I.get() ^ swapped<i32>({ a: ${name}I.before, b: 3 }).b) | 0`),
    result(w, 'f32', `swapped<f32>({ a: ${name}F.get(), b: ${name}F.before }).b`),
  ];
}

/** What may be null, copies with changes, and assignments that happen only sometimes. */
function maybe(w: Writing): StatementPiece[] {
  w.need('point');
  const [one, some, copy] = [w.fresh('p'), w.fresh('p'), w.fresh('p')];
  const written: Part[] = [
    '{ x: ',
    w.expression('f32', 1),
    ', y: ',
    w.expression('f32', 1),
    ', n: ',
    w.expression('i32', 1),
    ' }',
  ];
  const list = [
    line(`const ${one}: Point = `, ...written, ';'),
    line(`let ${some}: Point | null = `, w.expression('bool', 2), ` ? ${one} : null;`),
    result(w, 'i32', `${some}?.n ?? `, w.expression('i32', 1)),
    line(`const ${copy} = { ...(${some} ?? ${one}), ['n']: `, w.expression('i32', 1), ' };'),
  ];
  if (w.random.chance(0.5)) {
    // In code that TypeScript knows to be unreachable, `??=` does not take the null away; `??` does.
    const sure = w.fresh('p');
    list.push(line(`const ${sure} = ${some} ?? ${copy};`, ` ${some} ??= ${copy};`));
    list.push(line(`${sure}.n ||= `, w.expression('i32', 1), ';'));
  } else list.push(line(`${copy}.n &&= `, w.expression('i32', 2), ';'));
  list.push(result(w, 'i32', `(${copy}.n ^ ${one}.n) | 0`));
  return list;
}

/** Methods and elements of what may be null, in values and in conditions. */
function chains(w: Writing): StatementPiece[] {
  w.need('codec');
  w.need('pair');
  const [codec, list] = [w.fresh('codec'), w.fresh('t')];
  const declared = line(
    `const ${codec}: Codec | null = `,
    w.expression('bool', 1),
    ' ? flip : ',
    w.expression('bool', 1),
    ` ? ${codec}Shift : null;`,
  );
  return [
    line(`const ${codec}Shift = new Shift(`, w.expression('i32', 1), ');'),
    declared,
    line(
      `const ${list}: [i32, f32] | null = `,
      w.expression('bool', 1),
      ' ? pair(',
      w.expression('i32', 1),
      ', 1.5) : null;',
    ),
    result(w, 'i32', `${codec}?.code(`, w.expression('i32', 1), `) ?? ${list}?.[0] ?? `, w.expression('i32', 1)),
    result(w, 'f32', `${list}?.[1] ?? `, w.expression('f32', 1)),
    result(w, 'i32', `${codec}?.code(`, w.expression('i32', 1), `) !== ${list}?.[0] ? 1 : 2`),
  ];
}

/** Functions that were made at build time, with the objects that they captured. */
function captured(w: Writing): StatementPiece[] {
  w.need('tuned');
  return [result(w, 'i32', `${w.random.pick(['coarse', 'fine'])}(`, w.expression('i32', 2), ')')];
}

/** Fields and parameters that may be missing. */
function options(w: Writing): StatementPiece[] {
  w.need('tunable');
  const [name, gain] = [w.fresh('o'), w.fresh('g')];
  const given: Part[] = [w.expression('bool', 1), ' ? ', w.expression('f32', 1), ' : null'];
  if (w.random.chance(0.5)) given.push(', gain: ', w.expression('i32', 1));
  if (w.random.chance(0.5)) given.push(', on: ', w.expression('bool', 1));
  const list = [line(`const ${name}: Tunable = { limit: `, ...given, ' };')];
  const changed: Part[] = [w.expression('bool', 1), ' ? ', w.expression('i32', 1), ' : undefined;'];
  if (w.random.chance(0.5)) list.push(line(`${name}.gain = `, ...changed));
  if (w.random.chance(0.5)) list.push(line(`${name}.gain ??= `, w.expression('i32', 1), ';'));
  const more: Part[] = w.random.pick([[')'], [`, ${name})`], [`, ${name}, `, w.expression('i32', 1), ')']]);
  list.push(line(`const { gain: ${gain} = `, w.expression('i32', 1), ` } = ${name};`));
  w.declare(gain, 'i32', false);
  list.push(result(w, 'i32', 'tunedBy(', w.expression('i32', 1), ...more));
  if (w.random.chance(0.5)) {
    const held = w.fresh('h');
    list.push(line(`let ${held}: i32 | undefined = odd(`, w.expression('i32', 1), ');'));
    list.push(line('if (', w.expression('bool', 1), `) ${held} = ${name}.gain;`));
    list.push(result(w, 'i32', `${held} ?? odd(`, w.expression('i32', 1), ') ?? ', w.expression('i32', 1)));
  }
  list.push(result(w, 'f32', `${name}.limit ?? `, w.expression('f32', 1)));
  return list;
}

/** Rest parameters, spread in calls, rest in assignments. */
function spreads(w: Writing): StatementPiece[] {
  w.need('folded');
  const [three, two, head] = [w.fresh('t'), w.fresh('t'), w.fresh('n')];
  const elements: Part[] = [w.expression('i32', 1), ', ', w.expression('i32', 2), ', ', w.expression('i32', 1)];
  const calls: Part[][] = [
    ['folded(', w.expression('i32', 1), `, ...${two}, `, w.expression('i32', 1), ')'],
    [`folded(...${three})`],
    ['folded(', w.expression('i32', 1), ')'],
    [`Math.min(...${two}, `, w.expression('i32', 1), ')'],
    ['Math.max(...Int32Array.of(', w.expression('i32', 1), ', ', w.expression('i32', 1), `), ...${three})`],
  ];
  const list = [
    line(`const ${three}: [i32, i32, i32] = [`, ...elements, '];'),
    line(`let ${head}: i32 = 0;`, ` let ${two}: [i32, i32] = [1, 2];`, ` [${head}, ...${two}] = ${three};`),
    result(w, 'i32', ...w.random.pick(calls)),
  ];
  w.declare(head, 'i32', true);
  return list;
}

/** Arrays and functions in fields: of a literal, of a class whose constructor makes one, of an object of the module. */
function holders(w: Writing): StatementPiece[] {
  w.need('holder');
  const [own, ring, sum, v] = [w.fresh('z'), w.fresh('ring'), w.fresh('s'), w.fresh('v')];
  const list = [
    line(`const ${own} = Int32Array.of(`, w.expression('i32', 1), ', ', w.expression('i32', 1), ');'),
    line(`const ${ring}: Holder = { list: ${own}, change: `, w.expression('bool', 1), ' ? flipped : (v) => v ^ 5 };'),
    line(`${ring}.list[`, w.expression('i32', 1), ` & 1] = ${ring}.change(`, w.expression('i32', 2), ');'),
  ];
  if (w.random.chance(0.5)) list.push(line(`${ring}.list = held.list;`, ` held.at = (held.at + 1) | 0;`));
  if (w.random.chance(0.3)) list.push(line(`${ring}.change = flipped;`));
  list.push(
    line(`const ${ring}W = new Window(${ring}.list);`, ` ${ring}W.step(${ring}.change(`, w.expression('i32', 1), '));'),
  );
  list.push(line(`let ${sum}: i32 = ${own}[0];`));
  list.push(line(`for (const ${v} of ${ring}W.seen) `, [line(`${sum} = (Math.imul(${sum}, 31) + ${v}) | 0;`)]));
  w.declare(sum, 'i32', true);
  return list;
}

/** The same by the class above. */
function anyMeter(w: Writing): StatementPiece[] {
  w.need('meter');
  const name = w.fresh('meter');
  return [
    line(`const ${name}One = new Doubling(`, w.expression('i32', 1), ');'),
    line(`const ${name}Other = new Halving(`, w.expression('i32', 1), ');'),
    line(`const ${name}: Meter = `, w.expression('bool', 2), ` ? ${name}One : ${name}Other;`),
    line(`${name}.step(`, w.expression('i32', 2), ');'),
    result(w, 'i32', `${name}.read()`),
  ];
}

export const OBJECT_STATEMENTS: readonly LanguageStatement[] = [
  { make: settings },
  { make: tally },
  { make: points },
  { make: maybe },
  { make: chains },
  { make: captured },
  { make: spreads },
  { make: options },
  { make: held },
  { make: codec },
  { make: holders },
  { make: anyMeter },
];

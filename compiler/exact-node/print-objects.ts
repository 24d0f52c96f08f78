/** Module-level records as JavaScript: objects and arrays that may refer to each other, also in circles. */
import { heldArrays } from '../kernel-tree/held-arrays.ts';
import type { Global } from '../kernel-tree/tree.ts';
import { memberText, recordText } from './print-record.ts';
import { initialText } from './program-text.ts';

/** What is declared by {@link objectLines}: records and the arrays that they hold, not variables that refer to them. */
export function objectsOf(globals: readonly Global[]): ReadonlySet<Global> {
  const records = globals.filter(({ initial }) => typeof initial === 'object' && 'record' in initial);
  return new Set([...heldArrays(globals), ...records]);
}

/** Objects that the first value of a global refers to. */
export function objectsIn(global: Global): readonly Global[] {
  const { initial } = global;
  if (typeof initial === 'number') return [];
  const values = 'refersTo' in initial ? [initial.refersTo] : 'length' in initial ? initial : initial.values;
  return values.filter((value) => typeof value === 'object' && value !== null);
}

/**
 * Declarations of objects, each behind those that it refers to; what is left of a circle is stored at the end. `word`:
 * nothing where the objects are declared already and take their first values again.
 */
export function objectLines(
  objects: Iterable<Global>,
  nameOf: (object: Global) => string,
  word: 'var ' | '' = 'var ',
): string[] {
  const lines: string[] = [];
  const closing: string[] = [];
  const state = new Map<Global, 'wanted' | 'open' | 'done'>();
  for (const object of objects) state.set(object, 'wanted');
  const declare = (object: Global): void => {
    const { initial } = object;
    if (state.get(object) !== 'wanted' || typeof initial !== 'object') return;
    state.set(object, 'open');
    for (const other of objectsIn(object)) declare(other);
    const reference = (other: Global, member: string): string => {
      if (state.get(other) !== 'open') return nameOf(other);
      closing.push(`${nameOf(object)}${member} = ${nameOf(other)};`);
      return 'null';
    };
    const text =
      'record' in initial
        ? recordText(initial, (other, field) => reference(other, memberText(field.name)))
        : initialText(object, (other, index) => reference(other, `[${index}]`));
    lines.push(`${word}${nameOf(object)} = ${text};`);
    state.set(object, 'done');
  };
  for (const object of state.keys()) declare(object);
  return [...lines, ...closing];
}

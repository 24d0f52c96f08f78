/** Module-level records as JavaScript: objects that may refer to each other, also in circles. */
import type { Global } from '../kernel-tree/tree.ts';
import { memberText, recordText } from './print-record.ts';

/** True for what is declared by {@link objectLines}: the record itself, not a variable that refers to one. */
export function isObject(global: Global): boolean {
  return typeof global.initial === 'object' && 'record' in global.initial;
}

/** Objects that the first value of a global refers to. */
export function objectsIn(global: Global): readonly Global[] {
  const { initial } = global;
  if (typeof initial === 'number') return [];
  const values = 'refersTo' in initial ? [initial.refersTo] : 'length' in initial ? initial : initial.values;
  return values.filter((value) => typeof value === 'object' && value !== null);
}

/** Declarations of objects, each behind those that it refers to; what is left of a circle is stored at the end. */
export function objectLines(objects: Iterable<Global>, nameOf: (object: Global) => string): string[] {
  const lines: string[] = [];
  const closing: string[] = [];
  const state = new Map<Global, 'wanted' | 'open' | 'done'>();
  for (const object of objects) state.set(object, 'wanted');
  const declare = (object: Global): void => {
    const { initial } = object;
    if (state.get(object) !== 'wanted' || typeof initial !== 'object' || !('record' in initial)) return;
    state.set(object, 'open');
    for (const other of objectsIn(object)) declare(other);
    const text = recordText(initial, (other, field) => {
      if (state.get(other) !== 'open') return nameOf(other);
      closing.push(`${nameOf(object)}${memberText(field.name)} = ${nameOf(other)};`);
      return 'null';
    });
    lines.push(`var ${nameOf(object)} = ${text};`);
    state.set(object, 'done');
  };
  for (const object of state.keys()) declare(object);
  return [...lines, ...closing];
}

/** Records in exact Node are plain objects and arrays: their identity is that of JavaScript. */
import type { Expression, Global, RecordData, RecordField } from '../kernel-tree/tree.ts';
import { numberLiteral, stringLiteral } from './line-writer.ts';

type NewRecord = Extract<Expression, { op: 'new-record' }>;

export const ARRAY_CLASSES = {
  i8: 'Int8Array',
  u8: 'Uint8Array',
  i16: 'Int16Array',
  u16: 'Uint16Array',
  i32: 'Int32Array',
  u32: 'Uint32Array',
  f32: 'Float32Array',
} as const;

/** Access to a member: `.x`, `[0]`. */
export function memberText(name: string): string {
  if (/^\d+$/.test(name)) return `[${name}]`;
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) ? `.${name}` : `[${stringLiteral(name)}]`;
}

/** An object literal, or an array literal for a tuple. Values stand in the order in which they are evaluated. */
export function printRecord(e: NewRecord, print: (value: NewRecord['values'][number]) => string): string {
  const given = new Set(e.values.map(({ field }) => field));
  const nulls = e.record.fields.filter((field) => field.type === 'reference' && !given.has(field));
  const isOrdered = e.values.every(({ field }, index) => field.name === String(index));
  if (e.record.form === 'tuple' && isOrdered && nulls.length === 0) return `[${e.values.map(print).join(', ')}]`;
  const values = e.values.map((value) => `${keyText(value.field.name)}: ${print(value)}`);
  return `({ ${[...values, ...nulls.map(({ name }) => `${keyText(name)}: null`)].join(', ')} })`;
}

function keyText(name: string): string {
  return stringLiteral(name);
}

/** The first value of a module-level record. `reference`: text for another one that a field refers to. */
export function recordText(data: RecordData, reference: (other: Global, field: RecordField) => string): string {
  const fields = data.record.fields.map((field, index) => {
    const value = data.values[index] ?? null;
    const text =
      value === null
        ? 'null'
        : typeof value === 'object'
          ? reference(value, field)
          : field.type === 'bool'
            ? String(value !== 0)
            : numberLiteral(value);
    return data.record.form === 'tuple' ? text : `${keyText(field.name)}: ${text}`;
  });
  return data.record.form === 'tuple' ? `[${fields.join(', ')}]` : `{ ${fields.join(', ')} }`;
}

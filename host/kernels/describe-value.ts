import { typedArrayKind } from '../../protocol/values/typed-arrays.ts';
import { BoardArray } from '../memory/board-array.ts';
import { Split } from './split.ts';

/** What an argument is, for error messages: `'abc'`, `1.5`, `Uint8Array(128)`, `null`, an instance of `Map`. */
export function describeValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value.length > 20 ? `'${value.slice(0, 20)}…'` : `'${value}'`;
    case 'bigint':
      return `${value}n`;
    case 'function':
      return 'a function';
    case 'object': {
      if (value === null) return 'null';
      if (value instanceof Split) return `split(${describeValue(value.array)})`;
      if (value instanceof BoardArray) return `${value.type.name}(${value.length}) in board memory`;
      const kind = typedArrayKind(value);
      if (kind !== undefined) return `${kind.name}(${(value as Uint8Array).length})`;
      if (Array.isArray(value)) return `an array of ${value.length}`;
      const name: unknown = (Object.getPrototypeOf(value) as { constructor?: { name?: unknown } } | null)?.constructor
        ?.name;
      return typeof name === 'string' && name !== 'Object' ? `an instance of ${name}` : 'an object';
    }
    default:
      return String(value);
  }
}

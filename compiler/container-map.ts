/** Reads maps of a container file with checks: what is missing or of another type is PROTOCOL_INVALID. */
import { ShoalError, type Value } from '../protocol/index.ts';
import type { SourcePosition } from './kernel-tree/tree.ts';

export function invalidContainer(what: string): ShoalError {
  return new ShoalError('PROTOCOL_INVALID', `this is not a file of compiled kernels: ${what}`, {
    hint: 'Compile the kernels again with `shoal compile`.',
  });
}

export class ContainerMap {
  private readonly fields: ReadonlyMap<string, Value>;
  private readonly where: string;

  constructor(value: Value | undefined, where: string) {
    const isMap =
      typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      !ArrayBuffer.isView(value) &&
      !(value instanceof Date);
    if (!isMap) throw invalidContainer(`${where} is not a map`);
    this.fields = new Map(Object.entries(value as Readonly<Record<string, Value>>));
    this.where = where;
  }

  /** True if the field is there and not null. */
  has(name: string): boolean {
    return (this.fields.get(name) ?? null) !== null;
  }

  text(name: string): string {
    const value = this.fields.get(name);
    if (typeof value !== 'string') throw this.missing(name, 'text');
    return value;
  }

  /** A non-negative integer below 2^32. */
  integer(name: string): number {
    const value = this.fields.get(name);
    if (typeof value !== 'number' || value >>> 0 !== value) throw this.missing(name, 'a number');
    return value;
  }

  bytes(name: string): Uint8Array {
    const value = this.fields.get(name);
    if (!(value instanceof Uint8Array)) throw this.missing(name, 'bytes');
    return value;
  }

  /** A text, a number or a boolean. */
  primitive(name: string): string | number | boolean {
    const value = this.fields.get(name);
    const isOne = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    if (!isOne) throw this.missing(name, 'a text, a number or a boolean');
    return value;
  }

  oneOf<T extends string>(name: string, allowed: readonly T[]): T {
    const value = this.fields.get(name);
    const found = allowed.find((candidate) => candidate === value);
    if (found === undefined) throw this.missing(name, `one of ${allowed.join(', ')}`);
    return found;
  }

  map(name: string): ContainerMap {
    return new ContainerMap(this.fields.get(name), `${this.where}, ${name}`);
  }

  /** A list of maps. */
  list(name: string): ContainerMap[] {
    const value = this.fields.get(name);
    if (!Array.isArray(value)) throw this.missing(name, 'a list');
    return value.map((item: Value, index) => new ContainerMap(item, `${this.where}, ${name}[${index}]`));
  }

  private missing(name: string, what: string): ShoalError {
    return invalidContainer(`${this.where}: ${name} is not ${what}`);
  }
}

export function readPosition(position: ContainerMap): SourcePosition {
  return { file: position.text('file'), line: position.integer('line'), column: position.integer('column') };
}

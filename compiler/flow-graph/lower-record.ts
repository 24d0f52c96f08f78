/** Lowering of records: memory of the frame, or of the caller for what is returned. */
import { bitsOf } from '../../boards/arithmetic/float32.ts';
import type { Creation } from '../kernel-tree/record-lifetimes.ts';
import type {
  ArrayData,
  Expression,
  Global,
  RecordData,
  RecordField,
  RecordReference,
  RecordType,
} from '../kernel-tree/tree.ts';
import type { AliasClass, DataObject, FrameSlot, Value } from './graph.ts';
import type { FunctionLowering } from './lower-function.ts';
import { wordType } from './lower-function.ts';
import { newValue } from './operands.ts';

type Of<Op extends Expression['op']> = Extract<Expression, { readonly op: Op }>;

const WORD = { sizeBytes: 4, index: null, scale: 1, volatile: false } as const;

/** Values of expressions, as the lowering of expressions gives them. */
export type Evaluate = (e: Expression) => Value;

export class RecordLowering {
  readonly #lowering: FunctionLowering;
  readonly #slots = new Map<Creation, FrameSlot>();

  constructor(lowering: FunctionLowering) {
    this.#lowering = lowering;
  }

  /** Address of the memory of a creation of this function. */
  address(creation: Creation, bytes: number, name: string): Value {
    const { builder, places } = this.#lowering;
    const offset = places.resultOffset(creation);
    if (offset !== null) {
      const result = this.#lowering.resultAddress();
      return offset === 0 ? result : builder.binary('add', result, builder.constant(offset * 4));
    }
    let slot = this.#slots.get(creation);
    if (slot === undefined) {
      slot = { name, sizeBytes: bytes };
      this.#slots.set(creation, slot);
    }
    return builder.slot(slot);
  }

  create(e: Of<'new-record'>, evaluate: Evaluate): Value {
    const { builder } = this.#lowering;
    const values = new Map(e.values.map(({ field, value }) => [field, evaluate(value)]));
    builder.position = e.position;
    const base = this.address(e, e.record.words * 4, e.record.name);
    for (const field of e.record.fields) {
      const value = values.get(field);
      if (value !== undefined) this.store(base, e.record, field, value);
      else if (field.type === 'reference') this.store(base, e.record, field, builder.constant(0));
    }
    return base;
  }

  load(base: Value, record: RecordType, field: RecordField): Value {
    const { builder } = this.#lowering;
    const result = newValue(builder.graph, wordType(field.type), field.name);
    builder.emit({
      op: 'load',
      result,
      ...WORD,
      signed: false,
      base,
      offset: field.word * 4,
      alias: aliasOf(record, field),
    });
    return result;
  }

  store(base: Value, record: RecordType, field: RecordField, value: Value): void {
    const { builder } = this.#lowering;
    builder.emit({ op: 'store', value, ...WORD, base, offset: field.word * 4, alias: aliasOf(record, field) });
  }
}

function aliasOf(record: RecordType, { word }: RecordField): AliasClass {
  return { tag: 'field', record: record.name, word };
}

/** Data of a module-level record, or of a variable or array that refers to some. */
export function recordObject(global: Global, data: ArrayData | RecordData | RecordReference): DataObject {
  const words: readonly { readonly value: number | Global | null; readonly isFloat: boolean }[] =
    'refersTo' in data
      ? [{ value: data.refersTo, isFloat: false }]
      : 'length' in data
        ? data.map((value) => ({ value, isFloat: false }))
        : data.record.fields.map(({ type }, index) => ({ value: data.values[index] ?? 0, isFloat: type === 'f32' }));
  const bytes = new Uint8Array(words.length * 4);
  const view = new DataView(bytes.buffer);
  const relocations: { offset: number; symbol: string }[] = [];
  for (const [index, { value, isFloat }] of words.entries()) {
    const offset = index * 4;
    if (typeof value === 'number') view.setInt32(offset, isFloat ? bitsOf(value) : value | 0, true);
    else if (value !== null) relocations.push({ offset, symbol: value.symbol });
  }
  const common = { symbol: global.symbol, alignBytes: 8, lengthBytes: bytes.length, position: global.position };
  if (global.storage === 'constant') return { ...common, section: '.rodata', bytes, relocations };
  if (relocations.length === 0 && bytes.every((byte) => byte === 0)) return { ...common, section: '.bss' };
  return { ...common, section: '.data', bytes, relocations };
}

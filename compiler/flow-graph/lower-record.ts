/** Lowering of records and array literals: memory of the frame, or of the caller for what is returned. */
import { bitsOf } from '../../boards/arithmetic/float32.ts';
import { BYTES, type Creation } from '../kernel-tree/record-lifetimes.ts';
import type { ArrayExpression, Expression, Global, RecordData, RecordField, RecordType } from '../kernel-tree/tree.ts';
import type { AliasClass, DataObject, FrameSlot, Value } from './graph.ts';
import type { FunctionLowering } from './lower-function.ts';
import { ANYTHING, type ArrayWords, wordType } from './lower-function.ts';
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

  createArray(array: Extract<ArrayExpression, { op: 'new-array' }>, evaluate: Evaluate): ArrayWords {
    const { builder } = this.#lowering;
    const values = array.values.map(evaluate);
    const sizeBytes = BYTES[array.element];
    const base = this.address(array, values.length * sizeBytes, 'array');
    for (const [index, value] of values.entries()) {
      const offset = index * sizeBytes;
      builder.emit({
        op: 'store',
        value,
        sizeBytes,
        base,
        index: null,
        scale: 1,
        offset,
        volatile: false,
        alias: ANYTHING,
      });
    }
    return { base, length: builder.constant(values.length), alias: ANYTHING };
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

/** Data of a module-level record, and of the records inside of it behind it. */
export function recordObject(global: Global, data: RecordData): DataObject {
  const offsets = new Map<RecordData, number>();
  let words = 0;
  const place = (each: RecordData): void => {
    if (offsets.has(each)) return;
    offsets.set(each, words * 4);
    words += each.record.words;
    for (const value of each.values) if (typeof value === 'object' && value !== null) place(value);
  };
  place(data);
  const bytes = new Uint8Array(words * 4);
  const view = new DataView(bytes.buffer);
  const relocations: { offset: number; symbol: string; addend: number }[] = [];
  for (const [each, base] of offsets) {
    each.record.fields.forEach((field, index) => {
      const value = each.values[index] ?? 0;
      const offset = base + field.word * 4;
      if (typeof value === 'object') {
        relocations.push({ offset, symbol: global.symbol, addend: offsets.get(value) ?? 0 });
      } else view.setInt32(offset, field.type === 'f32' ? bitsOf(value) : value | 0, true);
    });
  }
  const common = { symbol: global.symbol, alignBytes: 8, lengthBytes: bytes.length, position: global.position };
  if (relocations.length === 0 && bytes.every((byte) => byte === 0)) return { ...common, section: '.bss' };
  const section = global.storage === 'constant' && relocations.length === 0 ? '.rodata' : '.data';
  return { ...common, section, bytes, ...(relocations.length === 0 ? {} : { relocations }) };
}

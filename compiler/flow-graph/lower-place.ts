/** Lowering of what is read and written: elements of arrays, variables of modules, fields of records. */
import { BYTES } from '../kernel-tree/record-lifetimes.ts';
import type { ArrayElement, Expression, NumberKind, ScalarType, Target, TrapSite } from '../kernel-tree/tree.ts';
import { elementKindOf } from '../kernel-tree/visit-tree.ts';
import type { FunctionBuilder } from './function-builder.ts';
import type { AliasClass, Value } from './graph.ts';
import { type ArrayWords, type FunctionLowering, wordType } from './lower-function.ts';
import type { Evaluate } from './lower-record.ts';
import { newValue } from './operands.ts';

type Of<Op extends Expression['op']> = Extract<Expression, { readonly op: Op }>;

/** An element of an array, its index checked. */
interface Place {
  readonly array: ArrayWords;
  readonly index: Value;
  readonly element: ArrayElement;
}

export class PlaceLowering {
  private readonly lowering: FunctionLowering;
  private readonly builder: FunctionBuilder;
  private readonly evaluate: Evaluate;

  constructor(lowering: FunctionLowering, evaluate: Evaluate) {
    this.lowering = lowering;
    this.builder = lowering.builder;
    this.evaluate = evaluate;
  }

  /** Array and index, unchecked. For a store, `value` is evaluated in between. */
  element(target: Pick<Extract<Target, { op: 'element' }>, 'array' | 'index'>, before: (() => void) | null): Place {
    const { array } = target;
    const words = this.lowering.array(array);
    const index = this.evaluate(target.index);
    before?.();
    return { array: words, index, element: elementKindOf(array) };
  }

  check({ array, index }: Place, site: TrapSite | null): void {
    if (site !== null) this.builder.emit({ op: 'bounds-check', index, length: array.length, site });
  }

  loadElement({ array, index, element }: Place, type: NumberKind): Value {
    const result = newValue(this.builder.graph, wordType(type));
    const sizeBytes = BYTES[element];
    this.builder.emit({
      op: 'load',
      result,
      sizeBytes,
      signed: element === 'i8' || element === 'i16',
      base: array.base,
      index,
      scale: sizeBytes,
      offset: 0,
      volatile: false,
      alias: array.alias,
    });
    return result;
  }

  private storeElement({ array, index, element }: Place, value: Value): void {
    const sizeBytes = BYTES[element];
    const { base, alias } = array;
    this.builder.emit({
      op: 'store',
      value,
      sizeBytes,
      base,
      index,
      scale: sizeBytes,
      offset: 0,
      volatile: false,
      alias,
    });
  }

  load(base: Value, type: ScalarType, alias: AliasClass): Value {
    const result = newValue(this.builder.graph, wordType(type));
    const fields = { sizeBytes: 4, signed: false, base, index: null, scale: 1, offset: 0 } as const;
    this.builder.emit({ op: 'load', result, ...fields, volatile: false, alias });
    return result;
  }

  private store(symbol: string, value: Value): void {
    const base = this.builder.symbol(symbol);
    const fields = { sizeBytes: 4, base, index: null, scale: 1, offset: 0 } as const;
    this.builder.emit({ op: 'store', value, ...fields, volatile: false, alias: { tag: 'global', symbol } });
  }

  assign(e: Of<'assign'>): Value {
    const { builder } = this;
    const { target } = e;
    if (target.op === 'field') {
      const base = this.evaluate(target.owner);
      const value = this.evaluate(e.value);
      builder.position = e.position;
      this.lowering.records.store(base, target.record, target.field, value);
      return value;
    }
    if (target.op !== 'element') {
      const value = this.evaluate(e.value);
      builder.position = e.position;
      if (target.op === 'local') builder.write(this.lowering.scalar(target.local), value);
      else this.store(target.global.symbol, value);
      return value;
    }
    let value: Value | null = null;
    const place = this.element(target, () => {
      value = this.evaluate(e.value);
    });
    builder.position = e.position;
    this.check(place, target.check);
    this.storeElement(place, needed(value));
    return needed(value);
  }

  update(e: Of<'update'>): Value {
    const { builder } = this;
    const { target } = e;
    const current = this.lowering.scalar(e.current);
    if (target.op === 'element') {
      const place = this.element(target, null);
      builder.position = e.position;
      this.check(place, target.check);
      const old = this.loadElement(place, scalarKind(e.current.type));
      builder.write(current, old);
      const value = this.evaluate(e.value);
      builder.position = e.position;
      this.storeElement(place, value);
      return e.yields === 'old' ? old : value;
    }
    if (target.op === 'field') {
      const { records } = this.lowering;
      const base = this.evaluate(target.owner);
      builder.position = e.position;
      const old = records.load(base, target.record, target.field);
      builder.write(current, old);
      const value = this.evaluate(e.value);
      builder.position = e.position;
      records.store(base, target.record, target.field, value);
      return e.yields === 'old' ? old : value;
    }
    builder.position = e.position;
    const old =
      target.op === 'local'
        ? builder.read(this.lowering.scalar(target.local))
        : this.load(builder.symbol(target.global.symbol), scalarKind(e.current.type), {
            tag: 'global',
            symbol: target.global.symbol,
          });
    builder.write(current, old);
    const value = this.evaluate(e.value);
    builder.position = e.position;
    if (target.op === 'local') builder.write(this.lowering.scalar(target.local), value);
    else this.store(target.global.symbol, value);
    return e.yields === 'old' ? old : value;
  }
}

function needed(value: Value | null): Value {
  if (value === null) throw new Error('a store has a value');
  return value;
}

function scalarKind(type: { readonly tag: string; readonly scalar?: ScalarType }): NumberKind {
  return type.scalar === undefined || type.scalar === 'bool' || type.scalar === 'reference' ? 'i32' : type.scalar;
}

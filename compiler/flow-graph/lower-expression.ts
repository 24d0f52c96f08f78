/** Lowering of expressions to values, and of conditions to tests. */
import { bitsOf } from '../../boards/arithmetic/float32.ts';
import { CORE_COUNT_ADDRESS, CORE_INDEX_ADDRESS } from '../../protocol/mailbox.ts';
import type { Argument, ArithmeticOperator, Expression, ScalarType, TrapSite } from '../kernel-tree/tree.ts';
import type { FunctionBuilder, Test } from './function-builder.ts';
import type { AliasClass, BinaryOpcode, Condition, Instruction, Value } from './graph.ts';
import { BOARD_SYMBOLS, CORES_LIBRARY, LIBRARY, SLEEP_SYMBOL } from './library-symbols.ts';
import { divideByConstant } from './lower-division.ts';
import {
  bitsOfValue,
  canonicalFloat,
  compareFloats,
  countLeadingZeros,
  floatExtremum,
  floatIsTrue,
  floatOfUnsigned,
  floatSign,
  opposite,
} from './lower-float.ts';
import { ANYTHING, type FunctionLowering, wordType } from './lower-function.ts';
import { PlaceLowering } from './lower-place.ts';
import { newValue } from './operands.ts';
import { isSpeculable } from './tree-size.ts';

type Of<Op extends Expression['op']> = Extract<Expression, { readonly op: Op }>;

/** An arm of `?:` or the right side of `&&` up to this size is evaluated always, which saves branches. */
const SPECULATED_NODES = 6;

const SIGNED: Readonly<Record<string, Condition>> = {
  eq: 'eq',
  ne: 'ne',
  lt: 'lt-signed',
  le: 'le-signed',
  gt: 'gt-signed',
  ge: 'ge-signed',
};

const UNSIGNED: Readonly<Record<string, Condition>> = {
  eq: 'eq',
  ne: 'ne',
  lt: 'lt-unsigned',
  le: 'le-unsigned',
  gt: 'gt-unsigned',
  ge: 'ge-unsigned',
};

const INTEGER_OPCODES: Partial<Record<ArithmeticOperator, BinaryOpcode>> = {
  add: 'add',
  sub: 'sub',
  mul: 'mul',
  and: 'and',
  or: 'or',
  xor: 'xor',
  shl: 'shl',
};

/** The word of a number literal of some kind. */
export function literalWord(value: number, kind: ScalarType): number {
  return kind === 'f32' ? bitsOf(value) : value | 0;
}

/** So many addresses each core has where all cores see them: the bits above tell the core. */
const CORE_MEMORY_BYTES = 2 ** 20;

export class ExpressionLowering {
  private readonly lowering: FunctionLowering;
  private readonly builder: FunctionBuilder;
  private readonly places: PlaceLowering;

  constructor(lowering: FunctionLowering) {
    this.lowering = lowering;
    this.builder = lowering.builder;
    this.places = new PlaceLowering(lowering, (e) => this.result(this.value(e)));
  }

  /** Evaluates for its effects. */
  effect(e: Expression): void {
    if (e.type !== 'void') {
      this.value(e);
      return;
    }
    switch (e.op) {
      case 'call':
        this.call(e);
        return;
      case 'intrinsic':
        this.intrinsic(e);
        return;
      case 'inline':
        this.lowering.inline(e.target, e.body);
        return;
      case 'sequence':
        for (const item of e.items) this.effect(item);
    }
  }

  value(e: Expression): Value {
    const { builder } = this;
    switch (e.op) {
      case 'number':
        builder.position = e.position;
        return builder.constant(literalWord(e.value, e.type), wordType(e.type));
      case 'bool':
        return builder.constant(e.value ? 1 : 0);
      case 'local':
        return builder.read(this.lowering.scalar(e.local));
      case 'global': {
        builder.position = e.position;
        return this.places.load(builder.symbol(e.global.symbol), e.type, { tag: 'global', symbol: e.global.symbol });
      }
      case 'length':
        return this.lowering.array(e.array).length;
      case 'element': {
        const place = this.places.element(e, null);
        builder.position = e.position;
        this.places.check(place, e.check);
        return this.places.loadElement(place, e.type === 'reference' ? 'i32' : e.type);
      }
      case 'unary':
        return this.unary(e);
      case 'binary':
        return this.binary(e);
      case 'fused':
        return this.fused(e);
      case 'compare':
      case 'logical-not':
        return builder.compare(this.test(e));
      case 'and':
      case 'or':
        return this.logical(e);
      case 'conditional':
        return this.conditional(e);
      case 'convert':
        return this.convert(e);
      case 'assign':
        return this.places.assign(e);
      case 'update':
        return this.places.update(e);
      case 'call':
        return this.result(this.call(e));
      case 'intrinsic':
        return this.result(this.intrinsic(e));
      case 'null':
        return builder.constant(0);
      case 'global-record':
        builder.position = e.position;
        return builder.symbol(e.global.symbol);
      case 'array-reference':
        return this.lowering.array(e.array).base;
      case 'new-record':
        return this.lowering.records.create(e, (value) => this.value(value));
      case 'field': {
        const base = this.value(e.owner);
        builder.position = e.position;
        return this.lowering.records.load(base, e.record, e.field);
      }
      case 'inline':
        if (e.result === null) throw new Error(`${e.name} has no result`);
        this.lowering.inline(e.target, e.body);
        return builder.read(this.lowering.scalar(e.result));
      case 'sequence': {
        const last = e.items.at(-1);
        if (last === undefined) throw new Error('an empty sequence has no value');
        for (const item of e.items.slice(0, -1)) this.effect(item);
        return this.value(last);
      }
    }
  }

  private result(value: Value | null): Value {
    if (value === null) throw new Error('a call without a result is used as a value');
    return value;
  }

  /** A test that holds if `e` is true. */
  test(e: Expression): Test {
    const { builder } = this;
    if (e.op === 'compare') {
      const left = this.value(e.left);
      const right = this.value(e.right);
      builder.position = e.position;
      if (e.kind === 'f32') return compareFloats(builder, e.operator, left, right);
      return { condition: (e.kind === 'u32' ? UNSIGNED : SIGNED)[e.operator] as Condition, left, right };
    }
    if (e.op === 'logical-not') return opposite(this.test(e.value));
    if (e.op === 'convert' && e.conversion === 'to-bool' && e.value.type === 'f32') {
      const value = this.value(e.value);
      builder.position = e.position;
      return floatIsTrue(builder, value);
    }
    const value = e.op === 'convert' && e.conversion === 'to-bool' ? this.value(e.value) : this.value(e);
    builder.position = e.position;
    return { condition: 'ne', left: value, right: builder.constant(0) };
  }

  private unary(e: Of<'unary'>): Value {
    const { builder } = this;
    const value = this.value(e.value);
    builder.position = e.position;
    const zero = (): Value => builder.constant(0);
    if (e.type === 'f32' && e.operator !== 'clz') {
      switch (e.operator) {
        case 'neg':
          return builder.binary('fsub', builder.constant(-0x80000000, 'f32'), value);
        case 'abs':
          return builder.unary('fabs', value);
        case 'sqrt':
          return this.library(LIBRARY.squareRoot, [value], 'f32');
        case 'floor':
          return this.library(LIBRARY.floor, [value], 'f32');
        case 'ceil':
          return this.library(LIBRARY.ceil, [value], 'f32');
        case 'trunc':
          return this.library(LIBRARY.trunc, [value], 'f32');
        case 'round':
          return this.library(LIBRARY.round, [value], 'f32');
        case 'sign':
          return floatSign(builder, value);
        case 'not':
          throw new Error('complement of an f32');
      }
    }
    switch (e.operator) {
      case 'neg':
        return builder.binary('sub', zero(), value);
      case 'not':
        return builder.binary('xor', value, builder.constant(-1));
      case 'abs': {
        if (e.type === 'u32') return value;
        const negative = builder.binary('sub', zero(), value);
        return builder.select({ condition: 'lt-signed', left: value, right: zero() }, negative, value);
      }
      case 'sign': {
        if (e.type === 'u32') return builder.compare({ condition: 'ne', left: value, right: zero() });
        const negative = builder.binary('sub', zero(), value);
        return builder.binary(
          'or',
          builder.binary('shr-signed', value, builder.constant(31)),
          builder.binary('shr-unsigned', negative, builder.constant(31)),
        );
      }
      case 'clz':
        return countLeadingZeros(builder, value);
      case 'floor':
      case 'ceil':
      case 'trunc':
      case 'round':
        return value;
      case 'sqrt':
        throw new Error('square root of an integer');
    }
  }

  private binary(e: Of<'binary'>): Value {
    const { builder } = this;
    const left = this.value(e.left);
    const right = this.value(e.right);
    builder.position = e.position;
    if (e.type === 'f32') return this.floatBinary(e.operator, left, right);
    const isSigned = e.type === 'i32';
    const opcode = INTEGER_OPCODES[e.operator];
    if (opcode !== undefined) return builder.binary(opcode, left, right);
    switch (e.operator) {
      case 'shr':
        return builder.binary(isSigned ? 'shr-signed' : 'shr-unsigned', left, right);
      case 'min':
        return builder.select({ condition: isSigned ? 'lt-signed' : 'lt-unsigned', left, right }, left, right);
      case 'max':
        return builder.select({ condition: isSigned ? 'gt-signed' : 'gt-unsigned', left, right }, left, right);
      default:
        return this.divide(e, left, right, isSigned);
    }
  }

  private floatBinary(operator: ArithmeticOperator, left: Value, right: Value): Value {
    const { builder } = this;
    switch (operator) {
      case 'add':
        return builder.binary('fadd', left, right);
      case 'sub':
        return builder.binary('fsub', left, right);
      case 'mul':
        return builder.binary('fmul', left, right);
      case 'min':
      case 'max':
        return floatExtremum(builder, operator, left, right);
      case 'div': {
        const divisor = builder.constantOf(right);
        const exponent = divisor === null ? 0 : (divisor >>> 23) & 0xff;
        // A power of two whose reciprocal is normal: multiplying by that is the same, exactly.
        if (divisor !== null && (divisor & 0x7fffff) === 0 && exponent >= 1 && exponent <= 253) {
          const reciprocal = (divisor & -0x80000000) | ((254 - exponent) << 23);
          return builder.binary('fmul', left, builder.constant(reciprocal, 'f32'));
        }
        return this.library(LIBRARY.divideFloat, [left, right], 'f32');
      }
      case 'rem':
        return this.library(LIBRARY.remainderFloat, [left, right], 'f32');
      default:
        throw new Error(`${operator} of f32`);
    }
  }

  private divide(e: Of<'binary'>, left: Value, right: Value, isSigned: boolean): Value {
    const { builder } = this;
    const isQuotient = e.operator === 'div';
    const divisor = builder.constantOf(right);
    if (divisor !== null && divisor !== 0) {
      const result = divideByConstant(builder, isQuotient ? 'div' : 'rem', left, divisor, isSigned);
      if (result !== null) return result;
    } else if (e.zeroDivisor !== undefined && e.zeroDivisor !== 'zero') {
      builder.emit({ op: 'zero-check', value: right, site: e.zeroDivisor });
    }
    let symbol: string;
    if (isQuotient) symbol = isSigned ? LIBRARY.divideSigned : LIBRARY.divideUnsigned;
    else symbol = isSigned ? LIBRARY.remainderSigned : LIBRARY.remainderUnsigned;
    return this.library(symbol, [left, right], 'i32');
  }

  private library(symbol: string, words: readonly Value[], result: 'i32' | 'f32'): Value {
    return this.result(this.builder.call(symbol, words, result));
  }

  private fused(e: Of<'fused'>): Value {
    const { builder } = this;
    let c = e.cFirst ? this.value(e.c) : null;
    const a = this.value(e.a);
    const b = this.value(e.b);
    c ??= this.value(e.c);
    builder.position = e.position;
    const result = newValue(builder.graph, 'f32');
    // a*b - c: the addend is (-0) - c, exact but for the flush that the fused operation does anyway.
    const accumulate = e.form === 'rsub' ? builder.binary('fsub', builder.constant(-0x80000000, 'f32'), c) : c;
    builder.emit({ op: 'fused', opcode: e.form === 'sub' ? 'fmsub' : 'fmadd', result, accumulate, a, b });
    return result;
  }

  private logical(e: Of<'and' | 'or'>): Value {
    const { builder } = this;
    if (isSpeculable(e.right, SPECULATED_NODES)) {
      const left = this.value(e.left);
      const right = this.value(e.right);
      builder.position = e.position;
      return builder.binary(e.op, left, right);
    }
    return this.joined(e, 'bool', (taken) => builder.constant(taken ? 1 : 0));
  }

  private conditional(e: Of<'conditional'>): Value {
    const { builder } = this;
    if (isSpeculable(e.whenTrue, SPECULATED_NODES) && isSpeculable(e.whenFalse, SPECULATED_NODES)) {
      const test = this.test(e.condition);
      const whenTrue = this.value(e.whenTrue);
      const whenFalse = this.value(e.whenFalse);
      builder.position = e.position;
      return builder.select(test, whenTrue, whenFalse);
    }
    return this.joined(e.condition, e.type, (taken) => this.value(taken ? e.whenTrue : e.whenFalse));
  }

  private joined(condition: Expression, type: ScalarType, arm: (taken: boolean) => Value): Value {
    const variable = this.builder.variable(wordType(type), '');
    this.lowering.fork(condition, (taken) => this.builder.write(variable, arm(taken)));
    return this.builder.read(variable);
  }

  private convert(e: Of<'convert'>): Value {
    const { builder } = this;
    if (e.conversion === 'to-bool' && e.value.type !== 'bool') return builder.compare(this.test(e));
    const value = this.value(e.value);
    builder.position = e.position;
    switch (e.conversion) {
      case 'i32-to-f32':
        return builder.unary('float', value);
      case 'u32-to-f32':
        return floatOfUnsigned(builder, value);
      case 'f32-to-i32':
      case 'f32-to-u32':
        return this.library(LIBRARY.toInteger, [value], 'i32');
      case 'bits-of-f32':
        return bitsOfValue(builder, value);
      case 'f32-of-bits':
        return this.lowering.options.rawFloatBits ? builder.unary('unbits', value) : canonicalFloat(builder, value);
      case 'i32-to-u32':
      case 'u32-to-i32':
      case 'bool-to-i32':
      case 'to-bool':
        return value;
      case 'sign-extend-8':
      case 'sign-extend-16':
      case 'zero-extend-8':
      case 'zero-extend-16':
        return builder.unary(e.conversion, value);
    }
  }

  private call(e: Of<'call'>): Value | null {
    const { words, aliases } = this.arguments(e.arguments);
    this.builder.position = e.position;
    const { places, records } = this.lowering;
    const resultWords = places.resultWords(e.callee);
    if (resultWords > 0) {
      words.push(records.address(e, resultWords * 4, e.callee.name));
      aliases.push(null);
    }
    return this.builder.call(e.callee.symbol, words, e.type === 'void' ? null : wordType(e.type), aliases);
  }

  private arguments(list: readonly Argument[]): { words: Value[]; aliases: (AliasClass | null)[] } {
    const words: Value[] = [];
    const aliases: (AliasClass | null)[] = [];
    for (const argument of list) {
      if (argument.tag === 'scalar') {
        words.push(this.value(argument.value));
        aliases.push(null);
      } else {
        const { base, length, alias } = this.lowering.array(argument.value);
        words.push(base, length);
        aliases.push(alias, null);
      }
    }
    return { words, aliases };
  }

  /**
   * Whether an array begins behind another that it may overlap. A core's memory is at 0, and once more where all cores
   * see it: then only the addresses in it count. Addresses in one memory have upper bits in common, unless they are 0.
   */
  private beginsBehind(left: Value, right: Value): Value {
    const { builder } = this;
    const bytes = builder.constant(CORE_MEMORY_BYTES);
    const isNear = { condition: 'lt-unsigned', left: builder.binary('and', left, right), right: bytes } as const;
    const mask = builder.select(isNear, builder.constant(CORE_MEMORY_BYTES - 1), builder.constant(-1));
    return builder.compare({
      condition: 'gt-unsigned',
      left: builder.binary('and', left, mask),
      right: builder.binary('and', right, mask),
    });
  }

  private intrinsic(e: Of<'intrinsic'>): Value | null {
    const { builder } = this;
    if (e.intrinsic === 'array-address') return this.arguments(e.arguments).words[0] ?? null;
    const { words } = this.arguments(e.arguments);
    builder.position = e.position;
    if (e.intrinsic === 'begins-behind') {
      const [left, , right] = words;
      return this.beginsBehind(this.result(left ?? null), this.result(right ?? null));
    }
    const [first, second] = words;
    const memory = { index: null, scale: 1, offset: 0, volatile: true, alias: ANYTHING } as const;
    const result = e.type === 'void' ? null : newValue(builder.graph, wordType(e.type));
    switch (e.intrinsic) {
      case 'log':
        this.lowering.log(e.format, words);
        return null;
      case 'core-index':
      case 'core-count': {
        const base = builder.constant(e.intrinsic === 'core-index' ? CORE_INDEX_ADDRESS : CORE_COUNT_ADDRESS);
        return this.places.load(base, 'i32', ANYTHING);
      }
      case 'board-rows':
      case 'board-columns':
      case 'first-core-id':
        return builder.symbol(BOARD_SYMBOLS[e.intrinsic]);
      case 'peer-of-index':
      case 'peer-at':
      case 'neighbour':
      case 'wrapped-neighbour':
        return builder.call(CORES_LIBRARY[e.intrinsic], words, 'i32');
      case 'barrier':
      case 'acquire-lock': {
        const site = newValue(builder.graph, 'i32');
        builder.emit({ op: 'machine', operation: 'trap-site', result: site, arguments: [], ...siteOf(e) });
        return builder.call(CORES_LIBRARY[e.intrinsic], [...words.slice(0, 1), site], null);
      }
      case 'release-lock':
        return builder.call(CORES_LIBRARY[e.intrinsic], words.slice(0, 1), null);
      case 'wait-for-interrupt':
        return builder.call(SLEEP_SYMBOL, [], null);
      case 'load8':
      case 'load16':
      case 'load32': {
        const sizeBytes = SIZE_OF[e.intrinsic];
        const value = this.result(result);
        builder.emit({
          op: 'load',
          result: value,
          sizeBytes,
          signed: false,
          base: this.result(first ?? null),
          ...memory,
        });
        return value;
      }
      case 'store8':
      case 'store16':
      case 'store32': {
        const sizeBytes = SIZE_OF[e.intrinsic];
        const value = this.result(second ?? null);
        builder.emit({ op: 'store', value, sizeBytes, base: this.result(first ?? null), ...memory });
        return null;
      }
      case 'call-address': {
        const [address, ...rest] = words;
        builder.emit({ op: 'call-address', result, address: this.result(address ?? null), arguments: rest });
        return result;
      }
      default: {
        const code: Omit<Extract<Instruction, { op: 'machine' }>, 'position'> = {
          op: 'machine',
          operation: e.intrinsic,
          result,
          arguments: words,
          ...(e.register === undefined ? {} : { register: e.register }),
        };
        builder.emit(code);
        return result;
      }
    }
  }
}

function siteOf({ site }: Of<'intrinsic'>): { readonly site: TrapSite } {
  if (site === undefined) throw new Error('what waits has no site');
  return { site };
}

const SIZE_OF = { load8: 1, load16: 2, load32: 4, store8: 1, store16: 2, store32: 4 } as const;

import { waitText } from '../kernel-tree/trap-message.ts';
import type {
  Argument,
  ArrayExpression,
  Expression,
  Global,
  KernelFunction,
  Local,
  NumberKind,
  RecordField,
  Target,
} from '../kernel-tree/tree.ts';
import { elementKindOf } from '../kernel-tree/visit-tree.ts';
import { isFlushed, visitExpression } from './flushed-values.ts';
import { mark, numberLiteral, stringLiteral } from './line-writer.ts';
import { logArguments } from './print-log.ts';
import { ARRAY_CLASSES, memberText, printRecord } from './print-record.ts';
import type { ImportedIntrinsic } from './program-text.ts';

/** Functions of runtime.ts that printed code calls. */
export type RuntimeName =
  | 'beginsBehind'
  | 'bitsOf'
  | 'canonical'
  | 'flush'
  | 'fma'
  | 'fmaAddendFirst'
  | 'fromBits'
  | 'index'
  | 'log'
  | 'nonZero'
  | 'thrown'
  | 'warn';

/** Where printed code finds what is not in the function itself. Asking for a name means that it is used. */
export interface PrintedNames {
  functionName(callee: KernelFunction): string;
  globalName(global: Global): string;
  runtimeName(name: RuntimeName): string;
  intrinsicName(name: ImportedIntrinsic): string;
}

/** Names inside one function. */
export interface LocalNames {
  localName(local: Local): string;
  /** A new variable of the function, for a value that is used twice. */
  temporary(): string;
  /** Statements in the place of a value, as a call of a function that is written there. */
  inlined(e: Of<'inline'>): string;
  readonly flushed: ReadonlySet<Local>;
}

type Of<Op extends Expression['op']> = Extract<Expression, { op: Op }>;

/**
 * Prints expressions as JavaScript whose values are: i32 and u32 as integers in their range (never -0), f32 as exact
 * float32 values, bool as true and false. Operands are evaluated in the order of the tree, which is the source's.
 */
export class ExpressionPrinter {
  readonly #names: PrintedNames;
  readonly #locals: LocalNames;

  constructor(names: PrintedNames, locals: LocalNames) {
    this.#names = names;
    this.#locals = locals;
  }

  /** An operand: a name, a literal, or something in parentheses or call form. */
  print(e: Expression): string {
    switch (e.op) {
      case 'number':
        return numberLiteral(e.value);
      case 'bool':
        return String(e.value);
      case 'local':
        return this.#locals.localName(e.local);
      case 'global':
        return this.#names.globalName(e.global);
      case 'length':
        return `${this.array(e.array)}.length`;
      case 'element':
        return this.#element(e);
      case 'unary':
        return this.#unary(e);
      case 'binary':
        return e.type === 'f32' ? this.#floatBinary(e) : this.#integerBinary(e);
      case 'fused':
        return this.#fused(e);
      case 'compare':
        return `(${this.print(e.left)} ${COMPARISONS[e.operator]} ${this.print(e.right)})`;
      case 'logical-not':
        return `!${this.print(e.value)}`;
      case 'and':
        return `(${this.print(e.left)} && ${this.print(e.right)})`;
      case 'or':
        return `(${this.print(e.left)} || ${this.print(e.right)})`;
      case 'conditional':
        return `(${this.print(e.condition)} ? ${this.print(e.whenTrue)} : ${this.print(e.whenFalse)})`;
      case 'convert':
        return this.#convert(e);
      case 'assign':
        return this.#assign(e);
      case 'update':
        return this.#update(e);
      case 'call':
        return `${mark(e.position)}${this.#names.functionName(e.callee)}(${this.#arguments(e.arguments)})`;
      case 'intrinsic':
        return this.#intrinsic(e);
      case 'null':
        return 'null';
      case 'array-reference':
        // The array itself, which knows its length.
        return this.array(e.array);
      case 'global-record':
        return this.#names.globalName(e.global);
      case 'new-record':
        return printRecord(e, ({ field, value }) => this.#storedField(this.print(value), field));
      case 'field':
        return `${this.print(e.owner)}${memberText(e.field.name)}`;
      case 'inline':
        return this.#locals.inlined(e);
      case 'sequence':
        return `(${e.items.map((item) => this.print(item)).join(', ')})`;
    }
  }

  array(a: ArrayExpression): string {
    switch (a.op) {
      case 'local-array':
        return this.#locals.localName(a.local);
      case 'global-array':
        return this.#names.globalName(a.global);
      case 'new-array': {
        const values = a.values.map((value) => this.print(value));
        if (a.element === 'reference') return `[${values.join(', ')}]`;
        if (values.length === 0) return `new ${ARRAY_CLASSES[a.element]}(${a.length})`;
        const zeros = new Array<string>(a.length - values.length).fill('0');
        return `new ${ARRAY_CLASSES[a.element]}([${[...values, ...zeros].join(', ')}])`;
      }
      case 'subarray': {
        const range = [a.begin, ...(a.end === null ? [] : [a.end])].map((e) => this.print(e));
        return `${this.array(a.array)}.subarray(${range.join(', ')})`;
      }
      case 'changed-array': {
        const name = this.#locals.localName(a.local);
        const effects = a.effects.map((e) => `${this.print(e)}, `).join('');
        return `(${name} = ${this.array(a.value)}, ${effects}${name})`;
      }
      case 'held-array':
        return this.print(a.reference);
      case 'peer-array':
        return `${this.print(a.peer)}.view(${this.array(a.array)})`;
      case 'conditional-array':
        return `(${this.print(a.condition)} ? ${this.array(a.whenTrue)} : ${this.array(a.whenFalse)})`;
    }
  }

  /** Text that gives the array at first, and text that gives it again without evaluating anything. */
  #twice(a: ArrayExpression): readonly [first: string, again: string] {
    const text = this.array(a);
    if (a.op === 'local-array' || a.op === 'global-array') return [text, text];
    const name = this.#locals.temporary();
    return [`(${name} = ${text})`, name];
  }

  #element(e: Of<'element'>): string {
    if (e.check === null) return `${this.array(e.array)}[${this.print(e.index)}]`;
    const [first, again] = this.#twice(e.array);
    return `${first}[${this.#index(this.print(e.index), again, e.check)}]`;
  }

  #index(index: string, array: string, check: NonNullable<Of<'element'>['check']>): string {
    const call = `${this.#names.runtimeName('index')}(${index}, ${array}.length, ${stringLiteral(check.text)})`;
    return `${mark(check.position)}${call}`;
  }

  #flushed(e: Expression): string {
    const text = this.print(e);
    return isFlushed(e, this.#locals.flushed) ? text : this.#flush(text);
  }

  #flush(text: string): string {
    return `${this.#names.runtimeName('flush')}(${text})`;
  }

  #unary(e: Of<'unary'>): string {
    if (e.type === 'f32') {
      const x = this.#flushed(e.value);
      return e.operator === 'neg' ? `(-${x})` : this.#round(e.operator, x);
    }
    const x = this.print(e.value);
    switch (e.operator) {
      case 'neg':
        return integer(e.type, `0 - ${x}`);
      case 'not':
        return integer(e.type, `~${x}`);
      case 'abs':
        return e.type === 'u32' ? x : integer('i32', `Math.abs(${x})`);
      case 'clz':
        return `Math.clz32(${x})`;
      case 'sign':
        return `Math.sign(${x})`;
      default:
        return x; // floor, ceil and trunc of an integer
    }
  }

  #round(operator: string, x: string): string {
    return operator === 'sqrt' ? `Math.fround(Math.sqrt(${x}))` : `Math.${operator}(${x})`;
  }

  #floatBinary(e: Of<'binary'>): string {
    if (e.operator === 'min' || e.operator === 'max') {
      return `Math.${e.operator}(${this.print(e.left)}, ${this.print(e.right)})`;
    }
    const sign = { add: '+', sub: '-', mul: '*', div: '/', rem: '%' }[e.operator as 'add'];
    if (sign === undefined) throw new Error(`f32 has no operator ${e.operator}`);
    return this.#flush(`Math.fround(${this.#flushed(e.left)} ${sign} ${this.#flushed(e.right)})`);
  }

  #integerBinary(e: Of<'binary'>): string {
    const left = this.print(e.left);
    const right = this.print(e.right);
    switch (e.operator) {
      case 'add':
        return integer(e.type, `${left} + ${right}`);
      case 'sub':
        return integer(e.type, `${left} - ${right}`);
      case 'mul':
        return e.type === 'i32' ? `Math.imul(${left}, ${right})` : `(Math.imul(${left}, ${right}) >>> 0)`;
      case 'div':
        return integer(e.type, `${left} / ${this.#divisor(e, right)}`);
      case 'rem':
        return integer(e.type, `${left} % ${this.#divisor(e, right)}`);
      case 'min':
      case 'max':
        return `Math.${e.operator}(${left}, ${right})`;
      case 'shr':
        return e.type === 'i32' ? `(${left} >> ${right})` : `(${left} >>> ${right})`;
      default: {
        const text = `(${left} ${{ and: '&', or: '|', xor: '^', shl: '<<' }[e.operator]} ${right})`;
        return e.type === 'i32' ? text : `(${text} >>> 0)`;
      }
    }
  }

  /** A quotient or remainder by 0 is an infinity or NaN, which `| 0` makes 0, unless the site says to throw. */
  #divisor(e: Of<'binary'>, right: string): string {
    if (typeof e.zeroDivisor !== 'object') return right;
    if (e.right.op === 'number' && e.right.value !== 0) return right;
    return `${mark(e.zeroDivisor.position)}${this.#names.runtimeName('nonZero')}(${right})`;
  }

  #fused(e: Of<'fused'>): string {
    // fma flushes its operands; the unary minus only changes a sign.
    const a = e.form === 'sub' ? `-${this.print(e.a)}` : this.print(e.a);
    const b = this.print(e.b);
    const c = e.form === 'rsub' ? `-${this.print(e.c)}` : this.print(e.c);
    return e.cFirst
      ? `${this.#names.runtimeName('fmaAddendFirst')}(${c}, ${a}, ${b})`
      : `${this.#names.runtimeName('fma')}(${a}, ${b}, ${c})`;
  }

  #convert(e: Of<'convert'>): string {
    const x = this.print(e.value);
    switch (e.conversion) {
      case 'i32-to-f32':
      case 'u32-to-f32':
        return `Math.fround(${x})`;
      case 'f32-to-i32':
      case 'u32-to-i32':
        return `(${x} | 0)`;
      case 'f32-to-u32':
      case 'i32-to-u32':
        return `(${x} >>> 0)`;
      case 'bool-to-i32':
        return `(${x} ? 1 : 0)`;
      case 'to-bool':
        return `!!${x}`;
      case 'bits-of-f32':
        return `${this.#names.runtimeName('bitsOf')}(${x})`;
      case 'f32-of-bits':
        return `${this.#names.runtimeName('fromBits')}(${x})`;
      case 'sign-extend-8':
        return `(${x} << 24 >> 24)`;
      case 'sign-extend-16':
        return `(${x} << 16 >> 16)`;
      case 'zero-extend-8':
        return `(${x} & 255)`;
      case 'zero-extend-16':
        return `(${x} & 65535)`;
    }
  }

  #stored(value: string, target: Extract<Target, { op: 'element' }>): string {
    return elementKindOf(target.array) === 'f32' ? `${this.#names.runtimeName('canonical')}(${value})` : value;
  }

  /** The word that a core keeps of a value: NaNs are all the same. */
  #storedField(value: string, field: RecordField): string {
    return field.type === 'f32' ? `${this.#names.runtimeName('canonical')}(${value})` : value;
  }

  #assign(e: Of<'assign'>): string {
    const { target } = e;
    if (target.op === 'local') return `(${this.#locals.localName(target.local)} = ${this.print(e.value)})`;
    if (target.op === 'field') {
      const value = this.#storedField(this.print(e.value), target.field);
      return `(${this.print(target.owner)}${memberText(target.field.name)} = ${value})`;
    }
    if (target.op === 'global') return `(${this.#names.globalName(target.global)} = ${this.print(e.value)})`;
    const [array, again] = this.#twice(target.array);
    const index = this.print(target.index);
    const value = this.print(e.value);
    if (target.check === null) return `(${array}[${index}] = ${this.#stored(value, target)})`;
    if (hasNoEffect(e.value)) {
      return `(${array}[${this.#index(index, again, target.check)}] = ${this.#stored(value, target)})`;
    }
    // The check comes after the value. An index that the value does not change is simply printed there.
    const steady = isSteady(target.index, e.value);
    const prelude: string[] = array === again ? [] : [array];
    let laterIndex = index;
    if (!steady) {
      laterIndex = this.#locals.temporary();
      prelude.push(`${laterIndex} = ${index}`);
    }
    let laterValue = value;
    if (e.value.op !== 'number' && e.value.op !== 'local') {
      laterValue = this.#locals.temporary();
      prelude.push(`${laterValue} = ${value}`);
    }
    const store = `${again}[${this.#index(laterIndex, again, target.check)}] = ${this.#stored(laterValue, target)}`;
    return `(${[...prelude, store].join(', ')})`;
  }

  #update(e: Of<'update'>): string {
    const { target } = e;
    const current = this.#locals.localName(e.current);
    const old = e.yields === 'old' ? `, ${current}` : '';
    if (target.op === 'field') {
      const owner = this.#locals.temporary();
      const place = `${owner}${memberText(target.field.name)}`;
      const read = `${current} = (${owner} = ${this.print(target.owner)})${memberText(target.field.name)}`;
      return `(${read}, ${place} = ${this.#storedField(this.print(e.value), target.field)}${old})`;
    }
    if (target.op !== 'element') {
      const name = target.op === 'local' ? this.#locals.localName(target.local) : this.#names.globalName(target.global);
      return `(${current} = ${name}, ${name} = ${this.print(e.value)}${old})`;
    }
    const [array, again] = this.#twice(target.array);
    const index = this.#locals.temporary();
    const plain = this.print(target.index);
    const checked = target.check === null ? plain : this.#index(plain, again, target.check);
    const read = `${current} = ${array}[${index} = ${checked}]`;
    return `(${read}, ${again}[${index}] = ${this.#stored(this.print(e.value), target)}${old})`;
  }

  #arguments(list: readonly Argument[]): string {
    return list.map((a) => (a.tag === 'scalar' ? this.print(a.value) : this.array(a.value))).join(', ');
  }

  #intrinsic(e: Of<'intrinsic'>): string {
    // Where it waits, for those who find out that it waits in vain.
    const place = e.site === undefined ? '' : stringLiteral(waitText(e.site));
    if (e.intrinsic === 'acquire-lock' || e.intrinsic === 'release-lock') {
      const method = e.intrinsic === 'acquire-lock' ? 'acquire' : 'release';
      return `${mark(e.position)}${this.#arguments(e.arguments)}.${method}(${place})`;
    }
    if (e.intrinsic === 'log') return this.#log(e);
    const list = this.#arguments(e.arguments);
    if (e.intrinsic === 'begins-behind') return `${this.#names.runtimeName('beginsBehind')}(${list})`;
    const name = `${mark(e.position)}${this.#names.intrinsicName(e.intrinsic)}`;
    if (e.register === undefined) return `${name}(${place === '' ? list : place})`;
    return `${name}(${stringLiteral(e.register)}${list === '' ? '' : `, ${list}`})`;
  }

  #log(e: Of<'intrinsic'>): string {
    const { format } = e;
    if (format === undefined) throw new Error('a log without a format');
    const values = e.arguments.flatMap((a) => (a.tag === 'scalar' ? [this.print(a.value)] : []));
    const list = logArguments(format, values);
    return `${mark(e.position)}${this.#names.runtimeName(format.method)}(${list.join(', ')})`;
  }
}

const COMPARISONS = { eq: '===', ne: '!==', lt: '<', le: '<=', gt: '>', ge: '>=' } as const;

function integer(kind: NumberKind, text: string): string {
  return kind === 'u32' ? `(${text} >>> 0)` : `(${text} | 0)`;
}

const EFFECTS: ReadonlySet<string> = new Set(['call', 'intrinsic', 'assign', 'update', 'inline']);

/** True if `e` neither stores nor stops the kernel: then it does not matter whether a check comes before or after it. */
function hasNoEffect(e: Expression): boolean {
  let quiet = true;
  visitExpression(e, (part) => {
    if (part.op === 'element') quiet &&= part.check === null;
    else if (part.op === 'binary') quiet &&= typeof part.zeroDivisor !== 'object';
    else quiet &&= !EFFECTS.has(part.op);
  });
  return quiet;
}

/** True if `index` is a literal, or a variable that `value` does not assign. */
function isSteady(index: Expression, value: Expression): boolean {
  if (index.op !== 'local') return index.op === 'number';
  let steady = true;
  visitExpression(value, (part) => {
    if (part.op !== 'assign' && part.op !== 'update') return;
    if (part.target.op === 'local' && part.target.local === index.local) steady = false;
  });
  return steady;
}

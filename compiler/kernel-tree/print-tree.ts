import type { LogFormat, LogPiece } from './log-format.ts';
import type {
  Argument,
  ArrayExpression,
  Expression,
  Global,
  KernelProgram,
  Statement,
  Target,
  VariableType,
} from './tree.ts';

/**
 * A kernel program as text, for tests and for looking at: operations as in `i32.add(a, b)`, numbers as `1`, `1u`, `1f`,
 * an element without a bounds check as `x[i]~`.
 */
export function printTree(program: KernelProgram): string {
  const lines: string[] = [];
  for (const global of program.globals) {
    const initial = typeof global.initial === 'number' ? numberText(global.initial) : dataText(global.initial);
    lines.push(`${global.storage} ${global.symbol}: ${typeText(global.type)} = ${initial}`);
  }
  for (const f of program.functions) {
    const parameters = f.parameters.map((p) => `${p.name}: ${typeText(p.type)}`).join(', ');
    lines.push(`${f.exported ? 'export ' : ''}function ${f.symbol}(${parameters}): ${f.result}`);
    printStatements(f.body, '  ', lines);
  }
  return lines.join('\n');
}

function dataText(data: Exclude<Global['initial'], number>): string {
  const text = (value: number | Global | null): string =>
    value === null ? 'null' : typeof value === 'number' ? numberText(value) : value.symbol;
  if ('refersTo' in data) return text(data.refersTo);
  if (!('record' in data)) return `[${data.join(', ')}]`;
  const values = data.record.fields.map(({ name }, index) => `${name}: ${text(data.values[index] ?? null)}`);
  return `${data.record.name}(${values.join(', ')})`;
}

function typeText(type: VariableType): string {
  return type.tag === 'array' ? `${type.element}[]` : type.scalar;
}

function printStatements(body: readonly Statement[], indent: string, lines: string[]): void {
  const nested = (inner: readonly Statement[]): void => printStatements(inner, `${indent}  `, lines);
  for (const s of body) {
    switch (s.op) {
      case 'declare': {
        const word = s.local.mutable ? 'let' : 'const';
        const value = s.value === null ? '' : ` = ${printExpression(s.value)}`;
        lines.push(`${indent}${word} ${s.local.name}: ${typeText(s.local.type)}${value}`);
        break;
      }
      case 'declare-array':
        lines.push(`${indent}${s.local.mutable ? 'let' : 'const'} ${s.local.name} = ${printArray(s.value)}`);
        break;
      case 'assign-array':
        lines.push(`${indent}${s.local.name} = ${printArray(s.value)}`);
        break;
      case 'expression':
        lines.push(`${indent}${printExpression(s.value)}`);
        break;
      case 'if':
        lines.push(`${indent}if ${printExpression(s.condition)}`);
        nested(s.whenTrue);
        if (s.whenFalse.length > 0) {
          lines.push(`${indent}else`);
          nested(s.whenFalse);
        }
        break;
      case 'loop': {
        const test = s.condition === null ? '' : ` ${s.test} ${printExpression(s.condition)}`;
        const update = s.update.length === 0 ? '' : ` update ${s.update.map(printExpression).join('; ')}`;
        lines.push(`${indent}loop ${s.target.name}${test}${update}`);
        nested(s.body);
        break;
      }
      case 'block':
        lines.push(`${indent}block${s.target === null ? '' : ` ${s.target.name}`}`);
        nested(s.body);
        break;
      case 'break':
      case 'continue':
        lines.push(`${indent}${s.op} ${s.target.name}`);
        break;
      case 'return':
        lines.push(`${indent}return${s.value === null ? '' : ` ${printExpression(s.value)}`}`);
        break;
      case 'throw': {
        const message = s.site.message === undefined ? s.site.kind : `${s.site.errorClass} ${s.site.message}`;
        lines.push(`${indent}throw ${message}`);
      }
    }
  }
}

/** One expression as {@link printTree} writes it. */
export function printExpression(e: Expression): string {
  switch (e.op) {
    case 'number':
      return `${numberText(e.value)}${e.type === 'i32' ? '' : e.type[0]}`;
    case 'bool':
      return String(e.value);
    case 'local':
      return e.local.name;
    case 'global':
      return e.global.symbol;
    case 'length':
      return `${printArray(e.array)}.length`;
    case 'element':
      return elementText(e);
    case 'unary':
      return `${e.type}.${e.operator}(${printExpression(e.value)})`;
    case 'binary': {
      const trap = typeof e.zeroDivisor === 'object' ? '!' : '';
      return `${e.type}.${e.operator}${trap}(${printExpression(e.left)}, ${printExpression(e.right)})`;
    }
    case 'fused': {
      const [a, b, c] = [e.a, e.b, e.c].map(printExpression);
      return `f32.fused-${e.form}(${e.cFirst ? `c first: ${c}, ${a}, ${b}` : `${a}, ${b}, ${c}`})`;
    }
    case 'compare':
      return `${e.kind}.${e.operator}(${printExpression(e.left)}, ${printExpression(e.right)})`;
    case 'logical-not':
      return `not(${printExpression(e.value)})`;
    case 'and':
    case 'or':
      return `(${printExpression(e.left)} ${e.op} ${printExpression(e.right)})`;
    case 'conditional': {
      const [condition, whenTrue, whenFalse] = [e.condition, e.whenTrue, e.whenFalse].map(printExpression);
      return `(${condition} ? ${whenTrue} : ${whenFalse})`;
    }
    case 'convert':
      return `${e.conversion}(${printExpression(e.value)})`;
    case 'assign':
      return `(${printTarget(e.target)} = ${printExpression(e.value)})`;
    case 'update':
      return `${e.yields}(${printTarget(e.target)}: ${e.current.name} => ${printExpression(e.value)})`;
    case 'call':
      return `${e.callee.symbol}(${e.arguments.map(printArgument).join(', ')})`;
    case 'intrinsic': {
      const register = e.register === undefined ? [] : [e.register];
      const format = e.format === undefined ? [] : [printLogFormat(e.format)];
      return `${e.intrinsic}(${[...register, ...format, ...e.arguments.map(printArgument)].join(', ')})`;
    }
    case 'null':
      return 'null';
    case 'array-reference':
      return `&${printArray(e.array)}`;
    case 'global-record':
      return e.global.symbol;
    case 'new-record': {
      const values = e.values.map(({ field, value }) => `${field.name}: ${printExpression(value)}`);
      return `new ${e.record.name}(${values.join(', ')})`;
    }
    case 'field':
      return `${printExpression(e.owner)}.${e.field.name}`;
    case 'sequence':
      return `{ ${e.items.map(printExpression).join('; ')} }`;
    case 'inline': {
      const lines: string[] = [];
      printStatements(e.body, '', lines);
      const result = e.result === null ? '' : ` => ${e.result.name}`;
      return `inline ${e.name} { ${lines.map((line) => line.replace(/^ +/, (s) => '|'.repeat(s.length / 2))).join('; ')} }${result}`;
    }
  }
}

function printArgument(argument: Argument): string {
  return argument.tag === 'scalar' ? printExpression(argument.value) : printArray(argument.value);
}

function printTarget(target: Target): string {
  if (target.op === 'local') return target.local.name;
  if (target.op === 'field') return `${printExpression(target.owner)}.${target.field.name}`;
  return target.op === 'global' ? target.global.symbol : elementText(target);
}

function elementText(e: Pick<Extract<Target, { op: 'element' }>, 'array' | 'index' | 'check'>): string {
  return `${printArray(e.array)}[${printExpression(e.index)}]${e.check === null ? '~' : ''}`;
}

function printArray(array: ArrayExpression): string {
  switch (array.op) {
    case 'local-array':
      return array.local.name;
    case 'global-array':
      return array.global.symbol;
    case 'new-array':
      return newArrayText(array);
    case 'subarray': {
      const end = array.end === null ? '' : printExpression(array.end);
      return `${printArray(array.array)}[${printExpression(array.begin)}:${end}]`;
    }
    case 'changed-array': {
      const effects = array.effects.map((effect) => `, ${printExpression(effect)}`).join('');
      return `(${array.local.name} = ${printArray(array.value)}${effects})`;
    }
    case 'held-array':
      return `*${printExpression(array.reference)}`;
    case 'peer-array':
      return `${printExpression(array.peer)}.${printArray(array.array)}`;
    case 'conditional-array':
      return `(${printExpression(array.condition)} ? ${printArray(array.whenTrue)} : ${printArray(array.whenFalse)})`;
  }
}

function newArrayText({ element, length, values }: Extract<ArrayExpression, { op: 'new-array' }>): string {
  const rest = length > values.length ? [`${length - values.length} zeros`] : [];
  return `${element}[${[...values.map(printExpression), ...rest].join(', ')}]`;
}

function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** `log 'x =' {f32} 'side {i32}'`: a value stands for itself, or in a text. */
function printLogFormat(format: LogFormat): string {
  const piece = (p: LogPiece): string => {
    if (p.tag === 'constant') return String(p.value);
    return p.tag === 'sent' ? `{${p.kind}}` : `{${p.choices.map(({ text }) => text).join('|')}}`;
  };
  const shown = format.arguments.map(({ form, pieces }) => {
    const text = pieces.map(piece).join('');
    return form === 'text' ? `'${text}'` : text;
  });
  return [format.method, ...shown].join(' ');
}

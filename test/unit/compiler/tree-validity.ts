/** Checks that a kernel tree keeps to the kinds that compiler/kernel-tree/tree.ts asks of each node. */

import { printExpression } from '../../../compiler/kernel-tree/print-tree.ts';
import type {
  ArrayElement,
  ArrayExpression,
  Conversion,
  Expression,
  KernelProgram,
  ScalarType,
  Statement,
  Target,
} from '../../../compiler/kernel-tree/tree.ts';
import { elementKindOf, visitStatements } from '../../../compiler/kernel-tree/visit-tree.ts';

const INTEGERS = ['i32', 'u32'];
const CONVERSIONS: Readonly<Record<Conversion, readonly [readonly string[], ScalarType]>> = {
  'i32-to-f32': [['i32'], 'f32'],
  'u32-to-f32': [['u32'], 'f32'],
  'f32-to-i32': [['f32'], 'i32'],
  'f32-to-u32': [['f32'], 'u32'],
  'i32-to-u32': [['i32'], 'u32'],
  'u32-to-i32': [['u32'], 'i32'],
  'bool-to-i32': [['bool'], 'i32'],
  'to-bool': [['i32', 'u32', 'f32'], 'bool'],
  'bits-of-f32': [['f32'], 'i32'],
  'f32-of-bits': [['i32'], 'f32'],
  'sign-extend-8': [['i32'], 'i32'],
  'sign-extend-16': [['i32'], 'i32'],
  'zero-extend-8': [['i32'], 'i32'],
  'zero-extend-16': [['i32'], 'i32'],
};
const FLOAT_ONLY = ['sqrt', 'floor', 'ceil', 'trunc', 'round', 'sign'];
const INTEGER_ONLY = ['and', 'or', 'xor', 'shl', 'shr'];

function elementOf(array: ArrayExpression): ArrayElement {
  if (array.op === 'conditional-array') {
    need(array.condition.type === 'bool' && elementOf(array.whenTrue) === elementOf(array.whenFalse), array.condition);
    return elementOf(array.whenTrue);
  }
  if (array.op === 'new-array' && array.values.length > array.length) throw new Error('more elements than places');
  if (array.op === 'subarray') need(array.begin.type === 'i32' && (array.end?.type ?? 'i32') === 'i32', array.begin);
  if (array.op === 'held-array')
    need(array.reference.type === 'reference' && array.length.type === 'i32', array.length);
  if (array.op === 'peer-array') need(array.peer.type === 'reference', array.peer);
  return elementKindOf(array);
}

function readType(element: ArrayElement): ScalarType {
  return element === 'f32' || element === 'u32' || element === 'reference' ? element : 'i32';
}

function need(condition: boolean, e: Expression): void {
  if (!condition) throw new Error(`not valid: ${e.op} ${e.type} ${printExpression(e)}`);
}

/** True if a value of the type may be stored there: integer elements take either kind of integer. */
function takes(target: Target, type: ScalarType | 'void'): boolean {
  if (target.op === 'element') {
    const read = readType(elementOf(target.array));
    return target.index.type === 'i32' && (INTEGERS.includes(read) ? INTEGERS.includes(type) : type === read);
  }
  if (target.op === 'field') return target.owner.type === 'reference' && target.field.type === type;
  const held = target.op === 'local' ? target.local.type : target.global.type;
  return held.tag === 'scalar' && held.scalar === type;
}

/** True if the operands of a node have the kinds that it asks for. */
function isValid(e: Expression): boolean {
  switch (e.op) {
    case 'number': {
      const { type, value } = e;
      if (type === 'f32') return Object.is(Math.fround(value), value);
      return Object.is(type === 'i32' ? value | 0 : value >>> 0, value);
    }
    case 'local':
      return e.local.type.tag === 'scalar' && e.local.type.scalar === e.type;
    case 'global':
      return e.global.type.tag === 'scalar' && e.global.type.scalar === e.type;
    case 'null':
    case 'global-record':
      return e.type === 'reference';
    case 'array-reference':
      return e.type === 'reference';
    case 'new-record':
      return e.values.every(({ field, value }) => e.record.fields.includes(field) && value.type === field.type);
    case 'field':
      return e.owner.type === 'reference' && e.record.fields.includes(e.field) && e.field.type === e.type;
    case 'element':
      return e.index.type === 'i32' && readType(elementOf(e.array)) === e.type;
    case 'unary':
      return (
        e.value.type === e.type &&
        (!FLOAT_ONLY.includes(e.operator) || e.type === 'f32') &&
        (!['not', 'clz'].includes(e.operator) || e.type !== 'f32')
      );
    case 'binary':
      return (
        e.left.type === e.type &&
        e.right.type === e.type &&
        (!INTEGER_ONLY.includes(e.operator) || e.type !== 'f32') &&
        (e.zeroDivisor !== undefined) === (['div', 'rem'].includes(e.operator) && e.type !== 'f32')
      );
    case 'fused':
      return [e.a, e.b, e.c].every((part) => part.type === 'f32');
    case 'compare':
      return (
        e.left.type === e.kind && e.right.type === e.kind && (e.kind !== 'bool' || ['eq', 'ne'].includes(e.operator))
      );
    case 'logical-not':
      return e.value.type === 'bool';
    case 'and':
    case 'or':
      return e.left.type === 'bool' && e.right.type === 'bool';
    case 'conditional':
      return e.condition.type === 'bool' && e.whenTrue.type === e.type && e.whenFalse.type === e.type;
    case 'convert': {
      const [from, to] = CONVERSIONS[e.conversion];
      return from.includes(e.value.type) && to === e.type;
    }
    case 'assign':
      return e.value.type === e.type && takes(e.target, e.type);
    case 'update':
      return (
        takes(e.target, e.value.type) &&
        e.current.type.tag === 'scalar' &&
        e.type === (e.yields === 'new' ? e.value.type : e.current.type.scalar)
      );
    case 'call':
      return (
        e.type === e.callee.result &&
        e.arguments.length === e.callee.parameters.length &&
        e.arguments.every((argument, index) => {
          const type = e.callee.parameters[index]?.type;
          return argument.tag === 'array'
            ? type?.tag === 'array' && type.element === elementOf(argument.value)
            : type?.tag === 'scalar' && type.scalar === argument.value.type;
        })
      );
    case 'inline':
      return (e.result === null ? 'void' : e.result.type.tag === 'scalar' ? e.result.type.scalar : null) === e.type;
    case 'sequence':
      return e.items.at(-1)?.type === e.type;
    case 'bool':
    case 'length':
    case 'intrinsic':
      return true;
  }
}

function validStatement(s: Statement, result: ScalarType | 'void'): void {
  const fail = (): never => {
    throw new Error(`not valid: ${s.op} at ${s.position.line}:${s.position.column}`);
  };
  if (s.op === 'declare' && s.value !== null) {
    if (s.local.type.tag !== 'scalar' || s.local.type.scalar !== s.value.type) fail();
  } else if (s.op === 'declare-array' || s.op === 'assign-array') {
    if (s.local.type.tag !== 'array' || s.local.type.element !== elementOf(s.value)) fail();
  } else if (s.op === 'if' || s.op === 'loop') {
    if (s.condition !== null && s.condition.type !== 'bool') fail();
  } else if (s.op === 'return') {
    if ((s.value?.type ?? 'void') !== result) fail();
  }
}

/** Throws for the first node that is wrong. */
export function assertValid(program: KernelProgram): void {
  for (const f of program.functions) {
    visitStatements(f.body, { statement: (s) => validStatement(s, f.result), expression: (e) => need(isValid(e), e) });
  }
}

/** Selection of everything but loads and stores. */
import type { Condition, FrameSlot, GraphFunction, Instruction, Value } from '../../flow-graph/graph.ts';
import { multiplySteps } from './constant-multiply.ts';
import { needsFloatMode } from './fpu-mode.ts';
import { CONDITION, exchange, type MachineOpcode, negate } from './machine-code.ts';
import { ARGUMENT_REGISTERS, NO_REGISTER, RESULT_REGISTER } from './registers.ts';
import { selectLoad, selectStore } from './select-memory.ts';
import { leaveIntegerMode, modeOfTrap, needIntegerMode } from './select-mode.ts';
import type { SelectionContext } from './selection-context.ts';

const CONDITION_CODES: Record<Condition, number> = {
  eq: CONDITION.eq,
  ne: CONDITION.ne,
  'lt-signed': CONDITION.lt,
  'le-signed': CONDITION.lte,
  'gt-signed': CONDITION.gt,
  'ge-signed': CONDITION.gte,
  'lt-unsigned': CONDITION.ltu,
  'le-unsigned': CONDITION.lteu,
  'gt-unsigned': CONDITION.gtu,
  'ge-unsigned': CONDITION.gteu,
};

/** Range of the immediate of ADD and SUB. */
export const fitsImmediate = (value: number): boolean => value >= -1024 && value <= 1023;

export function selectInstruction(context: SelectionContext, code: Instruction): void {
  if (needsFloatMode(code)) leaveIntegerMode(context);
  switch (code.op) {
    case 'constant':
    case 'symbol':
      return;
    case 'frame-address':
      if (context.useCounts[code.result.id] === 0) return;
      context.emit('frame-address', {
        d: context.ownRegister(code.result),
        immediate: offsetOfSlot(context.graph, code.slot),
      });
      return;
    case 'binary':
      selectBinary(context, code);
      return;
    case 'unary':
      selectUnary(context, code);
      return;
    case 'fused': {
      if (context.useCounts[code.result.id] === 0) return;
      const n = context.register(code.a);
      const m = context.register(code.b);
      const d = copyOf(context, code.accumulate, code.result);
      context.emit(code.opcode, { d, n, m });
      return;
    }
    case 'compare':
      selectCompare(context, code);
      return;
    case 'select':
      selectSelect(context, code);
      return;
    case 'load':
      selectLoad(context, code);
      return;
    case 'store':
      selectStore(context, code);
      return;
    case 'bounds-check': {
      const condition = compare(context, 'ge-unsigned', code.index, code.length);
      emitTrapIf(context, condition, code.site, code.index, code.length);
      return;
    }
    case 'zero-check':
      emitTrapIf(context, compareWithZero(context, code.value), code.site, null, null);
      return;
    case 'call':
      context.target.callees.add(code.callee);
      selectCall(context, code.arguments, code.result, (uses) => {
        context.emit('call', { symbol: code.callee, uses });
      });
      return;
    case 'call-address': {
      const n = context.register(code.address);
      selectCall(context, code.arguments, code.result, (uses) => {
        context.emit('call-register', { n, uses });
      });
      return;
    }
    case 'machine':
      selectMachine(context, code);
      return;
  }
}

/** Bytes before a slot of the frame. */
function offsetOfSlot(graph: GraphFunction, slot: FrameSlot): number {
  const before = graph.slots.slice(0, graph.slots.indexOf(slot));
  return before.reduce((offset, { sizeBytes }) => offset + Math.ceil(sizeBytes / 8) * 8, 0);
}

type Of<Op extends Instruction['op']> = Extract<Instruction, { readonly op: Op }>;

function copyOf(context: SelectionContext, value: Value, result: Value): number {
  const d = context.ownRegister(result);
  const constant = context.constantOf(value);
  if (constant !== null) context.emit('mov-immediate', { d, immediate: constant });
  else context.emit('mov', { d, n: context.register(value) });
  return d;
}

const COMMUTATIVE = new Set(['add', 'mul', 'and', 'or', 'xor', 'fadd', 'fmul']);
const REGISTER_OPCODES: Partial<Record<Of<'binary'>['opcode'], MachineOpcode>> = {
  add: 'add',
  sub: 'sub',
  and: 'and',
  or: 'orr',
  xor: 'eor',
  shl: 'lsl',
  'shr-signed': 'asr',
  'shr-unsigned': 'lsr',
  fadd: 'fadd',
  fsub: 'fsub',
  fmul: 'fmul',
};

function selectBinary(context: SelectionContext, code: Of<'binary'>): void {
  if (context.useCounts[code.result.id] === 0) return;
  let { left, right } = code;
  if (COMMUTATIVE.has(code.opcode) && context.constantOf(left) !== null) [left, right] = [right, left];
  const constant = context.constantOf(right);
  const d = context.ownRegister(code.result);
  if (code.opcode === 'mul') {
    selectMultiply(context, d, left, right);
    return;
  }
  const op = REGISTER_OPCODES[code.opcode];
  if (op === undefined) throw new Error(`no instruction for ${code.opcode}`);
  if (constant !== null) {
    const isShift = op === 'lsl' || op === 'lsr' || op === 'asr';
    if (isShift) {
      context.emit(op, { d, n: context.register(left), immediate: constant & 31 });
      return;
    }
    if ((op === 'add' || op === 'sub') && addConstant(context, d, left, op === 'add' ? constant : -constant)) return;
    if (op === 'and' && andMask(context, d, left, constant)) return;
  }
  const n = context.register(left);
  context.emit(op, { d, n, m: context.register(right) });
}

/** d = left + constant, if immediates can do it. */
function addConstant(context: SelectionContext, d: number, left: Value, constant: number): boolean {
  if (fitsImmediate(constant)) {
    context.emit('add', { d, n: context.register(left), immediate: constant });
    return true;
  }
  return false;
}

/** d = left AND a mask of low bits, by shifts where loading the mask is no cheaper. */
function andMask(context: SelectionContext, d: number, left: Value, mask: number): boolean {
  const bits = 32 - Math.clz32(mask);
  const isLowMask = mask > 0xff && mask === 2 ** bits - 1;
  if (!isLowMask || context.shape.loopOf.has(context.block)) return false;
  const shifted = context.fresh();
  context.emit('lsl', { d: shifted, n: context.register(left), immediate: 32 - bits });
  context.emit('lsr', { d, n: shifted, immediate: 32 - bits });
  return true;
}

function selectMultiply(context: SelectionContext, d: number, left: Value, right: Value): void {
  const constant = context.constantOf(right);
  if (constant === 0) {
    context.emit('mov-immediate', { d, immediate: 0 });
    return;
  }
  const steps = constant === null ? null : multiplySteps(constant);
  const x = context.register(left);
  if (steps === null) {
    const m = context.register(right);
    needIntegerMode(context);
    context.emit('imul', { d, n: x, m });
    return;
  }
  let accumulator = x;
  steps.forEach((step, index) => {
    const last = index === steps.length - 1;
    const shifted = step.next === 'nothing' ? d : context.fresh();
    context.emit('lsl', { d: shifted, n: accumulator, immediate: step.shift });
    accumulator = shifted;
    if (step.next === 'nothing') return;
    accumulator = last ? d : context.fresh();
    context.emit(step.next === 'add' ? 'add' : 'sub', { d: accumulator, n: shifted, m: x });
  });
  if (steps.length === 0) context.emit('mov', { d, n: x });
}

function selectUnary(context: SelectionContext, code: Of<'unary'>): void {
  if (code.opcode === 'bits' || code.opcode === 'unbits' || context.useCounts[code.result.id] === 0) return;
  const n = context.register(code.value);
  const d = context.ownRegister(code.result);
  switch (code.opcode) {
    case 'fabs':
    case 'float':
      context.emit(code.opcode, { d, n });
      return;
    case 'bit-reverse':
      context.emit('bitr', { d, n });
      return;
    case 'zero-extend-8':
      context.emit('and', { d, n, m: context.constant(0xff) });
      return;
    default: {
      const shifted = context.fresh();
      const immediate = code.opcode === 'sign-extend-8' ? 24 : 16;
      context.emit('lsl', { d: shifted, n, immediate });
      context.emit(code.opcode === 'zero-extend-16' ? 'lsr' : 'asr', { d, n: shifted, immediate });
    }
  }
}

/** Sets the flags by a comparison and gives the condition code that tells if it holds. */
export function compare(context: SelectionContext, condition: Condition, left: Value, right: Value): number {
  const code = CONDITION_CODES[condition];
  const rightConstant = context.constantOf(right);
  if (rightConstant !== null && fitsImmediate(rightConstant)) {
    context.emit('sub', { d: context.fresh(), n: context.register(left), immediate: rightConstant });
    return code;
  }
  const leftConstant = context.constantOf(left);
  if (leftConstant !== null && fitsImmediate(leftConstant)) {
    context.emit('sub', { d: context.fresh(), n: context.register(right), immediate: leftConstant });
    return exchange(code);
  }
  const n = context.register(left);
  const m = context.register(right);
  context.emit('sub', { d: context.fresh(), n, m });
  return code;
}

function compareWithZero(context: SelectionContext, value: Value): number {
  const n = context.register(value);
  context.emit('sub', { d: context.fresh(), n, immediate: 0 });
  return CONDITION.eq;
}

function selectCompare(context: SelectionContext, code: Of<'compare'>): void {
  if (context.useCounts[code.result.id] === 0) return;
  const d = context.ownRegister(code.result);
  if (code.condition === 'lt-signed' && context.constantOf(code.right) === 0) {
    context.emit('lsr', { d, n: context.register(code.left), immediate: 31 });
    return;
  }
  const one = context.constant(1);
  const condition = compare(context, code.condition, code.left, code.right);
  context.emit('mov-immediate', { d, immediate: 0 });
  context.emit('mov-condition', { d, n: one, condition });
}

function selectSelect(context: SelectionContext, code: Of<'select'>): void {
  if (context.useCounts[code.result.id] === 0) return;
  const invert = context.constantOf(code.whenTrue) !== null && context.constantOf(code.whenFalse) === null;
  const moved = invert ? code.whenTrue : code.whenFalse;
  const n = context.register(invert ? code.whenFalse : code.whenTrue);
  if (context.operand(moved).kind === 'symbol') context.register(moved);
  const condition = compare(context, code.condition, code.left, code.right);
  const d = copyOf(context, moved, code.result);
  context.emit('mov-condition', { d, n, condition: invert ? negate(condition) : condition });
}

function emitTrapIf(
  context: SelectionContext,
  condition: number,
  site: Of<'bounds-check'>['site'],
  index: Value | null,
  length: Value | null,
): void {
  const indexConstant = index === null ? 0 : context.constantOf(index);
  const lengthConstant = length === null ? 0 : context.constantOf(length);
  context.emit('trap-if', {
    condition,
    immediate: context.options.siteId(site),
    n: index === null || indexConstant !== null ? NO_REGISTER : context.register(index),
    m: length === null || lengthConstant !== null ? NO_REGISTER : context.register(length),
    constants: index === null || length === null ? null : { index: indexConstant, length: lengthConstant },
    uses: modeOfTrap(context),
  });
}

function selectCall(
  context: SelectionContext,
  values: readonly Value[],
  result: Value | null,
  emitCall: (uses: number[]) => void,
): void {
  if (values.length > ARGUMENT_REGISTERS.length) throw new Error(`a call passes ${values.length} words`);
  const uses: number[] = [];
  const sources = values.map((value) =>
    context.operand(value).kind === 'register' ? context.register(value) : NO_REGISTER,
  );
  values.forEach((value, index) => {
    const d = ARGUMENT_REGISTERS[index] as number;
    const operand = context.operand(value);
    uses.push(d);
    if (operand.kind === 'constant') context.emit('mov-immediate', { d, immediate: operand.bits });
    else if (operand.kind === 'symbol') {
      context.emit('mov-symbol', { d, symbol: operand.symbol, immediate: operand.offset });
    } else context.emit('mov', { d, n: sources[index] as number });
  });
  emitCall(uses);
  context.target.calls = true;
  // What was loaded for this block would have to be kept in saved registers; loading it again is cheaper.
  context.localKeys.clear();
  if (result !== null && context.useCounts[result.id] !== 0) {
    context.emit('mov', { d: context.ownRegister(result), n: RESULT_REGISTER });
  }
}

function selectMachine(context: SelectionContext, code: Of<'machine'>): void {
  const [first, second] = code.arguments;
  switch (code.operation) {
    case 'read-register': {
      if (code.result === null) return;
      context.emit('movfs', { d: context.ownRegister(code.result), special: code.register ?? '' });
      return;
    }
    case 'write-register':
      if (first === undefined) throw new Error('write-register lacks its value');
      context.emit('movts', { d: context.register(first), special: code.register ?? '' });
      if (code.register === 'config') context.localKeys.clear();
      return;
    case 'test-and-set': {
      if (first === undefined || second === undefined) throw new Error('test-and-set lacks an operand');
      const n = context.register(first);
      const m = context.constant(0);
      const d = context.fresh();
      context.emit('mov', { d, n: context.register(second) });
      context.emit('testset', { d, n, m });
      if (code.result !== null) context.emit('mov', { d: context.ownRegister(code.result), n: d });
      return;
    }
    case 'trap-site':
      if (code.result === null || code.site === undefined) throw new Error('trap-site lacks its site');
      context.emit('mov-immediate', {
        d: context.ownRegister(code.result),
        immediate: context.options.siteId(code.site),
      });
      return;
    case 'idle':
      context.emit('idle', {});
      return;
    case 'enable-interrupts':
      context.emit('gie', {});
      return;
    case 'disable-interrupts':
      context.emit('gid', {});
  }
}

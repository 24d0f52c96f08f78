/** Selection of loads and stores: the address forms of the ISA are [base, index] and [base, displacement * size]. */
import type { Instruction, Value } from '../../flow-graph/graph.ts';
import { type AddressMode, instruction, type MachineOpcode } from './machine-code.ts';
import { NO_REGISTER } from './registers.ts';
import { fitsImmediate } from './select-instruction.ts';
import type { SelectionContext } from './selection-context.ts';

type Load = Extract<Instruction, { readonly op: 'load' }>;
type Store = Extract<Instruction, { readonly op: 'store' }>;

const LARGEST_DISPLACEMENT = 2047;
const LOADS: Record<number, MachineOpcode> = { 1: 'ldrb', 2: 'ldrh', 4: 'ldr' };
const STORES: Record<number, MachineOpcode> = { 1: 'strb', 2: 'strh', 4: 'str' };

export function selectLoad(context: SelectionContext, code: Load): void {
  if (context.useCounts[code.result.id] === 0 && !code.volatile) return;
  const address = addressOf(context, code);
  const d = context.ownRegister(code.result);
  const op = LOADS[code.sizeBytes] as MachineOpcode;
  if (!code.signed || code.sizeBytes === 4) {
    context.emit(op, { d, ...address });
    return;
  }
  const loaded = context.fresh();
  const shifted = context.fresh();
  const immediate = 32 - code.sizeBytes * 8;
  context.emit(op, { d: loaded, ...address });
  context.emit('lsl', { d: shifted, n: loaded, immediate });
  context.emit('asr', { d, n: shifted, immediate });
}

export function selectStore(context: SelectionContext, code: Store): void {
  const d = context.register(code.value);
  const address = addressOf(context, code);
  context.emit(STORES[code.sizeBytes] as MachineOpcode, { d, ...address });
}

interface Address {
  readonly mode: AddressMode;
  readonly n: number;
  readonly m: number;
  readonly immediate: number;
}

const displacement = (n: number, immediate: number): Address => ({
  mode: 'displacement',
  n,
  m: NO_REGISTER,
  immediate,
});
const indexed = (n: number, m: number): Address => ({ mode: 'index', n, m, immediate: 0 });

function addressOf(context: SelectionContext, code: Load | Store): Address {
  const { base, sizeBytes } = code;
  const indexConstant = code.index === null ? 0 : context.constantOf(code.index);
  if (indexConstant !== null) {
    return fixedAddress(context, base, (code.offset + Math.imul(indexConstant, code.scale)) | 0, sizeBytes);
  }
  const index = code.index as Value;
  const scaled = scaledIndex(context, index, code.scale);
  const operand = context.operand(base);
  // With an offset, base + offset changes less often than base + index: in loops it is computed outside.
  if (operand.kind === 'constant') return indexed(context.constant((operand.bits + code.offset) | 0), scaled);
  if (operand.kind === 'symbol') return indexed(context.symbol(operand.symbol, operand.offset + code.offset), scaled);
  if (code.offset === 0) return indexed(context.register(base), scaled);
  return indexed(offsetBase(context, base, code.offset), scaled);
}

/** base + a known offset. */
function fixedAddress(context: SelectionContext, base: Value, offset: number, sizeBytes: number): Address {
  const operand = context.operand(base);
  const limit = LARGEST_DISPLACEMENT * sizeBytes;
  const reaches = offset % sizeBytes === 0 && Math.abs(offset) <= limit;
  if (operand.kind === 'constant') {
    // Split so that accesses near each other share the upper part.
    const address = (operand.bits + offset) | 0;
    const units = (address >>> 0) % (1024 * sizeBytes);
    return units % sizeBytes === 0
      ? displacement(context.constant((address - units) | 0), units / sizeBytes)
      : displacement(context.constant(address), 0);
  }
  if (operand.kind === 'symbol') {
    return reaches
      ? displacement(context.symbol(operand.symbol, operand.offset), offset / sizeBytes)
      : displacement(context.symbol(operand.symbol, operand.offset + offset), 0);
  }
  if (reaches) return displacement(context.register(base), offset / sizeBytes);
  return indexed(context.register(base), context.constant(offset));
}

function scaledIndex(context: SelectionContext, index: Value, scale: number): number {
  if (scale === 1) return context.register(index);
  const shift = Math.log2(scale);
  if (!Number.isInteger(shift)) throw new Error(`a scale of ${scale} is not a power of two`);
  if (context.operand(index).kind === 'symbol') throw new Error('a symbol cannot be an index');
  return context.invariant(`${index.id} << ${shift}`, [index], (d) => [
    instruction('lsl', { d, n: context.register(index), immediate: shift }),
  ]);
}

function offsetBase(context: SelectionContext, base: Value, offset: number): number {
  if (fitsImmediate(offset)) {
    return context.invariant(`${base.id} + ${offset}`, [base], (d) => [
      instruction('add', { d, n: context.register(base), immediate: offset }),
    ]);
  }
  const m = context.constant(offset);
  return context.invariant(`${base.id} + ${offset}`, [base], (d) => [
    instruction('add', { d, n: context.register(base), m }),
  ]);
}

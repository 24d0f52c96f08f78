/**
 * The stack frame, after allocation: saved registers at the bottom (pairs first, for STRD), then spilled words. Nothing
 * is stored below sp, because an interrupt may use that memory.
 */
import { forEachDefinition, instruction, type MachineFunction, type MachineInstruction } from './machine-code.ts';
import { CALLEE_SAVED, LINK_REGISTER, SCRATCH, STACK_POINTER } from './registers.ts';

const LARGEST_DISPLACEMENT = 2047;
const SMALLEST_ADDEND = -1024;
const LARGEST_ADDEND = 1023;

/** Lays out the frame, expands spills and adds entry and exit code. Returns the size of the frame in bytes. */
export function buildFrame(target: MachineFunction): number {
  makeTailCalls(target);
  const saved = registersToSave(target);
  const slotBase = saved.length;
  const words = slotBase + target.slotCount;
  const frameBytes = Math.ceil(words / 2) * 8;
  const position = target.position;
  const save = saveOrRestore(saved, 'save').map((code) => ({ ...code, position }));
  const entry = [...moveStackPointer(-frameBytes), ...save].map((code) => ({ ...code, position }));
  for (const block of target.blocks) {
    const result: MachineInstruction[] = [];
    if (block === target.blocks[0]) result.push(...entry);
    for (const code of block.instructions) {
      if (code.op === 'spill' || code.op === 'reload') {
        result.push(...slotAccess(code, slotBase));
        continue;
      }
      if (code.op === 'return' || code.op === 'tail-call') {
        const leave = [...saveOrRestore(saved, 'restore'), ...moveStackPointer(frameBytes)];
        result.push(...leave.map((part) => ({ ...part, position: code.position })));
      }
      result.push(code);
    }
    block.instructions = result;
  }
  return frameBytes;
}

/** A call followed by a return jumps instead: the callee returns to our caller. */
function makeTailCalls(target: MachineFunction): void {
  let calls = false;
  for (const block of target.blocks) {
    const last = block.instructions.length - 1;
    const call = block.instructions[last - 1];
    if (call?.op === 'call' && block.instructions[last]?.op === 'return') {
      block.instructions.splice(
        last - 1,
        2,
        instruction('tail-call', { symbol: call.symbol, uses: call.uses, position: call.position }),
      );
    }
    calls ||= block.instructions.some((code) => code.op === 'call' || code.op === 'call-register');
  }
  target.calls = calls;
}

function registersToSave(target: MachineFunction): number[] {
  const written = new Set<number>();
  for (const block of target.blocks) {
    for (const code of block.instructions) forEachDefinition(code, (register) => written.add(register));
  }
  const used = CALLEE_SAVED.filter((register) => written.has(register));
  const isPaired = (register: number): boolean => used.includes(register ^ 1);
  const singles = used.filter((register) => !isPaired(register));
  if (target.calls) singles.push(LINK_REGISTER);
  return [...used.filter(isPaired), ...singles];
}

/** `saved` starts with whole pairs, low register first. */
function saveOrRestore(saved: readonly number[], what: 'save' | 'restore'): MachineInstruction[] {
  const result: MachineInstruction[] = [];
  for (let word = 0; word < saved.length; word++) {
    const d = saved[word] as number;
    const isPair = d % 2 === 0 && saved[word + 1] === d + 1;
    const op = what === 'save' ? (isPair ? 'strd' : 'str') : isPair ? 'ldrd' : 'ldr';
    result.push(instruction(op, { d, n: STACK_POINTER, immediate: isPair ? word / 2 : word }));
    if (isPair) word++;
  }
  return result;
}

function moveStackPointer(bytes: number): MachineInstruction[] {
  if (bytes === 0) return [];
  const d = STACK_POINTER;
  const n = STACK_POINTER;
  if (bytes >= SMALLEST_ADDEND && bytes <= LARGEST_ADDEND) return [instruction('add', { d, n, immediate: bytes })];
  return [
    instruction('mov-immediate', { d: SCRATCH, immediate: Math.abs(bytes) }),
    instruction(bytes < 0 ? 'sub' : 'add', { d, n, m: SCRATCH }),
  ];
}

/** Does not change the integer flags: spills stand between comparisons and branches. */
function slotAccess(code: MachineInstruction, slotBase: number): MachineInstruction[] {
  const word = slotBase + code.immediate;
  const op = code.op === 'spill' ? 'str' : 'ldr';
  const { d, position } = code;
  if (word <= LARGEST_DISPLACEMENT) return [instruction(op, { d, n: STACK_POINTER, immediate: word, position })];
  return [
    instruction('mov-immediate', { d: SCRATCH, immediate: word * 4, position }),
    instruction(op, { d, n: STACK_POINTER, m: SCRATCH, mode: 'index', position }),
  ];
}

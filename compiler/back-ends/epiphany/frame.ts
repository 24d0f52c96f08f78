/**
 * The stack frame, after allocation: pairs of saved registers at the bottom, then spilled words, then single saved
 * registers, then records and arrays; so words that belong together can be moved by LDRD and STRD. Nothing is stored below sp, because an
 * interrupt may use that memory.
 */
import { forEachDefinition, instruction, type MachineFunction, type MachineInstruction } from './machine-code.ts';
import { CALLEE_SAVED, LINK_REGISTER, NO_REGISTER, SCRATCH, STACK_POINTER } from './registers.ts';

const LARGEST_DISPLACEMENT = 2047;
const SMALLEST_ADDEND = -1024;
const LARGEST_ADDEND = 1023;

/** Lays out the frame, expands spills and adds entry and exit code. Returns the size of the frame in bytes. */
export function buildFrame(target: MachineFunction): number {
  makeTailCalls(target);
  const { pairs, singles } = registersToSave(target);
  const slotBase = pairs.length;
  const words = slotBase + target.slotCount + singles.length;
  const objectBase = Math.ceil(words / 2) * 8;
  const frameBytes = objectBase + target.objectBytes;
  const position = target.position;
  const places = [...pairs, ...new Array<number>(target.slotCount).fill(NO_REGISTER), ...singles];
  const entry = [...moveStackPointer(-frameBytes), ...saveOrRestore(places, 'str')].map((code) => ({
    ...code,
    position,
  }));
  for (const block of target.blocks) {
    const result: MachineInstruction[] = [];
    if (block === target.blocks[0]) result.push(...entry);
    for (const code of block.instructions) {
      if (code.op === 'spill' || code.op === 'reload') {
        result.push(...slotAccess(code, slotBase));
        continue;
      }
      if (code.op === 'frame-address') {
        result.push(...objectAddress(code, objectBase + code.immediate));
        continue;
      }
      if (code.op === 'return' || code.op === 'tail-call') {
        const leave = [...saveOrRestore(places, 'ldr'), ...moveStackPointer(frameBytes)];
        result.push(...leave.map((part) => ({ ...part, position: code.position })));
      }
      result.push(code);
    }
    block.instructions = joinPairs(result);
  }
  return frameBytes;
}

/** A call followed by a return jumps instead: the callee returns to our caller. */
function makeTailCalls(target: MachineFunction): void {
  let calls = false;
  for (const block of target.blocks) {
    const last = block.instructions.length - 1;
    const call = block.instructions[last - 1];
    // Not where the callee may use memory of this frame.
    if (target.objectBytes === 0 && call?.op === 'call' && block.instructions[last]?.op === 'return') {
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

function registersToSave(target: MachineFunction): { readonly pairs: number[]; readonly singles: number[] } {
  const written = new Set<number>();
  for (const block of target.blocks) {
    for (const code of block.instructions) forEachDefinition(code, (register) => written.add(register));
  }
  const used = CALLEE_SAVED.filter((register) => written.has(register));
  const isPaired = (register: number): boolean => used.includes(register ^ 1);
  const singles = used.filter((register) => !isPaired(register));
  if (target.calls) singles.push(LINK_REGISTER);
  return { pairs: used.filter(isPaired), singles };
}

/** Stores or loads the registers of `places`, which gives one for each word of the frame, or none. */
function saveOrRestore(places: readonly number[], op: 'str' | 'ldr'): MachineInstruction[] {
  return places.flatMap((d, word) => (d === NO_REGISTER ? [] : frameAccess(op, d, word, null)));
}

/** Two neighbouring words of the frame in an even register and the next become one double word. */
function joinPairs(codes: readonly MachineInstruction[]): MachineInstruction[] {
  const result: MachineInstruction[] = [];
  for (const code of codes) {
    const last = result.at(-1);
    if (last !== undefined && isPair(last, code)) {
      const op = last.op === 'ldr' ? 'ldrd' : 'strd';
      result[result.length - 1] = { ...last, op, immediate: last.immediate / 2 };
    } else result.push(code);
  }
  return result;
}

function isPair(first: MachineInstruction, second: MachineInstruction): boolean {
  return (
    (first.op === 'ldr' || first.op === 'str') &&
    first.op === second.op &&
    [first, second].every(({ n, mode }) => n === STACK_POINTER && mode === 'displacement') &&
    first.d % 2 === 0 &&
    second.d === first.d + 1 &&
    first.immediate % 2 === 0 &&
    second.immediate === first.immediate + 1
  );
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

function objectAddress({ d, position }: MachineInstruction, offset: number): MachineInstruction[] {
  const n = STACK_POINTER;
  if (offset <= LARGEST_ADDEND) return [instruction('add', { d, n, immediate: offset, position })];
  return [
    instruction('mov-immediate', { d: SCRATCH, immediate: offset, position }),
    instruction('add', { d, n, m: SCRATCH, position }),
  ];
}

function slotAccess(code: MachineInstruction, slotBase: number): MachineInstruction[] {
  return frameAccess(code.op === 'spill' ? 'str' : 'ldr', code.d, slotBase + code.immediate, code.position);
}

/** Does not change the integer flags: spills stand between comparisons and branches. */
function frameAccess(
  op: 'str' | 'ldr',
  d: number,
  word: number,
  position: MachineInstruction['position'],
): MachineInstruction[] {
  if (word <= LARGEST_DISPLACEMENT) return [instruction(op, { d, n: STACK_POINTER, immediate: word, position })];
  return [
    instruction('mov-immediate', { d: SCRATCH, immediate: word * 4, position }),
    instruction(op, { d, n: STACK_POINTER, m: SCRATCH, mode: 'index', position }),
  ];
}

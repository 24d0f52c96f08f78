/** Instruction selection: one function of the flow graph becomes machine code over virtual registers. */
import type { Block, Edge, GraphFunction, Instruction, Terminator } from '../../flow-graph/graph.ts';
import { multiplySteps } from './constant-multiply.ts';
import { edgesOf } from './loop-analysis.ts';
import { instruction, type MachineFunction, type MachineInstruction } from './machine-code.ts';
import { sequentialMoves } from './parallel-moves.ts';
import { ARGUMENT_REGISTERS, NO_REGISTER, RESULT_REGISTER } from './registers.ts';
import { compare, selectInstruction } from './select-instruction.ts';
import { enterIntegerMode, leaveIntegerMode } from './select-mode.ts';
import { SelectionContext, type SelectionOptions } from './selection-context.ts';

/** True if `code` needs the FPU's integer multiplication. */
function usesMultiplier(context: SelectionContext, code: Instruction): boolean {
  if (code.op !== 'binary' || code.opcode !== 'mul') return false;
  const factor = context.constantOf(code.right) ?? context.constantOf(code.left);
  return factor === null || (factor !== 0 && multiplySteps(factor) === null);
}

export function selectFunction(graph: GraphFunction, options: SelectionOptions): MachineFunction {
  const context = new SelectionContext(graph, options, (made) =>
    made.shape.order.filter((block) => block.instructions.some((code) => usesMultiplier(made, code))),
  );
  selectPrologue(context);
  for (const block of context.shape.order) {
    context.enter(block);
    for (const code of block.instructions) {
      context.position = code.position;
      selectInstruction(context, code);
    }
    context.position = block.terminator.position;
    if (!context.regions.has(block)) leaveIntegerMode(context);
    selectTerminator(context, block, block.terminator);
  }
  return context.finish();
}

function selectPrologue(context: SelectionContext): void {
  const { graph, prologue } = context;
  if (graph.parameters.length > ARGUMENT_REGISTERS.length) {
    throw new Error(`${graph.symbol} takes ${graph.parameters.length} words, more than ${ARGUMENT_REGISTERS.length}`);
  }
  graph.parameters.forEach((value, index) => {
    if (context.useCounts[value.id] === 0) return;
    const n = ARGUMENT_REGISTERS[index] as number;
    prologue.body.push(instruction('mov', { d: context.ownRegister(value), n, position: graph.position }));
  });
  const region = context.regions.get(context.block);
  if (region?.region.wholeFunction === true) prologue.tail.push(...enterIntegerMode(region, graph.position));
}

function selectTerminator(context: SelectionContext, block: Block, terminator: Terminator): void {
  const { machine } = context.open;
  switch (terminator.op) {
    case 'jump':
      machine.terminator = { op: 'jump', to: edgeTarget(context, block, 0) };
      return;
    case 'branch': {
      const { whenTrue, whenFalse, left, right } = terminator;
      const sameTarget = whenTrue.block === whenFalse.block && whenTrue.arguments.length === 0;
      if (sameTarget && context.regions.get(block) === context.regions.get(whenTrue.block)) {
        machine.terminator = { op: 'jump', to: context.openFor(whenTrue.block).machine };
        return;
      }
      const condition = compare(context, terminator.condition, left, right);
      machine.terminator = {
        op: 'branch',
        condition,
        whenTrue: edgeTarget(context, block, 0),
        whenFalse: edgeTarget(context, block, 1),
      };
      return;
    }
    case 'return': {
      const region = context.regions.get(block);
      if (region !== undefined) context.emit('movts', { special: 'config', d: region.floatWord });
      const uses: number[] = [];
      if (terminator.value !== null) {
        const constant = context.constantOf(terminator.value);
        if (constant !== null) context.emit('mov-immediate', { d: RESULT_REGISTER, immediate: constant });
        else context.emit('mov', { d: RESULT_REGISTER, n: context.register(terminator.value) });
        uses.push(RESULT_REGISTER);
      }
      context.emit('return', { uses });
      return;
    }
    case 'trap': {
      const region = context.regions.get(block);
      const uses = region === undefined ? [] : [region.floatWord];
      context.emit('trap', { immediate: context.options.siteId(terminator.site), uses });
    }
  }
}

/** Emits what has to happen on an edge, where that costs least, and gives the block to jump to. */
function edgeTarget(context: SelectionContext, from: Block, index: number): MachineFunction['blocks'][number] {
  const edge = edgesOf(from)[index] as Edge;
  const { leave, code } = edgeCode(context, from, edge);
  const isEmpty = leave.length + code.length === 0;
  const target = context.openFor(edge.block);
  const single = edgesOf(from).length === 1;
  if (context.isSplit(from, index) || (!isEmpty && !single && !hasOnePredecessor(context, edge.block))) {
    const split = context.splitBlock(from, index);
    // What is hoisted to here may read CONFIG, after the mode is left.
    split.body.push(...leave);
    split.tail.push(...code);
    return split.machine;
  }
  if (single) context.openFor(from).tail.push(...leave, ...code);
  else target.head.push(...leave, ...code);
  return target.machine;
}

function hasOnePredecessor(context: SelectionContext, block: Block): boolean {
  return block !== context.shape.order[0] && context.shape.predecessors.get(block)?.length === 1;
}

function edgeCode(
  context: SelectionContext,
  from: Block,
  edge: Edge,
): { readonly leave: MachineInstruction[]; readonly code: MachineInstruction[] } {
  const { position } = from.terminator;
  const leave: MachineInstruction[] = [];
  const code: MachineInstruction[] = [];
  const leaving = context.regions.get(from);
  const entering = context.regions.get(edge.block);
  if (leaving !== entering) {
    if (leaving !== undefined) leave.push(instruction('movts', { special: 'config', d: leaving.floatWord, position }));
    if (entering !== undefined) code.push(...enterIntegerMode(entering, position));
  }
  const moves: { to: number; from: number }[] = [];
  const loads: MachineInstruction[] = [];
  edge.block.parameters.forEach((parameter, index) => {
    if (context.useCounts[parameter.id] === 0) return;
    const value = edge.arguments[index];
    if (value === undefined) throw new Error(`${context.graph.symbol}: an edge lacks an argument`);
    const d = context.ownRegister(parameter);
    const operand = context.operand(value);
    if (operand.kind === 'constant') {
      loads.push(instruction('mov-immediate', { d, immediate: operand.bits, position }));
    } else if (operand.kind === 'symbol') {
      loads.push(instruction('mov-symbol', { d, symbol: operand.symbol, immediate: operand.offset, position }));
    } else moves.push({ to: d, from: context.ownRegister(operand.value) });
  });
  let scratch = NO_REGISTER;
  const scratchRegister = (): number => {
    if (scratch === NO_REGISTER) scratch = context.fresh();
    return scratch;
  };
  for (const { to, from: n } of sequentialMoves(moves, scratchRegister)) {
    code.push(instruction('mov', { d: to, n, position }));
  }
  return { leave, code: [...code, ...loads] };
}

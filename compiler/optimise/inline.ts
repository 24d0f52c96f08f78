/** Puts small functions, and functions that are called once, where they are called. */
import type {
  AliasClass,
  Block,
  Edge,
  FrameSlot,
  GraphFunction,
  GraphProgram,
  Instruction,
  Terminator,
  Value,
} from '../flow-graph/graph.ts';
import { mapOperands, mapTerminator, newValue, resultOf } from '../flow-graph/operands.ts';
import { recordShape } from '../flow-graph/shape.ts';

/** About what a call costs with its moves and the callee's return, so that code does not grow much. */
const SMALL_INSTRUCTIONS = 10;
/** In a loop the call's time counts too. */
const SMALL_IN_LOOP_INSTRUCTIONS = 24;
/** Where size counts: a callee that is no longer than its call. */
const TINY_INSTRUCTIONS = 3;
/** No function grows beyond this by inlining. */
const LARGEST_CALLER_INSTRUCTIONS = 1500;

type Call = Extract<Instruction, { op: 'call' }>;

/** Inlines callees before their callers, `cleanUp`s what changed, and drops functions that nobody calls any more. */
export function inlineCalls(
  program: GraphProgram,
  cleanUp: (graph: GraphFunction) => void,
  goal: 'speed' | 'size' = 'speed',
): void {
  const bySymbol = new Map(program.functions.map((graph) => [graph.symbol, graph]));
  const calls = countCalls(program);
  const inlined = new Set<string>();
  for (const graph of calleesFirst(program, bySymbol)) {
    let size = sizeOf(graph);
    let changed = false;
    for (let site = nextSite(graph, 0); site !== null; ) {
      const { block, at, call } = site;
      const callee = bySymbol.get(call.callee);
      const wanted = callee !== undefined && callee !== graph && isWorth(callee, call, block, calls, size, goal);
      if (!wanted) {
        site = nextSite(graph, graph.blocks.indexOf(block), at + 1);
        continue;
      }
      size += sizeOf(callee);
      inlineAt(graph, block, at, call, callee);
      inlined.add(callee.symbol);
      changed = true;
      site = nextSite(graph, graph.blocks.indexOf(block));
    }
    if (changed) {
      recordShape(graph);
      cleanUp(graph);
    }
  }
  dropUncalled(program, inlined);
}

function isWorth(
  callee: GraphFunction,
  call: Call,
  block: Block,
  calls: ReadonlyMap<string, number>,
  callerSize: number,
  goal: 'speed' | 'size',
): boolean {
  const size = sizeOf(callee);
  if (callsAnything(callee, call.callee) || callerSize + size > LARGEST_CALLER_INSTRUCTIONS) return false;
  if (!callee.exported && calls.get(callee.symbol) === 1) return true;
  if (callee.loops.length > 0) return false;
  if (goal === 'size') return size <= TINY_INSTRUCTIONS;
  return size <= (block.loop === null ? SMALL_INSTRUCTIONS : SMALL_IN_LOOP_INSTRUCTIONS);
}

/** Only direct recursion matters: longer circles are broken where calleesFirst enters them. */
function callsAnything(graph: GraphFunction, symbol: string): boolean {
  return graph.blocks.some((block) => block.instructions.some((code) => code.op === 'call' && code.callee === symbol));
}

function sizeOf(graph: GraphFunction): number {
  let size = 0;
  for (const block of graph.blocks) {
    for (const code of block.instructions) {
      const free =
        code.op === 'constant' || (code.op === 'unary' && (code.opcode === 'bits' || code.opcode === 'unbits'));
      if (!free) size += code.op === 'select' || code.op === 'bounds-check' ? 2 : 1;
    }
    if (block.terminator.op === 'branch') size += 2;
  }
  return size;
}

function countCalls(program: GraphProgram): Map<string, number> {
  const calls = new Map<string, number>();
  for (const graph of program.functions) {
    for (const block of graph.blocks) {
      for (const code of block.instructions) {
        if (code.op === 'call') calls.set(code.callee, (calls.get(code.callee) ?? 0) + 1);
      }
    }
  }
  return calls;
}

function calleesFirst(program: GraphProgram, bySymbol: ReadonlyMap<string, GraphFunction>): GraphFunction[] {
  const order: GraphFunction[] = [];
  const seen = new Set<GraphFunction>();
  const visit = (graph: GraphFunction): void => {
    if (seen.has(graph)) return;
    seen.add(graph);
    for (const block of graph.blocks) {
      for (const code of block.instructions) {
        const callee = code.op === 'call' ? bySymbol.get(code.callee) : undefined;
        if (callee !== undefined) visit(callee);
      }
    }
    order.push(graph);
  };
  program.functions.forEach(visit);
  return order;
}

interface Site {
  readonly block: Block;
  readonly at: number;
  readonly call: Call;
}

function nextSite(graph: GraphFunction, firstBlock: number, firstInstruction = 0): Site | null {
  let start = firstInstruction;
  for (const block of graph.blocks.slice(firstBlock)) {
    for (let at = start; at < block.instructions.length; at++) {
      const call = block.instructions[at];
      if (call?.op === 'call') return { block, at, call };
    }
    start = 0;
  }
  return null;
}

function inlineAt(graph: GraphFunction, block: Block, at: number, call: Call, callee: GraphFunction): void {
  let nextId = Math.max(...graph.blocks.map(({ id }) => id)) + 1;
  const values = new Map<Value, Value>();
  const copyOf = (value: Value): Value => {
    let copy = values.get(value);
    if (copy === undefined) {
      copy = newValue(graph, value.type, value.name);
      values.set(value, copy);
    }
    return copy;
  };
  callee.parameters.forEach((parameter, index) => {
    values.set(parameter, call.arguments[index] as Value);
  });
  const after: Block = {
    id: nextId++,
    parameters: [],
    instructions: block.instructions.slice(at + 1),
    terminator: block.terminator,
    loop: block.loop,
  };
  if (call.result !== null) after.parameters.push(call.result);
  const blocks = new Map<Block, Block>();
  for (const original of callee.blocks) {
    const { terminator } = original;
    blocks.set(original, {
      id: nextId++,
      parameters: original.parameters.map(copyOf),
      instructions: [],
      terminator,
      loop: block.loop,
    });
  }
  const copyEdge = ({ block: to, arguments: passed }: Edge): Edge => ({
    block: blocks.get(to) as Block,
    arguments: [...passed],
  });
  // Each copy of the callee has memory of its own.
  const slots = new Map(callee.slots.map((slot) => [slot, { ...slot }]));
  graph.slots.push(...slots.values());
  for (const [original, copy] of blocks) {
    copy.instructions = original.instructions.map((code) => copyInstruction(code, call, copyOf, slots));
    const terminator = copyTerminator(original.terminator, copyEdge, after, call.result !== null);
    // An edge to `after` passes the callee's value; the other edges pass values of the callee as well.
    copy.terminator = mapTerminator(terminator, copyOf);
  }
  block.instructions = block.instructions.slice(0, at);
  const entry = blocks.get(callee.blocks[0] as Block) as Block;
  block.terminator = { op: 'jump', to: { block: entry, arguments: [] }, position: call.position };
  const index = graph.blocks.indexOf(block);
  graph.blocks.splice(index + 1, 0, ...blocks.values(), after);
}

function copyInstruction(
  code: Instruction,
  call: Call,
  copyOf: (value: Value) => Value,
  slots: ReadonlyMap<FrameSlot, FrameSlot>,
): Instruction {
  let copy = mapOperands(code, copyOf);
  const result = resultOf(copy);
  if (result !== null) copy = { ...copy, result: copyOf(result) } as Instruction;
  const inCaller = (alias: AliasClass): AliasClass =>
    alias.tag === 'parameter' ? (call.argumentAliases?.[alias.index] ?? { tag: 'any' }) : alias;
  if (copy.op === 'frame-address') return { ...copy, slot: slots.get(copy.slot) as FrameSlot };
  if (copy.op === 'load' || copy.op === 'store') return { ...copy, alias: inCaller(copy.alias) };
  if (copy.op === 'call' && copy.argumentAliases !== undefined) {
    return { ...copy, argumentAliases: copy.argumentAliases.map((alias) => alias && inCaller(alias)) };
  }
  return copy;
}

function copyTerminator(
  terminator: Terminator,
  copyEdge: (edge: Edge) => Edge,
  after: Block,
  hasResult: boolean,
): Terminator {
  switch (terminator.op) {
    case 'jump':
      return { ...terminator, to: copyEdge(terminator.to) };
    case 'branch':
      return { ...terminator, whenTrue: copyEdge(terminator.whenTrue), whenFalse: copyEdge(terminator.whenFalse) };
    case 'return': {
      const passed = hasResult && terminator.value !== null ? [terminator.value] : [];
      return { op: 'jump', to: { block: after, arguments: passed }, position: terminator.position };
    }
    case 'trap':
      return terminator;
  }
}

function dropUncalled(program: GraphProgram, inlined: ReadonlySet<string>): void {
  for (let dropped = true; dropped; ) {
    const calls = countCalls(program);
    const kept = program.functions.filter(
      (graph) => graph.exported || !inlined.has(graph.symbol) || calls.has(graph.symbol),
    );
    dropped = kept.length < program.functions.length;
    program.functions.splice(0, program.functions.length, ...kept);
  }
}

/** Checks what graph.ts promises; for tests, and after each pass when the compiler is debugged. */
import type { Block, Edge, GraphFunction, GraphProgram, Instruction, Value, WordType } from './graph.ts';
import { edgesOf, forEachOperand, forEachTerminatorOperand, resultOf } from './operands.ts';
import { printInstruction, printTerminator } from './print-graph.ts';
import { shapeOf } from './shape.ts';

/** Throws an Error that names the first fault of any function of `program`. */
export function verifyProgram(program: GraphProgram): void {
  const bySymbol = new Map(program.functions.map((graph) => [graph.symbol, graph]));
  if (bySymbol.size !== program.functions.length) throw new Error(`${program.name}: two functions have one symbol`);
  for (const graph of program.functions) verifyFunction(graph, bySymbol);
}

export function verifyFunction(graph: GraphFunction, known: ReadonlyMap<string, GraphFunction> = new Map()): void {
  const fail = (where: string, what: string): never => {
    throw new Error(`${graph.symbol}, ${where}: ${what}`);
  };
  const shape = shapeOf(graph);
  const reachable = new Set(shape.order);
  if (reachable.size !== graph.blocks.length) fail('blocks', 'some are unreachable, doubled or not listed');
  for (const block of graph.blocks) if (!reachable.has(block)) fail(`b${block.id}`, 'is unreachable');
  verifyOrder(graph, shape.dominates, fail);

  const definedIn = new Map<Value, { readonly block: Block; readonly at: number }>();
  const ids = new Set<number>();
  const define = (value: Value, block: Block, at: number): void => {
    const where = `b${block.id}`;
    if (ids.has(value.id)) fail(where, `value ${value.id} is defined twice`);
    if (value.id >= graph.valueCount || value.id < 0) fail(where, `value ${value.id} is not below valueCount`);
    ids.add(value.id);
    definedIn.set(value, { block, at });
  };
  const entry = graph.blocks[0] as Block;
  if (entry.parameters.length > 0) fail('entry', 'has block parameters');
  for (const value of graph.parameters) define(value, entry, -1);
  for (const block of graph.blocks) {
    for (const value of block.parameters) define(value, block, -1);
    block.instructions.forEach((code, at) => {
      const result = resultOf(code);
      if (result !== null) define(result, block, at);
    });
  }
  for (const block of graph.blocks) {
    const use = (value: Value, at: number, text: () => string): void => {
      const place = definedIn.get(value);
      if (place === undefined) {
        fail(`b${block.id}`, `value ${value.id} is not defined: ${text()}`);
        return;
      }
      const before = place.block === block ? place.at < at : shape.dominates(place.block, block);
      if (!before) fail(`b${block.id}`, `value ${value.id} is read where it is not defined: ${text()}`);
    };
    block.instructions.forEach((code, at) => {
      forEachOperand(code, (value) => use(value, at, () => printInstruction(code)));
      if (code.op === 'frame-address' && !graph.slots.includes(code.slot)) {
        fail(`b${block.id}`, `its memory is not part of the frame: ${printInstruction(code)}`);
      }
      const fault = typeFault(code, known);
      if (fault !== null) fail(`b${block.id}`, `${fault}: ${printInstruction(code)}`);
    });
    const { terminator } = block;
    forEachTerminatorOperand(terminator, (value) =>
      use(value, block.instructions.length, () => printTerminator(terminator)),
    );
    for (const edge of edgesOf(block)) verifyEdge(edge, `b${block.id}`, fail);
    if (terminator.op === 'branch' && (terminator.left.type !== 'i32' || terminator.right.type !== 'i32')) {
      fail(`b${block.id}`, 'branch on f32');
    }
    if (terminator.op === 'return' && (terminator.value?.type ?? null) !== graph.result) {
      fail(`b${block.id}`, 'return of the wrong type');
    }
  }
}

function verifyEdge(edge: Edge, where: string, fail: (where: string, what: string) => never): void {
  const { parameters } = edge.block;
  if (parameters.length !== edge.arguments.length) {
    fail(where, `edge to b${edge.block.id} has ${edge.arguments.length} of ${parameters.length} arguments`);
  }
  parameters.forEach((parameter, index) => {
    if (edge.arguments[index]?.type !== parameter.type)
      fail(where, `argument ${index} to b${edge.block.id} has the wrong type`);
  });
}

function verifyOrder(
  graph: GraphFunction,
  dominates: (above: Block, below: Block) => boolean,
  fail: (where: string, what: string) => never,
): void {
  const at = new Map(graph.blocks.map((block, index) => [block, index]));
  const ids = new Set(graph.blocks.map((block) => block.id));
  if (ids.size !== graph.blocks.length) fail('blocks', 'two have one id');
  for (const block of graph.blocks) {
    for (const { block: to } of edgesOf(block)) {
      const forward = (at.get(to) as number) > (at.get(block) as number);
      if (!forward && !dominates(to, block)) fail(`b${block.id}`, `blocks are not in reverse postorder at b${to.id}`);
      if (!forward && !graph.loops.some((loop) => loop.header === to))
        fail(`b${to.id}`, 'heads a loop that is not recorded');
    }
  }
  for (const loop of graph.loops) {
    if (loop.header.loop !== loop) fail(`b${loop.header.id}`, 'a loop header is not in its own loop');
  }
}

/** Operand types by place, result last; null for no check. */
function typeFault(code: Instruction, known: ReadonlyMap<string, GraphFunction>): string | null {
  const expect = (value: Value, type: WordType): boolean => value.type === type;
  let right = true;
  switch (code.op) {
    case 'symbol':
    case 'frame-address':
      right = expect(code.result, 'i32');
      break;
    case 'binary': {
      const type = code.opcode === 'fadd' || code.opcode === 'fsub' || code.opcode === 'fmul' ? 'f32' : 'i32';
      right = expect(code.left, type) && expect(code.right, type) && expect(code.result, type);
      break;
    }
    case 'unary': {
      const [from, to] = unaryTypes(code.opcode);
      right = expect(code.value, from) && expect(code.result, to);
      break;
    }
    case 'fused':
      right = [code.accumulate, code.a, code.b, code.result].every((value) => expect(value, 'f32'));
      break;
    case 'compare':
      right = [code.left, code.right, code.result].every((value) => expect(value, 'i32'));
      break;
    case 'select':
      right =
        expect(code.left, 'i32') &&
        expect(code.right, 'i32') &&
        expect(code.whenTrue, code.result.type) &&
        expect(code.whenFalse, code.result.type);
      break;
    case 'load':
    case 'store':
      right = expect(code.base, 'i32') && (code.index === null || expect(code.index, 'i32'));
      if (code.scale !== 1 && code.scale !== code.sizeBytes) return 'scale is neither 1 nor the size';
      break;
    case 'bounds-check':
      right = expect(code.index, 'i32') && expect(code.length, 'i32');
      break;
    case 'zero-check':
      right = expect(code.value, 'i32');
      break;
    case 'call': {
      const callee = known.get(code.callee);
      if (callee === undefined) break;
      if (callee.parameters.length !== code.arguments.length) return 'wrong number of arguments';
      right =
        callee.parameters.every((parameter, index) => code.arguments[index]?.type === parameter.type) &&
        (code.result === null || code.result.type === callee.result);
      break;
    }
    case 'call-address':
      right = expect(code.address, 'i32');
      break;
    default:
      break;
  }
  return right ? null : 'wrong type';
}

function unaryTypes(opcode: Extract<Instruction, { op: 'unary' }>['opcode']): readonly [WordType, WordType] {
  switch (opcode) {
    case 'fabs':
      return ['f32', 'f32'];
    case 'float':
    case 'unbits':
      return ['i32', 'f32'];
    case 'bits':
      return ['f32', 'i32'];
    default:
      return ['i32', 'i32'];
  }
}

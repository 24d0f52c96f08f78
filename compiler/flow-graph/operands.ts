/** What instructions and terminators read and write, without a case distinction in every pass. */
import type { Block, Edge, GraphFunction, Instruction, Terminator, Value } from './graph.ts';

/** The value that an instruction defines, or null. */
export function resultOf(code: Instruction): Value | null {
  return 'result' in code ? code.result : null;
}

/** Visits every value that an instruction reads. */
export function forEachOperand(code: Instruction, visit: (value: Value) => void): void {
  switch (code.op) {
    case 'constant':
    case 'symbol':
    case 'frame-address':
      return;
    case 'binary':
    case 'compare':
      visit(code.left);
      visit(code.right);
      return;
    case 'unary':
    case 'zero-check':
      visit(code.value);
      return;
    case 'fused':
      visit(code.accumulate);
      visit(code.a);
      visit(code.b);
      return;
    case 'select':
      visit(code.left);
      visit(code.right);
      visit(code.whenTrue);
      visit(code.whenFalse);
      return;
    case 'load':
      visit(code.base);
      if (code.index !== null) visit(code.index);
      return;
    case 'store':
      visit(code.value);
      visit(code.base);
      if (code.index !== null) visit(code.index);
      return;
    case 'bounds-check':
      visit(code.index);
      visit(code.length);
      return;
    case 'call-address':
      visit(code.address);
      code.arguments.forEach(visit);
      return;
    case 'call':
    case 'machine':
      code.arguments.forEach(visit);
  }
}

/** The same instruction reading `map(value)` instead of each value; the result stays. */
export function mapOperands(code: Instruction, map: (value: Value) => Value): Instruction {
  switch (code.op) {
    case 'constant':
    case 'symbol':
    case 'frame-address':
      return code;
    case 'binary':
    case 'compare':
      return { ...code, left: map(code.left), right: map(code.right) };
    case 'unary':
    case 'zero-check':
      return { ...code, value: map(code.value) };
    case 'fused':
      return { ...code, accumulate: map(code.accumulate), a: map(code.a), b: map(code.b) };
    case 'select':
      return {
        ...code,
        left: map(code.left),
        right: map(code.right),
        whenTrue: map(code.whenTrue),
        whenFalse: map(code.whenFalse),
      };
    case 'load':
      return { ...code, base: map(code.base), index: code.index && map(code.index) };
    case 'store':
      return { ...code, value: map(code.value), base: map(code.base), index: code.index && map(code.index) };
    case 'bounds-check':
      return { ...code, index: map(code.index), length: map(code.length) };
    case 'call-address':
      return { ...code, address: map(code.address), arguments: code.arguments.map(map) };
    case 'call':
    case 'machine':
      return { ...code, arguments: code.arguments.map(map) };
  }
}

/** Edges that leave a block, `whenTrue` first. */
export function edgesOf(block: Block): readonly Edge[] {
  const { terminator } = block;
  if (terminator.op === 'jump') return [terminator.to];
  if (terminator.op === 'branch') return [terminator.whenTrue, terminator.whenFalse];
  return [];
}

/** Visits what a terminator reads, edge arguments included. */
export function forEachTerminatorOperand(terminator: Terminator, visit: (value: Value) => void): void {
  switch (terminator.op) {
    case 'jump':
      terminator.to.arguments.forEach(visit);
      return;
    case 'branch':
      visit(terminator.left);
      visit(terminator.right);
      terminator.whenTrue.arguments.forEach(visit);
      terminator.whenFalse.arguments.forEach(visit);
      return;
    case 'return':
      if (terminator.value !== null) visit(terminator.value);
      return;
    case 'trap':
      return;
  }
}

/** The same terminator reading `map(value)`; its edges are the same objects, changed in place. */
export function mapTerminator(terminator: Terminator, map: (value: Value) => Value): Terminator {
  const mapEdge = (edge: Edge): Edge => {
    edge.arguments = edge.arguments.map(map);
    return edge;
  };
  switch (terminator.op) {
    case 'jump':
      return { ...terminator, to: mapEdge(terminator.to) };
    case 'branch':
      return {
        ...terminator,
        left: map(terminator.left),
        right: map(terminator.right),
        whenTrue: mapEdge(terminator.whenTrue),
        whenFalse: mapEdge(terminator.whenFalse),
      };
    case 'return':
      return { ...terminator, value: terminator.value && map(terminator.value) };
    case 'trap':
      return terminator;
  }
}

/** Replaces operands everywhere in a function; `replacement` follows chains itself. */
export function replaceValues(graph: GraphFunction, replacement: (value: Value) => Value): void {
  for (const block of graph.blocks) {
    block.instructions = block.instructions.map((code) => mapOperands(code, replacement));
    block.terminator = mapTerminator(block.terminator, replacement);
  }
}

/** A chain of replacements: what a value stands for after all of them. */
export class Replacements {
  private readonly next = new Map<Value, Value>();

  get size(): number {
    return this.next.size;
  }

  set(value: Value, by: Value): void {
    this.next.set(value, by);
  }

  /** Bound, so that it can be passed as a function. */
  readonly find = (value: Value): Value => {
    let found = value;
    for (let next = this.next.get(found); next !== undefined; next = this.next.get(found)) found = next;
    return found;
  };

  apply(graph: GraphFunction): void {
    if (this.next.size > 0) replaceValues(graph, this.find);
  }
}

/** True if the instruction must stay even if nothing reads its result: it changes something, may trap, or is volatile. */
export function hasEffect(code: Instruction): boolean {
  switch (code.op) {
    case 'store':
    case 'bounds-check':
    case 'zero-check':
    case 'call':
    case 'call-address':
    case 'machine':
      return true;
    case 'load':
      return code.volatile;
    default:
      return false;
  }
}

/** Makes a value of the function. */
export function newValue(graph: GraphFunction, type: Value['type'], name = ''): Value {
  return { id: graph.valueCount++, type, name };
}

/**
 * Builds the SSA form of one function while its tree is walked (the method of Braun and others, 2013): reading a
 * variable looks for its definition through the predecessors and makes block parameters where ways meet. Parameters
 * that turn out to have one value only are removed at the end.
 */
import type { SourcePosition, TrapSite } from '../kernel-tree/tree.ts';
import type {
  AliasClass,
  BinaryOpcode,
  Block,
  Condition,
  Edge,
  FrameSlot,
  GraphFunction,
  Instruction,
  Terminator,
  UnaryOpcode,
  Value,
  WordType,
} from './graph.ts';
import { newValue } from './operands.ts';
import { removeRedundantParameters } from './redundant-parameters.ts';
import { recordShape } from './shape.ts';

/** A variable of the source, or one the lowering made up: a number, and the type of its word. */
export interface Variable {
  readonly id: number;
  readonly type: WordType;
  readonly name: string;
}

/** A condition that a branch or select tests. */
export interface Test {
  readonly condition: Condition;
  readonly left: Value;
  readonly right: Value;
}

interface BlockState {
  readonly definitions: Map<number, Value>;
  readonly incoming: { readonly from: Block; readonly edge: Edge }[];
  sealed: boolean;
  readonly incomplete: { readonly variable: Variable; readonly value: Value }[];
}

type WithoutPosition<T> = T extends unknown ? Omit<T, 'position'> : never;

const UNFINISHED: TrapSite = {
  kind: 'unreachable',
  position: { file: '', line: 0, column: 0 },
  text: '',
};

export class FunctionBuilder {
  readonly graph: GraphFunction;
  /** Where instructions go. */
  current: Block;
  position: SourcePosition | null = null;
  private readonly states = new Map<Block, BlockState>();
  private readonly constants = new Map<Value, number>();
  private variableCount = 0;
  private blockCount = 0;

  constructor(fields: Pick<GraphFunction, 'symbol' | 'result' | 'exported' | 'position'>) {
    this.graph = { ...fields, parameters: [], blocks: [], loops: [], slots: [], valueCount: 0 };
    this.current = this.newBlock();
    this.seal(this.current);
  }

  /** Adds a parameter of the function. */
  parameter(type: WordType, name: string): Value {
    const value = newValue(this.graph, type, name);
    (this.graph.parameters as Value[]).push(value);
    return value;
  }

  variable(type: WordType, name: string): Variable {
    return { id: this.variableCount++, type, name };
  }

  /** A block that can still get predecessors until it is sealed. */
  newBlock(): Block {
    const block: Block = {
      id: this.blockCount++,
      parameters: [],
      instructions: [],
      terminator: { op: 'trap', site: UNFINISHED, position: null },
      loop: null,
    };
    this.graph.blocks.push(block);
    this.states.set(block, { definitions: new Map(), incoming: [], sealed: false, incomplete: [] });
    return block;
  }

  private state(block: Block): BlockState {
    return this.states.get(block) as BlockState;
  }

  /** Promises that `block` gets no more predecessors. */
  seal(block: Block): void {
    const state = this.state(block);
    state.sealed = true;
    for (const { variable } of state.incomplete) {
      for (const { from, edge } of state.incoming) edge.arguments.push(this.readIn(variable, from));
    }
  }

  /** Seals `block` and goes on there. */
  enter(block: Block): void {
    this.seal(block);
    this.current = block;
  }

  write(variable: Variable, value: Value): void {
    this.state(this.current).definitions.set(variable.id, value);
  }

  read(variable: Variable): Value {
    return this.readIn(variable, this.current);
  }

  private readIn(variable: Variable, block: Block): Value {
    const state = this.state(block);
    const known = state.definitions.get(variable.id);
    if (known !== undefined) return known;
    let value: Value;
    const [only] = state.incoming;
    if (!state.sealed) {
      value = newValue(this.graph, variable.type, variable.name);
      block.parameters.push(value);
      state.incomplete.push({ variable, value });
    } else if (only === undefined) {
      // Never written, or unreachable code.
      value = newValue(this.graph, variable.type, variable.name);
      block.instructions.unshift({ op: 'constant', result: value, bits: 0, position: null });
    } else if (state.incoming.length === 1) {
      value = this.readIn(variable, only.from);
    } else {
      value = newValue(this.graph, variable.type, variable.name);
      block.parameters.push(value);
      state.definitions.set(variable.id, value);
      for (const { from, edge } of state.incoming) edge.arguments.push(this.readIn(variable, from));
    }
    state.definitions.set(variable.id, value);
    return value;
  }

  emit(code: WithoutPosition<Instruction>): void {
    this.current.instructions.push({ ...code, position: this.position } as Instruction);
  }

  constant(bits: number, type: WordType = 'i32'): Value {
    const result = newValue(this.graph, type);
    this.constants.set(result, bits | 0);
    this.emit({ op: 'constant', result, bits: bits | 0 });
    return result;
  }

  /** The word of a value that is a constant of this lowering, or null. */
  constantOf(value: Value): number | null {
    return this.constants.get(value) ?? null;
  }

  symbol(symbol: string, offset = 0): Value {
    const result = newValue(this.graph, 'i32');
    this.emit({ op: 'symbol', result, symbol, offset });
    return result;
  }

  /** The address of new memory in the frame. */
  slot(slot: FrameSlot): Value {
    if (!this.graph.slots.includes(slot)) this.graph.slots.push(slot);
    const result = newValue(this.graph, 'i32', slot.name);
    this.emit({ op: 'frame-address', result, slot });
    return result;
  }

  binary(opcode: BinaryOpcode, left: Value, right: Value): Value {
    const result = newValue(this.graph, opcode === 'fadd' || opcode === 'fsub' || opcode === 'fmul' ? 'f32' : 'i32');
    this.emit({ op: 'binary', opcode, result, left, right });
    return result;
  }

  unary(opcode: UnaryOpcode, value: Value): Value {
    const isFloat = opcode === 'fabs' || opcode === 'float' || opcode === 'unbits';
    const result = newValue(this.graph, isFloat ? 'f32' : 'i32');
    this.emit({ op: 'unary', opcode, result, value });
    return result;
  }

  compare({ condition, left, right }: Test): Value {
    const result = newValue(this.graph, 'i32');
    this.emit({ op: 'compare', condition, result, left, right });
    return result;
  }

  select({ condition, left, right }: Test, whenTrue: Value, whenFalse: Value): Value {
    const result = newValue(this.graph, whenTrue.type);
    this.emit({ op: 'select', condition, result, left, right, whenTrue, whenFalse });
    return result;
  }

  /** The word at an address plus offset bytes, which may be anything's. */
  load(base: Value, offset: number, type: WordType): Value {
    const result = newValue(this.graph, type);
    const alias: AliasClass = { tag: 'any' };
    this.emit({
      op: 'load',
      result,
      sizeBytes: 4,
      signed: false,
      base,
      index: null,
      scale: 1,
      offset,
      volatile: false,
      alias,
    });
    return result;
  }

  call(
    callee: string,
    words: readonly Value[],
    result: WordType | null,
    aliases?: readonly (AliasClass | null)[],
  ): Value | null {
    const value = result === null ? null : newValue(this.graph, result);
    this.emit({
      op: 'call',
      result: value,
      callee,
      arguments: words,
      ...(aliases === undefined ? {} : { argumentAliases: aliases }),
    });
    return value;
  }

  jump(to: Block): void {
    this.finish({ op: 'jump', to: this.edge(to), position: this.position });
  }

  branch({ condition, left, right }: Test, whenTrue: Block, whenFalse: Block): void {
    this.finish({
      op: 'branch',
      condition,
      left,
      right,
      whenTrue: this.edge(whenTrue),
      whenFalse: this.edge(whenFalse),
      position: this.position,
    });
  }

  return(value: Value | null): void {
    this.finish({ op: 'return', value, position: this.position });
  }

  trap(site: TrapSite): void {
    this.finish({ op: 'trap', site, position: this.position });
  }

  private edge(to: Block): Edge {
    const edge: Edge = { block: to, arguments: [] };
    const state = this.state(to);
    if (state.sealed) throw new Error(`${this.graph.symbol}: block ${to.id} is sealed`);
    state.incoming.push({ from: this.current, edge });
    return edge;
  }

  /** Ends the current block. What follows in the source is unreachable until another block is entered. */
  private finish(terminator: Terminator): void {
    this.current.terminator = terminator;
    this.enter(this.newBlock());
  }

  done(): GraphFunction {
    recordShape(this.graph);
    removeRedundantParameters(this.graph);
    return this.graph;
  }
}

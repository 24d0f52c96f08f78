/**
 * What selection knows while it walks one function: the machine blocks under construction, the register of each value,
 * and where computations that do not change inside a loop are put instead (its preheader).
 */
import type { Block, GraphFunction, Value } from '../../flow-graph/graph.ts';
import type { SourcePosition, TrapSite } from '../../kernel-tree/tree.ts';
import { type IntegerRegion, integerRegions } from './fpu-mode.ts';
import { countUses, edgesOf, type FunctionShape, type NaturalLoop, shapeOf } from './loop-analysis.ts';
import {
  type InstructionFields,
  instruction,
  type MachineBlock,
  type MachineFunction,
  type MachineInstruction,
  type MachineLoop,
  type MachineOpcode,
  newVirtual,
} from './machine-code.ts';
import { NO_REGISTER } from './registers.ts';

/** A machine block while it is filled: `head`, `body`, `hoisted`, `tail` follow each other. */
export interface OpenBlock {
  readonly machine: MachineBlock;
  /** Moves of the edge that leads here, if there is only one. */
  readonly head: MachineInstruction[];
  readonly body: MachineInstruction[];
  /** Computations for loops that start after this block. */
  readonly hoisted: MachineInstruction[];
  readonly hoistedKeys: Map<string, number>;
  /** Change of FPU mode and moves of the edge that leaves here, if there is only one. */
  readonly tail: MachineInstruction[];
}

/** What a value is, where it has no register of its own. */
export type Operand =
  | { readonly kind: 'register'; readonly value: Value }
  | { readonly kind: 'constant'; readonly bits: number }
  | { readonly kind: 'symbol'; readonly symbol: string; readonly offset: number };

/** A region and the registers of the words that CONFIG has outside and inside of it. */
export interface OpenRegion {
  readonly region: IntegerRegion;
  readonly floatWord: number;
  readonly integerWord: number;
}

export interface SelectionOptions {
  /** True if every data address fits 16 bits, so that one MOV loads it. */
  readonly smallAddresses: boolean;
  /** Gives the site id of a trap. */
  readonly siteId: (site: TrapSite) => number;
}

export class SelectionContext {
  readonly graph: GraphFunction;
  readonly options: SelectionOptions;
  readonly shape: FunctionShape;
  readonly useCounts: Int32Array;
  readonly target: MachineFunction;
  readonly prologue: OpenBlock;
  readonly openBlocks: OpenBlock[] = [];
  /** Parts of the function that run in integer mode, with the registers of both CONFIG words. */
  readonly regions: ReadonlyMap<Block, OpenRegion>;
  /** The block that is being selected. */
  block: Block;
  open: OpenBlock;
  position: SourcePosition | null = null;
  /** True if the FPU is in integer mode at this point. */
  integerMode = false;
  /** Registers of constants and address parts that the current block already holds, by key. */
  readonly localKeys: Map<string, number> = new Map();

  private readonly operands: (Operand | undefined)[];
  private readonly registers: Int32Array;
  private readonly openOf = new Map<Block, OpenBlock>();
  private readonly preheaders = new Map<NaturalLoop, OpenBlock | null>();
  private readonly definedIn: (Block | undefined)[];
  private readonly machineLoops = new Map<NaturalLoop, MachineLoop>();
  private readonly splits = new Map<Block, (OpenBlock | undefined)[]>();

  constructor(graph: GraphFunction, options: SelectionOptions, multiplies: (context: SelectionContext) => Block[]) {
    this.graph = graph;
    this.options = options;
    this.shape = shapeOf(graph);
    this.useCounts = countUses(graph, this.shape.order);
    this.target = {
      symbol: graph.symbol,
      blocks: [],
      virtualCount: 0,
      slotCount: 0,
      objectBytes: graph.slots.reduce((sum, { sizeBytes }) => sum + Math.ceil(sizeBytes / 8) * 8, 0),
      calls: false,
      callees: new Set(),
      exported: graph.exported,
      position: graph.position,
    };
    this.operands = new Array<Operand | undefined>(graph.valueCount);
    this.registers = new Int32Array(graph.valueCount).fill(NO_REGISTER);
    this.definedIn = new Array<Block | undefined>(graph.valueCount);
    this.noteDefinitions();
    this.prologue = this.openBlock(0, null);
    for (const block of this.shape.order) {
      this.openOf.set(block, this.openBlock(this.shape.loopOf.get(block)?.depth ?? 0, block));
    }
    for (const loop of this.shape.loops) {
      this.machineLoops.set(loop, { header: this.openFor(loop.header).machine, parent: this.machineLoop(loop.parent) });
      for (const block of loop.blocks) {
        if (this.shape.loopOf.get(block) === loop) this.openFor(block).machine.loop = this.machineLoop(loop);
      }
    }
    const regions = new Map<Block, OpenRegion>();
    for (const region of integerRegions(this.shape, new Set(multiplies(this)))) {
      const openRegion = { region, floatWord: this.fresh(), integerWord: this.fresh() };
      for (const block of region.blocks) regions.set(block, openRegion);
    }
    this.regions = regions;
    const first = this.shape.order[0];
    if (first === undefined) throw new Error(`${graph.symbol} has no blocks`);
    this.block = first;
    this.open = this.openFor(first);
    this.prologue.machine.terminator = { op: 'jump', to: this.open.machine };
    // Now, because edges are only looked at once.
    for (const loop of this.shape.loops) this.preheader(loop);
  }

  private noteDefinitions(): void {
    for (const block of this.shape.order) {
      for (const value of block.parameters) this.definedIn[value.id] = block;
      for (const code of block.instructions) {
        if (!('result' in code) || code.result === null) continue;
        this.definedIn[code.result.id] = block;
        if (code.op === 'constant') this.operands[code.result.id] = { kind: 'constant', bits: code.bits | 0 };
        else if (code.op === 'symbol') {
          this.operands[code.result.id] = { kind: 'symbol', symbol: code.symbol, offset: code.offset };
        } else if (code.op === 'unary' && (code.opcode === 'bits' || code.opcode === 'unbits')) {
          this.operands[code.result.id] = this.operand(code.value);
        }
      }
    }
  }

  private machineLoop(loop: NaturalLoop | null): MachineLoop | null {
    return loop === null ? null : (this.machineLoops.get(loop) ?? null);
  }

  openBlock(depth: number, block: Block | null): OpenBlock {
    const machine: MachineBlock = {
      id: this.openBlocks.length,
      instructions: [],
      terminator: { op: 'end' },
      position: block?.terminator.position ?? null,
      depth,
      loop: null,
    };
    const open = { machine, head: [], body: [], hoisted: [], hoistedKeys: new Map(), tail: [] };
    this.openBlocks.push(open);
    return open;
  }

  openFor(block: Block): OpenBlock {
    const open = this.openOf.get(block);
    if (open === undefined) throw new Error(`${this.graph.symbol}: block ${block.id} is not reachable`);
    return open;
  }

  enter(block: Block): void {
    this.block = block;
    this.open = this.openFor(block);
    this.integerMode = this.regions.has(block);
    this.localKeys.clear();
  }

  emit(op: MachineOpcode, fields: InstructionFields): MachineInstruction {
    const code = instruction(op, { position: this.position, ...fields });
    this.open.body.push(code);
    return code;
  }

  fresh(): number {
    return newVirtual(this.target);
  }

  /** What `value` is after looking through reinterpretations. */
  operand(value: Value): Operand {
    return this.operands[value.id] ?? { kind: 'register', value };
  }

  constantOf(value: Value): number | null {
    const operand = this.operand(value);
    return operand.kind === 'constant' ? operand.bits : null;
  }

  /** The register that holds `value`; constants and addresses are loaded where it costs least. */
  register(value: Value): number {
    const operand = this.operand(value);
    if (operand.kind === 'constant') return this.constant(operand.bits);
    if (operand.kind === 'symbol') return this.symbol(operand.symbol, operand.offset);
    return this.ownRegister(operand.value);
  }

  /** The register of a value that a parameter or an instruction defines. */
  ownRegister(value: Value): number {
    let register = this.registers[value.id] as number;
    if (register === NO_REGISTER) {
      register = this.fresh();
      this.registers[value.id] = register;
    }
    return register;
  }

  constant(bits: number): number {
    return this.invariant(`constant ${bits}`, [], (d) => [instruction('mov-immediate', { d, immediate: bits })]);
  }

  symbol(symbol: string, offset: number): number {
    return this.invariant(`symbol ${symbol} ${offset}`, [], (d) => [
      instruction('mov-symbol', { d, symbol, immediate: offset }),
    ]);
  }

  /**
   * A register with what `make` computes from `inputs` only. It is computed before the outermost loop without calls in
   * which the inputs do not change, or here; `make` may change the integer flags. Inputs must be registered values.
   */
  invariant(key: string, inputs: readonly Value[], make: (destination: number) => MachineInstruction[]): number {
    const known = this.localKeys.get(key);
    if (known !== undefined) return known;
    let register = NO_REGISTER;
    const site = this.hoistSite(inputs);
    if (site === null) {
      register = this.fresh();
      for (const code of make(register)) this.open.body.push({ ...code, position: this.position });
    } else {
      register = site.hoistedKeys.get(key) ?? NO_REGISTER;
      if (register === NO_REGISTER) {
        register = this.fresh();
        site.hoistedKeys.set(key, register);
        for (const code of make(register)) site.hoisted.push({ ...code, position: this.position });
      }
    }
    this.localKeys.set(key, register);
    return register;
  }

  private hoistSite(inputs: readonly Value[]): OpenBlock | null {
    let found: OpenBlock | null = null;
    for (let loop = this.shape.loopOf.get(this.block) ?? null; loop !== null; loop = loop.parent) {
      const { blocks } = loop;
      if (loop.calls || inputs.some((value) => this.isDefinedIn(value, blocks))) break;
      found = this.preheader(loop) ?? found;
    }
    return found;
  }

  private isDefinedIn(value: Value, blocks: ReadonlySet<Block>): boolean {
    const operand = this.operand(value);
    if (operand.kind !== 'register') return false;
    const block = this.definedIn[operand.value.id];
    return block !== undefined && blocks.has(block);
  }

  /** The block that ends in a jump to the loop's header and is its only way in, or null. */
  private preheader(loop: NaturalLoop): OpenBlock | null {
    const known = this.preheaders.get(loop);
    if (known !== undefined) return known;
    const outside = (this.shape.predecessors.get(loop.header) ?? []).filter((block) => !loop.blocks.has(block));
    let open: OpenBlock | null = null;
    if (loop.header === this.shape.order[0]) open = outside.length === 0 ? this.prologue : null;
    else if (outside.length === 1) {
      const before = outside[0] as Block;
      const index = edgesOf(before).findIndex((edge) => edge.block === loop.header);
      open = edgesOf(before).length === 1 ? this.openFor(before) : this.splitBlock(before, index);
    }
    this.preheaders.set(loop, open);
    return open;
  }

  /** The block on the edge number `index` of `from`, made when first asked for. */
  splitBlock(from: Block, index: number): OpenBlock {
    const ofBlock = this.splits.get(from) ?? [];
    this.splits.set(from, ofBlock);
    const known = ofBlock[index];
    if (known !== undefined) return known;
    const to = edgesOf(from)[index]?.block;
    if (to === undefined) throw new Error(`${this.graph.symbol}: block ${from.id} has no edge ${index}`);
    const inner = this.innermostCommonLoop(from, to);
    const open = this.openBlock(inner?.depth ?? 0, from);
    open.machine.terminator = { op: 'jump', to: this.openFor(to).machine };
    open.machine.loop = this.machineLoop(inner);
    ofBlock[index] = open;
    return open;
  }

  isSplit(from: Block, index: number): boolean {
    return this.splits.get(from)?.[index] !== undefined;
  }

  private innermostCommonLoop(from: Block, to: Block): NaturalLoop | null {
    let loop = this.shape.loopOf.get(from) ?? null;
    while (loop !== null && !loop.blocks.has(to)) loop = loop.parent;
    return loop;
  }

  /** Puts the parts of all blocks together. */
  finish(): MachineFunction {
    for (const open of this.openBlocks) {
      open.machine.instructions = [...open.head, ...open.body, ...open.hoisted, ...open.tail];
      this.target.blocks.push(open.machine);
    }
    return this.target;
  }
}

/**
 * Strength reduction: in a loop with counters, addresses and products that grow by the same amount in each round become
 * variables of the loop that are added to. Addresses grow directly behind an access where one is made in every round, so
 * that the access can do it (post-modify).
 */
import type { Block, Edge, GraphFunction, Instruction, Value } from '../../flow-graph/graph.ts';
import { edgesOf, mapOperands, mapTerminator, newValue, resultOf } from '../../flow-graph/operands.ts';
import { type LoopBody, recordShape, type Shape } from '../../flow-graph/shape.ts';
import { multiplySteps } from './constant-multiply.ts';
import { removeDeadCycles } from './dead-cycles.ts';
import { LinearForm } from './linear-form.ts';

/** More pointers than this in one loop would fill the registers. */
const MAXIMUM_VARIABLES = 12;
const LARGEST_DISPLACEMENT = 2047;

type Access = Extract<Instruction, { readonly op: 'load' | 'store' }>;

/** Changes `graph`. */
export function reduceStrength(graph: GraphFunction): void {
  if (recordShape(graph).loops.length === 0) return;
  splitEntryEdges(graph);
  const { shape, loops } = recordShape(graph);
  // Inner loops first: what they need before their first round may grow in the loop around them.
  for (const loop of [...loops].reverse()) LoopReduction.run(graph, shape, loop);
  removeDeadCycles(graph);
}

/** Gives each loop a block that leads only to its header, where its header is entered from a branch. */
function splitEntryEdges(graph: GraphFunction): void {
  const { shape, loops } = recordShape(graph);
  for (const { loop, blocks } of loops) {
    const outside = (shape.incoming.get(loop.header) ?? []).filter(({ from }) => !blocks.has(from));
    const [only] = outside;
    if (only === undefined || outside.length > 1 || edgesOf(only.from).length === 1) continue;
    const { edge, from } = only;
    const { position } = from.terminator;
    const to: Edge = { block: edge.block, arguments: edge.arguments };
    const id = Math.max(...graph.blocks.map((block) => block.id)) + 1;
    const split: Block = { id, parameters: [], instructions: [], terminator: { op: 'jump', to, position }, loop: null };
    graph.blocks.push(split);
    edge.block = split;
    edge.arguments = [];
  }
}

class LoopReduction {
  private readonly graph: GraphFunction;
  private readonly shape: Shape;
  private readonly blocks: ReadonlySet<Block>;
  private readonly header: Block;
  private readonly before: Block;
  private readonly latch: Block;
  private readonly entryEdge: Edge;
  private readonly backEdge: Edge;
  private readonly definitions = new Map<Value, { readonly code: Instruction | null; readonly block: Block }>();
  private readonly forms = new Map<Value, LinearForm>();
  private readonly counters = new Set<Value>();
  private readonly steps = new Map<Value, LinearForm>();
  private readonly starts = new Map<Value, LinearForm>();
  private readonly emitted = new Map<string, Value>();
  private made = 0;

  static run(graph: GraphFunction, shape: Shape, { loop, blocks }: LoopBody): void {
    const incoming = shape.incoming.get(loop.header) ?? [];
    const inside = incoming.filter(({ from }) => blocks.has(from));
    const outside = incoming.filter(({ from }) => !blocks.has(from));
    const [back, entry] = [inside[0], outside[0]];
    if (inside.length !== 1 || outside.length !== 1 || back === undefined || entry === undefined) return;
    if (edgesOf(entry.from).length !== 1) return;
    new LoopReduction(graph, shape, loop.header, blocks, entry, back).reduce();
  }

  private constructor(
    graph: GraphFunction,
    shape: Shape,
    header: Block,
    blocks: ReadonlySet<Block>,
    entry: { readonly from: Block; readonly edge: Edge },
    back: { readonly from: Block; readonly edge: Edge },
  ) {
    this.graph = graph;
    this.shape = shape;
    this.header = header;
    this.blocks = blocks;
    this.before = entry.from;
    this.entryEdge = entry.edge;
    this.latch = back.from;
    this.backEdge = back.edge;
  }

  private reduce(): void {
    for (const block of this.graph.blocks) {
      for (const value of block.parameters) this.definitions.set(value, { code: null, block });
      for (const code of block.instructions) {
        const result = resultOf(code);
        if (result !== null) this.definitions.set(result, { code, block });
      }
    }
    this.findCounters();
    if (this.counters.size === 0) return;
    this.reduceProducts();
    this.reduceAddresses();
  }

  private isInvariant(value: Value): boolean {
    const definition = this.definitions.get(value);
    return definition === undefined || !this.blocks.has(definition.block);
  }

  /** Header parameters that grow by an invariant amount in each round. */
  private findCounters(): void {
    this.header.parameters.forEach((value, index) => {
      const next = this.backEdge.arguments[index];
      const start = this.entryEdge.arguments[index];
      const code = next === undefined ? null : this.definitions.get(next)?.code;
      if (value.type !== 'i32' || start === undefined || code?.op !== 'binary') return;
      if (code.opcode !== 'add' && code.opcode !== 'sub') return;
      const other = code.left === value ? code.right : code.opcode === 'add' && code.right === value ? code.left : null;
      if (other === null || other === value) return;
      const step = this.leaf(other);
      const first = this.leaf(start);
      if (step === null || first === null) return;
      this.counters.add(value);
      this.steps.set(value, code.opcode === 'add' ? step : LinearForm.constant(0).plus(step, -1));
      this.starts.set(value, first);
    });
  }

  /** The form of an invariant. */
  private leaf(value: Value): LinearForm | null {
    const code = this.definitions.get(value)?.code;
    if (code?.op === 'constant') return LinearForm.constant(code.bits);
    return this.isInvariant(value) ? LinearForm.of(value) : null;
  }

  private formOf(value: Value, depth: number = 0): LinearForm | null {
    const known = this.forms.get(value);
    if (known !== undefined) return known;
    const form = this.counters.has(value)
      ? LinearForm.of(value)
      : (this.leaf(value) ?? this.computedForm(value, depth));
    if (form === null || !form.isSmall || form.degreeIn(this.counters) > 1) return null;
    this.forms.set(value, form);
    return form;
  }

  private computedForm(value: Value, depth: number): LinearForm | null {
    const code = this.definitions.get(value)?.code;
    if (depth > 8 || code?.op !== 'binary') return null;
    const left = this.formOf(code.left, depth + 1);
    const right = left === null ? null : this.formOf(code.right, depth + 1);
    if (left === null || right === null) return null;
    switch (code.opcode) {
      case 'add':
        return left.plus(right);
      case 'sub':
        return left.plus(right, -1);
      case 'mul':
        return left.times(right);
      case 'shl': {
        const shift = right.asConstant();
        return shift === null ? null : left.times(LinearForm.constant(1 << (shift & 31)));
      }
      default:
        return null;
    }
  }

  private directBlocks(): Block[] {
    return this.graph.blocks.filter((block) => block.loop?.header === this.header);
  }

  /** Products that would need the multiplier become variables. */
  private reduceProducts(): void {
    const replacements = new Map<Value, Value>();
    const byForm = new Map<string, Value>();
    for (const block of this.directBlocks()) {
      for (const code of block.instructions) {
        if (code.op !== 'binary' || code.opcode !== 'mul' || this.made >= MAXIMUM_VARIABLES) continue;
        const form = this.formOf(code.result);
        if (form === null || form.degreeIn(this.counters) === 0 || !this.needsMultiplier(code)) continue;
        const variable = byForm.get(form.key) ?? this.newVariable(form, null);
        byForm.set(form.key, variable);
        replacements.set(code.result, variable);
      }
    }
    if (replacements.size === 0) return;
    const map = (value: Value): Value => replacements.get(value) ?? value;
    for (const block of this.graph.blocks) {
      block.instructions = block.instructions.map((code) => mapOperands(code, map));
      block.terminator = mapTerminator(block.terminator, map);
    }
    this.forms.clear();
    for (const block of this.graph.blocks) {
      for (const code of block.instructions) {
        const result = resultOf(code);
        if (result !== null) this.definitions.set(result, { code, block });
      }
    }
  }

  private needsMultiplier(code: Extract<Instruction, { readonly op: 'binary' }>): boolean {
    const factors = [code.left, code.right].map((value) => this.formOf(value)?.asConstant() ?? null);
    const factor = factors.find((candidate) => candidate !== null) ?? null;
    return factor === null || (factor !== 0 && multiplySteps(factor) === null);
  }

  /** A header parameter that always equals `form`. It grows behind `after`, or at the end of the round. */
  private newVariable(form: LinearForm, after: { readonly block: Block; readonly code: Instruction } | null): Value {
    this.made++;
    const variable = newValue(this.graph, 'i32');
    const next = newValue(this.graph, 'i32');
    const start = this.emitBefore(form.substitute(this.starts));
    const stepForm = new Map<Value, LinearForm>();
    for (const counter of this.counters) {
      stepForm.set(counter, LinearForm.of(counter).plus(this.steps.get(counter) as LinearForm));
    }
    const step = this.emitBefore(form.substitute(stepForm).plus(form, -1));
    const { position } = after?.code ?? this.latch.terminator;
    const add: Instruction = { op: 'binary', opcode: 'add', result: next, left: variable, right: step, position };
    const block = after?.block ?? this.endOfRound();
    const at = after === null ? block.instructions.length : block.instructions.indexOf(after.code) + 1;
    block.instructions.splice(at, 0, add);
    this.header.parameters.push(variable);
    this.entryEdge.arguments.push(start);
    this.backEdge.arguments.push(next);
    this.definitions.set(variable, { code: null, block: this.header });
    this.definitions.set(next, { code: add, block });
    // Later forms may be made of it.
    this.counters.add(variable);
    this.steps.set(variable, this.leaf(step) as LinearForm);
    this.starts.set(variable, this.leaf(start) as LinearForm);
    return variable;
  }

  /** The last block of a round that does something: to add there keeps the way back a single branch. */
  private endOfRound(): Block {
    let block = this.latch;
    while (block !== this.header && block.instructions.length === 0) {
      const [only, another] = this.shape.incoming.get(block) ?? [];
      if (only === undefined || another !== undefined || only.from.loop !== this.latch.loop) break;
      block = only.from;
    }
    return block;
  }

  /** Computes an invariant form at the end of the block before the loop. */
  private emitBefore(form: LinearForm): Value {
    const known = this.emitted.get(form.key);
    if (known !== undefined) return known;
    const { position } = this.before.terminator;
    const put = (code: Instruction, result: Value): Value => {
      this.before.instructions.push(code);
      this.definitions.set(result, { code, block: this.before });
      return result;
    };
    const constant = (bits: number): Value => {
      const result = newValue(this.graph, 'i32');
      return put({ op: 'constant', result, bits, position }, result);
    };
    const binary = (opcode: 'add' | 'sub' | 'mul', left: Value, right: Value): Value => {
      const result = newValue(this.graph, 'i32');
      return put({ op: 'binary', opcode, result, left, right, position }, result);
    };
    let sum: Value | null = null;
    for (const { factors, coefficient } of form.withoutConstant().terms.values()) {
      let product = factors[0] as Value;
      for (const factor of factors.slice(1)) product = binary('mul', product, factor);
      if (sum !== null && coefficient === -1) {
        sum = binary('sub', sum, product);
        continue;
      }
      if (coefficient !== 1) product = binary('mul', product, constant(coefficient));
      sum = sum === null ? product : binary('add', sum, product);
    }
    const rest = form.constantPart;
    if (sum === null) sum = constant(rest);
    else if (rest !== 0) sum = binary('add', sum, constant(rest));
    this.emitted.set(form.key, sum);
    return sum;
  }

  private reduceAddresses(): void {
    const groups = new Map<string, { readonly block: Block; readonly code: Access; readonly form: LinearForm }[]>();
    for (const block of this.directBlocks()) {
      for (const code of block.instructions) {
        if ((code.op !== 'load' && code.op !== 'store') || code.index === null) continue;
        const base = this.formOf(code.base);
        const index = this.formOf(code.index);
        if (base === null || index === null) continue;
        const form = base.plus(index.times(LinearForm.constant(code.scale))).plus(LinearForm.constant(code.offset));
        if (form.degreeIn(this.counters) !== 1 || !form.isSmall) continue;
        const key = form.withoutConstant().key;
        groups.set(key, [...(groups.get(key) ?? []), { block, code, form }]);
      }
    }
    for (const group of groups.values()) {
      if (this.made >= MAXIMUM_VARIABLES) return;
      const last = group.findLast(({ block }) => this.shape.dominates(block, this.latch));
      // Without an access in every round the pointer costs an addition, which the index may be worth.
      if (last === undefined && group.every(({ code }) => code.index !== null && this.counters.has(code.index)))
        continue;
      const anchor = last ?? (group[0] as (typeof group)[number]);
      const origin = anchor.form.constantPart;
      const near = group.filter(({ code, form }) => {
        const distance = (form.constantPart - origin) | 0;
        return distance % code.sizeBytes === 0 && Math.abs(distance) <= LARGEST_DISPLACEMENT * code.sizeBytes;
      });
      const pointer = this.newVariable(anchor.form, last ?? null);
      for (const { block, code, form } of near) {
        const offset = (form.constantPart - origin) | 0;
        const at = block.instructions.indexOf(code);
        block.instructions[at] = { ...code, base: pointer, index: null, scale: 1, offset };
      }
    }
  }
}

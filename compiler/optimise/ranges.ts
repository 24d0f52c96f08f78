/**
 * What is known of integer values: intervals, and orders between two values that hold at a place of the program. Found
 * on demand, from definitions, from the branches on the way, and by induction over the turns of counting loops.
 */
import type { Block, Condition, Edge, GraphFunction, Instruction, Value } from '../flow-graph/graph.ts';
import type { Shape } from '../flow-graph/shape.ts';
import { negated } from '../flow-graph/word-arithmetic.ts';
import { Definitions } from './definitions.ts';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

const LEAST = -(2 ** 31);
const GREATEST = 2 ** 31 - 1;
const ANY: Interval = { low: LEAST, high: GREATEST };
/** No array has more elements: no board has so much memory that a core can reach. */
const LONGEST_ARRAY = 2 ** 30;
/** Recursion ends here; what lies deeper counts as unknown. */
const MAXIMUM_DEPTH = 12;

/** A value as root + offset; a constant has no root. Modulo 2^32: the sum may wrap unless intervals say otherwise. */
interface Sum {
  readonly root: Value | null;
  readonly offset: number;
}

/** `left + gap <= right`, in words compared as signed. */
interface Order {
  readonly left: Value;
  readonly right: Value;
  readonly gap: 0 | 1;
}

/** A loop parameter that changes by the same constant in each turn. */
interface Counter {
  readonly header: Block;
  readonly initial: Value;
  readonly entry: { readonly from: Block; readonly edge: Edge };
  readonly step: number;
  readonly turns: readonly { readonly from: Block; readonly edge: Edge; readonly next: Value }[];
}

export class Ranges {
  private readonly shape: Shape;
  private readonly definitions: Definitions;
  private readonly lengths = new Set<Value>();
  private readonly intervals = new Map<Value, Interval>();
  private readonly counters = new Map<Value, Counter | null>();
  private readonly headerOrders = new Map<Value, readonly Order[]>();
  private readonly open = new Set<Value>();

  constructor(graph: GraphFunction, shape: Shape) {
    this.shape = shape;
    this.definitions = new Definitions(graph);
    for (const block of graph.blocks) {
      for (const code of block.instructions) if (code.op === 'bounds-check') this.lengths.add(code.length);
    }
  }

  /** True if a check of `index` against `length` in `block` cannot fail. */
  isInRange(index: Value, length: Value, block: Block): boolean {
    return this.isAtLeast(index, 0, block, 0) && this.isLess(index, length, block, 0);
  }

  /**
   * For a loop parameter that counts upwards without wrapping: its first value, and what it stays below in every turn:
   * value + gap <= limit. Null for any other.
   */
  risingCounter(value: Value): { readonly initial: Value; readonly limit: Value; readonly gap: 0 | 1 } | null {
    const counter = this.counterOf(value);
    if (counter === null || counter.step < 0 || this.interval(value).low < 0) return null;
    const order = this.ordersOfCounter(value, 0).find(({ left, right }) => left === value && right !== value);
    return order === undefined ? null : { initial: counter.initial, limit: order.right, gap: order.gap };
  }

  interval(value: Value, depth = 0): Interval {
    const known = this.intervals.get(value);
    if (known !== undefined) return known;
    if (depth > MAXIMUM_DEPTH || this.open.has(value))
      return this.lengths.has(value) ? { low: 0, high: LONGEST_ARRAY } : ANY;
    this.open.add(value);
    let found = this.computeInterval(value, depth + 1);
    this.open.delete(value);
    if (this.lengths.has(value)) found = { low: Math.max(found.low, 0), high: Math.min(found.high, LONGEST_ARRAY) };
    // Below the surface it may be less than what is known from another side.
    if (depth === 0) this.intervals.set(value, found);
    return found;
  }

  private computeInterval(value: Value, depth: number): Interval {
    const definition = this.definitions.of(value);
    if (definition === null || value.type !== 'i32') return ANY;
    if (definition.code !== null) return this.intervalOf(definition.code, depth);
    const counter = this.counterOf(value);
    if (counter !== null) {
      const initial = this.interval(counter.initial, depth);
      const inStep = this.intervalInStep(value, counter, initial, depth);
      if (!this.neverWraps(value, counter, depth)) return inStep;
      if (counter.step < 0) return { low: inStep.low, high: initial.high };
      let { high } = inStep;
      for (const { left, right, gap } of this.headerOrders.get(value) ?? []) {
        if (left === value) high = Math.min(high, this.boundOf(right, 'high') - gap);
      }
      return { low: initial.low, high };
    }
    const index = definition.block.parameters.indexOf(value);
    const incoming = this.shape.incoming.get(definition.block) ?? [];
    if (index < 0 || incoming.length === 0) return ANY;
    const all = incoming.map(({ edge }) => this.interval(edge.arguments[index] as Value, depth));
    return { low: Math.min(...all.map(({ low }) => low)), high: Math.max(...all.map(({ high }) => high)) };
  }

  /** Counters of one loop change together: how far another one gets tells how far this one does. */
  private intervalInStep(value: Value, counter: Counter, initial: Interval, depth: number): Interval {
    let turns = Number.POSITIVE_INFINITY;
    for (const other of counter.header.parameters) {
      const companion = other === value ? null : this.counterOf(other);
      if (companion === null || companion.step <= 0) continue;
      const { high } = this.interval(other, depth);
      if (high === GREATEST || !this.neverWraps(other, companion, depth)) continue;
      turns = Math.min(turns, Math.floor((high - this.interval(companion.initial, depth).low) / companion.step));
    }
    const change = counter.step * Math.max(turns, 0);
    const low = initial.low + Math.min(change, 0);
    const high = initial.high + Math.max(change, 0);
    return low >= LEAST && high <= GREATEST ? { low, high } : ANY;
  }

  private intervalOf(code: Instruction, depth: number): Interval {
    const of = (value: Value): Interval => this.interval(value, depth);
    switch (code.op) {
      case 'constant':
        return { low: code.bits, high: code.bits };
      case 'compare':
        return { low: 0, high: 1 };
      case 'load': {
        if (code.sizeBytes === 4) return ANY;
        const size = 2 ** (8 * code.sizeBytes);
        return code.signed ? { low: -size / 2, high: size / 2 - 1 } : { low: 0, high: size - 1 };
      }
      case 'unary':
        return narrowed(code.opcode);
      case 'select': {
        const a = of(code.whenTrue);
        const b = of(code.whenFalse);
        const kind = extremum(code);
        if (kind === 'min') return { low: Math.min(a.low, b.low), high: Math.min(a.high, b.high) };
        if (kind === 'max') return { low: Math.max(a.low, b.low), high: Math.max(a.high, b.high) };
        return { low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) };
      }
      case 'binary':
        return binaryInterval(code.opcode, of(code.left), of(code.right));
      default:
        return ANY;
    }
  }

  private sum(value: Value): Sum {
    let root = value;
    let offset = 0;
    for (;;) {
      const code = this.definitions.code(root);
      if (code?.op === 'constant') return { root: null, offset: offset + code.bits };
      if (code?.op !== 'binary' || code.opcode !== 'add') return { root, offset };
      const added = this.definitions.constant(code.right);
      if (added === null || Math.abs(added) > LONGEST_ARRAY) return { root, offset };
      offset += added;
      root = code.left;
    }
  }

  /** True if root + offset is the word's own value: no intermediate sum leaves the signed words. */
  private isExact({ root, offset }: Sum, high: number, depth: number): boolean {
    if (root === null || offset === 0) return offset >= LEAST && offset <= GREATEST;
    const interval = this.interval(root, depth);
    return offset > 0 ? Math.min(interval.high, high) + offset <= GREATEST : interval.low + offset >= LEAST;
  }

  private isAtLeast(value: Value, bound: number, block: Block, depth: number): boolean {
    if (this.interval(value, depth).low >= bound) return true;
    const { root, offset } = this.sum(value);
    if (root === null) return offset >= bound;
    const wanted = bound - offset;
    if (offset > 0 && !this.isExact({ root, offset }, GREATEST, depth)) return false;
    if (offset !== 0 && this.interval(root, depth).low >= wanted) return true;
    for (const { left, right, gap } of this.ordersAt(block, root, depth)) {
      const below = this.interval(left, depth).low;
      // left + gap <= root
      if (right === root && below + gap >= wanted) return true;
    }
    return false;
  }

  /** `a < b`, signed, in `block`. */
  private isLess(a: Value, b: Value, block: Block, depth: number): boolean {
    if (depth > MAXIMUM_DEPTH) return false;
    if (this.interval(a, depth).high < this.interval(b, depth).low) return true;
    const code = this.definitions.code(a);
    if (code?.op === 'select') {
      const kind = extremum(code);
      const first = this.isLess(code.whenTrue, b, block, depth + 1);
      if (kind === 'min' && first) return true;
      const second = (kind === 'min' || first) && this.isLess(code.whenFalse, b, block, depth + 1);
      if (kind === 'min' ? second : first && second) return true;
    }
    const left = this.sum(a);
    const right = this.sum(b);
    // The same root on both sides, as in i < i + 1.
    if (left.root === right.root && left.root !== null && left.offset < right.offset) {
      return this.isExact(left, GREATEST, depth) && this.isExact(right, GREATEST, depth);
    }
    for (const order of this.ordersAt(block, left.root, depth)) {
      const from = this.sum(order.left);
      const to = this.sum(order.right);
      if (from.root !== left.root) continue;
      // left.root + from.offset + gap <= to.root + to.offset, so a + 1 <= to + slack.
      const slack = left.offset - from.offset - order.gap + 1 + to.offset;
      const highest = this.interval(order.right, depth).high - from.offset - order.gap;
      if (!this.isExact(from, GREATEST, depth) || !this.isExact(left, highest, depth)) continue;
      if (!this.isExact(to, GREATEST, depth) || !this.isExact(right, GREATEST, depth)) continue;
      if (to.root === right.root && slack <= right.offset) return true;
      if (to.root !== null && right.root === null && this.interval(to.root, depth).high + slack <= right.offset)
        return true;
      if (to.root === null && right.root !== null && slack <= this.interval(right.root, depth).low + right.offset)
        return true;
    }
    return false;
  }

  /** Orders that hold at the start of `block`, from branches on the way and from the turns of loops. */
  private ordersAt(block: Block, about: Value | null, depth: number): readonly Order[] {
    const orders: Order[] = [];
    for (let at: Block | undefined = block; at !== undefined; at = this.shape.dominator.get(at)) {
      const incoming = this.shape.incoming.get(at) ?? [];
      const [only] = incoming;
      if (incoming.length === 1 && only !== undefined) orders.push(...ordersOfEdge(only.from, only.edge));
    }
    if (about !== null && depth <= MAXIMUM_DEPTH) orders.push(...this.ordersOfCounter(about, depth + 1));
    return orders;
  }

  /** What holds for a counter in every turn: the condition to go round, if it held at the entry as well. */
  private ordersOfCounter(value: Value, depth: number): readonly Order[] {
    const known = this.headerOrders.get(value);
    if (known !== undefined) return known;
    const counter = this.counterOf(value);
    if (counter === null) return [];
    // While they are being looked for, there are none.
    this.headerOrders.set(value, []);
    const found: Order[] = [];
    const [turn] = counter.turns;
    if (turn !== undefined && counter.turns.length === 1) {
      for (const { left, right, gap } of this.ordersIntoEdge(turn.from, turn.edge)) {
        const other = left === turn.next ? right : left;
        if ((left !== turn.next && right !== turn.next) || !this.isOutside(other, counter.header)) continue;
        const { from, edge } = counter.entry;
        const atEntry = this.ordersIntoEdge(from, edge);
        const [low, high] = left === turn.next ? [counter.initial, other] : [other, counter.initial];
        if (!this.isOrdered(low, high, gap, atEntry, depth)) continue;
        found.push(left === turn.next ? { left: value, right, gap } : { left, right: value, gap });
      }
    }
    this.headerOrders.set(value, found);
    if (this.neverWraps(value, counter, depth)) {
      found.push(
        counter.step > 0
          ? { left: counter.initial, right: value, gap: 0 }
          : { left: value, right: counter.initial, gap: 0 },
      );
    }
    return found;
  }

  private isOrdered(left: Value, right: Value, gap: number, known: readonly Order[], depth: number): boolean {
    if (this.interval(left, depth).high + gap <= this.interval(right, depth).low) return true;
    const same = (a: Value, b: Value): boolean => {
      const first = this.definitions.constant(a);
      return a === b || (first !== null && first === this.definitions.constant(b));
    };
    if (known.some((order) => same(order.left, left) && same(order.right, right) && order.gap >= gap)) return true;
    // initial = n - 1 for a loop that counts down from n.
    const from = this.sum(left);
    const to = this.sum(right);
    if (from.root !== null && from.root === to.root && from.offset + gap <= to.offset) {
      return this.isExact(from, GREATEST, depth) && this.isExact(to, GREATEST, depth);
    }
    return false;
  }

  private ordersIntoEdge(from: Block, edge: Edge): Order[] {
    const orders = ordersOfEdge(from, edge);
    for (let at: Block | undefined = from; at !== undefined; at = this.shape.dominator.get(at)) {
      const incoming = this.shape.incoming.get(at) ?? [];
      const [only] = incoming;
      if (incoming.length === 1 && only !== undefined) orders.push(...ordersOfEdge(only.from, only.edge));
    }
    return orders;
  }

  private isOutside(value: Value, header: Block): boolean {
    const block = this.definitions.of(value)?.block;
    if (block === undefined) return false;
    return block !== header && this.shape.dominates(block, header);
  }

  private counterOf(value: Value): Counter | null {
    const known = this.counters.get(value);
    if (known !== undefined) return known;
    const counter = this.findCounter(value);
    this.counters.set(value, counter);
    return counter;
  }

  private findCounter(value: Value): Counter | null {
    const header = this.definitions.of(value)?.block;
    if (header === undefined || this.definitions.code(value) !== null) return null;
    const index = header.parameters.indexOf(value);
    if (index < 0) return null;
    let entry: Counter['entry'] | null = null;
    let step: number | null = null;
    const turns: Counter['turns'][number][] = [];
    for (const { from, edge } of this.shape.incoming.get(header) ?? []) {
      const passed = edge.arguments[index] as Value;
      if (!this.shape.dominates(header, from)) {
        if (entry !== null) return null;
        entry = { from, edge };
        continue;
      }
      const code = this.definitions.code(passed);
      if (code?.op !== 'binary' || code.opcode !== 'add' || code.left !== value) return null;
      const added = this.definitions.constant(code.right);
      if (added === null || added === 0 || (step !== null && step !== added)) return null;
      step = added;
      turns.push({ from, edge, next: passed });
    }
    if (entry === null || step === null) return null;
    return { header, entry, initial: entry.edge.arguments[index] as Value, step, turns };
  }

  /** True if adding the step never leaves the signed words, where it is added. */
  private neverWraps(value: Value, { step, turns }: Counter, depth: number): boolean {
    return turns.every(({ next }) => {
      const block = this.definitions.of(next)?.block;
      if (block === undefined) return false;
      const orders = [
        ...this.ordersAt(block, null, depth),
        ...(this.headerOrders.get(value) ?? this.ordersOfCounter(value, depth)),
      ];
      return orders.some(({ left, right, gap }) => {
        if (step > 0) return left === value && this.boundOf(right, 'high') - gap + step <= GREATEST;
        return right === value && this.boundOf(left, 'low') + gap + step >= LEAST;
      });
    });
  }

  /** A bound that needs no further reasoning. */
  private boundOf(value: Value, end: 'low' | 'high'): number {
    const constant = this.definitions.constant(value);
    if (constant !== null) return constant;
    if (this.lengths.has(value)) return end === 'low' ? 0 : LONGEST_ARRAY;
    return ANY[end];
  }
}

function ordersOfEdge(from: Block, edge: Edge): Order[] {
  const { terminator } = from;
  if (terminator.op !== 'branch' || terminator.whenTrue.block === terminator.whenFalse.block) return [];
  const { left, right } = terminator;
  const condition = edge === terminator.whenTrue ? terminator.condition : negated(terminator.condition);
  return ordersOf(condition, left, right);
}

function ordersOf(condition: Condition, left: Value, right: Value): Order[] {
  switch (condition) {
    case 'lt-signed':
      return [{ left, right, gap: 1 }];
    case 'le-signed':
      return [{ left, right, gap: 0 }];
    case 'gt-signed':
      return [{ left: right, right: left, gap: 1 }];
    case 'ge-signed':
      return [{ left: right, right: left, gap: 0 }];
    case 'eq':
      return [
        { left, right, gap: 0 },
        { left: right, right: left, gap: 0 },
      ];
    default:
      return [];
  }
}

function extremum({
  condition,
  left,
  right,
  whenTrue,
  whenFalse,
}: Extract<Instruction, { op: 'select' }>): 'min' | 'max' | null {
  if (whenTrue !== left || whenFalse !== right) return null;
  if (condition === 'lt-signed' || condition === 'le-signed') return 'min';
  return condition === 'gt-signed' || condition === 'ge-signed' ? 'max' : null;
}

function narrowed(opcode: Extract<Instruction, { op: 'unary' }>['opcode']): Interval {
  switch (opcode) {
    case 'sign-extend-8':
      return { low: -128, high: 127 };
    case 'sign-extend-16':
      return { low: -32768, high: 32767 };
    case 'zero-extend-8':
      return { low: 0, high: 255 };
    case 'zero-extend-16':
      return { low: 0, high: 65535 };
    default:
      return ANY;
  }
}

function binaryInterval(opcode: Extract<Instruction, { op: 'binary' }>['opcode'], a: Interval, b: Interval): Interval {
  const whole = (low: number, high: number): Interval => (low >= LEAST && high <= GREATEST ? { low, high } : ANY);
  switch (opcode) {
    case 'add':
      return whole(a.low + b.low, a.high + b.high);
    case 'sub':
      return whole(a.low - b.high, a.high - b.low);
    case 'mul': {
      const corners = [a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high];
      return whole(Math.min(...corners), Math.max(...corners));
    }
    case 'and':
      if (a.low >= 0 && b.low >= 0) return { low: 0, high: Math.min(a.high, b.high) };
      if (a.low >= 0) return { low: 0, high: a.high };
      return b.low >= 0 ? { low: 0, high: b.high } : ANY;
    case 'shr-signed':
      return b.low === b.high ? { low: a.low >> b.low, high: a.high >> b.low } : ANY;
    case 'shr-unsigned': {
      const count = b.low & 31;
      if (b.low !== b.high || (count === 0 && a.low < 0)) return ANY;
      return a.low >= 0 ? { low: a.low >>> count, high: a.high >>> count } : { low: 0, high: 0xffffffff >>> count };
    }
    case 'shl': {
      const count = b.low & 31;
      return b.low === b.high ? whole(a.low * 2 ** count, a.high * 2 ** count) : ANY;
    }
    default:
      return ANY;
  }
}

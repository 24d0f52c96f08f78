/**
 * Gives one value to computations that are equal, over the dominator tree, folds constants and simplifies on the way.
 * Checks that a dominating check already made are dropped; loads are shared as long as nothing may have written.
 */
import type { Block, GraphFunction, Instruction, Terminator, Value, WordType } from '../flow-graph/graph.ts';
import {
  forEachOperand,
  mapOperands,
  mapTerminator,
  newValue,
  Replacements,
  resultOf,
} from '../flow-graph/operands.ts';
import { type Shape, shapeOf } from '../flow-graph/shape.ts';
import { swapped } from '../flow-graph/word-arithmetic.ts';
import { Definitions } from './definitions.ts';
import { isPureCall, mayOverlap, touchesEverything } from './effects-of-code.ts';
import { simplify, testBehind } from './simplify.ts';

type Load = Extract<Instruction, { op: 'load' }>;
type Store = Extract<Instruction, { op: 'store' }>;

/** What memory is known to hold at a point of the program. */
interface KnownLoad {
  readonly code: Load | Store;
  readonly value: Value;
}

export interface ValueNumberingOptions {
  /** Symbols of memory that nothing writes. */
  readonly constantData: ReadonlySet<string>;
}

export function numberValues(graph: GraphFunction, options: ValueNumberingOptions): boolean {
  return new ValueNumbering(graph, options).run();
}

class ValueNumbering {
  private readonly graph: GraphFunction;
  private readonly options: ValueNumberingOptions;
  private readonly shape: Shape;
  private readonly definitions: Definitions;
  private readonly replacements = new Replacements();
  private readonly table = new Map<string, Value | null>();
  private readonly memoryAtEnd = new Map<Block, Map<string, KnownLoad>>();
  private changed = false;

  constructor(graph: GraphFunction, options: ValueNumberingOptions) {
    this.graph = graph;
    this.options = options;
    this.shape = shapeOf(graph);
    this.definitions = new Definitions(graph);
  }

  run(): boolean {
    const children = new Map<Block, Block[]>();
    for (const block of this.shape.order) {
      const above = this.shape.dominator.get(block);
      if (above === undefined) continue;
      const list = children.get(above);
      if (list === undefined) children.set(above, [block]);
      else list.push(block);
    }
    const visit = (block: Block): void => {
      const added: string[] = [];
      this.block(block, added);
      // In reverse postorder, so that what is replaced is replaced before it is read.
      for (const child of children.get(block) ?? []) visit(child);
      for (const key of added) this.table.delete(key);
    };
    visit(this.shape.order[0] as Block);
    // Back edges read values that were numbered later.
    this.replacements.apply(this.graph);
    return this.changed || this.replacements.size > 0;
  }

  private block(block: Block, added: string[]): void {
    const kept: Instruction[] = [];
    const memory = this.memoryBefore(block);
    const { find } = this.replacements;
    for (const original of block.instructions) {
      const emit = (code: Instruction): void => {
        kept.push(code);
        this.definitions.add(block, code);
      };
      const constant = (bits: number, type: WordType): Value => {
        const key = `constant ${type} ${bits | 0}`;
        const known = this.table.get(key);
        if (known !== undefined && known !== null) return known;
        const result = newValue(this.graph, type);
        emit({ op: 'constant', result, bits: bits | 0, position: original.position });
        this.table.set(key, result);
        added.push(key);
        return result;
      };
      let code = mapOperands(original, find);
      let replaced: Value | null = null;
      for (;;) {
        const outcome = simplify(code, this.definitions, constant);
        if (outcome === null) break;
        this.changed = true;
        if ('id' in outcome) {
          replaced = outcome;
          break;
        }
        code = outcome;
      }
      const result = resultOf(code);
      if (replaced !== null) {
        if (result !== null) this.replacements.set(result, find(replaced));
        continue;
      }
      if (this.isKnownCheck(code)) {
        this.changed = true;
        continue;
      }
      if (code.op === 'load' || code.op === 'store') {
        const known = this.access(code, memory);
        if (known !== null && result !== null) {
          this.replacements.set(result, known);
          continue;
        }
      } else if (touchesEverything(code)) memory.clear();
      const key = this.keyOf(code);
      if (key !== null) {
        const known = this.table.get(key);
        if (known !== undefined) {
          this.changed = true;
          if (result !== null && known !== null) this.replacements.set(result, known);
          continue;
        }
        this.table.set(key, result);
        added.push(key);
      }
      emit(code);
    }
    block.instructions = kept;
    block.terminator = this.terminator(mapTerminator(block.terminator, find));
    this.memoryAtEnd.set(block, memory);
  }

  private terminator(terminator: Terminator): Terminator {
    if (terminator.op !== 'branch') return terminator;
    const { condition, left, right } = terminator;
    const test = testBehind(condition, left, this.definitions.constant(right), this.definitions);
    if (test !== null) {
      this.changed = true;
      return this.terminator({ ...terminator, ...test });
    }
    const swap = this.definitions.constant(left) !== null && this.definitions.constant(right) === null;
    return swap ? { ...terminator, condition: swapped(condition), left: right, right: left } : terminator;
  }

  /** A check that a constant index or divisor cannot fail. */
  private isKnownCheck(code: Instruction): boolean {
    if (code.op === 'zero-check') {
      const value = this.definitions.constant(code.value);
      return value !== null && value !== 0;
    }
    if (code.op !== 'bounds-check') return false;
    const index = this.definitions.constant(code.index);
    const length = this.definitions.constant(code.length);
    return index !== null && length !== null && index >>> 0 < length >>> 0;
  }

  /** Memory is known across a jump only into blocks that can be reached no other way. */
  private memoryBefore(block: Block): Map<string, KnownLoad> {
    const incoming = this.shape.incoming.get(block) ?? [];
    const [only] = incoming;
    if (incoming.length !== 1 || only === undefined || block === this.shape.order[0]) return new Map();
    return new Map(this.memoryAtEnd.get(only.from) ?? []);
  }

  /** Notes a load or store. For a load whose value is known: that value. */
  private access(code: Load | Store, memory: Map<string, KnownLoad>): Value | null {
    if (code.volatile) {
      memory.clear();
      return null;
    }
    const key = addressKey(code);
    if (code.op === 'load') {
      if (code.op === 'load' && this.isConstantLoad(code)) return null;
      const known = memory.get(key);
      if (known !== undefined && fits(known.code, code)) return known.value;
      memory.set(key, { code, value: code.result });
      return null;
    }
    for (const [other, known] of memory) if (mayOverlap(known.code.alias, code.alias)) memory.delete(other);
    memory.set(key, { code, value: code.value });
    return null;
  }

  private keyOf(code: Instruction): string | null {
    if (code.op !== 'load') return keyOf(code, this.graph);
    return this.isConstantLoad(code) ? `load ${addressKey(code)} ${code.signed} ${code.result.type}` : null;
  }

  /** A load from memory that nothing writes. */
  private isConstantLoad(code: Load): boolean {
    if (code.volatile || code.alias.tag !== 'global') return false;
    return this.options.constantData.has(code.alias.symbol);
  }
}

/** A stored word comes back as it was; narrow ones would have to be narrowed. */
function fits(known: Load | Store, wanted: Load): boolean {
  if (known.op === 'store') return wanted.sizeBytes === 4 && known.value.type === wanted.result.type;
  return known.signed === wanted.signed && known.result.type === wanted.result.type;
}

function addressKey({ base, index, scale, offset, sizeBytes }: Load | Store): string {
  return `${base.id} ${index === null ? '' : `${index.id}*${scale}`} ${offset} ${sizeBytes}`;
}

const COMMUTATIVE = new Set(['add', 'mul', 'and', 'or', 'xor', 'fadd', 'fmul']);

/** Equal keys, equal values; null for what must not be shared. The key of a check stands for its having been made. */
function keyOf(code: Instruction, graph: GraphFunction): string | null {
  const ids: number[] = [];
  forEachOperand(code, (value) => ids.push(value.id));
  switch (code.op) {
    case 'constant':
      return `constant ${code.result.type} ${code.bits}`;
    case 'symbol':
      return `symbol ${code.symbol} ${code.offset}`;
    case 'frame-address':
      return `frame-address ${graph.slots.indexOf(code.slot)}`;
    case 'binary':
      if (COMMUTATIVE.has(code.opcode)) ids.sort((a, b) => a - b);
      return `${code.opcode} ${ids}`;
    case 'unary':
    case 'fused':
      return `${code.opcode} ${ids}`;
    case 'compare':
    case 'select':
      return `${code.op} ${code.condition} ${ids}`;
    case 'bounds-check':
    case 'zero-check':
      return `${code.op} ${ids}`;
    case 'call':
      return isPureCall(code) ? `call ${code.callee} ${ids}` : null;
    default:
      return null;
  }
}

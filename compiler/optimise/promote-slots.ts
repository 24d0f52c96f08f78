/**
 * Scalar replacement: memory of the frame that is only read and written in whole words at known places becomes values.
 * So a record or small array that never leaves its function costs nothing.
 */
import type { Block, Edge, FrameSlot, GraphFunction, Instruction, Value, WordType } from '../flow-graph/graph.ts';
import { forEachOperand, forEachTerminatorOperand, newValue, Replacements } from '../flow-graph/operands.ts';
import { incomingEdges, removeRedundantParameters } from '../flow-graph/redundant-parameters.ts';
import { Definitions } from './definitions.ts';

type Access = Extract<Instruction, { op: 'load' | 'store' }>;

/** Larger ones stay in memory: registers are few. */
const LARGEST_SLOT_BYTES = 128;

export function promoteSlots(graph: GraphFunction): boolean {
  if (graph.slots.length === 0) return false;
  const definitions = new Definitions(graph);
  const slotOf = (value: Value): FrameSlot | null => {
    const code = definitions.code(value);
    return code?.op === 'frame-address' ? code.slot : null;
  };
  const offsetOf = (code: Access): number | null => {
    const index = code.index === null ? 0 : definitions.constant(code.index);
    return index === null ? null : code.offset + Math.imul(index, code.scale);
  };
  const kept = new Set<FrameSlot>();
  const used = new Set<FrameSlot>();
  const types = new Map<FrameSlot, Map<number, WordType>>(graph.slots.map((slot) => [slot, new Map()]));
  const keep = (value: Value): void => {
    const slot = slotOf(value);
    if (slot !== null) kept.add(slot);
  };
  for (const block of graph.blocks) {
    for (const code of block.instructions) {
      if (code.op === 'frame-address') used.add(code.slot);
      if (code.op !== 'load' && code.op !== 'store') {
        forEachOperand(code, keep);
        continue;
      }
      if (code.op === 'store') keep(code.value);
      if (code.index !== null) keep(code.index);
      const slot = slotOf(code.base);
      if (slot === null) continue;
      const offset = offsetOf(code);
      const type = code.op === 'load' ? code.result.type : code.value.type;
      const fits =
        offset !== null &&
        !code.volatile &&
        code.sizeBytes === 4 &&
        offset % 4 === 0 &&
        offset >= 0 &&
        offset + 4 <= slot.sizeBytes &&
        slot.sizeBytes <= LARGEST_SLOT_BYTES &&
        (types.get(slot)?.get(offset) ?? type) === type;
      if (!fits) kept.add(slot);
      else types.get(slot)?.set(offset, type);
    }
    forEachTerminatorOperand(block.terminator, keep);
  }
  const promoted = new Set(graph.slots.filter((slot) => used.has(slot) && !kept.has(slot)));
  const before = graph.slots.length;
  graph.slots = graph.slots.filter((slot) => used.has(slot) && !promoted.has(slot));
  if (promoted.size > 0) {
    new Promotion(graph, types, (code) => {
      const slot = slotOf(code.base);
      return slot !== null && promoted.has(slot) ? { slot, offset: offsetOf(code) as number } : null;
    }).run();
    for (const block of graph.blocks) {
      block.instructions = block.instructions.filter((c) => c.op !== 'frame-address' || !promoted.has(c.slot));
    }
  }
  return graph.slots.length < before;
}

type WordTypes = ReadonlyMap<FrameSlot, ReadonlyMap<number, WordType>>;

interface Place {
  readonly slot: FrameSlot;
  readonly offset: number;
}

/** The SSA form of words of memory, by looking for their definitions through the predecessors. */
class Promotion {
  readonly #graph: GraphFunction;
  readonly #types: WordTypes;
  readonly #placeOf: (code: Access) => Place | null;
  readonly #incoming: Map<Block, Edge[]>;
  readonly #from = new Map<Edge, Block>();
  /** Values at the end of blocks, by slot and offset. */
  readonly #atEnd = new Map<Block, Map<string, Value>>();
  readonly #atStart = new Map<Block, Map<string, Value>>();
  readonly #ids = new Map<FrameSlot, number>();
  readonly #replacements = new Replacements();

  constructor(graph: GraphFunction, types: WordTypes, placeOf: (code: Access) => Place | null) {
    this.#graph = graph;
    this.#types = types;
    this.#placeOf = placeOf;
    this.#incoming = incomingEdges(graph);
    for (const slot of types.keys()) this.#ids.set(slot, this.#ids.size);
    for (const block of graph.blocks) {
      this.#atEnd.set(block, new Map());
      this.#atStart.set(block, new Map());
      const { terminator } = block;
      if (terminator.op === 'jump') this.#from.set(terminator.to, block);
      else if (terminator.op === 'branch') {
        this.#from.set(terminator.whenTrue, block);
        this.#from.set(terminator.whenFalse, block);
      }
    }
  }

  run(): void {
    // Last stores first, so that reading through a block finds what it leaves behind.
    for (const block of this.#graph.blocks) {
      const end = this.#atEnd.get(block) as Map<string, Value>;
      for (const code of block.instructions) {
        const place = code.op === 'store' ? this.#placeOf(code) : null;
        if (place !== null && code.op === 'store') end.set(this.#key(place), code.value);
      }
    }
    for (const block of this.#graph.blocks) {
      const current = new Map<string, Value>();
      // Constants that reading needs are put at the front of blocks meanwhile: keep those.
      const rewritten: Instruction[] = [];
      const old = block.instructions;
      block.instructions = [];
      for (const code of old) {
        const place = code.op === 'load' || code.op === 'store' ? this.#placeOf(code) : null;
        if (place === null) rewritten.push(code);
        else if (code.op === 'store') current.set(this.#key(place), code.value);
        else if (code.op === 'load') {
          this.#replacements.set(code.result, current.get(this.#key(place)) ?? this.#readStart(place, block));
        }
      }
      block.instructions = [...block.instructions, ...rewritten];
    }
    this.#replacements.apply(this.#graph);
    removeRedundantParameters(this.#graph);
  }

  #key({ slot, offset }: Place): string {
    return `${this.#ids.get(slot)} ${offset}`;
  }

  #readEnd(place: Place, block: Block): Value {
    return this.#atEnd.get(block)?.get(this.#key(place)) ?? this.#readStart(place, block);
  }

  #readStart(place: Place, block: Block): Value {
    const start = this.#atStart.get(block) as Map<string, Value>;
    const key = this.#key(place);
    const known = start.get(key);
    if (known !== undefined) return known;
    const edges = this.#incoming.get(block) as Edge[];
    const type = this.#types.get(place.slot)?.get(place.offset) ?? 'i32';
    if (block === this.#graph.blocks[0] || edges.length === 0) {
      // Read before it is written: only on ways that cannot be gone.
      const value = newValue(this.#graph, type, place.slot.name);
      block.instructions.unshift({ op: 'constant', result: value, bits: 0, position: null });
      start.set(key, value);
      return value;
    }
    const [only] = edges;
    if (edges.length === 1 && only !== undefined) {
      const value = this.#readEnd(place, this.#from.get(only) as Block);
      start.set(key, value);
      return value;
    }
    const value = newValue(this.#graph, type, place.slot.name);
    start.set(key, value);
    block.parameters.push(value);
    for (const edge of edges) edge.arguments.push(this.#readEnd(place, this.#from.get(edge) as Block));
    return value;
  }
}

/**
 * A reference interpreter of flow graphs over a flat little-endian memory. Slow and plain; it shares nothing with the
 * emulator, so that lowering, optimiser and library kernels can be tested without a back end.
 */
import type { TrapSite } from '../kernel-tree/tree.ts';
import type { Block, Edge, FrameSlot, GraphFunction, GraphProgram, Instruction, Value } from './graph.ts';
import { binaryWord, fusedWord, holds, unaryWord } from './word-arithmetic.ts';

/** A failed check, with the words that a core would report: index and length, or nothing. */
export class GraphTrap extends Error {
  readonly site: TrapSite;
  readonly words: readonly number[];

  constructor(site: TrapSite, words: readonly number[]) {
    super(`${site.kind}: ${site.text} ${words.join(', ')}`);
    this.site = site;
    this.words = words;
  }
}

type MachineInstruction = Extract<Instruction, { op: 'machine' }>;

export interface InterpreterOptions {
  /** Bytes of memory; default 65 536. */
  readonly memoryBytes?: number;
  /** Where data objects are placed, one after the other; default 256. */
  readonly dataAddress?: number;
  /** Functions that are not in the program, by symbol. */
  readonly external?: Readonly<Record<string, (...words: number[]) => number>>;
  readonly machine?: (operation: MachineInstruction['operation'], register: string, words: readonly number[]) => number;
  readonly callAddress?: (address: number, words: readonly number[]) => number;
  /** Instructions after which the run is given up with an Error; default 10 million per call. */
  readonly stepLimit?: number;
}

export class GraphInterpreter {
  readonly memory: DataView;
  /** Addresses of data objects. */
  readonly symbols: ReadonlyMap<string, number>;
  /** The first address behind the data objects, a multiple of 8. */
  readonly freeAddress: number;
  /** Instructions and terminators of the last `call`. */
  steps = 0;
  private frameTop: number;
  private readonly functions: ReadonlyMap<string, GraphFunction>;
  private readonly options: InterpreterOptions;

  constructor(program: GraphProgram, options: InterpreterOptions = {}) {
    this.options = options;
    this.functions = new Map(program.functions.map((graph) => [graph.symbol, graph]));
    this.memory = new DataView(new ArrayBuffer(options.memoryBytes ?? 65_536));
    const symbols = new Map<string, number>();
    this.frameTop = this.memory.byteLength;
    let address = options.dataAddress ?? 256;
    for (const object of program.data) {
      address = Math.ceil(address / object.alignBytes) * object.alignBytes;
      symbols.set(object.symbol, address);
      object.bytes?.forEach((byte, index) => {
        this.memory.setUint8(address + index, byte);
      });
      address += object.lengthBytes;
    }
    for (const { symbol, relocations } of program.data) {
      for (const { offset, symbol: to, addend = 0 } of relocations ?? []) {
        this.memory.setInt32((symbols.get(symbol) ?? 0) + offset, (symbols.get(to) ?? 0) + addend, true);
      }
    }
    this.symbols = symbols;
    this.freeAddress = Math.ceil(address / 8) * 8;
  }

  /** Calls a function with argument words; the result is an int32 word, 0 if there is none. Throws {@link GraphTrap}. */
  call(symbol: string, ...words: readonly number[]): number {
    this.steps = 0;
    return this.enter(symbol, words);
  }

  private enter(symbol: string, words: readonly number[]): number {
    const graph = this.functions.get(symbol);
    if (graph === undefined) {
      const external = this.options.external?.[symbol];
      if (external === undefined) throw new Error(`${symbol} is not in the program`);
      return external(...words) | 0;
    }
    if (words.length !== graph.parameters.length) throw new Error(`${symbol} takes ${graph.parameters.length} words`);
    return this.run(graph, words);
  }

  private run(graph: GraphFunction, words: readonly number[]): number {
    const frame = new Int32Array(graph.valueCount);
    // Records live at the top of memory, the frames of callees below.
    const top = this.frameTop;
    const places = new Map<FrameSlot, number>();
    for (const slot of graph.slots) {
      this.frameTop = (this.frameTop - slot.sizeBytes) & -8;
      places.set(slot, this.frameTop);
    }
    try {
      return this.runBody(graph, words, frame, places);
    } finally {
      this.frameTop = top;
    }
  }

  private runBody(
    graph: GraphFunction,
    words: readonly number[],
    frame: Int32Array,
    places: ReadonlyMap<FrameSlot, number>,
  ): number {
    const get = (value: Value): number => frame[value.id] as number;
    graph.parameters.forEach((value, index) => {
      frame[value.id] = words[index] as number;
    });
    const follow = (edge: Edge): Block => {
      const values = edge.arguments.map(get);
      edge.block.parameters.forEach((value, index) => {
        frame[value.id] = values[index] as number;
      });
      return edge.block;
    };
    const limit = this.options.stepLimit ?? 10_000_000;
    for (let block = graph.blocks[0] as Block; ; ) {
      for (const code of block.instructions) {
        if (++this.steps > limit) throw new Error(`${graph.symbol}: more than ${limit} steps`);
        const word = code.op === 'frame-address' ? (places.get(code.slot) as number) : this.execute(code, get);
        if ('result' in code && code.result !== null) frame[code.result.id] = word;
      }
      if (++this.steps > limit) throw new Error(`${graph.symbol}: more than ${limit} steps`);
      const { terminator } = block;
      switch (terminator.op) {
        case 'jump':
          block = follow(terminator.to);
          break;
        case 'branch':
          block = follow(
            holds(terminator.condition, get(terminator.left), get(terminator.right))
              ? terminator.whenTrue
              : terminator.whenFalse,
          );
          break;
        case 'return':
          return terminator.value === null ? 0 : get(terminator.value);
        case 'trap':
          throw new GraphTrap(terminator.site, []);
      }
    }
  }

  private execute(code: Exclude<Instruction, { op: 'frame-address' }>, get: (value: Value) => number): number {
    switch (code.op) {
      case 'constant':
        return code.bits;
      case 'symbol': {
        const address = this.symbols.get(code.symbol);
        if (address === undefined) throw new Error(`there is no data named ${code.symbol}`);
        return address + code.offset;
      }
      case 'binary':
        return binaryWord(code.opcode, get(code.left), get(code.right));
      case 'unary':
        return unaryWord(code.opcode, get(code.value));
      case 'fused':
        return fusedWord(code.opcode, get(code.accumulate), get(code.a), get(code.b));
      case 'compare':
        return holds(code.condition, get(code.left), get(code.right)) ? 1 : 0;
      case 'select':
        return get(holds(code.condition, get(code.left), get(code.right)) ? code.whenTrue : code.whenFalse);
      case 'load':
        return this.load(code, get);
      case 'store':
        this.store(code, get);
        return 0;
      case 'bounds-check': {
        const index = get(code.index);
        const length = get(code.length);
        if (index >>> 0 >= length >>> 0) throw new GraphTrap(code.site, [index, length]);
        return 0;
      }
      case 'zero-check':
        if (get(code.value) === 0) throw new GraphTrap(code.site, []);
        return 0;
      case 'call':
        return this.enter(code.callee, code.arguments.map(get));
      case 'call-address': {
        const { callAddress } = this.options;
        if (callAddress === undefined) throw new Error('nothing answers calls by address');
        return callAddress(get(code.address) >>> 0, code.arguments.map(get)) | 0;
      }
      case 'machine': {
        const { machine } = this.options;
        if (machine === undefined) throw new Error(`nothing answers ${code.operation}`);
        return machine(code.operation, code.register ?? '', code.arguments.map(get)) | 0;
      }
    }
  }

  private address(code: Extract<Instruction, { op: 'load' | 'store' }>, get: (value: Value) => number): number {
    const index = code.index === null ? 0 : Math.imul(get(code.index), code.scale);
    const address = (get(code.base) + index + code.offset) >>> 0;
    if (address % code.sizeBytes !== 0) throw new Error(`unaligned access of ${code.sizeBytes} bytes at ${address}`);
    return address;
  }

  private load(code: Extract<Instruction, { op: 'load' }>, get: (value: Value) => number): number {
    const address = this.address(code, get);
    if (code.sizeBytes === 4) return this.memory.getInt32(address, true);
    if (code.sizeBytes === 2) {
      return code.signed ? this.memory.getInt16(address, true) : this.memory.getUint16(address, true);
    }
    return code.signed ? this.memory.getInt8(address) : this.memory.getUint8(address);
  }

  private store(code: Extract<Instruction, { op: 'store' }>, get: (value: Value) => number): void {
    const address = this.address(code, get);
    const value = get(code.value);
    if (code.sizeBytes === 4) this.memory.setInt32(address, value, true);
    else if (code.sizeBytes === 2) this.memory.setInt16(address, value, true);
    else this.memory.setInt8(address, value);
  }
}

/** The JavaScript of single instructions. See print-region.ts for the variables. */
import type { DecodedInstruction } from '../decoded-instruction.ts';
import { conditionText, FLAGS_OF_DIFFERENCE, FLAGS_OF_SUM, type FlagSource, floatConditionText } from './flags.ts';
import type { PlacedInstruction, RegionBlock, RegionMode } from './region.ts';

/** Thrown when a register cannot be held as a number after all. */
export class NotAFloatRegister {
  readonly register: number;
  constructor(register: number) {
    this.register = register;
  }
}

export class InstructionPrinter {
  readonly lines: string[] = [];
  readonly written: Set<number> = new Set();
  readonly read: Set<number> = new Set();
  changesIntegerFlags = false;
  changesFloatFlags = false;
  flags: FlagSource = { kind: 'unknown' };
  readonly #floats: ReadonlySet<number>;
  readonly #mode: RegionMode;
  readonly #localMask: (size: number) => string;
  #names = 0;
  /** What to undo if the instruction being printed leaves the region: its address and how many are left to do. */
  #pc = 0;
  #notDone = 0;
  #block: RegionBlock | undefined;
  #position = 0;

  constructor(floats: ReadonlySet<number>, mode: RegionMode, localMemoryBytes: number) {
    this.#floats = floats;
    this.#mode = mode;
    this.#localMask = (size) => String(~(localMemoryBytes - 1) | (size - 1));
  }

  /** Prints instruction number `position` of a block. */
  print(block: RegionBlock, position: number): void {
    const placed = block.instructions[position] as PlacedInstruction;
    this.#block = block;
    this.#position = position;
    this.#pc = placed.pc;
    this.#notDone = block.instructions.length - position;
    this.#print(placed.instruction);
  }

  /** The condition of a branch or conditional move, as an expression. */
  condition(code: number): string {
    return code >= 10 ? floatConditionText(code) : conditionText(code, this.flags);
  }

  /** A register as a word, as an expression. */
  word(register: number): string {
    this.read.add(register);
    return this.#floats.has(register) ? `toWord(f${register})` : `r${register}`;
  }

  isFloat(register: number): boolean {
    return this.#floats.has(register);
  }

  emit(line: string): void {
    this.lines.push(line);
  }

  #name(prefix: string): string {
    this.#names++;
    return `${prefix}${this.#names}`;
  }

  #constant(prefix: string, expression: string): string {
    const name = this.#name(prefix);
    this.emit(`const ${name} = ${expression};`);
    return name;
  }

  /** Leaves the region before this instruction: the interpreter does it. `reason`: 1, or 2 + register. */
  #leave(reason: number): string {
    return `{ core.bail = ${reason}; pc = ${this.#pc}; left += ${this.#notDone}; break out; }`;
  }

  #print(instruction: DecodedInstruction): void {
    const { operation, d, n, m, immediate, hasImmediate } = instruction;
    const second = (): string => (hasImmediate ? String(immediate) : this.#constant('b', this.word(m)));
    switch (operation) {
      case 'nop':
      case 'branch':
        return;
      case 'add':
        this.#add(d, this.#constant('a', this.word(n)), second());
        return;
      case 'sub':
        this.#subtract(d, this.#constant('a', this.word(n)), second());
        return;
      case 'and':
        this.#logical(d, `${this.word(n)} & ${this.word(m)}`);
        return;
      case 'orr':
        this.#logical(d, `${this.word(n)} | ${this.word(m)}`);
        return;
      case 'eor':
        this.#logical(d, `${this.word(n)} ^ ${this.word(m)}`);
        return;
      case 'lsl':
        this.#logical(d, `${this.word(n)} << ${second()}`);
        return;
      case 'lsr':
        this.#logical(d, `(${this.word(n)} >>> ${second()}) | 0`);
        return;
      case 'asr':
        this.#logical(d, `${this.word(n)} >> ${second()}`);
        return;
      case 'bitr':
        this.#logical(d, `reverseBits(${this.word(n)})`);
        return;
      case 'move-immediate':
        this.#moveImmediate(d, immediate);
        return;
      case 'move-high':
        this.#moveHigh(d, immediate);
        return;
      case 'move-if':
        this.#moveIf(instruction);
        return;
      case 'load':
        this.#load(instruction);
        return;
      case 'store':
        this.#store(instruction);
        return;
      case 'branch-link':
        this.#setWord(14, String((this.#pc + instruction.lengthBytes) | 0), '');
        return;
      case 'jump':
        this.emit(`pc = ${this.word(n)} & -2;`);
        return;
      case 'jump-link':
        this.emit(`pc = ${this.word(n)} & -2;`);
        this.#setWord(14, String((this.#pc + instruction.lengthBytes) | 0), '');
        return;
      default:
        if (this.#mode.integer && operation !== 'fabs' && operation !== 'float' && operation !== 'fix') {
          this.#integerMode(instruction);
        } else this.#float(instruction);
    }
  }

  // --- writing registers ---

  /** Writes a word to a register after `commit`, a statement that must not happen if the region is left. */
  #setWord(register: number, expression: string, commit: string): void {
    this.written.add(register);
    if (this.#floats.has(register)) {
      const value = this.#constant('q', `toFloat(${expression})`);
      this.#requireNormal(value, 2 + register);
      this.emit(`${commit} f${register} = ${value};`);
    } else this.emit(`${commit} r${register} = ${expression};`);
  }

  /** Leaves the region unless a number is normal or zero (or infinite). */
  #requireNormal(value: string, reason: number): void {
    this.emit(`if (!(Math.abs(${value}) >= ${2 ** -126} || ${value} === 0)) ${this.#leave(reason)}`);
  }

  // --- integer ---

  #add(d: number, a: string, b: string): void {
    const sum = this.#constant('s', `(${a} + ${b}) | 0`);
    const constant = Number(b);
    const overflow = Number.isNaN(constant)
      ? `(${a} ^ ${sum}) & (${b} ^ ${sum})`
      : constant >= 0
        ? `~${a} & ${sum}`
        : `${a} & ~${sum}`;
    this.#setFlags({ kind: 'sum', a, b });
    this.#setWord(d, sum, `avs |= ${overflow}; fa = ${a}; fb = ${b}; fk = ${FLAGS_OF_SUM};`);
  }

  #subtract(d: number, a: string, b: string): void {
    const difference = this.#constant('s', `(${a} - ${b}) | 0`);
    const constant = Number(b);
    const overflow = Number.isNaN(constant)
      ? `(${a} ^ ${b}) & (${a} ^ ${difference})`
      : constant >= 0
        ? `${a} & ~${difference}`
        : `~${a} & ${difference}`;
    this.#setFlags({ kind: 'difference', a, b });
    this.#setWord(d, difference, `avs |= ${overflow}; fa = ${a}; fb = ${b}; fk = ${FLAGS_OF_DIFFERENCE};`);
  }

  #logical(d: number, expression: string): void {
    const result = this.#constant('s', expression);
    this.#setFlags({ kind: 'logical', a: result });
    this.#setWord(d, result, `fa = ${result}; fb = 0; fk = ${FLAGS_OF_SUM};`);
  }

  #setFlags(flags: FlagSource): void {
    this.flags = flags;
    this.changesIntegerFlags = true;
  }

  // --- moves ---

  #moveImmediate(d: number, immediate: number): void {
    if (!this.#floats.has(d) || immediate === 0) {
      this.written.add(d);
      this.emit(this.#floats.has(d) ? `f${d} = 0;` : `r${d} = ${immediate};`);
      return;
    }
    // A small integer is a subnormal pattern. Usually MOVT follows and makes a number of both halves.
    const high = this.#followingMoveHigh(d);
    if (high === undefined) throw new NotAFloatRegister(d);
    const value = wordToFloat(immediate | (high << 16));
    if (!(Math.abs(value) >= 2 ** -126 || value === 0)) throw new NotAFloatRegister(d);
    this.written.add(d);
    this.emit(`f${d} = ${floatText(value)};`);
  }

  /** The operand of a MOVT to the same register that follows with nothing between that reads it or leaves. */
  #followingMoveHigh(d: number): number | undefined {
    const rest = this.#block?.instructions.slice(this.#position + 1) ?? [];
    for (const { instruction } of rest) {
      if (instruction.operation === 'move-high' && instruction.d === d) return instruction.immediate;
      const harmless = instruction.operation === 'move-immediate' || instruction.operation === 'move-high';
      if (!harmless || instruction.d === d) return undefined;
    }
    return undefined;
  }

  #moveHigh(d: number, immediate: number): void {
    // After a MOV that took this instruction's half already, this repeats what is there.
    this.#setWord(d, `(${this.word(d)} & 65535) | ${immediate << 16}`, '');
  }

  #moveIf({ condition, d, n }: DecodedInstruction): void {
    this.read.add(n);
    this.read.add(d);
    this.written.add(d);
    const always = condition === 14;
    if (!always) this.emit(`if (${this.condition(condition)}) {`);
    if (this.#floats.has(d) && this.#floats.has(n)) this.emit(`f${d} = f${n};`);
    else this.#setWord(d, this.word(n), '');
    if (!always) this.emit('}');
  }

  // --- memory ---

  /** The address, and the statement that writes the base back (for post-modify forms). */
  #address(instruction: DecodedInstruction): { address: string; writeBack: string } {
    const { mode, n, m, immediate } = instruction;
    const base = this.word(n);
    const by =
      mode === 'displacement' || mode === 'post-displacement'
        ? `${immediate < 0 ? '-' : '+'} ${Math.abs(immediate)}`
        : `${immediate < 0 ? '-' : '+'} ${this.word(m)}`;
    if (mode === 'displacement' || mode === 'index') {
      const expression = by === '+ 0' ? base : `(${base} ${by}) | 0`;
      return { address: this.#constant('p', expression), writeBack: '' };
    }
    const address = this.#constant('p', base);
    this.written.add(n);
    return { address, writeBack: `r${n} = (${address} ${by}) | 0;` };
  }

  #load(instruction: DecodedInstruction): void {
    const { d, sizeBytes } = instruction;
    const { address, writeBack } = this.#address(instruction);
    const local = `(${address} & ${this.#localMask(sizeBytes)}) === 0`;
    const targets = sizeBytes === 8 ? [d, (d + 1) & 63] : [d];
    const values = targets.map(() => this.#name('v'));
    const isFloat = targets.map((target) => sizeBytes >= 4 && this.#floats.has(target));
    this.emit(`let ${values.join(', ')};`);
    const near: string[] = [];
    const far: string[] = [];
    for (const [i, value] of values.entries()) {
      const at = `(${address} >> 2)${i === 0 ? '' : ' + 1'}`;
      if (sizeBytes === 1) near.push(`${value} = bytes[${address}];`);
      else if (sizeBytes === 2) near.push(`${value} = halfwords[${address} >> 1];`);
      else near.push(`${value} = ${isFloat[i] ? 'floats' : 'words'}[${at}];`);
      const distant = i === 0 ? `${LOADERS[sizeBytes]}(bus, core, ${address})` : `loadWord(bus, core, ${address} + 4)`;
      far.push(`${value} = ${isFloat[i] ? `toFloat(${distant})` : distant};`);
    }
    this.emit(`if (${local}) { ${near.join(' ')} }`);
    this.emit(`else { ${far.join(' ')} if (core.bail !== 0) ${this.#leave(1)} }`);
    for (const [i, value] of values.entries()) if (isFloat[i]) this.#requireNormal(value, 2 + (targets[i] ?? 0));
    // Narrow loads into a register held as a number give a subnormal pattern, or zero.
    let commit = writeBack;
    for (const [i, value] of values.entries()) {
      const target = targets[i] ?? 0;
      if (isFloat[i]) {
        this.written.add(target);
        this.emit(`${commit} f${target} = ${value};`);
      } else this.#setWord(target, value, commit);
      commit = '';
    }
  }

  #store(instruction: DecodedInstruction): void {
    const { d, sizeBytes } = instruction;
    const { address, writeBack } = this.#address(instruction);
    const local = `(${address} & ${this.#localMask(sizeBytes)}) === 0 && guard[${address} >> 5] === 0`;
    const sources = sizeBytes === 8 ? [d, (d + 1) & 63] : [d];
    const near: string[] = [];
    const values: string[] = [];
    for (const [i, source] of sources.entries()) {
      const at = `(${address} >> 2)${i === 0 ? '' : ' + 1'}`;
      this.read.add(source);
      const float = sizeBytes >= 4 && this.#floats.has(source);
      values.push(this.word(source));
      if (sizeBytes === 1) near.push(`bytes[${address}] = ${this.word(source)};`);
      else if (sizeBytes === 2) near.push(`halfwords[${address} >> 1] = ${this.word(source)};`);
      else near.push(float ? `floats[${at}] = f${source};` : `words[${at}] = r${source};`);
    }
    this.emit(`if (${local}) { ${near.join(' ')} }`);
    const far = `${STORERS[sizeBytes]}(bus, core, ${address}, ${values.join(', ')})`;
    this.emit(`else { ${far}; if (core.bail !== 0) ${this.#leave(1)} }`);
    if (writeBack !== '') this.emit(writeBack);
  }

  // --- FPU ---

  #integerMode({ operation, d, n, m }: DecodedInstruction): void {
    const a = this.word(n);
    const b = this.word(m);
    const expressions: Readonly<Record<string, string>> = {
      fadd: `(${a} + ${b}) | 0`,
      fsub: `(${a} - ${b}) | 0`,
      fmul: `Math.imul(${a}, ${b})`,
      fmadd: `(${this.word(d)} + Math.imul(${a}, ${b})) | 0`,
      fmsub: `(${this.word(d)} - Math.imul(${a}, ${b})) | 0`,
    };
    const result = this.#constant('s', expressions[operation] ?? '0');
    this.changesFloatFlags = true;
    this.#setWord(d, result, `bf = ${result}; bv = 0;`);
  }

  /** A register as a number that is normal, zero or infinite, as the name of a variable. */
  #operand(register: number): string {
    this.read.add(register);
    if (this.#floats.has(register)) return `f${register}`;
    const value = this.#constant('x', `toFloat(r${register})`);
    this.#requireNormal(value, 1);
    return value;
  }

  #float(instruction: DecodedInstruction): void {
    const { operation, d, n, m } = instruction;
    this.changesFloatFlags = true;
    if (operation === 'float') {
      const rounded = this.#mode.truncate
        ? `toFloat(floatFromInteger(${this.word(n)}, true))`
        : `Math.fround(${this.word(n)})`;
      this.#setFloat(d, this.#constant('y', rounded));
      return;
    }
    const a = this.#operand(n);
    if (operation === 'fabs') {
      this.#setFloat(d, this.#constant('y', `Math.abs(${a})`));
      return;
    }
    if (operation === 'fix') {
      this.#fix(d, a);
      return;
    }
    const b = this.#operand(m);
    const accumulates = operation === 'fmadd' || operation === 'fmsub';
    const c = accumulates ? this.#operand(d) : '';
    const sign = operation === 'fmsub' ? '-' : '';
    const [exact, rounded] = this.#mode.truncate
      ? truncatedText(operation, a, b, c, sign)
      : this.#nearestText(operation, a, b, c, sign);
    const result = this.#constant('y', rounded);
    // Normal, or an exact zero: no exception. Everything else is left to the interpreter.
    const inRange = `Math.abs(${result}) >= ${2 ** -126} && Math.abs(${exact}) < ${2 ** 128} && Math.abs(${result}) < Infinity`;
    this.emit(`if (!((${inRange}) || ${exact} === 0)) ${this.#leave(1)}`);
    // The old content of RD, see OLD_DESTINATION_NAN_IS_INVALID in float-unit.ts.
    if (!accumulates && !this.#floats.has(d) && d !== n && d !== m) {
      this.read.add(d);
      this.emit(`if ((r${d} & 0x7fffffff) > 0x7f800000) sticky |= 8192;`);
    }
    this.#setFloat(d, result);
  }

  /** The sum, product or fused result as a double, and an expression that rounds it to nearest even. */
  #nearestText(operation: string, a: string, b: string, c: string, sign: string): [string, string] {
    if (operation === 'fadd' || operation === 'fsub' || operation === 'fmul') {
      const symbol = operation === 'fadd' ? '+' : operation === 'fsub' ? '-' : '*';
      const exact = this.#constant('e', `${a} ${symbol} ${b}`);
      return [exact, `Math.fround(${exact})`];
    }
    const exact = this.#constant('e', `${c} ${sign === '-' ? '-' : '+'} ${a} * ${b}`);
    const once = this.#constant('o', `Math.fround(${exact})`);
    // Rounding the double again is wrong only if it lies halfway between two singles; fma() looks closer.
    const other = `${exact} + (${exact} - ${once})`;
    return [
      exact,
      `${once} === ${exact} || Math.fround(${other}) !== ${other} ? ${once} : fma(${sign}${a}, ${b}, ${c})`,
    ];
  }

  #fix(d: number, a: string): void {
    const rounded = this.#mode.truncate
      ? `Math.trunc(${a})`
      : `(${a} < 0 ? -Math.floor(0.5 - ${a}) : Math.floor(${a} + 0.5))`;
    const value = this.#constant('e', rounded);
    this.emit(`if (!(${value} >= -2147483648 && ${value} <= 2147483647)) ${this.#leave(1)}`);
    const result = this.#constant('s', `${value} | 0`);
    this.#setWord(d, result, `bf = ${result}; bv = 0;`);
  }

  #setFloat(d: number, value: string): void {
    this.written.add(d);
    const target = this.#floats.has(d) ? `f${d} = ${value};` : `r${d} = toWord(${value});`;
    this.emit(`bf = ${value}; bv = 0; ${target}`);
  }
}

const LOADERS: Readonly<Record<number, string>> = { 1: 'loadByte', 2: 'loadHalfword', 4: 'loadWord', 8: 'loadDouble' };
const STORERS: Readonly<Record<number, string>> = {
  1: 'storeByte',
  2: 'storeHalfword',
  4: 'storeWord',
  8: 'storeDouble',
};

function truncatedText(operation: string, a: string, b: string, c: string, sign: string): [string, string] {
  switch (operation) {
    case 'fadd':
      return [`(${a} + ${b})`, `addTowardZero(${a}, ${b})`];
    case 'fsub':
      return [`(${a} - ${b})`, `subTowardZero(${a}, ${b})`];
    case 'fmul':
      return [`(${a} * ${b})`, `mulTowardZero(${a}, ${b})`];
    default:
      return [`(${sign}${a} * ${b} + ${c})`, `fmaTowardZero(${sign}${a}, ${b}, ${c})`];
  }
}

const floatView = new Float32Array(1);
const wordView = new Int32Array(floatView.buffer);

function wordToFloat(word: number): number {
  wordView[0] = word;
  return floatView[0] as number;
}

function floatText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

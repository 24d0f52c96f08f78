/** The JavaScript of single instructions. See print-region.ts for the variables. */
import { MULTIPLY_ADD_ROUNDS_ONCE } from '../../boards/isa/epiphany/silicon-assumptions.ts';
import type { DecodedInstruction } from '../decoded-instruction.ts';
import { conditionText, FLAGS_OF_DIFFERENCE, FLAGS_OF_SUM, type FlagSource, floatConditionText } from './flags.ts';
import { INTEGER_MODE, type PlacedInstruction, type RegionBlock, type RegionMode } from './region.ts';

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
  /** Registers that are known not to hold a NaN at this point of the block, nor what NaN stands for. */
  #sure: Set<number> = new Set();
  #names = 0;
  /** What to undo if the instruction being printed leaves the region: its address and how many are left to do. */
  #pc = 0;
  #notDone = 0;
  #block: RegionBlock | undefined;

  constructor(floats: ReadonlySet<number>, mode: RegionMode, localMemoryBytes: number) {
    this.#floats = floats;
    this.#mode = mode;
    this.#localMask = (size) => String(~(localMemoryBytes - 1) | (size - 1));
  }

  /** Prints instruction number `position` of a block. */
  print(block: RegionBlock, position: number): void {
    const placed = block.instructions[position] as PlacedInstruction;
    if (position === 0) this.#sure = new Set();
    this.#block = block;
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
    if (!this.#floats.has(register)) return `r${register}`;
    if (this.#sure.has(register)) return `toWord(f${register})`;
    return `(f${register} === f${register} ? toWord(f${register}) : registers[${register}])`;
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

  /** Leaves the region before this instruction: the interpreter does it. */
  #leave(): string {
    return `{ core.bail = 1; pc = ${this.#pc}; left += ${this.#notDone}; break out; }`;
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
      case 'gid':
        this.emit('core.status |= 2;');
        return;
      case 'gie':
        this.emit(`if ((core.interruptLatch & ~core.interruptMask) !== 0) ${this.#leave()}`);
        this.emit('core.status &= -3;');
        return;
      case 'move-from-special':
        this.#setWord(d, 'core.config');
        return;
      case 'move-to-special':
        this.#setConfig(this.#constant('c', this.word(d)));
        return;
      case 'branch-link':
        this.#setWord(14, String((this.#pc + instruction.lengthBytes) | 0));
        return;
      case 'jump':
        this.emit(`pc = ${this.word(n)} & -2;`);
        return;
      case 'jump-link':
        this.emit(`pc = ${this.word(n)} & -2;`);
        this.#setWord(14, String((this.#pc + instruction.lengthBytes) | 0));
        return;
      default:
        if (
          (this.#block?.id ?? 0) >= INTEGER_MODE &&
          operation !== 'fabs' &&
          operation !== 'float' &&
          operation !== 'fix'
        ) {
          this.#integerMode(instruction);
        } else this.#float(instruction);
    }
  }

  // --- writing registers ---

  /** Writes a word to a register. */
  #setWord(register: number, expression: string): void {
    this.written.add(register);
    this.#sure.delete(register);
    if (!this.#floats.has(register)) {
      this.emit(`r${register} = ${expression};`);
      return;
    }
    const word = this.#constant('w', expression);
    this.emit(`f${register} = toFloat(${word});`);
    this.emit(`if (!(${normal(`f${register}`)})) { registers[${register}] = ${word}; f${register} = NaN; }`);
  }

  /** Leaves the region if the value of a register held as a number is no normal number. */
  #requireNumber(register: number): void {
    if (this.#sure.has(register)) return;
    this.emit(`if (f${register} !== f${register}) ${this.#leave()}`);
    this.#sure.add(register);
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
    this.emit(`avs |= ${overflow}; fa = ${a}; fb = ${b}; fk = ${FLAGS_OF_SUM};`);
    this.#setWord(d, sum);
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
    this.emit(`avs |= ${overflow}; fa = ${a}; fb = ${b}; fk = ${FLAGS_OF_DIFFERENCE};`);
    this.#setWord(d, difference);
  }

  #logical(d: number, expression: string): void {
    const result = this.#constant('s', expression);
    this.#setFlags({ kind: 'logical', a: result });
    this.emit(`fa = ${result}; fb = 0; fk = ${FLAGS_OF_SUM};`);
    this.#setWord(d, result);
  }

  #setFlags(flags: FlagSource): void {
    this.flags = flags;
    this.changesIntegerFlags = true;
  }

  // --- moves ---

  /** CONFIG, if only integer mode changes. */
  #setConfig(value: string): void {
    this.emit(`if (((${value} ^ core.config) & ${~0x80000}) !== 0) ${this.#leave()}`);
    this.emit(`core.config = ${value};`);
  }

  #moveImmediate(d: number, immediate: number): void {
    this.written.add(d);
    // Not a NaN in any case.
    this.#sure.add(d);
    if (!this.#floats.has(d)) this.emit(`r${d} = ${immediate};`);
    else if (immediate === 0) this.emit(`f${d} = 0;`);
    else {
      this.emit(`f${d} = NaN; registers[${d}] = ${immediate};`);
      this.#sure.delete(d);
    }
  }

  #moveHigh(d: number, immediate: number): void {
    this.#setWord(d, `(${this.word(d)} & 65535) | ${immediate << 16}`);
  }

  #moveIf({ condition, d, n }: DecodedInstruction): void {
    this.read.add(n);
    this.read.add(d);
    this.written.add(d);
    const always = condition === 14;
    const sure = new Set(this.#sure);
    if (!always) this.emit(`if (${this.condition(condition)}) {`);
    if (this.#floats.has(d) && this.#floats.has(n)) {
      this.emit(`f${d} = f${n};`);
      if (this.#sure.has(n)) this.#sure.add(d);
      else {
        this.emit(`if (f${d} !== f${d}) registers[${d}] = registers[${n}];`);
        this.#sure.delete(d);
      }
    } else this.#setWord(d, this.word(n));
    if (always) return;
    this.emit('}');
    this.#sure = new Set([...sure].filter((register) => this.#sure.has(register)));
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
    this.#sure.delete(n);
    return { address, writeBack: `r${n} = (${address} ${by}) | 0;` };
  }

  #load(instruction: DecodedInstruction): void {
    const { d, sizeBytes } = instruction;
    const { address, writeBack } = this.#address(instruction);
    const local = `(${address} & ${this.#localMask(sizeBytes)}) === 0`;
    const targets = sizeBytes === 8 ? [d, (d + 1) & 63] : [d];
    const values = targets.map(() => this.#name('v'));
    const near: string[] = [];
    const far: string[] = [];
    const convert: string[] = [];
    for (const [i, value] of values.entries()) {
      const target = targets[i] ?? 0;
      const at = `(${address} >> 2)${i === 0 ? '' : ' + 1'}`;
      const float = sizeBytes >= 4 && this.#floats.has(target);
      if (sizeBytes === 1) near.push(`${value} = bytes[${address}];`);
      else if (sizeBytes === 2) near.push(`${value} = halfwords[${address} >> 1];`);
      else if (!float) near.push(`${value} = words[${at}];`);
      else {
        near.push(`${value} = floats[${at}];`);
        near.push(`if (!(${normal(value)})) { registers[${target}] = words[${at}]; ${value} = NaN; }`);
        convert.push(`{ const w = ${value}; ${value} = toFloat(w);`);
        convert.push(`if (!(${normal(value)})) { registers[${target}] = w; ${value} = NaN; } }`);
      }
      far.push(
        i === 0
          ? `${value} = ${LOADERS[sizeBytes]}(bus, core, ${address});`
          : `${value} = loadWord(bus, core, ${address} + 4);`,
      );
    }
    this.emit(`let ${values.join(', ')};`);
    this.emit(`if (${local}) { ${near.join(' ')} }`);
    this.emit(`else { ${far.join(' ')} if (core.bail !== 0) ${this.#leave()} ${convert.join(' ')} }`);
    this.emit(writeBack);
    for (const [i, value] of values.entries()) {
      const target = targets[i] ?? 0;
      if (sizeBytes >= 4 && this.#floats.has(target)) {
        this.written.add(target);
        this.#sure.delete(target);
        this.emit(`f${target} = ${value};`);
      } else this.#setWord(target, value);
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
      const word = this.word(source);
      values.push(word);
      if (sizeBytes === 1) near.push(`bytes[${address}] = ${word};`);
      else if (sizeBytes === 2) near.push(`halfwords[${address} >> 1] = ${word};`);
      else if (!this.#floats.has(source)) near.push(`words[${at}] = ${word};`);
      else if (this.#sure.has(source)) near.push(`floats[${at}] = f${source};`);
      else {
        near.push(`if (f${source} === f${source}) floats[${at}] = f${source};`);
        near.push(`else words[${at}] = registers[${source}];`);
      }
    }
    this.emit(`if (${local}) { ${near.join(' ')} }`);
    const far = `${STORERS[sizeBytes]}(bus, core, ${address}, ${values.join(', ')})`;
    this.emit(`else { ${far}; if (core.bail !== 0) ${this.#leave()} }`);
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
    this.emit(`bf = ${result}; bv = 0;`);
    this.#setWord(d, result);
  }

  /** A register as a number that is normal, zero or infinite, as the name of a variable. */
  #operand(register: number): string {
    this.read.add(register);
    if (this.#floats.has(register)) return `f${register}`;
    const value = this.#constant('x', `toFloat(r${register})`);
    this.emit(`if (!(${normal(value)})) ${this.#leave()}`);
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
      if (this.#floats.has(n)) this.#requireNumber(n);
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
    this.emit(`if (!((${inRange}) || ${exact} === 0)) ${this.#leave()}`);
    // The old content of RD, see OLD_DESTINATION_NAN_IS_INVALID in float-unit.ts.
    if (!accumulates && !this.#sure.has(d) && d !== n && d !== m) {
      this.read.add(d);
      const old = this.#floats.has(d) ? `f${d} !== f${d} && (registers[${d}]` : `(r${d}`;
      this.emit(`if (${old} & 0x7fffffff) > 0x7f800000) sticky |= 8192;`);
    }
    for (const register of accumulates ? [n, m, d] : [n, m]) if (this.#floats.has(register)) this.#sure.add(register);
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
    if (!MULTIPLY_ADD_ROUNDS_ONCE) return [exact, `fma(${sign}${a}, ${b}, ${c})`];
    const once = this.#constant('o', `Math.fround(${exact})`);
    // Rounding the double again is wrong only if it lies halfway between two singles; fma() looks closer.
    const other = `${exact} + (${exact} - ${once})`;
    return [
      exact,
      `${once} === ${exact} || Math.fround(${other}) !== ${other} ? ${once} : fma(${sign}${a}, ${b}, ${c})`,
    ];
  }

  #fix(d: number, a: string): void {
    const rounded = this.#mode.truncate ? `Math.trunc(${a})` : `nearestInteger(${a})`;
    const value = this.#constant('e', rounded);
    this.emit(`if (!(${value} >= -2147483648 && ${value} <= 2147483647)) ${this.#leave()}`);
    const result = this.#constant('s', `${value} | 0`);
    this.emit(`bf = ${result}; bv = 0;`);
    this.#setWord(d, result);
  }

  #setFloat(d: number, value: string): void {
    this.written.add(d);
    const target = this.#floats.has(d) ? `f${d} = ${value};` : `r${d} = toWord(${value});`;
    this.emit(`bf = ${value}; bv = 0; ${target}`);
    this.#sure.add(d);
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

/** True for normal numbers, zeros and infinities: what a register held as a number may hold. */
function normal(value: string): string {
  return `Math.abs(${value}) >= ${2 ** -126} || ${value} === 0`;
}

/**
 * Where records and array literals live, and whether they are used longer than that.
 *
 * There is no heap: what a function makes lives in its frame, at one place for each literal. What it returns lives in
 * the frame of the caller instead, in memory whose address is passed in. So a reference must not get into anything
 * that lives longer than what it refers to: module state, a record of the caller, or, for what is made inside a loop,
 * a variable or record from outside of that loop (the next turn uses the same place again).
 *
 * Each function is looked at by itself: a parameter stands for the record that is passed and all that can be reached
 * from it. What a function does to its parameters is a summary that its callers use.
 */
import type {
  ArrayExpression,
  Expression,
  KernelFunction,
  Local,
  RecordType,
  SourcePosition,
  Statement,
} from './tree.ts';
import { elementKindOf, type TreeVisitor, visitExpression, visitStatements } from './visit-tree.ts';

/** What is used longer than it lives. */
export interface LifetimeFault {
  /** `module`: module state; `parameter`: a record of the caller; `loop`: outside of the loop; `recursion`: unbounded. */
  readonly kind: 'module' | 'parameter' | 'loop' | 'recursion';
  readonly position: SourcePosition;
}

/** An expression that makes something: `new-record`, `new-array`, or a call that returns what the callee made. */
export type Creation = Expression | ArrayExpression;

export interface RecordPlaces {
  /** Words that a caller must provide for what a function makes and returns. */
  resultWords(f: KernelFunction): number;
  /** The word in that memory where a creation of this function lives; null if it lives in the frame. */
  resultOffset(creation: Creation): number | null;
}

type Loop = Extract<Statement, { op: 'loop' }>;

type Thing =
  /** Made here, or by a callee for us. `loops`: the loops around it, outermost first. */
  | { readonly tag: 'made'; readonly creation: Creation; readonly loops: readonly Loop[] }
  | { readonly tag: 'parameter'; readonly index: number }
  | { readonly tag: 'module' };

type Outside = number | 'module';

/** What a call does with references: numbers are parameters and what is reached from them. */
interface Summary {
  /** What the result may be, besides what the function makes. */
  readonly result: Set<Outside>;
  /** What the result may reach if it was made by the function. */
  readonly inside: Set<Outside>;
  makesResult: boolean;
  /** What is stored into records of each parameter. */
  readonly stored: Map<Outside, Set<Outside>>;
}

/** Looks at all functions of a program. */
export function analyseLifetimes(functions: readonly KernelFunction[]): {
  readonly faults: readonly LifetimeFault[];
  readonly places: RecordPlaces;
} {
  const summaries = new Map<KernelFunction, Summary>();
  const analyses = new Map<KernelFunction, FunctionLifetimes>();
  for (const f of functions) {
    summaries.set(f, { result: new Set(), inside: new Set(), makesResult: false, stored: new Map() });
    analyses.set(f, new FunctionLifetimes(f, summaries));
  }
  for (let changed = true; changed; ) {
    changed = false;
    for (const analysis of analyses.values()) changed = analysis.run() || changed;
  }
  const faults = [...analyses.values()].flatMap((analysis) => analysis.faults());
  const places = new Places(analyses, faults);
  return { faults, places };
}

const MODULE: Thing = { tag: 'module' };
/** Arrays of numbers of modules. */
const MODULE_NUMBERS: Thing = { tag: 'module' };

class FunctionLifetimes {
  readonly f: KernelFunction;
  readonly #summaries: ReadonlyMap<KernelFunction, Summary>;
  readonly #made = new Map<Creation, Thing>();
  readonly #loops = new Map<Creation | Local, readonly Loop[]>();
  readonly #parameters: readonly Thing[];
  readonly #variables = new Map<Local, Set<Thing>>();
  readonly #contents = new Map<Thing, Set<Thing>>();
  readonly #result = new Set<Thing>();
  #changed = false;
  #faults: LifetimeFault[] | null = null;

  constructor(f: KernelFunction, summaries: ReadonlyMap<KernelFunction, Summary>) {
    this.f = f;
    this.#summaries = summaries;
    this.#parameters = f.parameters.map((_, index) => ({ tag: 'parameter', index }));
    f.parameters.forEach((local, index) => {
      this.#loops.set(local, []);
      this.#variables.set(local, new Set([this.#parameters[index] as Thing]));
    });
    this.#noteLoops(f.body, []);
  }

  /** Goes over the body until nothing new is found. True if the summary changed. */
  run(): boolean {
    const before = this.#summarySize();
    do {
      this.#changed = false;
      this.#flow();
    } while (this.#changed);
    this.#summarise();
    return this.#summarySize() !== before;
  }

  /** Once more, now with all that is known. */
  faults(): readonly LifetimeFault[] {
    const faults: LifetimeFault[] = [];
    this.#faults = faults;
    this.#flow();
    this.#faults = null;
    return faults;
  }

  /** What lives in memory of the caller: all that the result is or reaches and that was made here. */
  escaping(): readonly Creation[] {
    return [...this.#reach(this.#result)].flatMap((thing) => (thing.tag === 'made' ? [thing.creation] : []));
  }

  #summary(): Summary {
    return this.#summaries.get(this.f) as Summary;
  }

  #summarySize(): number {
    const { result, inside, makesResult, stored } = this.#summary();
    let size = result.size + inside.size + Number(makesResult);
    for (const set of stored.values()) size += set.size;
    return size;
  }

  #summarise(): void {
    const summary = this.#summary();
    for (const thing of this.#result) {
      if (thing.tag !== 'made') summary.result.add(outside(thing));
      else {
        summary.makesResult = true;
        for (const inner of this.#reach([thing])) if (inner.tag !== 'made') summary.inside.add(outside(inner));
      }
    }
    for (const [into, things] of this.#contents) {
      if (into.tag === 'made') continue;
      const key = outside(into);
      const set = summary.stored.get(key) ?? new Set();
      summary.stored.set(key, set);
      for (const thing of this.#reach(things)) if (thing.tag !== 'made') set.add(outside(thing));
    }
  }

  #noteLoops(body: readonly Statement[], loops: readonly Loop[]): void {
    const set = (thing: Creation | Local, nest: readonly Loop[]): void => {
      // Bodies that were put in the place of a call are gone over with their own loops first.
      if (!this.#loops.has(thing)) this.#loops.set(thing, nest);
    };
    const visitor = (nest: readonly Loop[]): TreeVisitor => ({
      expression: (inner) => {
        const isNew = !this.#loops.has(inner);
        set(inner, nest);
        if (inner.op === 'inline' && isNew) this.#noteLoops(inner.body, nest);
      },
      array: (inner) => {
        set(inner, nest);
        if (inner.op === 'changed-array') set(inner.local, nest);
      },
    });
    const note = (e: Expression | null, nest = loops): void => {
      if (e !== null) visitExpression(e, visitor(nest));
    };
    for (const s of body) {
      switch (s.op) {
        case 'declare':
          this.#loops.set(s.local, loops);
          note(s.value);
          break;
        case 'declare-array':
        case 'assign-array':
          if (s.op === 'declare-array') this.#loops.set(s.local, loops);
          visitStatements([s], visitor(loops));
          break;
        case 'expression':
        case 'return':
          note(s.value);
          break;
        case 'if':
          note(s.condition);
          this.#noteLoops(s.whenTrue, loops);
          this.#noteLoops(s.whenFalse, loops);
          break;
        case 'loop':
          note(s.condition, [...loops, s]);
          for (const e of s.update) note(e, [...loops, s]);
          this.#noteLoops(s.body, [...loops, s]);
          break;
        case 'block':
          this.#noteLoops(s.body, loops);
          break;
      }
    }
  }

  #flow(): void {
    visitStatements(this.f.body, {
      statement: (s) => {
        if (s.op === 'declare-array' || s.op === 'assign-array') {
          this.#assign(s.local, this.#array(s.value), s.position);
        } else if (s.op === 'declare' && s.value?.type === 'reference') {
          this.#assign(s.local, this.#things(s.value), s.position);
        } else if (s.op === 'return' && s.value?.type === 'reference') {
          this.#add(this.#result, this.#things(s.value));
        }
      },
      expression: (e) => this.#effect(e),
      array: (array) => {
        if (array.op === 'changed-array') this.#assign(array.local, this.#array(array.value), array.local.position);
        if (array.op !== 'new-array' || array.element !== 'reference') return;
        for (const value of array.values) this.#store([this.#madeBy(array)], this.#things(value), value.position);
      },
    });
  }

  #effect(e: Expression): void {
    if (e.op === 'assign' && e.type === 'reference') {
      const value = this.#things(e.value);
      const { target } = e;
      if (target.op === 'local') this.#assign(target.local, value, e.position);
      else if (target.op === 'global') this.#store([MODULE], value, e.position);
      else if (target.op === 'field') this.#store(this.#things(target.owner), value, e.position);
      else this.#store(this.#array(target.array), value, e.position);
    } else if (e.op === 'new-record') {
      for (const { value } of e.values) {
        if (value.type === 'reference') this.#store([this.#madeBy(e)], this.#things(value), value.position);
      }
    } else if (e.op === 'call') {
      const summary = this.#summaries.get(e.callee);
      if (summary === undefined) return;
      const passed = (from: Outside): Iterable<Thing> => this.#passed(e, from);
      for (const [into, from] of summary.stored) {
        for (const each of from) this.#store(this.#reach(passed(into)), passed(each), e.position);
      }
      if (summary.makesResult) {
        for (const each of summary.inside) this.#store([this.#madeBy(e)], passed(each), e.position);
      }
    }
  }

  #passed(call: Extract<Expression, { op: 'call' }>, from: Outside): Iterable<Thing> {
    if (from === 'module') return [MODULE];
    const argument = call.arguments[from];
    if (argument === undefined) return [];
    return argument.tag === 'array' ? this.#array(argument.value) : this.#things(argument.value);
  }

  #assign(local: Local, things: Iterable<Thing>, position: SourcePosition): void {
    let known = this.#variables.get(local);
    if (known === undefined) {
      known = new Set();
      this.#variables.set(local, known);
    }
    const list = [...things];
    this.#add(known, list);
    const loops = this.#loops.get(local);
    if (this.#faults === null || loops === undefined) return;
    if (list.some((thing) => thing.tag === 'made' && !isInside(loops, thing.loops))) {
      this.#faults.push({ kind: 'loop', position });
    }
  }

  #store(into: Iterable<Thing>, things: Iterable<Thing>, position: SourcePosition): void {
    const list = [...things];
    for (const holder of [...into]) {
      if (this.#holdsNumbers(holder)) continue;
      let known = this.#contents.get(holder);
      if (known === undefined) {
        known = new Set();
        this.#contents.set(holder, known);
      }
      this.#add(known, list);
      if (this.#faults === null) continue;
      for (const thing of list) {
        if (holder.tag === 'module') {
          // An array of a call from outside lives in the message of that call.
          const isOfCall = thing.tag === 'parameter' && this.f.exported;
          if (thing.tag === 'made' || isOfCall) this.#faults.push({ kind: 'module', position });
        } else if (thing.tag !== 'made') continue;
        else if (holder.tag === 'parameter') this.#faults.push({ kind: 'parameter', position });
        else if (!isInside(holder.loops, thing.loops)) this.#faults.push({ kind: 'loop', position });
      }
    }
  }

  /** True for an array of numbers: nothing can be kept in it. */
  #holdsNumbers(thing: Thing): boolean {
    if (thing.tag === 'module') return thing === MODULE_NUMBERS;
    if (thing.tag === 'made') return thing.creation.op === 'new-array' && thing.creation.element !== 'reference';
    const type = this.f.parameters[thing.index]?.type;
    return type?.tag === 'array' && type.element !== 'reference';
  }

  #add(set: Set<Thing>, things: Iterable<Thing>): void {
    for (const thing of things) {
      if (set.has(thing)) continue;
      set.add(thing);
      this.#changed = true;
    }
  }

  #madeBy(creation: Creation): Thing {
    let thing = this.#made.get(creation);
    if (thing === undefined) {
      thing = { tag: 'made', creation, loops: this.#loops.get(creation) ?? [] };
      this.#made.set(creation, thing);
    }
    return thing;
  }

  /** Everything that can be reached by fields. */
  #reach(things: Iterable<Thing>): ReadonlySet<Thing> {
    const reached = new Set<Thing>();
    const work = [...things];
    for (let next = work.pop(); next !== undefined; next = work.pop()) {
      if (reached.has(next)) continue;
      reached.add(next);
      work.push(...(this.#contents.get(next) ?? []));
    }
    return reached;
  }

  /** What a reference may stand for. */
  #things(e: Expression): ReadonlySet<Thing> {
    switch (e.op) {
      case 'local':
        return this.#variables.get(e.local) ?? new Set();
      case 'global':
      case 'global-record':
      case 'intrinsic': // a peer: it lives as long as the board
        return new Set([MODULE]);
      case 'new-record':
        return new Set([this.#madeBy(e)]);
      case 'array-reference':
        return this.#array(e.array);
      case 'field':
        return this.#partsOf(this.#things(e.owner));
      case 'element':
        return e.type === 'reference' ? this.#partsOf(this.#array(e.array)) : new Set();
      case 'conditional':
        return new Set([...this.#things(e.whenTrue), ...this.#things(e.whenFalse)]);
      case 'assign':
        return this.#things(e.value);
      case 'sequence': {
        const last = e.items.at(-1);
        return last === undefined ? new Set() : this.#things(last);
      }
      case 'inline':
        return (e.result === null ? undefined : this.#variables.get(e.result)) ?? new Set();
      case 'call': {
        const summary = this.#summaries.get(e.callee);
        const found = new Set<Thing>();
        for (const each of summary?.result ?? [])
          for (const thing of this.#reach(this.#passed(e, each))) found.add(thing);
        if (summary?.makesResult === true) found.add(this.#madeBy(e));
        return found;
      }
      default:
        return new Set();
    }
  }

  /** What the fields or elements of these may be. */
  #partsOf(owners: Iterable<Thing>): ReadonlySet<Thing> {
    const found = new Set<Thing>();
    for (const owner of owners) {
      // A parameter stands for all that it reaches, and so does what a callee made.
      if (owner.tag !== 'made' || (owner.creation as Expression).op === 'call') found.add(owner);
      for (const inner of this.#contents.get(owner) ?? []) found.add(inner);
    }
    return found;
  }

  #array(array: ArrayExpression): ReadonlySet<Thing> {
    switch (array.op) {
      case 'local-array':
        return this.#variables.get(array.local) ?? new Set();
      case 'global-array':
      case 'peer-array':
        return new Set([elementKindOf(array) === 'reference' ? MODULE : MODULE_NUMBERS]);
      case 'new-array':
        return new Set([this.#madeBy(array)]);
      case 'subarray':
        return this.#array(array.array);
      case 'held-array':
        return this.#things(array.reference);
      case 'changed-array':
        return this.#array(array.value);
      case 'conditional-array':
        return new Set([...this.#array(array.whenTrue), ...this.#array(array.whenFalse)]);
    }
  }
}

function outside(thing: Exclude<Thing, { tag: 'made' }>): Outside {
  return thing.tag === 'module' ? 'module' : thing.index;
}

/** True if `inner` is the nest of loops `outer` or lies inside of it. */
function isInside(inner: readonly Loop[], outer: readonly Loop[]): boolean {
  return outer.every((loop, depth) => inner[depth] === loop);
}

class Places implements RecordPlaces {
  readonly #offsets = new Map<Creation, number>();
  readonly #words = new Map<KernelFunction, number>();
  readonly #open = new Set<KernelFunction>();
  readonly #analyses: ReadonlyMap<KernelFunction, FunctionLifetimes>;
  readonly #faults: LifetimeFault[];

  constructor(analyses: ReadonlyMap<KernelFunction, FunctionLifetimes>, faults: LifetimeFault[]) {
    this.#analyses = analyses;
    this.#faults = faults;
    for (const f of analyses.keys()) this.resultWords(f);
  }

  resultWords(f: KernelFunction): number {
    const known = this.#words.get(f);
    if (known !== undefined) return known;
    if (this.#open.has(f)) {
      this.#faults.push({ kind: 'recursion', position: f.position });
      return 0;
    }
    this.#open.add(f);
    let words = 0;
    for (const creation of this.#analyses.get(f)?.escaping() ?? []) {
      this.#offsets.set(creation, words);
      words += wordsOf(creation, (callee) => this.resultWords(callee));
    }
    this.#open.delete(f);
    this.#words.set(f, words);
    return words;
  }

  resultOffset(creation: Creation): number | null {
    return this.#offsets.get(creation) ?? null;
  }
}

function wordsOf(creation: Creation, resultWords: (f: KernelFunction) => number): number {
  if (creation.op === 'new-record') return creation.record.words;
  if (creation.op === 'call') return resultWords(creation.callee);
  if (creation.op === 'new-array') return Math.ceil((creation.length * BYTES[creation.element]) / 4);
  return 0;
}

/** Bytes of an element. */
export const BYTES = { i8: 1, u8: 1, i16: 2, u16: 2, i32: 4, u32: 4, f32: 4, reference: 4 } as const;

/** The field of that name. */
export function fieldOf(record: RecordType, name: string): RecordType['fields'][number] | undefined {
  return record.fields.find((field) => field.name === name);
}

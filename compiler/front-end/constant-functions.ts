import type ts from 'typescript';
import type { MadeFunctions } from './made-functions.ts';
import type { ConstantValue } from './module-constants.ts';
import type { ModuleFunction } from './reachable-functions.ts';

/** A function that top-level code made, as kernels use it: its text, and constants for the variables around it. */
export interface FrozenFunction {
  readonly node: ModuleFunction;
  readonly captured: ReadonlyMap<ts.Declaration, ConstantValue>;
}

/** Turns functions and tables of functions that top-level code left into constants. One object for each function. */
export class ConstantFunctions {
  readonly #made: MadeFunctions;
  readonly #constantOf: (value: unknown, holder: ts.Declaration | null) => ConstantValue | null;
  readonly #known = new Map<object, ConstantValue | null>();
  /** All that kernels may call by constants: texts of the functions, and of those that they name. */
  readonly reached: Set<ModuleFunction> = new Set();

  /** What kernels would need and a core cannot keep. */
  readonly unkept: Map<ts.Declaration, unknown> = new Map();

  /** `constantOf`: of what holds no function. `holder`: the variable that it was captured in, which has a type. */
  constructor(
    made: MadeFunctions,
    constantOf: (value: unknown, holder: ts.Declaration | null) => ConstantValue | null,
  ) {
    this.#made = made;
    this.#constantOf = constantOf;
  }

  /** The array that functions captured, if they did: it is the same one in a variable of a module. */
  capturedArray(value: unknown): ConstantValue | null {
    const known = typeof value === 'object' && value !== null ? this.#known.get(value) : null;
    return known?.kind === 'array' ? known : null;
  }

  /** Null for all that neither is a function of the source nor holds one. */
  find(value: unknown): ConstantValue | null {
    if (typeof value === 'function') return this.#function(value);
    return isPlainObject(value) && holdsFunction(value, new Set()) ? this.#table(value) : null;
  }

  #function(value: object): ConstantValue | null {
    const known = this.#known.get(value);
    if (known !== undefined) return known;
    const made = this.#made.of(value);
    if (made === null) return null;
    const captured = new Map<ts.Declaration, ConstantValue>();
    const constant: ConstantValue = { kind: 'function', value: { node: made.node, captured } };
    // It may refer to itself.
    this.#known.set(value, constant);
    for (const node of made.named) this.reached.add(node);
    for (const [declaration, held] of made.captured) {
      const kept = this.#kept(held, declaration);
      if (kept === null) this.unkept.set(declaration, held);
      else captured.set(declaration, kept);
    }
    return constant;
  }

  #table(value: object): ConstantValue {
    const known = this.#known.get(value);
    if (known) return known;
    const fields = new Map<string, ConstantValue>();
    const constant: ConstantValue = { kind: 'table', fields };
    this.#known.set(value, constant);
    for (const [name, held] of Object.entries(value)) {
      const kept = this.#kept(held, null);
      if (kept !== null) fields.set(name, kept);
    }
    return constant;
  }

  #kept(value: unknown, holder: ts.Declaration | null): ConstantValue | null {
    const found = this.find(value);
    if (found !== null || typeof value !== 'object' || value === null) return found ?? this.#constantOf(value, holder);
    const known = this.#known.get(value);
    if (known !== undefined) return known;
    // The same array is one constant, wherever it is captured.
    const constant = this.#constantOf(value, holder);
    this.#known.set(value, constant);
    return constant;
  }
}

function holdsFunction(value: object, seen: Set<object>): boolean {
  if (seen.has(value)) return false;
  seen.add(value);
  return Object.values(value).some(
    (part: unknown) => typeof part === 'function' || (isPlainObject(part) && holdsFunction(part, seen)),
  );
}

/** Arrays and literals, also of the context that top-level code runs in. */
function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === null || Object.getPrototypeOf(prototype) === null;
}

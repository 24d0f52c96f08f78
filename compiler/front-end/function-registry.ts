import ts from 'typescript';
import type { CallNode } from './class-kinds.ts';
import { makesObjects } from './class-members.ts';
import { classOfType, classTypeArguments } from './class-types.ts';
import type { FrozenFunction } from './constant-functions.ts';
import type { DiagnosticSink } from './diagnostics.ts';
import {
  Captures,
  type Closure,
  enclosingFunction,
  type FunctionInstance,
  functionName,
  newFacts,
  takesRest,
} from './function-instances.ts';
import { checkerOf, isFunctionType, typeArgumentsOf, typeArgumentText } from './function-types.ts';
import type { KernelScope } from './kind-scope.ts';
import type { ValueType } from './number-kinds.ts';
import type { ModuleFunction } from './reachable-functions.ts';
import { isNullable, isRecord } from './syntax-optional.ts';
import { isTupleType } from './syntax-types.ts';

/** So often may one function be a part of itself: a callback that calls the function that calls it, and so on. */
const MAX_NESTING = 4;
/** Expansions in one program. */
const MAX_EXPANSIONS = 4000;

/** All instances of functions that a program needs, found as calls are looked at. */
export class FunctionInstances {
  /** In order of discovery. */
  readonly all: Set<FunctionInstance> = new Set();
  readonly captures: Captures;
  readonly #scope: KernelScope;
  readonly #sink: DiagnosticSink | null;
  readonly #closures = new Map<ModuleFunction, Map<FunctionInstance | ts.Type | null, Closure>>();
  /** Machine functions, by what tells the instances of one function apart. */
  readonly #machine = new Map<ModuleFunction, Map<string, FunctionInstance>>();
  readonly #frozenFrames = new Map<FrozenFunction, FunctionInstance>();
  readonly #scopes = new Map<FunctionInstance, KernelScope>();
  #closureCount = 0;
  #expansions = 0;

  constructor(scope: KernelScope, sink: DiagnosticSink | null) {
    this.#scope = scope;
    this.#sink = sink;
    this.captures = new Captures(scope.sources.checker);
  }

  /** For a program without functions. */
  get none(): FunctionInstance {
    const node = ts.factory.createFunctionExpression(
      undefined,
      undefined,
      undefined,
      undefined,
      [],
      undefined,
      ts.factory.createBlock([]),
    );
    return newInstance({ node, outer: null, caller: null, argumentCount: 0, typeArguments: new Map(), suffix: '' });
  }

  /** The instance that is called from outside, with all arguments. */
  root(node: ModuleFunction): FunctionInstance {
    return this.#shared(node, node.parameters.length, new Map());
  }

  scopeOf(instance: FunctionInstance): KernelScope {
    const known = this.#scopes.get(instance);
    if (known !== undefined) return known;
    const { checker } = this.#scope.sources;
    const own = checkerOf(checker, instance);
    const captured = capturedBy(instance);
    const scope = own === checker && captured.size === 0 ? this.#scope : this.#scope.forInstance(own, captured);
    this.#scopes.set(instance, scope);
    return scope;
  }

  /** Type of a function of the source where it is written or named in `frame`; of a function of a class, by its type. */
  functionType(node: ModuleFunction, frame: FunctionInstance, owner: ts.Type | null = null): ValueType {
    const classType = owner !== null && classOfType(owner)?.typeParameters !== undefined ? owner : null;
    const isFree = this.captures.of(node).size === 0;
    return this.#closure(node, isFree ? null : frameAround(node, frame), classType);
  }

  /** Type of a function that top-level code made. */
  frozenType(frozen: FrozenFunction): ValueType {
    const { node, captured } = frozen;
    if (this.captures.of(node).size === 0) return this.#closure(node, null);
    const known = this.#frozenFrames.get(frozen);
    if (known !== undefined) return this.#closure(node, known);
    const around = enclosingFunction(node) ?? this.none.node;
    const rest = { outer: null, caller: null, argumentCount: 0, typeArguments: new Map(), suffix: '' };
    const frame = newInstance({ node: around, ...rest, constants: captured });
    this.#frozenFrames.set(frozen, frame);
    return this.#closure(node, frame);
  }

  #closure(node: ModuleFunction, outer: FunctionInstance | null, classType: ts.Type | null = null): ValueType {
    const known = this.#closures.get(node) ?? new Map<FunctionInstance | ts.Type | null, Closure>();
    this.#closures.set(node, known);
    let closure = known.get(classType ?? outer);
    if (closure === undefined) {
      closure = { id: this.#closureCount++, node, outer, classType };
      known.set(classType ?? outer, closure);
    }
    return { tag: 'function', closures: [closure] };
  }

  /** The instance that a call leads to; null if that has no end, which is reported. */
  called(caller: FunctionInstance, call: CallNode, closure: Closure): FunctionInstance | null {
    const known = caller.calls.get(call)?.get(closure);
    if (known !== undefined) return known;
    const made = this.#instanceFor(caller, call, closure);
    if (made === null) return null;
    const byClosure = caller.calls.get(call) ?? new Map<Closure, FunctionInstance>();
    caller.calls.set(call, byClosure.set(closure, made));
    return made;
  }

  #instanceFor(caller: FunctionInstance, call: CallNode, closure: Closure): FunctionInstance | null {
    const { node, outer, classType } = closure;
    const { checker } = this.#scope.sources;
    const typeArguments = new Map([
      ...(classType === null ? [] : classTypeArguments(checker, classType)),
      ...typeArgumentsOf(checker, call, node.typeParameters ?? [], caller),
    ]);
    const count = argumentsOf(checker, call, node);
    const hasRest = takesRest(node) && count >= node.parameters.length - 1;
    const argumentCount = hasRest ? node.parameters.length : Math.min(count, node.parameters.length);
    const takesFunctions = node.parameters.some((parameter) =>
      isFunctionType(this.scopeOf(caller).sources.checker.getTypeAtLocation(parameter.name)),
    );
    const given = returnType(checker, node);
    // A machine function gives one word: neither a function that is known, nor a number or nothing.
    const givesFunction = isFunctionType(given) || mayGiveNothing(checker, given);
    const isFree = outer === null || outer.constants !== undefined;
    // What a constructor makes lives as long as the object: in the frame of the function that makes that.
    const fillsObject = ts.isConstructorDeclaration(node) && makesObjects(node);
    const isWhole = isFree && !takesFunctions && !givesFunction && !fillsObject && (hasRest || count === argumentCount);
    if (isWhole) return this.#shared(node, argumentCount, typeArguments, closure);
    let nesting = 0;
    for (let at: FunctionInstance | null = caller; at !== null; at = at.caller) if (at.node === node) nesting++;
    if (nesting >= MAX_NESTING) {
      this.#sink?.report('SH3021', call, { name: functionName(node) });
      return null;
    }
    if (++this.#expansions > MAX_EXPANSIONS) {
      this.#sink?.report('SH3022', call, { name: functionName(node), limit: MAX_EXPANSIONS });
      return null;
    }
    return this.#add({ node, outer, caller, argumentCount, typeArguments, suffix: '' });
  }

  #shared(
    node: ModuleFunction,
    argumentCount: number,
    typeArguments: ReadonlyMap<ts.Symbol, ts.Type>,
    frozen: Closure | null = null,
  ): FunctionInstance {
    const isPartial = argumentCount < node.parameters.length;
    const types = typeArgumentText(this.#scope.sources.checker, typeArguments);
    const suffix = `${types}${isPartial ? `/${argumentCount}` : ''}`;
    const known = this.#machine.get(node) ?? new Map<string, FunctionInstance>();
    this.#machine.set(node, known);
    // One for each set of constants that it captured.
    const outer = frozen?.outer ?? null;
    const key = outer === null ? suffix : `${suffix} ${frozen?.id}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const made = this.#add({ node, outer, caller: null, argumentCount, typeArguments, suffix });
    known.set(key, made);
    return made;
  }

  #add(fields: Omit<FunctionInstance, keyof ReturnType<typeof newFacts> | 'calls'>): FunctionInstance {
    const { checker } = this.#scope.sources;
    const made = newInstance({ ...fields, mayGiveNothing: mayGiveNothing(checker, returnType(checker, fields.node)) });
    this.all.add(made);
    return made;
  }
}

/** Constants for the variables of functions around an instance that ended at build time. */
function capturedBy(instance: FunctionInstance): NonNullable<FunctionInstance['constants']> {
  for (let at: FunctionInstance | null = instance; at !== null; at = at.outer) if (at.constants) return at.constants;
  return new Map();
}

/** A setter has one argument, a getter none; `new C` has no list of arguments at all. */
function argumentsOf(checker: ts.TypeChecker, call: CallNode, callee: ModuleFunction): number {
  if (ts.isSetAccessor(callee)) return 1;
  const given = ts.isPropertyAccessExpression(call) ? [] : (call.arguments ?? []);
  return given.reduce((count, argument) => {
    const type = ts.isSpreadElement(argument) ? checker.getTypeAtLocation(argument.expression) : null;
    return count + (type !== null && isTupleType(type) ? checker.getTypeArguments(type as ts.TypeReference).length : 1);
  }, 0);
}

function newInstance(fields: Omit<FunctionInstance, keyof ReturnType<typeof newFacts> | 'calls'>): FunctionInstance {
  return { ...fields, ...newFacts(), calls: new Map() };
}

/** True for the type of a result that may be missing in place of a number, boolean or string. */
function mayGiveNothing(checker: ts.TypeChecker, type: ts.Type): boolean {
  return !isRecord(checker, type) && isNullable(checker, type);
}

function returnType(checker: ts.TypeChecker, node: ModuleFunction): ts.Type {
  const signature = checker.getSignatureFromDeclaration(node);
  return signature === undefined ? checker.getAnyType() : checker.getReturnTypeOfSignature(signature);
}

/** The frame of the function around a nested one, as `frame` sees it. */
function frameAround(node: ModuleFunction, frame: FunctionInstance): FunctionInstance {
  const around = enclosingFunction(node);
  for (let at: FunctionInstance | null = frame; at !== null; at = at.outer) if (at.node === around) return at;
  return frame;
}

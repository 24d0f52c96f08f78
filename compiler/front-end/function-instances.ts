import ts from 'typescript';
import { isClassFunction } from './class-members.ts';
import type { ConstantValue } from './module-constants.ts';
import type { ValueType } from './number-kinds.ts';
import { type ModuleFunction, skipWrappers } from './reachable-functions.ts';

/**
 * A function as a value: its text, and the frame that the variables around it are in. There is one object for each
 * such pair, so closures are compared by identity.
 */
export interface Closure {
  /** Stands for the function where a choice among functions is a word. */
  readonly id: number;
  readonly node: ModuleFunction;
  /** Null if it uses no variable or type of a function around it. */
  readonly outer: FunctionInstance | null;
  /** Of a function of a generic class: the type of its objects. Null for all others. */
  readonly classType: ts.Type | null;
}

/** What inference finds in one frame. */
export interface FrameFacts {
  /** Written types; null where the type is inferred. */
  readonly fixed: Map<ts.Node, ValueType | null>;
  /** Of variables, and of the function itself for its result. */
  readonly inferred: Map<ts.Node, ValueType>;
  readonly flowCounts: Map<ts.Node, number>;
  readonly types: Map<ts.Expression, ValueType>;
}

/** One machine function made of a function of the source, or one expansion of it in the place of a call. */
export interface FunctionInstance extends FrameFacts {
  readonly node: ModuleFunction;
  /** The frame of the variables around the function; null if it uses none. */
  readonly outer: FunctionInstance | null;
  /** What it is a part of; null: a machine function of its own. */
  readonly caller: FunctionInstance | null;
  /** Parameters that are passed; those behind have their defaults. */
  readonly argumentCount: number;
  readonly typeArguments: ReadonlyMap<ts.Symbol, ts.Type>;
  /** True if its type lets it give nothing in place of a number, boolean or string. */
  readonly mayGiveNothing?: boolean;
  /** Of the frame around a function that top-level code made: the values of its variables, which never change. */
  readonly constants?: ReadonlyMap<ts.Declaration, ConstantValue>;
  /** What tells it from other instances of the function: `<Float32Array>`, or nothing. */
  readonly suffix: string;
  /** Instances that its calls lead to. */
  readonly calls: Map<ts.Node, Map<Closure, FunctionInstance>>;
}

export function newFacts(): FrameFacts {
  return { fixed: new Map(), inferred: new Map(), flowCounts: new Map(), types: new Map() };
}

/** The innermost function around a declaration; null at the top level of a module. */
export function enclosingFunction(node: ts.Node): ModuleFunction | null {
  let outer = node.parent;
  while (!ts.isSourceFile(outer)) {
    if (isFunctionNode(outer)) return outer;
    outer = outer.parent;
  }
  return null;
}

export function isFunctionNode(node: ts.Node): node is ModuleFunction {
  return (
    ts.isFunctionDeclaration(node) || ts.isArrowFunction(node) || ts.isFunctionExpression(node) || isClassFunction(node)
  );
}

/** True for `(first, ...rest)`. */
export function takesRest(node: ModuleFunction): boolean {
  return node.parameters.at(-1)?.dotDotDotToken !== undefined;
}

/** The function that a declaration stands for, at the top level or in a function: `function f() {}`, `const f = () => …`. */
export function declaredFunction(declaration: ts.Node): ModuleFunction | null {
  if (ts.isFunctionDeclaration(declaration)) return declaration.body === undefined ? null : declaration;
  if (ts.isFunctionExpression(declaration)) return declaration; // its own name, inside of it
  if (!ts.isVariableDeclaration(declaration) || declaration.initializer === undefined) return null;
  if (!ts.isVariableDeclarationList(declaration.parent)) return null;
  if ((declaration.parent.flags & ts.NodeFlags.Const) === 0) return null;
  const value = skipWrappers(declaration.initializer);
  return ts.isArrowFunction(value) || ts.isFunctionExpression(value) ? value : null;
}

/** Name of a function for messages and symbols: of a nested one with the functions around it, `kernel.step`. */
export function functionName(node: ModuleFunction): string {
  const own = ownName(node);
  const outer = enclosingFunction(node);
  return outer === null ? own : `${functionName(outer)}.${own}`;
}

/** The name that the source gives it; `default` at the top level and `function` elsewhere if there is none. */
export function ownName(node: ModuleFunction): string {
  if (isClassFunction(node)) {
    const owner = ts.isClassDeclaration(node.parent) ? (node.parent.name?.text ?? 'class') : 'class';
    return `${owner}.${ts.isConstructorDeclaration(node) ? 'constructor' : node.name.getText()}`;
  }
  if (node.name !== undefined) return node.name.text;
  let holder: ts.Node = node.parent;
  while (ts.isExpression(holder) && skipWrappers(holder) === node) holder = holder.parent;
  if (ts.isVariableDeclaration(holder)) return holder.name.getText();
  return enclosingFunction(node) === null ? 'default' : 'function';
}

/** What a function mentions of the functions around it. */
interface Mentions {
  readonly variables: Set<ts.Declaration>;
  readonly functions: Set<ModuleFunction>;
}

/** Variables and type parameters of functions around a function that it uses, itself or by functions that it names. */
export class Captures {
  readonly #checker: ts.TypeChecker;
  readonly #mentions = new Map<ModuleFunction, Mentions>();
  readonly #known = new Map<ModuleFunction, ReadonlySet<ts.Declaration>>();

  constructor(checker: ts.TypeChecker) {
    this.#checker = checker;
  }

  /** A function, and those of the functions around it that it names, themselves or by others. */
  functionsOf(node: ModuleFunction): ReadonlySet<ModuleFunction> {
    const seen = new Set<ModuleFunction>([node]);
    // The set grows while it is walked.
    for (const f of seen) for (const mentioned of this.#mentionsOf(f).functions) seen.add(mentioned);
    return seen;
  }

  of(node: ModuleFunction): ReadonlySet<ts.Declaration> {
    const known = this.#known.get(node);
    if (known !== undefined) return known;
    const found = new Set<ts.Declaration>();
    for (const f of this.functionsOf(node)) {
      for (const variable of this.#mentionsOf(f).variables) if (!isWithin(variable, node)) found.add(variable);
      // Types that are not written may depend on the type parameters around.
      for (let around = enclosingFunction(f); around !== null; around = enclosingFunction(around)) {
        const ofClass = isClassFunction(around) && ts.isClassLike(around.parent) ? around.parent.typeParameters : [];
        for (const parameter of [...(around.typeParameters ?? []), ...(ofClass ?? [])]) {
          if (!isWithin(parameter, node)) found.add(parameter);
        }
      }
    }
    this.#known.set(node, found);
    return found;
  }

  #mentionsOf(node: ModuleFunction): Mentions {
    const known = this.#mentions.get(node);
    if (known !== undefined) return known;
    const mentions: Mentions = { variables: new Set(), functions: new Set() };
    this.#mentions.set(node, mentions);
    if (isModuleLevel(node)) return mentions;
    const visit = (part: ts.Node): void => {
      if (ts.isIdentifier(part)) this.#name(node, part, mentions);
      ts.forEachChild(part, visit);
    };
    ts.forEachChild(node, visit);
    return mentions;
  }

  #name(node: ModuleFunction, name: ts.Identifier, mentions: Mentions): void {
    const symbol = ts.isShorthandPropertyAssignment(name.parent)
      ? this.#checker.getShorthandAssignmentValueSymbol(name.parent)
      : this.#checker.getSymbolAtLocation(name);
    for (const declaration of symbol?.declarations ?? []) {
      if (declaration.getSourceFile() !== node.getSourceFile() || isWithin(declaration, node)) continue;
      if (isModuleLevel(declaration)) continue;
      const held = declaredFunction(declaration);
      if (held !== null) mentions.functions.add(held);
      else if (
        ts.isVariableDeclaration(declaration) ||
        ts.isParameter(declaration) ||
        ts.isBindingElement(declaration) ||
        ts.isTypeParameterDeclaration(declaration)
      ) {
        mentions.variables.add(declaration);
      }
    }
  }
}

/** True for what a module declares itself: not in a function or block of it. */
function isModuleLevel(declaration: ts.Node): boolean {
  let at = declaration.parent;
  while (!ts.isSourceFile(at)) {
    if (isFunctionNode(at) || ts.isBlock(at) || ts.isCaseBlock(at) || ts.isIterationStatement(at, false)) return false;
    at = at.parent;
  }
  return true;
}

function isWithin(node: ts.Node, outer: ts.Node): boolean {
  for (let at: ts.Node | undefined = node; at !== undefined; at = at.parent) if (at === outer) return true;
  return false;
}

/** True if every variable in `captured` lives at least as long as `variable`. */
export function outlive(captured: ReadonlySet<ts.Declaration>, variable: ts.Node): boolean {
  return [...captured].every((declaration) => isWithin(variable, scopeOf(declaration)));
}

/** The block, loop or function in which a name is known. */
function scopeOf(declaration: ts.Node): ts.Node {
  if (ts.isParameter(declaration) || ts.isTypeParameterDeclaration(declaration)) return declaration.parent;
  let at = declaration.parent;
  while (!ts.isBlock(at) && !ts.isIterationStatement(at, false) && !ts.isCaseBlock(at) && !isFunctionNode(at)) {
    if (ts.isSourceFile(at)) break;
    at = at.parent;
  }
  return at;
}

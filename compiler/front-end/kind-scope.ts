import ts from 'typescript';
import { isStatic } from './class-members.ts';
import type { FrozenFunction } from './constant-functions.ts';
import { declaredFunction } from './function-instances.ts';
import { type DeclaredType, declaredType, declaredVariable } from './kind-annotations.ts';
import type { ConstantValue } from './module-constants.ts';
import {
  isFixed,
  type ModuleFunction,
  type ModuleVariable,
  resolveAlias,
  skipWrappers,
} from './reachable-functions.ts';
import type { KernelSources } from './typescript-program.ts';

/** A variable or parameter; identity is the declaration. */
export type Variable = ModuleVariable | ts.ParameterDeclaration | ts.BindingElement;

/** What a name in an expression stands for. */
export type Binding =
  /** A parameter or a variable of a function. */
  | { readonly tag: 'local'; readonly declaration: Variable }
  /** A `let` of a module that holds a number or boolean. */
  | { readonly tag: 'state'; readonly declaration: ModuleVariable; readonly initial: number | boolean }
  | { readonly tag: 'array'; readonly declaration: ModuleVariable; readonly value: ArrayConstant }
  /** A variable of a module, or one that a function captured, that refers to an object that top-level code made, or to none. */
  | {
      readonly tag: 'object';
      readonly declaration: ModuleVariable;
      readonly value: ObjectConstant;
      readonly isCaptured: boolean;
    }
  | { readonly tag: 'objects'; readonly declaration: ModuleVariable; readonly value: ObjectArray }
  /** A number or boolean that is known: a `const` of a module, `Math.PI`, `NaN`. */
  | { readonly tag: 'constant'; readonly value: number | boolean; readonly declared: DeclaredType }
  /** A function that top-level code made, or an object with such functions in it. */
  | { readonly tag: 'function'; readonly value: FrozenFunction }
  | { readonly tag: 'table'; readonly fields: ReadonlyMap<string, ConstantValue> };

export type ObjectArray = Extract<ConstantValue, { kind: 'objects' }>;
export type ObjectConstant = Extract<ConstantValue, { kind: 'object' }>;
export type ArrayConstant = Extract<ConstantValue, { kind: 'array' }>;

/** An expression that names what is known without running anything, if its owner is known. */
export type NamedValue = ts.Identifier | ts.PropertyAccessExpression | ts.ElementAccessExpression;

export function isNamedValue(node: ts.Node): node is NamedValue {
  return ts.isIdentifier(node) || ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node);
}

/** Finds what the names of a kernel program mean. */
export class KernelScope {
  readonly sources: KernelSources;
  readonly #constants: ReadonlyMap<ModuleVariable, ConstantValue>;
  readonly #captured: ReadonlyMap<ts.Declaration, ConstantValue>;
  readonly #known = new Map<ts.Node, Binding | null>();

  /** `captured`: variables of functions that ended at build time. */
  constructor(
    sources: KernelSources,
    constants: ReadonlyMap<ModuleVariable, ConstantValue>,
    captured: ReadonlyMap<ts.Declaration, ConstantValue> = new Map(),
  ) {
    this.sources = sources;
    this.#constants = constants;
    this.#captured = captured;
  }

  /** What a name, or a property of a library object, stands for; null if it is no value that kernels have. */
  resolve(node: NamedValue): Binding | null {
    const known = this.#known.get(node);
    if (known !== undefined) return known;
    const binding =
      this.#part(node) ??
      (ts.isElementAccessExpression(node)
        ? null
        : (this.#libraryConstant(node) ??
          this.#enumMember(node) ??
          (ts.isIdentifier(node) ? this.#variable(node) : this.#staticField(node))));
    this.#known.set(node, binding);
    return binding;
  }

  /** True for what top-level code left and kernels cannot change: constants, functions, tables of functions. */
  isFrozen(node: NamedValue): boolean {
    const binding = this.resolve(node);
    if (binding?.tag === 'object') return binding.isCaptured;
    return binding !== null && ['constant', 'function', 'table'].includes(binding.tag);
  }

  /** `ops.plus`, `ops[MODE]`: a part of a table of functions. */
  #part(node: NamedValue): Binding | null {
    if (ts.isIdentifier(node)) return null;
    const owner = skipWrappers(node.expression);
    const table = isNamedValue(owner) ? this.resolve(owner) : null;
    if (table?.tag !== 'table') return null;
    const name = ts.isPropertyAccessExpression(node) ? node.name.text : this.#key(node.argumentExpression);
    const part = name === null ? undefined : table.fields.get(name);
    return part === undefined ? null : this.#frozen(node, part);
  }

  #key(index: ts.Expression): string | null {
    if (ts.isStringLiteralLike(index)) return index.text;
    const value = this.constantOf(index);
    return typeof value === 'number' ? String(value) : null;
  }

  /** The array of a module, or one that only functions know which top-level code made. */
  #capturedArray(declaration: ModuleVariable, value: ArrayConstant): Binding {
    for (const [holder, constant] of this.#constants) {
      if (constant === value) return { tag: 'array', declaration: holder, value };
    }
    return { tag: 'array', declaration, value };
  }

  #capturedValue(declaration: ModuleVariable, value: ConstantValue, node: ts.Identifier): Binding | null {
    if (value.kind === 'array') return this.#capturedArray(declaration, value);
    if (value.kind === 'object') return { tag: 'object', declaration, value, isCaptured: true };
    return value.kind === 'objects' ? { tag: 'objects', declaration, value } : this.#frozen(node, value);
  }

  /** A constant that is no variable of a module. */
  #frozen(declaration: ts.Node, constant: ConstantValue): Binding | null {
    if (constant.kind === 'function') return { tag: 'function', value: constant.value };
    if (constant.kind === 'table') return { tag: 'table', fields: constant.fields };
    if (constant.kind !== 'number' && constant.kind !== 'boolean') return null;
    const { checker } = this.sources;
    const declared = declaredType(checker, checker.getTypeAtLocation(declaration), true);
    return { tag: 'constant', value: constant.value, declared };
  }

  /** `Color.Red`. */
  #enumMember(node: ts.Identifier | ts.PropertyAccessExpression): Binding | null {
    const value = enumValue(this.sources.checker, node);
    return typeof value === 'number' ? { tag: 'constant', value, declared: { tag: 'number' } } : null;
  }

  /** `Vec.count`, `this.count` in a static method. */
  #staticField(node: ts.PropertyAccessExpression): Binding | null {
    const field = this.sources.checker.getSymbolAtLocation(node.name)?.valueDeclaration;
    if (field === undefined || !ts.isPropertyDeclaration(field) || !isStatic(field)) return null;
    return this.bindingOf(field);
  }

  #libraryConstant(node: ts.Identifier | ts.PropertyAccessExpression): Binding | null {
    const name = this.sources.libraryName(node);
    if (name === null) return null;
    const value =
      name === 'NaN'
        ? Number.NaN
        : name === 'Infinity'
          ? Number.POSITIVE_INFINITY
          : name.startsWith('Math.')
            ? Math[name.slice(5) as keyof Math]
            : undefined;
    return typeof value === 'number' ? { tag: 'constant', value, declared: { tag: 'number' } } : null;
  }

  #variable(node: ts.Identifier): Binding | null {
    const { checker } = this.sources;
    const declaration = resolveAlias(checker, symbolOfName(checker, node))?.valueDeclaration;
    if (declaration === undefined) return null;
    const captured = this.#captured.get(declaration);
    if (captured !== undefined) return this.#capturedValue(declaration as ModuleVariable, captured, node);
    if (ts.isBindingElement(declaration)) {
      return ts.findAncestor(declaration, ts.isFunctionLike) === undefined ? null : { tag: 'local', declaration };
    }
    if (ts.isParameter(declaration)) return { tag: 'local', declaration };
    if (declaredFunction(declaration) !== null) return null;
    if (!ts.isVariableDeclaration(declaration)) return null;
    const list = declaration.parent;
    if (!ts.isVariableDeclarationList(list) || !ts.isSourceFile(list.parent.parent)) {
      return { tag: 'local', declaration };
    }
    return this.bindingOf(declaration);
  }

  /** What a variable of a module or a static field stands for. */
  bindingOf(declaration: ModuleVariable): Binding | null {
    const constant = this.#constants.get(declaration);
    if (constant === undefined || constant.kind === 'string') return null;
    if (constant.kind === 'function' || constant.kind === 'table') return this.#frozen(declaration.name, constant);
    if (constant.kind === 'object') return { tag: 'object', declaration, value: constant, isCaptured: false };
    if (constant.kind === 'objects') return { tag: 'objects', declaration, value: constant };
    if (constant.kind === 'array') return { tag: 'array', declaration, value: constant };
    if (!isFixed(declaration)) return { tag: 'state', declaration, initial: constant.value };
    const declared = declaredVariable(this.sources.checker, declaration);
    return { tag: 'constant', value: constant.value, declared };
  }

  /** Objects of modules that constants hold. */
  namedObjects(): ReadonlyMap<object, ModuleVariable> {
    const found = new Map<object, ModuleVariable>();
    for (const [declaration, constant] of this.#constants) {
      if (constant.kind !== 'object' || constant.value === null || !isFixed(declaration) || found.has(constant.value))
        continue;
      found.set(constant.value, declaration);
    }
    return found;
  }

  /** Arrays of modules that constants hold. */
  namedArrays(): ReadonlyMap<object, { readonly holder: ModuleVariable; readonly constant: ArrayConstant }> {
    const found = new Map<object, { readonly holder: ModuleVariable; readonly constant: ArrayConstant }>();
    for (const [holder, constant] of this.#constants) {
      if (constant.kind === 'array' && constant.source !== undefined) found.set(constant.source, { holder, constant });
    }
    return found;
  }

  /** The function that a name always stands for; null for variables and for library functions. */
  functionOf(name: ts.Identifier): ModuleFunction | null {
    const { checker } = this.sources;
    for (const declaration of resolveAlias(checker, checker.getSymbolAtLocation(name))?.declarations ?? []) {
      const found = declaredFunction(declaration);
      if (found !== null && this.sources.modules.includes(found.getSourceFile())) return found;
    }
    return null;
  }

  /** The function that a variable always holds; null if it is not said at its declaration. */
  functionOfDeclaration(declaration: ts.VariableDeclaration): ModuleFunction | null {
    return declaredFunction(declaration);
  }

  /** The same for an instance of a function: with another checker if it is generic, and with what it captured. */
  forInstance(checker: ts.TypeChecker, captured: ReadonlyMap<ts.Declaration, ConstantValue>): KernelScope {
    return new KernelScope({ ...this.sources, checker }, this.#constants, captured);
  }

  /** The number or boolean of an expression that is a constant by itself: `3`, `-3`, `LIMIT`, `Math.PI`, `true`. */
  constantOf(expression: ts.Expression): number | boolean | undefined {
    const node = skipWrappers(expression);
    if (ts.isNumericLiteral(node)) return Number(node.text);
    if (node.kind === ts.SyntaxKind.TrueKeyword) return true;
    if (node.kind === ts.SyntaxKind.FalseKeyword) return false;
    if (isNamedValue(node)) {
      const binding = this.resolve(node);
      return binding?.tag === 'constant' ? binding.value : undefined;
    }
    if (!ts.isPrefixUnaryExpression(node)) return undefined;
    if (node.operator !== ts.SyntaxKind.MinusToken && node.operator !== ts.SyntaxKind.PlusToken) return undefined;
    const operand = this.constantOf(node.operand);
    if (typeof operand !== 'number') return undefined;
    return node.operator === ts.SyntaxKind.MinusToken ? -operand : operand;
  }
}

/** What a name means as a value: `x` of `{ x }` is the variable, not the property. */
function symbolOfName(checker: ts.TypeChecker, node: ts.Identifier): ts.Symbol | undefined {
  const { parent } = node;
  const isShorthand = ts.isShorthandPropertyAssignment(parent) && parent.name === node;
  return isShorthand ? checker.getShorthandAssignmentValueSymbol(parent) : checker.getSymbolAtLocation(node);
}

/** The value of `Color.Red`; undefined for all that is no member of an enum. */
export function enumValue(checker: ts.TypeChecker, node: ts.Expression): string | number | undefined {
  if (!ts.isPropertyAccessExpression(node)) return undefined;
  const member = checker.getSymbolAtLocation(node.name)?.valueDeclaration;
  return member !== undefined && ts.isEnumMember(member) ? checker.getConstantValue(member) : undefined;
}

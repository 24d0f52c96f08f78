import { basename } from 'node:path';
import ts from 'typescript';
import { ARGUMENT_WORDS } from '../../protocol/argument-kinds.ts';
import { LOCK_PREFIX } from '../flow-graph/library-symbols.ts';
import { heldArrays } from '../kernel-tree/held-arrays.ts';
import { analyseLifetimes } from '../kernel-tree/record-lifetimes.ts';
import type { Expression, Global, KernelFunction, KernelProgram, Local, Statement } from '../kernel-tree/tree.ts';
import { writtenArrays } from '../kernel-tree/written-arrays.ts';
import { writtenRecords } from '../kernel-tree/written-records.ts';
import { classHierarchy } from './class-hierarchy.ts';
import { hasSelf } from './class-members.ts';
import { enclosingFunction, type FunctionInstance, functionName } from './function-instances.ts';
import { declaredResult, declaredVariable } from './kind-annotations.ts';
import type { ArrayConstant, ObjectArray, ObjectConstant, Variable } from './kind-scope.ts';
import { isMathFile } from './math-library.ts';
import { ModuleObjects } from './module-objects.ts';
import { elementType, literalType, scalarOf, type ValueType } from './number-kinds.ts';
import { type ModuleFunction, type ModuleVariable, moduleVariableName } from './reachable-functions.ts';
import { RecordLayouts } from './record-layouts.ts';
import { isItemArray } from './syntax-types.ts';
import { selfLocalOf, startConstructor } from './tree-classes.ts';
import { positionOf, report, type TreeContext, type TreeInput, variableTypeOf } from './tree-context.ts';
import { type Destination, narrowOf, withArticle } from './tree-conversions.ts';
import { declareParameterPatterns } from './tree-destructuring.ts';
import { mayEnd } from './tree-endings.ts';
import { declareDefaults } from './tree-functions.ts';
import { reportLifetime } from './tree-lifetimes.ts';
import { countDepth, findRecursion, type InstanceCall } from './tree-recursion.ts';
import { StatementBuilder, unreachable } from './tree-statements.ts';

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** A program, and its kernels by the name that the entry module exports them under. */
export interface BuiltTree {
  readonly program: KernelProgram;
  readonly exported: ReadonlyMap<string, KernelFunction>;
}

/** Builds the functions that are reached, and reports what the rules for kinds and memory refuse. */
export function buildKernelTree(input: TreeInput): BuiltTree {
  return new TreeBuilder(input).build();
}

class TreeBuilder {
  readonly #input: TreeInput;
  readonly #functions = new Map<FunctionInstance, KernelFunction>();
  readonly #symbols = new Set<string>();
  readonly #contexts = new Map<FunctionInstance, TreeContext>();
  readonly #globals = new Map<ModuleVariable, Writable<Global>>();
  readonly #locals = new Map<FunctionInstance | null, Map<Variable, Local>>();
  /** By the variables that hold the values. */
  readonly #givens = new Map<Local, Local>();
  readonly #calls: InstanceCall[] = [];
  readonly #records: RecordLayouts;
  readonly #objects: ModuleObjects;
  readonly #library = new Set<KernelFunction>();

  constructor(input: TreeInput) {
    this.#input = input;
    this.#records = new RecordLayouts(input.kinds, classHierarchy(input.scope.sources));
    this.#objects = new ModuleObjects(input, this.#records, (holder, constant) => this.#array(holder, constant));
  }

  build(): BuiltTree {
    const { reach, scope, sink, kinds } = this.#input;
    const { sources } = scope;
    this.#checkModuleVariables();
    const instances = [...kinds.instances.all].filter((instance) => instance.caller === null);
    const order = inSourceOrder(new Set(instances.map((instance) => instance.node)), sources.modules).flatMap((node) =>
      instances.filter((instance) => instance.node === node),
    );
    for (const instance of order) this.#buildFunction(instance);
    const depths = findRecursion(this.#calls, (instance) => this.#function(instance).name, sink);
    const functions = countDepth(
      [...order.map((instance) => this.#function(instance)), ...this.#library],
      new Map([...depths].map(([instance, depth]) => [this.#function(instance), depth])),
    );
    this.#checkFunctionFields();
    const { faults } = analyseLifetimes(functions);
    for (const fault of faults) reportLifetime(fault, sink);
    const written = writtenArrays(functions);
    const held = heldArrays(this.#objects.all);
    for (const global of [...this.#globals.values(), ...this.#objects.all]) {
      if (global.type.tag === 'array' && !written.has(global) && !held.has(global)) global.storage = 'constant';
    }
    const writtenTypes = writtenRecords(functions);
    for (const object of this.#objects.all) {
      const { initial } = object;
      if (typeof initial === 'object' && 'record' in initial && !writtenTypes.has(initial.record)) {
        object.storage = 'constant';
      }
    }
    const variables = inSourceOrder(this.#globals.keys(), sources.modules).map((d) => this.#globals.get(d));
    const globals = [...variables, ...this.#objects.all];
    const program: KernelProgram = {
      name: basename(sources.entry.fileName, '.ts'),
      entryFile: sources.entry.fileName,
      functions,
      globals: globals.filter((global) => global !== undefined),
      files: sources.modules.map((file) => file.fileName),
    };
    const rank = new Map(functions.map((f, index) => [f, index]));
    const kernels = [...reach.exports].map(
      ([name, node]) => [name, this.#function(kinds.instances.root(node))] as const,
    );
    const exported = new Map(kernels.sort(([, a], [, b]) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0)));
    return { program, exported };
  }

  #function(instance: FunctionInstance): KernelFunction {
    const known = this.#functions.get(instance);
    if (known !== undefined) return known;
    const { scope } = this.#input;
    const { node, argumentCount } = instance;
    const context = this.#contextOf(instance);
    const name = `${functionName(node)}${instance.suffix}`;
    const result = context.kinds.resultType();
    const made: KernelFunction = {
      symbol: this.#symbolOf(`${scope.sources.moduleName(node.getSourceFile())}.${name}`),
      name,
      parameters: [
        ...(hasSelf(node) ? [selfLocalOf(context)] : []),
        ...node.parameters.slice(0, argumentCount).map((parameter) => context.localOf(parameter)),
      ],
      result: result.tag === 'void' || result.tag === 'array' ? 'void' : scalarOf(result),
      body: [],
      exported: this.#isKernel(instance),
      position: positionOf(this.#input, node.name ?? node),
    };
    this.#functions.set(instance, made);
    const words = made.parameters.reduce((sum, { type }) => sum + (type.tag === 'array' ? 2 : 1), 0);
    if (words > ARGUMENT_WORDS) {
      report(this.#input, 'SH5008', node.name ?? node, { name, count: words, limit: ARGUMENT_WORDS });
    }
    return made;
  }

  /** Functions without a name, and those of one name in different blocks, get numbers. */
  #symbolOf(wanted: string): string {
    let symbol = wanted;
    for (let n = 2; this.#symbols.has(symbol); n++) symbol = `${wanted}#${n}`;
    this.#symbols.add(symbol);
    return symbol;
  }

  #isKernel(instance: FunctionInstance): boolean {
    const isWhole = instance.argumentCount === instance.node.parameters.length && instance.typeArguments.size === 0;
    return isWhole && [...this.#input.reach.exports.values()].includes(instance.node);
  }

  #buildFunction(instance: FunctionInstance): void {
    const { node } = instance;
    const context = this.#contextOf(instance);
    const f = this.#function(instance);
    const place = node.name ?? node;
    this.#checkParameters(context);
    const result = context.kinds.resultType();
    if (result.tag === 'array') {
      report(this.#input, 'SH3006', place, { name: f.name });
      return;
    }
    if (this.#isExported(node) && result.tag === 'record') {
      report(this.#input, 'SH3015', place, { name: f.name, what: 'a result', text: result.shape.name });
    }
    if (result.tag === 'other') report(this.#input, 'SH2110', place, { text: f.name });
    if (result.tag === 'maybe') report(this.#input, 'SH3017', place, { text: `the result of ${f.name}` });
    const statements = new StatementBuilder(context, f.result === 'void' ? { tag: 'void' } : result);
    const body = f.exported ? this.#keepPromises(context) : [];
    if (node.body === undefined) return;
    body.push(...declareDefaults(context), ...declareParameterPatterns(context));
    for (const value of startConstructor(statements.expressions)) {
      body.push({ op: 'expression', value, position: value.position });
    }
    if (ts.isBlock(node.body)) body.push(...statements.list(node.body.statements));
    else body.push(...statements.return(node.body, positionOf(this.#input, node.body)));
    if (f.result !== 'void' && mayEnd(body)) body.push(unreachable(f.position, f.name));
    f.body = body;
  }

  #contextOf(instance: FunctionInstance): TreeContext {
    const known = this.#contexts.get(instance);
    if (known !== undefined) return known;
    const { kinds: inference, arrayLibrary, ...input } = this.#input;
    const kinds = inference.of(instance);
    const made: TreeContext = {
      ...input,
      // The library's own indices are in range, and no one can read a message about them.
      boundsChecks: input.boundsChecks && !isMathFile(instance.node.getSourceFile().fileName),
      inference,
      kinds,
      instance,
      scope: inference.instances.scopeOf(instance),
      owner: instance.node,
      records: this.#records,
      contextOf: (other) => this.#contextOf(other),
      functionOf: (other) => this.#function(other),
      stateOf: (declaration, initial) => this.#state(declaration, initial),
      objectOf: (declaration, value) => this.#object(declaration, value),
      capturedOf: (declaration, value) => this.#capturedObject(declaration, value),
      objectsOf: (declaration, value) => this.#objectArray(declaration, value),
      arrayOf: (declaration, value) => this.#array(declaration, value),
      arrayFunction: (...wanted) => {
        const found = arrayLibrary(...wanted);
        for (const f of found.all) this.#library.add(f);
        return found.function;
      },
      localOf: (declaration) => this.#local(made, declaration),
      givenOf: (declaration) => this.#given(made, declaration),
      resultDestination: (node) => this.#resultDestination(made, node),
      noteCall: (callee, call) => this.#calls.push({ caller: machineFunctionOf(instance), callee, call }),
    };
    this.#contexts.set(instance, made);
    return made;
  }

  #resultDestination(context: TreeContext, node: ModuleFunction): Destination {
    const declared = declaredResult(context.scope.sources.checker, node);
    const text = `the result of \`${functionName(node)}\``;
    return { text, ...(declared.tag === 'kind' ? narrowOf(declared.kind) : {}) };
  }

  #checkParameters({ owner: node, kinds }: TreeContext): void {
    // The host calls no generic function: it would have to say for which types.
    const isExported = this.#isExported(node) && node.typeParameters === undefined;
    for (const parameter of node.parameters) {
      const declared = declaredVariable(this.#input.scope.sources.checker, parameter);
      const scopeType = this.#input.scope.sources.checker.getTypeAtLocation(parameter.name);
      if (isExported && declared.tag === 'number' && !isItemArray(scopeType)) {
        report(this.#input, 'SH2101', parameter, { name: parameter.name.getText() });
      }
      const isArray = isItemArray(scopeType);
      if (isExported && isArray) {
        const [name, text] = [functionName(node), parameter.name.getText()];
        report(this.#input, 'SH3015', parameter, { name, what: 'a parameter', text });
      } else if (isExported && kinds.variableType(parameter).tag === 'record') {
        const [name, text] = [functionName(node), parameter.name.getText()];
        report(this.#input, 'SH3015', parameter, { name, what: 'a parameter', text });
      }
    }
  }

  #isExported(node: ModuleFunction): boolean {
    const { checker } = this.#input.scope.sources;
    const module = checker.getSymbolAtLocation(node.getSourceFile());
    const holder = ts.isFunctionDeclaration(node) ? node : variableOf(node);
    return (
      module !== undefined && checker.getExportsOfModule(module).some((symbol) => symbol.valueDeclaration === holder)
    );
  }

  /** The host may pass any word where a small kind is written: the low bits are what the kernel sees. */
  #keepPromises(context: TreeContext): Statement[] {
    return context.owner.parameters.flatMap((parameter): Statement[] => {
      const declared = declaredVariable(this.#input.scope.sources.checker, parameter);
      const { narrow } = declared.tag === 'kind' ? narrowOf(declared.kind) : {};
      if (narrow === undefined) return [];
      const local = context.localOf(parameter);
      const position = positionOf(this.#input, parameter);
      const conversions = {
        i8: 'sign-extend-8',
        u8: 'zero-extend-8',
        i16: 'sign-extend-16',
        u16: 'zero-extend-16',
      } as const;
      const word: Expression = { op: 'local', type: 'i32', local, position };
      const value: Expression = { op: 'convert', type: 'i32', conversion: conversions[narrow], value: word, position };
      const target = { op: 'local', local } as const;
      return [{ op: 'expression', value: { op: 'assign', type: 'i32', target, value, position }, position }];
    });
  }

  #local(context: TreeContext, declaration: Variable): Local {
    const { kinds, scope } = context;
    const owner = kinds.ownerOf(declaration);
    const locals = this.#locals.get(owner) ?? new Map<Variable, Local>();
    this.#locals.set(owner, locals);
    const known = locals.get(declaration);
    if (known !== undefined) return known;
    const type = kinds.variableType(declaration);
    const name = declaration.name.getText();
    if (type.tag === 'other' || type.tag === 'void') report(this.#input, 'SH2110', declaration.name, { text: name });
    if (type.tag === 'maybe' && ts.isParameter(declaration)) {
      report(this.#input, 'SH3017', declaration.name, { text: name });
    }
    const isPromise =
      ts.isParameter(declaration) &&
      owner !== null &&
      this.#isKernel(owner) &&
      this.#isNarrow(declaration, scope.sources.checker);
    const local: Local = {
      name: ts.isIdentifier(declaration.name) ? name : 'parts',
      type: variableTypeOf(type),
      mutable: kinds.isAssigned(declaration) || isPromise,
      position: positionOf(this.#input, declaration.name),
    };
    locals.set(declaration, local);
    return local;
  }

  #given(context: TreeContext, declaration: Variable): Local | null {
    if (context.kinds.variableType(declaration).tag !== 'maybe') return null;
    const value = this.#local(context, declaration);
    let given = this.#givens.get(value);
    if (given === undefined) {
      given = { ...value, name: `${value.name}.given`, type: { tag: 'scalar', scalar: 'bool' } };
      this.#givens.set(value, given);
    }
    return given;
  }

  #isNarrow(declaration: Variable, checker: ts.TypeChecker): boolean {
    const declared = declaredVariable(checker, declaration);
    return declared.tag === 'kind' && narrowOf(declared.kind).narrow !== undefined;
  }

  #global(declaration: ModuleVariable, type: ValueType, initial: Global['initial'], isLock = false): Writable<Global> {
    const known = this.#globals.get(declaration);
    if (known !== undefined) return known;
    const { sources } = this.#input.scope;
    const name = moduleVariableName(declaration);
    const global: Writable<Global> = {
      symbol: `${isLock ? LOCK_PREFIX : ''}${sources.moduleName(declaration.getSourceFile())}.${name}`,
      name,
      type: variableTypeOf(type),
      storage: 'state',
      initial,
      ...(isLock ? { isLock } : {}),
      position: sources.positionOf(declaration.name),
    };
    this.#globals.set(declaration, global);
    return global;
  }

  #array(declaration: ModuleVariable, value: ArrayConstant): Global {
    const type = { tag: 'array', element: value.element } as const;
    if (isOfModule(declaration)) {
      return this.#global(declaration, type, value.values, value.isLock === true);
    }
    return this.#objects.arrayOf(value.source ?? value, declaration, capturedName(declaration), {
      element: value.element,
      initial: value.values,
    });
  }

  #capturedObject(declaration: ModuleVariable, { value, classOf }: ObjectConstant): Global | null {
    const shape = this.#input.kinds.records.shapeOfNode(declaration);
    if (value === null || shape === null) return null;
    return this.#objects.globalOf(value, { shape, classOf }, declaration, capturedName(declaration));
  }

  #object(declaration: ModuleVariable, { value, classOf }: ObjectConstant): Global {
    const known = this.#globals.get(declaration);
    if (known !== undefined) return known;
    const { kinds } = this.#input;
    const type = kinds.variableType(declaration);
    const name = moduleVariableName(declaration);
    const isFixed = value !== null && !kinds.isAssigned(declaration);
    const first =
      value === null || type.tag !== 'record'
        ? null
        : this.#objects.globalOf(value, { shape: type.shape, classOf }, declaration, isFixed ? name : `${name}.first`);
    return isFixed && first !== null ? first : this.#global(declaration, type, { refersTo: first });
  }

  #objectArray(declaration: ModuleVariable, constant: ObjectArray): Global {
    const known = this.#globals.get(declaration);
    if (known !== undefined) return known;
    const { values, classOf } = constant;
    const shape = this.#input.kinds.records.itemsOfNode(declaration);
    if (shape === null) throw new Error(`${declaration.getText()} has no elements`);
    const isOwn = isOfModule(declaration);
    const name = isOwn ? moduleVariableName(declaration) : capturedName(declaration);
    const initial = values.map((value, index) =>
      value === null ? null : this.#objects.globalOf(value, { shape, classOf }, declaration, `${name}[${index}]`),
    );
    return isOwn
      ? this.#global(declaration, { tag: 'array', element: 'reference', shape }, initial)
      : this.#objects.arrayOf(constant, declaration, name, { element: 'reference', initial });
  }

  #state(declaration: ModuleVariable, initial: number | boolean): Global {
    const type = this.#input.kinds.variableType(declaration);
    const word = typeof initial === 'boolean' ? Number(initial) : initial;
    const isFloat = type.tag === 'f32';
    return this.#global(declaration, type, isFloat ? Math.fround(word) : word === 0 ? 0 : word);
  }

  /** A field outlives the variables that a function around uses: which function it holds is all that it keeps. */
  #checkFunctionFields(): void {
    const { kinds, sink } = this.#input;
    for (const { name, closures } of kinds.records.functionFields()) {
      for (const { node, outer } of closures) {
        if (outer !== null && outer.constants === undefined) sink.report('SH3024', node, { name });
      }
    }
  }

  /** Values that were frozen at build time must be of the kind that is written. */
  #checkModuleVariables(): void {
    const { reach, scope } = this.#input;
    for (const declaration of reach.variables) {
      const declared = declaredVariable(scope.sources.checker, declaration);
      const binding = scope.bindingOf(declaration);
      const value =
        binding?.tag === 'constant' ? binding.value : binding?.tag === 'state' ? binding.initial : undefined;
      if (declared.tag !== 'kind' || typeof value !== 'number' || value === 0) continue;
      const range = elementType(declared.kind);
      const literal = literalType(value);
      const fits =
        literal.tag === 'int' && range.tag === 'int' && literal.low >= range.low && literal.high <= range.high;
      if (range.tag === 'int' && !fits) {
        const kind = withArticle(declared.kind);
        report(this.#input, 'SH2111', declaration, { name: moduleVariableName(declaration), value, kind });
      }
    }
  }
}

function variableOf(node: ModuleFunction): ts.VariableDeclaration | null {
  let outer: ts.Node = node.parent;
  while (!ts.isVariableDeclaration(outer) && !ts.isSourceFile(outer)) outer = outer.parent;
  return ts.isVariableDeclaration(outer) ? outer : null;
}

/** The machine function that an expansion is a part of. */
function machineFunctionOf(instance: FunctionInstance): FunctionInstance {
  let at = instance;
  while (at.caller !== null) at = at.caller;
  return at;
}

/** Modules in order of dependency, and what is in them from top to bottom. */
function inSourceOrder<T extends ts.Node>(nodes: Iterable<T>, modules: readonly ts.SourceFile[]): T[] {
  const rank = (node: T): number => modules.indexOf(node.getSourceFile());
  return [...nodes].sort((a, b) => rank(a) - rank(b) || a.getStart() - b.getStart());
}

/** Of a variable that a function captured: with the function around it, as no variable of a module is named. */
function capturedName(declaration: ModuleVariable): string {
  const around = enclosingFunction(declaration);
  return `${around === null ? 'block' : functionName(around)}.${declaration.name.getText()}`;
}

/** False for variables that top-level code had anew in each turn of a loop, or each call of a function. */
function isOfModule(declaration: ModuleVariable): boolean {
  // Parameters come here as well: they are captured as variables are.
  return ts.isVariableDeclaration(declaration)
    ? ts.isSourceFile(declaration.parent.parent.parent)
    : ts.isPropertyDeclaration(declaration);
}

import ts from 'typescript';
import { arrayExpressionType, LENGTH } from './array-kinds.ts';
import { type CallNode, ClassKinds } from './class-kinds.ts';
import { fieldsOf } from './class-members.ts';
import { CountingLoops } from './counting-loops.ts';
import type { DiagnosticSink } from './diagnostics.ts';
import { listExpressionType, listItem } from './fixed-arrays.ts';
import {
  type Closure,
  enclosingFunction,
  type FrameFacts,
  type FunctionInstance,
  isFunctionNode,
  newFacts,
} from './function-instances.ts';
import { FunctionInstances } from './function-registry.ts';
import { isGeneric } from './function-types.ts';
import { declaredResult, declaredType, declaredVariable, fixedType, isLeftOutSometimes } from './kind-annotations.ts';
import { PatternKinds } from './kind-patterns.ts';
import { asI32, asU32, binaryType, complementType, mathType, negatedType, quotientType } from './kind-rules.ts';
import { isNamedValue, type KernelScope, type NamedValue, type Variable } from './kind-scope.ts';
import { libraryResult } from './library-results.ts';
import { loopSource, loopTypes, loopVariables } from './loop-sources.ts';
import {
  BOOL,
  BOTTOM,
  F32,
  integer,
  isNumber,
  itemType,
  join,
  literalType,
  maybe,
  NULL,
  OTHER,
  present,
  sameType,
  type ValueType,
  widen,
} from './number-kinds.ts';
import { leftOutType, mayHoldNothing, NO_NUMBERS, restType, withoutDoubt } from './parameter-kinds.ts';
import { type ModuleFunction, skipWrappers } from './reachable-functions.ts';
import { RecordKinds } from './record-kinds.ts';
import { recordShapes } from './record-shapes.ts';
import { isPattern, patternTargets } from './tree-destructuring.ts';
import {
  assignedTarget,
  compoundOperator,
  integerQuotient,
  isAssignmentOperator,
  isLogicalAssignment,
} from './tree-patterns.ts';

/** Flows into a variable before its range is rounded up. */
const EXACT_FLOWS = 4;

/** Records, seen from one instance: what a type parameter is there, the types of fields are made with. */
export type InstanceRecords = Pick<RecordKinds, 'fieldType' | 'fieldOf' | 'shapeAt' | 'shapeOfNode'>;

/** What inference found in one instance of a function. */
export interface InstanceKinds {
  /** Records, as the instance sees their types. */
  readonly records: InstanceRecords;
  /** Type of an expression of the function. */
  typeOf(node: ts.Expression): ValueType;
  /** Type of a variable of the function, of one around it, or of a module. */
  variableType(declaration: Variable): ValueType;
  /** Type of what it returns. */
  resultType(): ValueType;
  /** True if a variable is assigned after its declaration. */
  isAssigned(declaration: Variable): boolean;
  /** The instance whose variable it is; null for those of modules. */
  ownerOf(declaration: Variable): FunctionInstance | null;
}

/**
 * Number kinds of a whole program. A variable, parameter or result without a written kind has the join of all that
 * flows into it, whatever the order of statements; found by going over all functions until nothing changes.
 */
export class KindInference {
  readonly #scope: KernelScope;
  readonly instances: FunctionInstances;
  /** Of module variables. */
  readonly #moduleFacts: FrameFacts = newFacts();
  /** Where it looks now; of a root before and after the work. */
  #frame: FunctionInstance;
  readonly #assignments = new Map<ts.Node, ts.Expression[]>();
  /** Kinds of the fields of records. */
  readonly records: RecordKinds;
  readonly #classes: ClassKinds;
  readonly #patterns: PatternKinds;
  readonly #counters: CountingLoops;
  readonly #joined = new WeakSet<FunctionInstance>();
  #changed = false;

  /** `functions`: all that are reached. `roots`: those that are called from outside; the others follow from calls. */
  constructor(
    scope: KernelScope,
    functions: Iterable<ModuleFunction>,
    roots: Iterable<ModuleFunction> = functions,
    sink: DiagnosticSink | null = null,
  ) {
    this.#scope = scope;
    const scopeNow = (): KernelScope => this.#scopeNow();
    this.records = new RecordKinds({
      get scope() {
        return scopeNow();
      },
      evaluate: (node) => this.#evaluate(node),
      changed: () => {
        this.#changed = true;
      },
    });
    this.instances = new FunctionInstances(scope, sink);
    this.#classes = new ClassKinds({
      get scope() {
        return scopeNow();
      },
      instances: this.instances,
      records: this.records,
      frame: () => this.#frame,
      evaluate: (node) => this.#evaluate(node),
      variableType: (declaration) => this.variableType(declaration),
      call: (node, closures, values) => this.#callClosures(node, closures, values),
    });
    this.#patterns = new PatternKinds({
      get scope() {
        return scopeNow();
      },
      records: this.records,
      evaluate: (node) => this.#evaluate(node),
      flow: (into, type) => this.#flow(into, type),
      assign: (target, type) => this.#assign(target, type),
    });
    this.#counters = new CountingLoops({
      scope,
      assignmentsOf: (variable) => this.#assignments.get(variable) ?? [],
      evaluate: (node) => this.#evaluate(node),
    });
    for (const f of functions) if (f.body !== undefined) this.#collectAssignments(f);
    const shapes = recordShapes(scope.sources.checker);
    const [first] = [...roots].map((f) => this.instances.root(f));
    this.#frame = first ?? this.instances.none;
    do {
      this.#changed = false;
      const count = this.instances.all.size;
      const changes = shapes.changes;
      // The set grows while it is walked.
      for (const instance of this.instances.all) this.#visitFunction(instance);
      if (this.instances.all.size > count || shapes.changes > changes) this.#changed = true;
    } while (this.#changed);
  }

  /** What was found in one instance of a function. */
  of(instance: FunctionInstance): InstanceKinds {
    const within = <T>(find: () => T): T => {
      const before = this.#frame;
      this.#frame = instance;
      const found = find();
      this.#frame = before;
      return found;
    };
    return {
      records: {
        fieldType: (field) => this.records.fieldType(field),
        fieldOf: (node) => within(() => this.records.fieldOf(node)),
        shapeAt: (node) => within(() => this.records.shapeAt(node)),
        shapeOfNode: (node) => within(() => this.records.shapeOfNode(node)),
      },
      typeOf: (node) => instance.types.get(node) ?? OTHER,
      variableType: (declaration) => within(() => this.variableType(declaration)),
      resultType: () => within(() => this.#resultOf(instance)),
      isAssigned: (declaration) => this.isAssigned(declaration),
      ownerOf: (declaration) => within(() => this.#ownerOf(declaration)),
    };
  }

  /** Type of an expression of a function that was given. */
  typeOf(node: ts.Expression): ValueType {
    return this.#frame.types.get(node) ?? OTHER;
  }

  /** Type of a local or module variable. */
  variableType(declaration: Variable): ValueType {
    if (this.#isLeftOut(declaration)) return NULL;
    const facts = this.#factsOf(declaration);
    const isRest = ts.isParameter(declaration) && declaration.dotDotDotToken !== undefined;
    const type = this.#fixedVariable(declaration, facts) ?? facts.inferred.get(declaration);
    const held = type ?? (isRest ? NO_NUMBERS : BOTTOM);
    const mayMiss = facts !== this.#moduleFacts && mayHoldNothing(this.#scope.sources.checker, declaration);
    return mayMiss ? maybe(held) : held;
  }

  /** True for a parameter `n?: i32` that the calls of this instance do not pass. */
  #isLeftOut(declaration: Variable): boolean {
    if (!isLeftOutSometimes(declaration)) return false;
    const owner = this.#ownerOf(declaration);
    return owner !== null && owner.node.parameters.indexOf(declaration) >= owner.argumentCount;
  }

  /** Type of what a function returns. */
  resultType(f: ModuleFunction): ValueType {
    return this.#resultOf(this.instances.root(f));
  }

  #resultOf(instance: FunctionInstance): ValueType {
    const type = this.#fixedResult(instance) ?? instance.inferred.get(instance.node) ?? BOTTOM;
    return instance.mayGiveNothing ? maybe(type) : type;
  }

  /** True if a variable is assigned after its declaration. */
  isAssigned(declaration: Variable): boolean {
    return this.#assignments.has(declaration);
  }

  /** The frame that holds a variable; null for those of modules. */
  #ownerOf(declaration: Variable): FunctionInstance | null {
    const owner = enclosingFunction(declaration);
    for (let at: FunctionInstance | null = this.#frame; at !== null; at = at.outer) if (at.node === owner) return at;
    return null;
  }

  #factsOf(declaration: Variable): FrameFacts {
    return this.#ownerOf(declaration) ?? this.#moduleFacts;
  }

  #fixedVariable(declaration: Variable, facts: FrameFacts): ValueType | null {
    const { checker } = this.#scopeNow().sources;
    return once(facts, declaration, () => fixedType(declaredVariable(checker, declaration)));
  }

  #fixedResult(instance: FunctionInstance): ValueType | null {
    const { checker } = this.instances.scopeOf(instance).sources;
    return once(instance, instance.node, () => fixedType(declaredResult(checker, instance.node)));
  }

  #scopeNow(): KernelScope {
    return this.instances.scopeOf(this.#frame);
  }

  #flow(into: Variable, type: ValueType): void {
    const facts = this.#factsOf(into);
    if (this.#fixedVariable(into, facts) === null) this.#flowInto(facts, into, type);
  }

  #flowResult(instance: FunctionInstance, type: ValueType): void {
    if (this.#fixedResult(instance) === null) this.#flowInto(instance, instance.node, type);
  }

  #flowInto(facts: FrameFacts, into: ts.Node, type: ValueType): void {
    const before = facts.inferred.get(into) ?? BOTTOM;
    let after = join(before, type);
    if (sameType(before, after)) return;
    const count = (facts.flowCounts.get(into) ?? 0) + 1;
    facts.flowCounts.set(into, count);
    if (count > EXACT_FLOWS) after = widen(before, after);
    facts.inferred.set(into, after);
    this.#changed = true;
  }

  #collectAssignments(node: ts.Node): void {
    const target = assignedTarget(node);
    if (target !== null && ts.isExpression(node)) this.#noteAssignment(target, node);
    ts.forEachChild(node, (child) => this.#collectAssignments(child));
  }

  #noteAssignment(target: ts.Expression, node: ts.Expression): void {
    const inner = skipWrappers(target);
    if (isPattern(inner)) for (const part of patternTargets(inner)) this.#noteAssignment(part.target, node);
    else {
      const isName = ts.isIdentifier(inner) || ts.isPropertyAccessExpression(inner);
      const binding = isName ? this.#scope.resolve(inner) : null;
      if (binding !== null && 'declaration' in binding) {
        const list = this.#assignments.get(binding.declaration) ?? [];
        this.#assignments.set(binding.declaration, [...list, node]);
      }
    }
  }

  #visitFunction(instance: FunctionInstance): void {
    const { body, parameters } = instance.node;
    if (body === undefined) return;
    this.#frame = instance;
    this.#joinShapes(instance);
    for (const parameter of parameters.slice(instance.argumentCount)) {
      if (parameter.initializer !== undefined) this.#flow(parameter, this.#evaluate(parameter.initializer));
    }
    for (const parameter of parameters) {
      if (!ts.isIdentifier(parameter.name)) this.#patterns.bind(parameter.name, this.variableType(parameter));
    }
    const { node } = instance;
    if (ts.isConstructorDeclaration(node)) this.#classes.startConstructor(node);
    if (ts.isBlock(body)) this.#visit(body, instance);
    else this.#flowResult(instance, this.#evaluate(body));
  }

  /** What flows together in an instance of generic code, where its types are known. */
  #joinShapes(instance: FunctionInstance): void {
    const { checker } = this.instances.scopeOf(instance).sources;
    if (this.#joined.has(instance) || !isGeneric(instance.node)) return;
    this.#joined.add(instance);
    const { node } = instance;
    const shapes = recordShapes(checker);
    shapes.joinFlows(node, checker);
    if (ts.isConstructorDeclaration(node)) for (const field of fieldsOf(node.parent)) shapes.joinFlows(field, checker);
  }

  #visit(node: ts.Node, f: FunctionInstance): void {
    if (ts.isTypeNode(node) || ts.isTypeAliasDeclaration(node) || ts.isInterfaceDeclaration(node)) return;
    if (ts.isFunctionDeclaration(node)) return; // it has frames of its own
    if (ts.isVariableDeclaration(node)) {
      const type = node.initializer === undefined ? BOTTOM : this.#evaluate(node.initializer);
      if (node.initializer !== undefined || !ts.isIdentifier(node.name)) this.#patterns.declare(node, type);
    } else if (ts.isReturnStatement(node)) {
      if (node.expression !== undefined) this.#flowResult(f, this.#evaluate(node.expression));
    } else if (ts.isForOfStatement(node)) {
      this.#visitLoopHead(node);
      this.#visit(node.statement, f);
    } else if (ts.isForStatement(node)) {
      this.#counters.note(node);
      ts.forEachChild(node, (child) => this.#visit(child, f));
    } else if (ts.isBreakOrContinueStatement(node) || ts.isThrowStatement(node)) {
      return;
    } else if (ts.isLabeledStatement(node)) {
      this.#visit(node.statement, f);
    } else if (ts.isExpression(node)) {
      this.#evaluate(node);
    } else {
      ts.forEachChild(node, (child) => this.#visit(child, f));
    }
  }

  #evaluate(node: ts.Expression): ValueType {
    const found = this.#find(node);
    const type = ts.isOptionalChain(node) ? maybe(found) : withoutDoubt(this.#scopeNow().sources.checker, node, found);
    this.#frame.types.set(node, type);
    return type;
  }

  #find(node: ts.Expression): ValueType {
    if (ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node)) return this.#evaluate(node.expression);
    if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node)) return this.#asserted(node);
    if (isNamedValue(node) && this.#scopeNow().isFrozen(node)) return this.#name(node);
    const member = this.#classes.find(node);
    if (member !== null) return member;
    const record =
      listExpressionType(this.#scopeNow().sources, node, (e) => this.#evaluate(e)) ??
      this.records.find(node) ??
      arrayExpressionType(this.#scopeNow().sources, node, (e) => this.#evaluate(e));
    if (record !== null) return record;
    if (ts.isNumericLiteral(node)) return literalType(Number(node.text));
    if (node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword) return BOOL;
    if (ts.isIdentifier(node)) return this.#name(node);
    if (ts.isPropertyAccessExpression(node)) {
      const math = this.#scope.sources.mathFunction(node);
      if (math !== null) return this.instances.functionType(math, this.#frame);
      if (this.#scopeNow().resolve(node) !== null) return this.#name(node);
      const owner = this.#evaluate(node.expression);
      if (node.name.text !== 'length') return OTHER;
      if (owner.tag === 'record' && owner.shape.form === 'tuple') return literalType(owner.shape.fields.size);
      return owner.tag === 'array' ? LENGTH : OTHER;
    }
    if (ts.isElementAccessExpression(node)) {
      const array = this.#evaluate(node.expression);
      this.#evaluate(node.argumentExpression);
      return array.tag === 'array' ? itemType(array) : (listItem(array) ?? OTHER);
    }
    if (ts.isPrefixUnaryExpression(node)) return this.#prefix(node);
    if (ts.isPostfixUnaryExpression(node)) {
      const before = this.#evaluate(node.operand);
      this.#step(node, before);
      return before;
    }
    if (ts.isBinaryExpression(node)) return this.#binary(node);
    if (ts.isConditionalExpression(node)) {
      this.#evaluate(node.condition);
      return join(this.#evaluate(node.whenTrue), this.#evaluate(node.whenFalse));
    }
    if (ts.isCallExpression(node)) return this.#call(node);
    if (ts.isTemplateExpression(node)) {
      for (const span of node.templateSpans) this.#evaluate(span.expression);
      return OTHER;
    }
    if (isFunctionNode(node)) return this.instances.functionType(node, this.#frame);
    return OTHER;
  }

  #asserted(node: ts.AsExpression | ts.SatisfiesExpression): ValueType {
    const inner = this.#evaluate(node.expression);
    const { checker } = this.#scopeNow().sources;
    const declared = declaredType(checker, checker.getTypeFromTypeNode(node.type), true);
    if (declared.tag !== 'kind') return inner;
    // Where the value is known better than the kind says, it stays so.
    if (inner.tag !== 'int' || declared.type.tag !== 'int') return declared.type;
    const fits = inner.low >= declared.type.low && inner.high <= declared.type.high;
    return fits ? integer(declared.type.sign, inner.low, inner.high) : declared.type;
  }

  #name(node: NamedValue): ValueType {
    const binding = this.#scopeNow().resolve(node);
    switch (binding?.tag) {
      case 'local': {
        const type = this.variableType(binding.declaration);
        return leftOutType(this.#scopeNow().sources.checker, node, binding.declaration, type) ?? type;
      }
      case 'state': {
        const { initial, declaration } = binding;
        this.#flow(declaration, typeof initial === 'number' ? literalType(initial === 0 ? 0 : initial) : BOOL);
        return this.variableType(declaration);
      }
      case 'array':
        return { tag: 'array', element: binding.value.element };
      case 'objects': {
        const shape = this.records.itemsOfNode(binding.declaration);
        if (shape === null) return OTHER;
        for (const value of binding.value.values) if (value !== null) this.records.flowObject(shape, value);
        return { tag: 'array', element: 'reference', shape };
      }
      case 'object': {
        const shape = this.records.shapeOfNode(binding.declaration);
        if (shape === null) return OTHER;
        if (binding.value.value !== null) this.records.flowObject(shape, binding.value.value);
        return { tag: 'record', shape };
      }
      case 'constant': {
        if (typeof binding.value === 'boolean') return BOOL;
        const fixed = fixedType(binding.declared);
        const literal = literalType(binding.value === 0 ? 0 : binding.value);
        // A written integer kind only says more if the value is outside of it, which is an error found later.
        return fixed === null || (fixed.tag === 'int' && literal.tag === 'int') ? literal : fixed;
      }
      case 'function':
        return this.instances.frozenType(binding.value);
      default: {
        const held = ts.isIdentifier(node) ? this.#scope.functionOf(node) : null;
        return held === null ? OTHER : this.instances.functionType(held, this.#frame);
      }
    }
  }

  #prefix(node: ts.PrefixUnaryExpression): ValueType {
    const value = this.#evaluate(node.operand);
    const operand = value.tag === 'bool' ? BIT : value;
    switch (node.operator) {
      case ts.SyntaxKind.MinusToken: {
        const constant = this.#scopeNow().constantOf(node);
        if (typeof constant === 'number' && operand.tag === 'int') {
          // `-0` is written for its sign; `-ORIGIN` may just happen to be 0.
          return literalType(constant === 0 && !ts.isNumericLiteral(skipWrappers(node.operand)) ? 0 : constant);
        }
        return negatedType(operand);
      }
      case ts.SyntaxKind.PlusToken:
        return operand;
      case ts.SyntaxKind.TildeToken: {
        const quotient = integerQuotient(node, (e) => this.typeOf(e));
        if (quotient !== null) {
          return asI32(quotientType(this.typeOf(quotient.left), this.typeOf(quotient.right)));
        }
        return complementType(operand);
      }
      case ts.SyntaxKind.ExclamationToken:
        return BOOL;
      default:
        return this.#step(node, operand);
    }
  }

  /** `++` and `--`; gives the new value. */
  #step(node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression, before: ValueType): ValueType {
    const isUp = node.operator === ts.SyntaxKind.PlusPlusToken;
    const operator = isUp ? ts.SyntaxKind.PlusToken : ts.SyntaxKind.MinusToken;
    return this.#assign(node.operand, this.#counters.stepped(node, binaryType(operator, before, ONE), before, 1));
  }

  #visitLoopHead(node: ts.ForOfStatement): void {
    const source = loopSource(this.#scope.sources, node);
    const { place, item } = loopVariables(node, source);
    const types = loopTypes(source, this.#scope, this.records, (e) => this.#evaluate(e));
    if (place !== null) this.#patterns.declare(place, types.place);
    if (item !== null) this.#patterns.declare(item, types.item);
  }

  #binary(node: ts.BinaryExpression): ValueType {
    const operator = node.operatorToken.kind;
    const pattern = skipWrappers(node.left);
    if (operator === ts.SyntaxKind.EqualsToken && isPattern(pattern)) {
      const value = this.#evaluate(node.right);
      this.#patterns.assign(pattern, value);
      return value;
    }
    const isPlain = operator === ts.SyntaxKind.EqualsToken;
    const left =
      isPlain && this.#classes.isAccessor(pattern) ? this.#classes.owner(pattern) : this.#evaluate(node.left);
    const right = this.#evaluate(node.right);
    const pow = this.#scope.sources.mathFunction(node);
    if (pow !== null) this.instances.root(pow);
    if (isPlain) return this.#assign(node.left, right);
    if (isAssignmentOperator(operator)) {
      if (isLogicalAssignment(operator)) return this.#assign(node.left, join(left, right));
      const type = binaryType(compoundOperator(operator), left, right);
      const by = right.tag === 'int' && right.low === right.high ? right.low : 0;
      const isSum = operator === ts.SyntaxKind.PlusEqualsToken;
      return this.#assign(node.left, isSum ? this.#counters.stepped(node, type, left, by) : type);
    }
    switch (operator) {
      case ts.SyntaxKind.CommaToken:
        return right;
      case ts.SyntaxKind.AmpersandAmpersandToken:
      case ts.SyntaxKind.BarBarToken:
        return join(left, right);
      case ts.SyntaxKind.QuestionQuestionToken:
        return left.tag === 'null' ? right : join(present(left), right);
    }
    const quotient = integerQuotient(node, (e) => this.typeOf(e));
    if (quotient !== null) {
      const type = quotientType(this.typeOf(quotient.left), this.typeOf(quotient.right));
      return quotient.result === 'u32' ? asU32(type) : asI32(type);
    }
    return binaryType(operator, left, right);
  }

  /** Flows a value into a target. Gives the type of the assignment as an expression. */
  #assign(targetNode: ts.Expression, value: ValueType): ValueType {
    const target = skipWrappers(targetNode);
    if (this.#classes.assign(target, value)) return value;
    const held = this.#evaluate(targetNode);
    const field = this.records.fieldOf(target);
    if (field !== null) this.records.flowInto(field, value);
    if (ts.isIdentifier(target) || (field === null && ts.isPropertyAccessExpression(target))) {
      const binding = this.#scopeNow().resolve(target);
      if (binding !== null && 'declaration' in binding) this.#flow(binding.declaration, value);
      const after = this.#evaluate(targetNode);
      return isNumber(value) && after.tag === 'f32' ? F32 : value;
    }
    const now = field === null ? held : this.records.fieldType(field);
    return isNumber(value) && now.tag === 'f32' ? F32 : value;
  }

  #call(node: ts.CallExpression): ValueType {
    const values = node.arguments.flatMap((argument) => this.records.elementTypes(argument));
    const callee = this.#calleeType(node);
    if (callee.tag === 'bottom') return BOTTOM;
    if (callee.tag === 'function') return this.#callClosures(node, callee.closures, values);
    const name = this.#scope.sources.libraryName(skipWrappers(node.expression));
    if (name === null) return OTHER;
    if (name.startsWith('Math.')) {
      const quotient = integerQuotient(node, (e) => this.typeOf(e));
      if (quotient !== null) return quotientType(this.typeOf(quotient.left), this.typeOf(quotient.right));
      return mathType(name.slice(5), values) ?? OTHER;
    }
    const shape = this.records.shapeAt(node);
    if (shape !== null) return { tag: 'record', shape }; // a peer
    if (name === 'Peer.view') {
      const callee = skipWrappers(node.expression);
      if (ts.isPropertyAccessExpression(callee)) this.#evaluate(callee.expression);
      return values[0] ?? OTHER;
    }
    return libraryResult(name);
  }

  #calleeType(node: ts.CallExpression): ValueType {
    const { sources } = this.#scope;
    const callee = skipWrappers(node.expression);
    const isOperator = sources.libraryName(callee) !== null && sources.mathFunction(callee) === null;
    return isOperator ? OTHER : this.#evaluate(node.expression);
  }

  #callClosures(node: CallNode, closures: readonly Closure[], values: readonly ValueType[]): ValueType {
    const caller = this.#frame;
    let result: ValueType = BOTTOM;
    for (const closure of closures) {
      const instance = this.instances.called(caller, node, closure);
      if (instance === null) return OTHER; // reported
      this.#frame = instance;
      for (const [index, parameter] of instance.node.parameters.entries()) {
        const isRest = parameter.dotDotDotToken !== undefined;
        const value = isRest ? restType(values.slice(index)) : values[index];
        if (value !== undefined) this.#flow(parameter, value);
      }
      this.#frame = caller;
      result = join(result, this.#resultOf(instance));
    }
    return result;
  }
}

function once(facts: FrameFacts, node: ts.Node, find: () => ValueType | null): ValueType | null {
  const known = facts.fixed.get(node);
  if (known !== undefined) return known;
  const type = find();
  facts.fixed.set(node, type);
  return type;
}

const ONE: ValueType = literalType(1);
const BIT: ValueType = integer('i32', 0, 1);

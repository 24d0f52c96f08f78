import ts from 'typescript';
import { classHierarchy, isClassItself, type MemberUse, memberUses } from './class-hierarchy.ts';
import { classNamed, constructorOf, fieldsOf, memberKey, parameterFields } from './class-members.ts';
import { baseTypeOf, classOfType, declaredClassType } from './class-types.ts';
import type { Closure, FunctionInstance } from './function-instances.ts';
import type { FunctionInstances } from './function-registry.ts';
import { programChecker } from './function-types.ts';
import type { KernelScope, Variable } from './kind-scope.ts';
import { BOTTOM, join, OTHER, type ValueType, VOID } from './number-kinds.ts';
import type { RecordKinds } from './record-kinds.ts';
import { recordShapes } from './record-shapes.ts';

/** An expression that calls a function, by arguments or as a getter or setter. */
export type CallNode = ts.CallExpression | ts.NewExpression | ts.PropertyAccessExpression;

/** What inference gives to the rules for classes. */
export interface CallFlow {
  readonly instances: FunctionInstances;
  readonly records: RecordKinds;
  /** Where it looks now. */
  frame(): FunctionInstance;
  /** As the instance sees it where it looks now. */
  readonly scope: KernelScope;
  evaluate(node: ts.Expression): ValueType;
  variableType(declaration: Variable): ValueType;
  /** Flows values into the parameters of the functions; gives what they return. */
  call(node: CallNode, closures: readonly Closure[], values: readonly ValueType[]): ValueType;
}

/** Kinds of what classes add to expressions: objects, methods, accessors. */
export class ClassKinds {
  readonly #flow: CallFlow;

  constructor(flow: CallFlow) {
    this.#flow = flow;
  }

  /** Type of `new C(…)`, `super(…)`, of a method and of what a getter gives; null for every other expression. */
  find(node: ts.Expression): ValueType | null {
    const { checker } = this.#flow.scope.sources;
    if (ts.isNewExpression(node)) {
      const owner = classNamed(checker, node.expression);
      const shape = this.#flow.records.shapeAt(node);
      if (owner === null || shape === null) return null;
      const values = (node.arguments ?? []).flatMap((argument) => this.#flow.records.elementTypes(argument));
      this.#construct(node, checker.getTypeAtLocation(node), values);
      return { tag: 'record', shape };
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.SuperKeyword) {
      const own = this.#flow.frame().node;
      const values = node.arguments.flatMap((argument) => this.#flow.records.elementTypes(argument));
      const base = ts.isConstructorDeclaration(own)
        ? baseTypeOf(programChecker(checker), declaredClassType(checker, own.parent))
        : null;
      if (base !== null) this.#construct(node, base, values);
      return VOID;
    }
    const use = memberUses(checker, node);
    if (use === null || !ts.isPropertyAccessExpression(node)) return null;
    this.owner(node);
    if (use === 'method') return this.#members(node, 'call');
    const getter = this.#members(node, 'get');
    return getter.tag === 'function' ? this.#flow.call(node, getter.closures, []) : getter;
  }

  isAccessor(node: ts.Expression): node is ts.PropertyAccessExpression {
    return memberUses(this.#flow.scope.sources.checker, node) === 'accessor';
  }

  /** Looks at the object of a member. */
  owner(access: ts.PropertyAccessExpression): ValueType {
    const { checker } = this.#flow.scope.sources;
    return isClassItself(checker, access.expression) ? OTHER : this.#flow.evaluate(access.expression);
  }

  /** A value that is given to a setter. False if the target is none. */
  assign(target: ts.Expression, value: ValueType): boolean {
    if (!this.isAccessor(target)) return false;
    const setter = this.#members(target, 'set');
    if (setter.tag === 'function') this.#flow.call(target, setter.closures, [value]);
    return true;
  }

  /** What happens before the statements of a constructor. */
  startConstructor(node: ts.ConstructorDeclaration): void {
    const { checker } = this.#flow.scope.sources;
    this.#initialFields(declaredClassType(checker, node.parent));
    const shape = this.#flow.records.shapeOfNode(node.parent);
    for (const parameter of parameterFields(node)) {
      const found = shape?.fields.get(parameter.name.getText());
      if (found !== undefined) this.#flow.records.flowInto(found, this.#flow.variableType(parameter));
    }
  }

  #members(access: ts.PropertyAccessExpression, use: MemberUse): ValueType {
    const { instances } = this.#flow;
    const frame = this.#flow.frame();
    const { sources } = this.#flow.scope;
    let type: ValueType = BOTTOM;
    for (const { member, owner } of classHierarchy(sources).implementations(access, use, sources.checker)) {
      type = join(type, instances.functionType(member, frame, owner));
    }
    return type;
  }

  #construct(node: CallNode, made: ts.Type, values: readonly ValueType[]): void {
    const owner = classOfType(made);
    const explicit = owner === null ? null : constructorOf(owner);
    if (explicit !== null) {
      const type = this.#flow.instances.functionType(explicit, this.#flow.frame(), made);
      if (type.tag === 'function') this.#flow.call(node, type.closures, values);
      return;
    }
    const base = baseTypeOf(programChecker(this.#flow.scope.sources.checker), made);
    if (base !== null) this.#construct(node, base, values);
    this.#initialFields(made);
  }

  #initialFields(made: ts.Type): void {
    const shape = recordShapes(this.#flow.scope.sources.checker).shapeOf(made);
    const owner = classOfType(made);
    for (const field of owner === null ? [] : fieldsOf(owner)) {
      if (field.initializer === undefined) continue;
      const found = shape?.fields.get(memberKey(field.name));
      const type = this.#flow.evaluate(field.initializer);
      if (found !== undefined) this.#flow.records.flowInto(found, type);
    }
  }
}

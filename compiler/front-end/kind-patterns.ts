import ts from 'typescript';
import type { KernelScope, Variable } from './kind-scope.ts';
import type { LoopVariable } from './loop-sources.ts';
import { BOTTOM, join, present, type ValueType } from './number-kinds.ts';
import { skipWrappers } from './reachable-functions.ts';
import type { RecordKinds } from './record-kinds.ts';
import { type RestElement, restParts, restType } from './rest-elements.ts';
import { boundName, isPattern, partType, patternTargets } from './tree-destructuring.ts';

/** What inference gives to the rules for patterns. */
export interface PatternFlow {
  /** As the instance sees it where it looks now. */
  readonly scope: KernelScope;
  readonly records: RecordKinds;
  evaluate(node: ts.Expression): ValueType;
  flow(into: Variable, type: ValueType): void;
  assign(target: ts.Expression, type: ValueType): unknown;
}

/** Kinds of the variables of patterns: what they take of a value. */
export class PatternKinds {
  readonly #flow: PatternFlow;

  constructor(flow: PatternFlow) {
    this.#flow = flow;
  }

  /** Flows a value into a variable, or its parts into those of a pattern. */
  declare(declaration: LoopVariable, type: ValueType): void {
    if (ts.isIdentifier(declaration.name)) this.#flow.flow(declaration, type);
    else this.bind(declaration.name, type);
  }

  /** Flows the parts of a value into the variables of a pattern. */
  bind(pattern: ts.BindingPattern, type: ValueType): void {
    for (const [index, element] of pattern.elements.entries()) {
      if (ts.isOmittedExpression(element) || type.tag === 'bottom') continue;
      const part = element.dotDotDotToken === undefined ? this.#part(element, index, type) : this.#rest(element, type);
      this.declare(element, part);
    }
  }

  #part(element: ts.BindingElement, index: number, type: ValueType): ValueType {
    const part = partType(type, boundName(element, index), (field) => this.#flow.records.fieldType(field));
    if (element.initializer === undefined) return part;
    const other = this.#flow.evaluate(element.initializer);
    return part.tag === 'record' || part.tag === 'maybe' ? join(present(part), other) : part;
  }

  /** `...rest`: an object or tuple of its own, whose fields are of the kinds of those that it takes. */
  #rest(element: RestElement, type: ValueType): ValueType {
    const { scope, records } = this.#flow;
    for (const { from, into } of restParts(scope, element, type)) records.flowInto(into, records.fieldType(from));
    return restType(scope, element, type);
  }

  /** Flows the parts of a value into the targets of a pattern that is assigned to. */
  assign(pattern: ts.ArrayLiteralExpression | ts.ObjectLiteralExpression, type: ValueType): void {
    for (const { name, target, rest } of patternTargets(pattern)) {
      const part =
        type.tag === 'bottom'
          ? BOTTOM
          : rest !== undefined
            ? this.#rest(rest, type)
            : partType(type, name, (field) => this.#flow.records.fieldType(field));
      const inner = skipWrappers(target);
      if (isPattern(inner)) this.assign(inner, part);
      else this.#flow.assign(target, part);
    }
  }
}

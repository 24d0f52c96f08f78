import ts from 'typescript';
import { memberKey } from './class-members.ts';
import type { Closure } from './function-instances.ts';
import { elementBrand, fixedType } from './kind-annotations.ts';
import { enumValue, type KernelScope } from './kind-scope.ts';
import {
  BOTTOM,
  itemType,
  join,
  literalType,
  maybe,
  NULL,
  OTHER,
  present,
  STRING,
  sameType,
  type ValueType,
  widen,
} from './number-kinds.ts';
import { resolveAlias, skipWrappers } from './reachable-functions.ts';
import { type RecordShape, recordShapes, type ShapeField } from './record-shapes.ts';
import { isNullName } from './record-syntax.ts';

/** Flows into a field before its range is rounded up. */
const EXACT_FLOWS = 4;

/** What inference gives to the rules for records. */
export interface KindFlow {
  /** As the instance sees it where it looks now. */
  readonly scope: KernelScope;
  evaluate(node: ts.Expression): ValueType;
  /** Something new was found. */
  changed(): void;
}

/** Number kinds of the fields of records: of a shape, not of one record. */
export class RecordKinds {
  readonly #flow: KindFlow;
  readonly #inferred = new Map<ShapeField, ValueType>();
  /** The shapes in which objects of modules were looked at. */
  readonly #flowed = new WeakMap<object, RecordShape>();
  readonly #flowCounts = new Map<ShapeField, number>();

  constructor(flow: KindFlow) {
    this.#flow = flow;
  }

  /** The type of a field. */
  fieldType(field: ShapeField): ValueType {
    const shape = recordShapes(this.#flow.scope.sources.checker).shapeOf(field.type);
    if (shape !== null) return { tag: 'record', shape };
    const type = fixedType(field.declared) ?? this.#inferred.get(field) ?? BOTTOM;
    return field.isOptional ? maybe(type) : type;
  }

  /** Fields that hold functions, and which. */
  *functionFields(): Iterable<{ readonly name: string; readonly closures: readonly Closure[] }> {
    for (const [{ name }, type] of this.#inferred) if (type.tag === 'function') yield { name, closures: type.closures };
  }

  flowInto(field: ShapeField, given: ValueType): void {
    if (field.declared.tag !== 'number' && field.declared.tag !== 'function') return;
    if (given.tag === 'null') return;
    const type = present(given);
    const before = this.#inferred.get(field) ?? BOTTOM;
    let after = join(before, type);
    if (sameType(before, after)) return;
    const count = (this.#flowCounts.get(field) ?? 0) + 1;
    this.#flowCounts.set(field, count);
    if (count > EXACT_FLOWS) after = widen(before, after);
    this.#inferred.set(field, after);
    this.#flow.changed();
  }

  /** Flows what an object of a module holds into the fields of its shape. */
  flowObject(shape: RecordShape, object: object): void {
    if (this.#flowed.get(object) === shape.root) return;
    this.#flowed.set(object, shape.root);
    for (const [name, field] of shape.fields) {
      const value = (object as Readonly<Record<string, unknown>>)[name];
      if (typeof value === 'number') this.flowInto(field, literalType(value === 0 ? 0 : value));
      else if (Array.isArray(value)) this.#flowArray(field, value);
      else if (typeof value === 'object' && value !== null) {
        const inner = recordShapes(this.#flow.scope.sources.checker).shapeOf(field.type);
        if (inner !== null) this.flowObject(inner, value);
      }
    }
  }

  #flowArray(field: ShapeField, items: readonly unknown[]): void {
    const shapes = recordShapes(this.#flow.scope.sources.checker);
    const tuple = shapes.shapeOf(field.type);
    const shape = shapes.itemsOf(field.type);
    if (tuple !== null) this.flowObject(tuple, items);
    for (const item of items)
      if (shape !== null && typeof item === 'object' && item !== null) this.flowObject(shape, item);
    if (tuple !== null || shape !== null || items.length === 0) return;
    const isInteger = items.every(
      (item) => typeof item === 'number' && literalType(item === 0 ? 0 : item).tag === 'int',
    );
    this.flowInto(field, { tag: 'array', element: isInteger ? 'i32' : 'f32' });
  }

  /** The field that `a.b` or `t[0]` names; null if the owner is no record. */
  fieldOf(node: ts.Expression): ShapeField | null {
    const access = skipWrappers(node);
    if (!ts.isPropertyAccessExpression(access) && !ts.isElementAccessExpression(access)) return null;
    const shape = this.shapeAt(access.expression);
    const name = fieldName(access, this.#flow.scope);
    return shape === null || name === null ? null : (shape.fields.get(name) ?? null);
  }

  /** The shape of what TypeScript finds of an expression. */
  shapeAt(node: ts.Expression): RecordShape | null {
    const { checker } = this.#flow.scope.sources;
    return recordShapes(checker).shapeOf(checker.getTypeAtLocation(node));
  }

  /** The shape of the objects of a class, or of what a variable holds. */
  shapeOfNode(declaration: ts.Node): RecordShape | null {
    const { checker } = this.#flow.scope.sources;
    return recordShapes(checker).shapeOf(checker.getTypeAtLocation(declaration));
  }

  /** The shape of the elements of an array of records that a variable holds. */
  itemsOfNode(declaration: ts.Node): RecordShape | null {
    const { checker } = this.#flow.scope.sources;
    return recordShapes(checker).itemsOf(checker.getTypeAtLocation(declaration));
  }

  /** Type of an expression that makes, reads or is a record or string; null for all others. */
  find(node: ts.Expression): ValueType | null {
    if (node.kind === ts.SyntaxKind.ThisKeyword || node.kind === ts.SyntaxKind.SuperKeyword) {
      const shape = this.shapeAt(node);
      return shape === null ? OTHER : { tag: 'record', shape };
    }
    if (ts.isObjectLiteralExpression(node)) return this.#object(node);
    if (ts.isArrayLiteralExpression(node)) return this.#tuple(node);
    if (stringOf(this.#flow.scope, node) !== null) return STRING;
    if (node.kind === ts.SyntaxKind.NullKeyword || isNullName(this.#flow.scope, node)) return NULL;
    if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
      const field = this.fieldOf(node);
      if (field !== null) {
        this.#flow.evaluate(node.expression);
        if (ts.isElementAccessExpression(node)) this.#flow.evaluate(node.argumentExpression);
        return this.fieldType(field);
      }
    }
    return null;
  }

  #object(node: ts.ObjectLiteralExpression): ValueType {
    const shape = this.shapeAt(node);
    for (const property of node.properties) {
      if (ts.isSpreadAssignment(property)) {
        this.#flow.evaluate(property.expression);
        const source = this.shapeAt(property.expression);
        if (source === null || shape === null) continue;
        for (const field of spreadFields(this.#flow.scope, property.expression, source)) {
          const into = shape.fields.get(field.name);
          if (into !== undefined) this.flowInto(into, this.fieldType(field));
        }
        continue;
      }
      const value = valueOfProperty(property);
      if (value === null) continue;
      const type = this.#flow.evaluate(value);
      const field = shape?.fields.get(nameOfProperty(property) ?? '');
      if (field !== undefined) this.flowInto(field, type);
    }
    return shape === null ? OTHER : { tag: 'record', shape };
  }

  /** `[1, 2, 3]`: a typed array of the kind that is written, or that holds all elements. */
  #array(node: ts.ArrayLiteralExpression): ValueType | null {
    const types = node.elements.flatMap((element) => this.elementTypes(element));
    const { checker } = this.#flow.scope.sources;
    const wanted = checker.getContextualType(node);
    const brand = wanted === undefined ? null : elementBrand(checker, wanted);
    if (brand !== null) return { tag: 'array', element: brand };
    const shapes = recordShapes(checker);
    const shape =
      (wanted === undefined ? null : shapes.itemsOf(wanted)) ?? shapes.itemsOf(checker.getTypeAtLocation(node));
    if (shape !== null) return { tag: 'array', element: 'reference', shape };
    const type = types.reduce(join, BOTTOM);
    if (type.tag === 'bottom') return node.elements.length === 0 ? null : BOTTOM;
    if (type.tag === 'f32') return { tag: 'array', element: 'f32' };
    if (type.tag !== 'int') return null;
    return { tag: 'array', element: type.sign === 'u32' ? 'u32' : 'i32' };
  }

  #tuple(node: ts.ArrayLiteralExpression): ValueType | null {
    const shape = recordShapes(this.#flow.scope.sources.checker).tupleOf(node);
    if (shape === null) return this.#array(node);
    let index = 0;
    for (const element of node.elements) {
      for (const type of this.elementTypes(element)) {
        const field = shape.fields.get(String(index++));
        if (field !== undefined) this.flowInto(field, type);
      }
    }
    return { tag: 'record', shape };
  }

  /** Of one element or argument, or of all that `...t` stands for: one of its elements for an array. */
  elementTypes(element: ts.Expression): readonly ValueType[] {
    if (!ts.isSpreadElement(element)) return [this.#flow.evaluate(element)];
    const { expression } = element;
    const type = this.#flow.evaluate(expression);
    if (type.tag === 'bottom') return [BOTTOM];
    if (type.tag === 'array') return [itemType(type)];
    const source = this.shapeAt(expression);
    if (source === null) return [];
    return spreadFields(this.#flow.scope, expression, source).map((field) => this.fieldType(field));
  }
}

/** The fields that `...node` gives: those of its type, of all that its shape has. */
export function spreadFields(scope: KernelScope, node: ts.Expression, shape: RecordShape): readonly ShapeField[] {
  const { checker } = scope.sources;
  const own = checker.getPropertiesOfType(checker.getTypeAtLocation(node)).map((symbol) => symbol.name);
  return own.flatMap((name) => shape.fields.get(name) ?? []);
}

/** `x` of `a.x`, `0` of `t[0]`; null for an index that is not known. */
export function fieldName(
  access: ts.PropertyAccessExpression | ts.ElementAccessExpression,
  scope: KernelScope,
): string | null {
  if (ts.isPropertyAccessExpression(access)) return memberKey(access.name);
  if (ts.isStringLiteralLike(access.argumentExpression)) return access.argumentExpression.text;
  const index = scope.constantOf(access.argumentExpression);
  return typeof index === 'number' ? String(index) : null;
}

/** The value that a property of a literal is given; null for what has none. */
export function valueOfProperty(property: ts.ObjectLiteralElementLike): ts.Expression | null {
  if (ts.isPropertyAssignment(property)) return property.initializer;
  return ts.isShorthandPropertyAssignment(property) ? property.name : null;
}

export function nameOfProperty(property: ts.ObjectLiteralElementLike): string | null {
  const { name: written } = property;
  if (written === undefined) return null;
  const name = ts.isComputedPropertyName(written) ? skipWrappers(written.expression) : written;
  return ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isNumericLiteral(name) ? name.text : null;
}

/** The text of a literal, or of a member of an enum that is a string; null for all others. */
export function stringOf(scope: KernelScope, node: ts.Expression): string | null {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isPropertyAccessExpression(node) && !ts.isIdentifier(node)) return null;
  const { checker } = scope.sources;
  if (ts.isPropertyAccessExpression(node)) {
    const value = enumValue(checker, node);
    return typeof value === 'string' ? value : null;
  }
  // A constant of a module whose type is its text.
  const declaration = resolveAlias(checker, checker.getSymbolAtLocation(node))?.valueDeclaration;
  if (declaration === undefined || !ts.isVariableDeclaration(declaration)) return null;
  if (!ts.isSourceFile(declaration.parent.parent.parent)) return null;
  const type = checker.getTypeAtLocation(declaration.name);
  return type.isStringLiteral() ? type.value : null;
}

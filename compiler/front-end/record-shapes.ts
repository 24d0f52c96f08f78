import ts from 'typescript';
import { memberKey } from './class-members.ts';
import { baseTypeOf, classOfType, isClosedType } from './class-types.ts';
import { programChecker } from './function-types.ts';
import { brandOf, type DeclaredType, declaredType } from './kind-annotations.ts';
import { integer, type ValueType } from './number-kinds.ts';
import { skipWrappers } from './reachable-functions.ts';
import { fixedArrayItems, isRecordType, isTupleType, recordArrayElement, withoutNull } from './syntax-types.ts';

/** No list has more elements: addresses have 32 bits. */
const LIST_LENGTH: ValueType = integer('i32', 0, 2 ** 30);

/** A field of records of one shape. */
export interface ShapeField {
  readonly name: string;
  /** What its declaration says: a number's kind or that it is inferred, another shape, or what it is else. */
  readonly declared: DeclaredType;
  /** TypeScript's type, null and undefined left out. */
  readonly type: ts.Type;
  readonly declaration: ts.Node | null;
  /** True if a type leaves it out, or lets null stand for a number, boolean or string: `w?: f32`. */
  readonly isOptional: boolean;
}

/** `list`: an array that grows, `FixedArray<f32>`, with the fields `items` and `length`. */
export type ShapeForm = 'object' | 'tuple' | 'list';

/**
 * What records that may be in the same variable have in common: types between which values flow are one shape, whose
 * fields are all of theirs, so that each field has one place whatever the type says through which it is read.
 */
export class RecordShape {
  readonly name: string;
  readonly form: ShapeForm;
  readonly #fields: Map<string, ShapeField>;
  #joined: RecordShape | null = null;

  constructor(name: string, form: ShapeForm, fields: Iterable<ShapeField>) {
    this.name = name;
    this.form = form;
    this.#fields = new Map([...fields].map((field) => [field.name, field]));
  }

  /** The shape that this one has become a part of. */
  get root(): RecordShape {
    let shape: RecordShape = this;
    while (shape.#joined !== null) shape = shape.#joined;
    return shape;
  }

  get fields(): ReadonlyMap<string, ShapeField> {
    return this.root.#fields;
  }

  /** Joins two roots. */
  static join(into: RecordShape, from: RecordShape, both: (a: ShapeField, b: ShapeField) => void): void {
    from.#joined = into;
    const shared: [ShapeField, ShapeField][] = [];
    for (const [name, field] of from.#fields) {
      const known = into.#fields.get(name);
      if (known === undefined) into.#fields.set(name, field);
      else {
        // What is written decides over what is inferred.
        const isLess = known.declared.tag === 'number' && field.declared.tag !== 'number';
        const isOptional = known.isOptional || field.isOptional;
        const kept = isLess || isOpen(known.type) ? field : known;
        into.#fields.set(name, kept.isOptional === isOptional ? kept : { ...kept, isOptional });
        shared.push([known, field]);
      }
    }
    for (const [a, b] of shared) both(a, b);
  }
}

/** Fields of one name that cannot share a place. */
export interface ShapeConflict {
  readonly name: string;
  readonly at: ts.Node | null;
  readonly types: readonly [string, string];
}

/** The shapes of a program's types. */
export class RecordShapes {
  readonly conflicts: ShapeConflict[] = [];
  readonly #checker: ts.TypeChecker;
  readonly #known = new Map<ts.Type | ts.Symbol, RecordShape>();
  /** Types of generic classes that were met, with no type parameter open. */
  readonly genericClassTypes: ts.Type[] = [];
  #changes = 0;

  constructor(checker: ts.TypeChecker) {
    this.#checker = checker;
  }

  /** Grows when a shape is made or joined. */
  get changes(): number {
    return this.#changes;
  }

  /** The shape of a type; null if it is not one of records. */
  shapeOf(given: ts.Type): RecordShape | null {
    const bound =
      (given.flags & ts.TypeFlags.TypeParameter) === 0 ? given : this.#checker.getBaseConstraintOfType(given);
    if (bound === undefined) return null;
    const type = withoutNull(this.#checker, bound);
    if (type.isUnion()) {
      if (!type.types.every(isRecordType)) return null;
      const shapes = type.types.map((part) => this.shapeOf(part));
      const [first, ...rest] = shapes;
      for (const other of rest) if (first && other) this.join(first, other);
      return first?.root ?? null;
    }
    if (!isRecordType(type)) return null;
    const key = keyOf(type);
    const known = this.#known.get(key);
    if (known !== undefined) return known.root;
    const symbol = type.aliasSymbol ?? type.getSymbol();
    const owner = classOfType(type);
    const isGenericClass = owner?.typeParameters !== undefined && isClosedType(this.#checker, type);
    const isNamed = symbol !== undefined && !symbol.name.startsWith('__');
    const name = !isNamed ? 'record' : isGenericClass ? this.#checker.typeToString(type) : symbol.name;
    const form = isTupleType(type) ? 'tuple' : fixedArrayItems(type) === null ? 'object' : 'list';
    const shape = new RecordShape(form === 'object' ? name : form, form, this.#fieldsOf(type));
    this.#known.set(key, shape);
    this.#changes++;
    if (isGenericClass) this.genericClassTypes.push(type);
    const base = baseTypeOf(this.#checker, type);
    const above = base === null ? null : this.shapeOf(base);
    if (above !== null) this.join(above, shape);
    return shape.root;
  }

  /** The shape of the elements of `Point[]`; null for all else. */
  itemsOf(type: ts.Type): RecordShape | null {
    const items = recordArrayElement(this.#checker, type);
    return items === null ? null : this.shapeOf(items);
  }

  /** The shape of what flows with a value: of itself, or of its elements. */
  #flowing(type: ts.Type): RecordShape | null {
    return this.shapeOf(type) ?? this.itemsOf(type);
  }

  *#fieldsOf(type: ts.Type): Iterable<ShapeField> {
    const items = fixedArrayItems(type);
    if (items !== null) {
      const known = { type: items, declaration: null, isOptional: false };
      // Of a number without a kind nothing is known; where such an array is made that is reported.
      const element = brandOf(this.#checker, items) ?? 'f32';
      yield { ...known, name: 'items', declared: { tag: 'known', type: { tag: 'array', element } } };
      yield { ...known, name: 'length', declared: { tag: 'kind', kind: 'i32', type: LIST_LENGTH } };
      return;
    }
    if (isTupleType(type)) {
      const parts = this.#checker.getTypeArguments(type as ts.TypeReference);
      for (const [index, part] of parts.entries()) yield this.#field(String(index), part, null, false);
      return;
    }
    for (const symbol of this.#checker.getPropertiesOfType(type)) {
      const [declaration] = symbol.declarations ?? [];
      const isData = (symbol.flags & (ts.SymbolFlags.Method | ts.SymbolFlags.Accessor)) === 0;
      const named = declaration === undefined ? undefined : ts.getNameOfDeclaration(declaration);
      const name = named !== undefined && ts.isPrivateIdentifier(named) ? memberKey(named) : symbol.name;
      const isOptional = (symbol.flags & ts.SymbolFlags.Optional) !== 0;
      if (isData) yield this.#field(name, this.#checker.getTypeOfSymbol(symbol), declaration ?? null, isOptional);
    }
  }

  #field(name: string, given: ts.Type, declaration: ts.Node | null, isOptional: boolean): ShapeField {
    const type = withoutNull(this.#checker, given);
    const isWritten =
      declaration === null ||
      ((ts.isPropertySignature(declaration) || ts.isPropertyDeclaration(declaration) || ts.isParameter(declaration)) &&
        declaration.type !== undefined);
    const declared: DeclaredType = isRecordType(type)
      ? { tag: 'known', type: { tag: 'other' } }
      : declaredType(this.#checker, type, isWritten);
    // A reference may be null by itself.
    const mayMiss = type !== given && !isRecordType(type);
    return { name, declared, type, declaration, isOptional: isOptional || mayMiss };
  }

  /**
   * The shape of a tuple that an array literal makes: what its place asks for, as `number` in its own type says nothing
   * of kinds and is the same type for all literals of this length; its own if the place does not say.
   */
  tupleOf(literal: ts.ArrayLiteralExpression, checker: ts.TypeChecker = this.#checker): RecordShape | null {
    const wanted = isTakenApart(literal) ? undefined : checker.getContextualType(literal);
    const asked = wanted === undefined ? null : this.shapeOf(wanted);
    return asked?.form === 'tuple' ? asked : (this.shapeOf(checker.getTypeAtLocation(literal)) ?? asked);
  }

  /** Values of one flow into places of the other, at `node`. */
  join(a: RecordShape, b: RecordShape, node: ts.Node | null = null): void {
    const [into, from] = [a.root, b.root];
    if (into === from) return;
    this.#changes++;
    RecordShape.join(into, from, (x, y) => {
      const [xs, ys] = [this.shapeOf(x.type), this.shapeOf(y.type)];
      if (xs !== null && ys !== null) {
        this.join(xs, ys, node);
        return;
      }
      if (isOpen(x.type) || isOpen(y.type)) return;
      const isSame =
        xs === ys &&
        (x.declared.tag === 'number' ||
          y.declared.tag === 'number' ||
          (x.declared.tag === 'kind' && y.declared.tag === 'kind'
            ? x.declared.kind === y.declared.kind
            : (x.declared.tag === 'function' && y.declared.tag === 'function') ||
              (x.declared.tag === 'known' &&
                y.declared.tag === 'known' &&
                areAlike(x.declared.type, y.declared.type))));
      if (isSame) return;
      const text = (field: ShapeField): string => this.#checker.typeToString(field.type);
      this.conflicts.push({ name: x.name, at: y.declaration ?? x.declaration ?? node, types: [text(x), text(y)] });
    });
  }

  /**
   * Joins what flows together in a function body: every value with the type that its place asks for. `checker`: of the
   * instance of a generic function.
   */
  joinFlows(body: ts.Node, checker: ts.TypeChecker = this.#checker): void {
    if (ts.isTypeNode(body)) return;
    if (ts.isExpression(body) && !ts.isOmittedExpression(body)) this.#joinFlow(body, checker);
    ts.forEachChild(body, (child) => this.joinFlows(child, checker));
  }

  #joinFlow(node: ts.Expression, checker: ts.TypeChecker): void {
    const own = this.#valueOf(node, checker);
    if (own === null) return;
    const { parent } = node;
    // The targets of a pattern take parts of the value, and share no place with it.
    const isTakenApart = ts.isBinaryExpression(parent) && parent.right === node && isPattern(parent.left);
    if (isTakenApart) this.#joinPattern(parent.left, node, own, checker);
    const wanted = isTakenApart ? undefined : checker.getContextualType(node);
    const other = wanted === undefined ? null : this.#flowing(wanted);
    if (other !== null) this.join(other, own, node);
    if (ts.isAsExpression(parent) || ts.isSatisfiesExpression(parent)) {
      const said = this.#flowing(checker.getTypeFromTypeNode(parent.type));
      if (said !== null) this.join(said, own, node);
    } else if (ts.isVariableDeclaration(parent) && parent.initializer === node) {
      const variable = this.#flowing(checker.getTypeAtLocation(parent.name));
      if (variable !== null && ts.isIdentifier(parent.name)) this.join(variable, own, node);
    } else if (ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
      const target = this.#flowing(checker.getTypeAtLocation(parent.left));
      if (parent.right === node && target !== null && !isPattern(parent.left)) this.join(target, own, node);
    } else if (ts.isSpreadAssignment(parent)) {
      const whole = this.shapeOf(checker.getTypeAtLocation(parent.parent));
      for (const [name, field] of own.fields) {
        const [from, into] = [this.shapeOf(field.type), whole?.fields.get(name)];
        const inner = into === undefined ? null : this.shapeOf(into.type);
        if (from !== null && inner !== null) this.join(inner, from, node);
      }
    } else if (ts.isSpreadElement(parent)) {
      this.#joinSpreadElement(parent, own, checker);
    } else if (ts.isArrayLiteralExpression(parent)) {
      const items = this.itemsOf(checker.getTypeAtLocation(parent));
      if (items !== null) this.join(items, own, node);
    } else if (ts.isConditionalExpression(parent)) {
      const whole = this.#valueOf(parent, checker);
      if (parent.condition !== node && whole !== null) this.join(whole, own, node);
    } else if (ts.isReturnStatement(parent) || ts.isArrowFunction(parent)) {
      const f = ts.findAncestor(parent, ts.isFunctionLike);
      const signature = f === undefined ? undefined : checker.getSignatureFromDeclaration(f);
      const result = signature === undefined ? null : this.#flowing(checker.getReturnTypeOfSignature(signature));
      if (result !== null) this.join(result, own, node);
    }
  }

  /** `[p.a, ...rest] = value`: the objects in a value go on in the targets. `own`: its shape, or that of its elements. */
  #joinPattern(left: ts.Expression, value: ts.Expression, own: RecordShape, checker: ts.TypeChecker): void {
    const pattern = skipWrappers(left);
    const isArray =
      this.shapeOf(checker.getTypeAtLocation(value)) === null && this.#valueOf(value, checker)?.form !== 'tuple';
    const into = (target: ts.Expression, from: RecordShape | null): void => {
      const inner = skipWrappers(target);
      if (from === null) return;
      if (isPattern(inner)) {
        this.#joinPattern(inner, target, from, checker);
        return;
      }
      const place = this.#flowing(checker.getTypeAtLocation(inner));
      if (place !== null) this.join(place, from, target);
    };
    const partOf = (name: string): RecordShape | null => {
      const field = own.fields.get(name);
      return field === undefined ? null : this.shapeOf(field.type);
    };
    const rest = (target: ts.Expression, start: number): void => {
      const place = this.shapeOf(checker.getTypeAtLocation(target));
      for (const [name, field] of place?.fields ?? []) {
        const [from, to] = [partOf(start > 0 ? String(Number(name) + start) : name), this.shapeOf(field.type)];
        if (from !== null && to !== null) this.join(to, from, target);
      }
    };
    if (ts.isArrayLiteralExpression(pattern)) {
      for (const [index, element] of pattern.elements.entries()) {
        if (ts.isOmittedExpression(element)) continue;
        if (ts.isSpreadElement(element)) rest(element.expression, index);
        else into(element, isArray ? own : partOf(String(index)));
      }
    } else if (ts.isObjectLiteralExpression(pattern)) {
      for (const property of pattern.properties) {
        if (ts.isSpreadAssignment(property)) rest(property.expression, 0);
        else if (ts.isPropertyAssignment(property)) into(property.initializer, partOf(property.name.getText()));
        else if (ts.isShorthandPropertyAssignment(property)) into(property.name, partOf(property.name.text));
      }
    }
  }

  /** The shape of what an expression gives, or of its elements. */
  #valueOf(node: ts.Expression, checker: ts.TypeChecker): RecordShape | null {
    const value = skipWrappers(node);
    if (ts.isArrayLiteralExpression(value)) {
      const tuple = this.tupleOf(value, checker);
      if (tuple !== null) return tuple;
    }
    if (ts.isConditionalExpression(value)) {
      const [a, b] = [this.#valueOf(value.whenTrue, checker), this.#valueOf(value.whenFalse, checker)];
      if (a !== null && a.root === b?.root) return a;
    }
    return this.#flowing(checker.getTypeAtLocation(node));
  }

  /** `[...t, p]`: the objects in `t` go on in the new tuple, behind what stands before. */
  #joinSpreadElement(node: ts.SpreadElement, own: RecordShape, checker: ts.TypeChecker): void {
    if (!ts.isArrayLiteralExpression(node.parent)) return;
    const types = [checker.getTypeAtLocation(node.parent), checker.getContextualType(node.parent)];
    const lengthOf = (element: ts.Expression): number =>
      ts.isSpreadElement(element) ? (this.shapeOf(checker.getTypeAtLocation(element.expression))?.fields.size ?? 0) : 1;
    const { elements } = node.parent;
    const start = elements.slice(0, elements.indexOf(node)).reduce((sum, element) => sum + lengthOf(element), 0);
    for (const type of types) {
      const whole = type === undefined ? null : this.shapeOf(type);
      for (const [name, field] of own.fields) {
        const into = whole?.fields.get(String(Number(name) + start));
        const [from, inner] = [this.shapeOf(field.type), into === undefined ? null : this.shapeOf(into.type)];
        if (from !== null && inner !== null) this.join(inner, from, node);
      }
    }
  }
}

/** True if a pattern takes the elements: what TypeScript says of its place is a new type each time. */
function isTakenApart(literal: ts.ArrayLiteralExpression): boolean {
  let { parent }: ts.Node = literal;
  while (
    ts.isParenthesizedExpression(parent) ||
    ts.isConditionalExpression(parent) ||
    ts.isArrayLiteralExpression(parent) ||
    ts.isPropertyAssignment(parent) ||
    ts.isObjectLiteralExpression(parent)
  ) {
    parent = parent.parent;
  }
  if (ts.isBinaryExpression(parent)) return isPattern(parent.left);
  if (ts.isBindingElement(parent)) return true;
  if (!ts.isVariableDeclaration(parent) && !ts.isParameter(parent)) return false;
  return !ts.isIdentifier(parent.name) && parent.type === undefined;
}

function areAlike(a: ValueType, b: ValueType): boolean {
  return a.tag === b.tag && (a.tag !== 'array' || b.tag !== 'array' || a.element === b.element);
}

function isPattern(node: ts.Expression): boolean {
  const inner = skipWrappers(node);
  return ts.isObjectLiteralExpression(inner) || ts.isArrayLiteralExpression(inner);
}

/** True for null, and for what a pattern asks of a value: they say nothing of the field. */
function isOpen(type: ts.Type): boolean {
  if (isTupleType(type)) return (type as ts.TypeReference).typeArguments?.every(isOpen) === true;
  return (type.flags & (ts.TypeFlags.Null | ts.TypeFlags.Undefined | ts.TypeFlags.Any)) !== 0;
}

/** Types with the same key have the same fields. */
function keyOf(type: ts.Type): ts.Type | ts.Symbol {
  const symbol = type.getSymbol();
  const flags = (type as ts.ObjectType).objectFlags;
  const isPlain = (flags & (ts.ObjectFlags.Reference | ts.ObjectFlags.Instantiated | ts.ObjectFlags.Mapped)) === 0;
  const isGeneric = type.aliasTypeArguments !== undefined;
  const isOwn = type.isClassOrInterface() && type.typeParameters === undefined;
  return symbol !== undefined && (isOwn || (isPlain && !isGeneric)) ? symbol : type;
}

const shapes = new WeakMap<ts.TypeChecker, RecordShapes>();

/** The shapes of the program of this checker. */
export function recordShapes(given: ts.TypeChecker): RecordShapes {
  const checker = programChecker(given);
  let known = shapes.get(checker);
  if (known === undefined) {
    known = new RecordShapes(checker);
    shapes.set(checker, known);
  }
  return known;
}

import ts from 'typescript';
import { type ClassFunction, classNamed, isClassFunction, isStatic, memberKey } from './class-members.ts';
import { baseTypeOf, classOfType, declaredClassType } from './class-types.ts';
import { programChecker } from './function-types.ts';
import { kernelReach } from './reachable-functions.ts';
import { type RecordShape, recordShapes } from './record-shapes.ts';
import { withoutNull } from './syntax-types.ts';
import type { KernelSources } from './typescript-program.ts';

/** What is done with a member: called, read by a getter, written by a setter. */
export type MemberUse = 'call' | 'get' | 'set';

/** A method or accessor, and the classes whose objects have it. */
export interface Implementation {
  readonly member: ClassFunction;
  /** The type of the class that declares it; null for a static member. */
  readonly owner: ts.Type | null;
  /** Empty where the object does not decide: static members, and those of `super`. */
  readonly classes: readonly ts.Type[];
}

/**
 * The classes of which a program makes objects, a generic one as often as it has type arguments. No other object can
 * be behind a reference, so which code a method call may mean is known; where it is more than one, objects carry a
 * number that tells their class.
 */
export class ClassHierarchy {
  readonly #checker: ts.TypeChecker;
  readonly #declared: ReadonlySet<ts.ClassDeclaration>;
  readonly #plain: readonly ts.Type[];
  readonly #names: ReadonlySet<string>;

  constructor(checker: ts.TypeChecker, made: ReadonlySet<ts.ClassDeclaration>, names: ReadonlySet<string>) {
    this.#checker = checker;
    this.#declared = made;
    this.#plain = [...made].flatMap((owner) =>
      owner.typeParameters === undefined ? [declaredClassType(checker, owner)] : [],
    );
    this.#names = names;
  }

  /** Types of objects: of generic classes, all that were met until now. */
  get #made(): readonly ts.Type[] {
    const generic = recordShapes(this.#checker).genericClassTypes.filter((type) => {
      const owner = classOfType(type);
      return owner !== null && this.#declared.has(owner);
    });
    return [...this.#plain, ...generic];
  }

  /** The number in objects of a class. Objects without a class have 0. */
  numberOf(type: ts.Type): number {
    return this.#made.indexOf(type) + 1;
  }

  /** The type of an object that a class made and that is in a place of this shape; null if none fits. */
  typeOfObject(owner: ts.ClassDeclaration, shape: RecordShape): ts.Type | null {
    return this.#made.find((type) => classOfType(type) === owner && this.#shapeOf(type)?.root === shape.root) ?? null;
  }

  /** True if a member of these records is not the same for all of their classes. */
  tellsApart(shape: RecordShape): boolean {
    const classes = this.#made.filter((type) => this.#shapeOf(type)?.root === shape.root);
    if (classes.length < 2) return false;
    const uses: readonly MemberUse[] = ['call', 'get', 'set'];
    const keyOf = (type: ts.Type, name: string, use: MemberUse): string => {
      const found = this.#find(type, name, use);
      return found === null
        ? ''
        : `${found.member.pos} ${found.member.getSourceFile().fileName} ${this.numberOf(found.owner)}`;
    };
    return [...this.#names].some((name) =>
      uses.some((use) => new Set(classes.map((type) => keyOf(type, name, use))).size > 1),
    );
  }

  /** Getters and setters of objects that are also in places whose type has a field of that name. */
  *accessorsTakenForFields(): Iterable<ts.AccessorDeclaration> {
    const seen = new Set<ts.AccessorDeclaration>();
    for (const made of this.#made) {
      const fields = this.#shapeOf(made)?.fields;
      for (let at: ts.Type | null = made; at !== null; at = baseTypeOf(this.#checker, at)) {
        for (const member of classOfType(at)?.members ?? []) {
          if (!ts.isAccessor(member) || isStatic(member) || seen.has(member)) continue;
          seen.add(member);
          if (fields?.has(memberKey(member.name)) === true) yield member;
        }
      }
    }
  }

  /** What an access may mean, seen by the checker of the instance that it is in. Empty if it is no such member. */
  implementations(access: ts.PropertyAccessExpression, use: MemberUse, checker: ts.TypeChecker): Implementation[] {
    const key = memberKey(access.name);
    const owner = access.expression;
    if (owner.kind === ts.SyntaxKind.SuperKeyword) {
      const own = ts.findAncestor(access, ts.isClassDeclaration);
      const base = own === undefined ? null : baseTypeOf(this.#checker, declaredClassType(checker, own));
      const found = base === null ? null : this.#find(base, key, use);
      return found === null ? [] : [{ ...found, classes: [] }];
    }
    const declarations = checker.getSymbolAtLocation(access.name)?.declarations ?? [];
    const fixed = declarations.find((d): d is ClassFunction => isClassFunction(d) && isStatic(d) && hasUse(d, use));
    if (fixed !== undefined) return [{ member: fixed, owner: null, classes: [] }];
    const type = checker.getTypeAtLocation(owner);
    const shape = recordShapes(checker).shapeOf(type);
    if (shape === null) return [];
    const found = new Map<ts.Type, Map<ClassFunction, ts.Type[]>>();
    for (const made of this.#made) {
      if (this.#shapeOf(made)?.root !== shape.root || !this.#isOne(made, type, checker)) continue;
      const one = this.#find(made, key, use);
      if (one === null) continue;
      const members = found.get(one.owner) ?? new Map<ClassFunction, ts.Type[]>();
      found.set(one.owner, members.set(one.member, [...(members.get(one.member) ?? []), made]));
    }
    return [...found].flatMap(([declaring, members]) =>
      [...members].map(([member, classes]) => ({ member, owner: declaring, classes })),
    );
  }

  #shapeOf(type: ts.Type): RecordShape | null {
    return recordShapes(this.#checker).shapeOf(type);
  }

  /** True if objects of a class may be where a type is written. */
  #isOne(made: ts.Type, given: ts.Type, checker: ts.TypeChecker): boolean {
    const isOpen = (given.flags & ts.TypeFlags.TypeParameter) !== 0;
    const type = withoutNull(checker, isOpen ? (checker.getBaseConstraintOfType(given) ?? given) : given);
    if (type.isUnion()) return type.types.some((part) => this.#isOne(made, part, checker));
    const wanted = classOfType(type);
    if (wanted === null) return this.#checker.isTypeAssignableTo(made, type);
    for (let at: ts.Type | null = made; at !== null; at = baseTypeOf(this.#checker, at)) {
      if (at === type || (classOfType(at) === wanted && wanted.typeParameters === undefined)) return true;
    }
    return false;
  }

  /** The member of a class or of the classes above it, with the type of the class that declares it. */
  #find(
    type: ts.Type,
    key: string,
    use: MemberUse,
  ): { readonly member: ClassFunction; readonly owner: ts.Type } | null {
    for (let at: ts.Type | null = type; at !== null; at = baseTypeOf(this.#checker, at)) {
      const found = classOfType(at)?.members.find(
        (m): m is ClassFunction =>
          isClassFunction(m) && m.name !== undefined && memberKey(m.name) === key && !isStatic(m) && hasUse(m, use),
      );
      if (found?.body !== undefined) return { member: found, owner: at };
    }
    return null;
  }
}

function hasUse(member: ClassFunction, use: MemberUse): boolean {
  if (use === 'call') return ts.isMethodDeclaration(member);
  return use === 'get' ? ts.isGetAccessor(member) : ts.isSetAccessor(member);
}

/** What an access to a member of an object or class is, by its declaration; null for fields and all else. */
export function memberUses(checker: ts.TypeChecker, node: ts.Node): 'method' | 'accessor' | null {
  if (!ts.isPropertyAccessExpression(node)) return null;
  const declarations = checker.getSymbolAtLocation(node.name)?.declarations ?? [];
  const isOurs = (d: ts.Declaration): boolean => !d.getSourceFile().isDeclarationFile;
  if (declarations.some((d) => isOurs(d) && (ts.isMethodDeclaration(d) || ts.isMethodSignature(d)))) return 'method';
  return declarations.some((d) => isOurs(d) && ts.isAccessor(d)) ? 'accessor' : null;
}

const known = new WeakMap<ts.Program, ClassHierarchy>();

/** The classes of a program. */
export function classHierarchy(sources: KernelSources): ClassHierarchy {
  let found = known.get(sources.program);
  if (found === undefined) {
    const { made, memberNames } = kernelReach(sources);
    found = new ClassHierarchy(programChecker(sources.checker), made, memberNames);
    known.set(sources.program, found);
  }
  return found;
}

/** The class that an expression `C` of `C.name` names, or `this` in a static member. */
export function isClassItself(checker: ts.TypeChecker, node: ts.Expression): boolean {
  if (node.kind !== ts.SyntaxKind.ThisKeyword) return classNamed(checker, node) !== null;
  const member = ts.findAncestor(node, (n) => ts.isClassElement(n) && ts.isClassDeclaration(n.parent));
  return member !== undefined && isStatic(member as ts.ClassElement);
}

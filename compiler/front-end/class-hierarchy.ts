import ts from 'typescript';
import { baseClass, type ClassFunction, classNamed, isClassFunction, isStatic, memberKey } from './class-members.ts';
import { kernelReach } from './reachable-functions.ts';
import { type RecordShape, recordShapes } from './record-shapes.ts';
import { withoutNull } from './syntax-types.ts';
import type { KernelSources } from './typescript-program.ts';

/** What is done with a member: called, read by a getter, written by a setter. */
export type MemberUse = 'call' | 'get' | 'set';

/** A method or accessor, and the classes whose objects have it. */
export interface Implementation {
  readonly member: ClassFunction;
  /** Empty where the object does not decide: static members, and those of `super`. */
  readonly classes: readonly ts.ClassDeclaration[];
}

/**
 * The classes of which a program makes objects. No other object can be behind a reference, so which code a method call
 * may mean is known; where it is more than one, objects carry a number that tells their class.
 */
export class ClassHierarchy {
  readonly #checker: ts.TypeChecker;
  readonly #made: readonly ts.ClassDeclaration[];
  readonly #names: ReadonlySet<string>;

  constructor(checker: ts.TypeChecker, made: Iterable<ts.ClassDeclaration>, names: ReadonlySet<string>) {
    this.#checker = checker;
    this.#made = [...made];
    this.#names = names;
  }

  /** The number in objects of a class. Objects without a class have 0. */
  numberOf(owner: ts.ClassDeclaration): number {
    return this.#made.indexOf(owner) + 1;
  }

  /** True if a member of these records is not the same for all of their classes. */
  tellsApart(shape: RecordShape): boolean {
    const classes = this.#made.filter((owner) => this.#shapeOf(owner)?.root === shape.root);
    if (classes.length < 2) return false;
    const uses: readonly MemberUse[] = ['call', 'get', 'set'];
    return [...this.#names].some((name) =>
      uses.some((use) => new Set(classes.map((owner) => this.#find(owner, name, use))).size > 1),
    );
  }

  /** What an access may mean, seen by the checker of the instance that it is in. Empty if it is no such member. */
  implementations(access: ts.PropertyAccessExpression, use: MemberUse, checker: ts.TypeChecker): Implementation[] {
    const key = memberKey(access.name);
    const owner = access.expression;
    if (owner.kind === ts.SyntaxKind.SuperKeyword) {
      const own = ts.findAncestor(access, ts.isClassDeclaration);
      const base = own === undefined ? null : baseClass(this.#checker, own);
      const member = base === null ? null : this.#find(base, key, use);
      return member === null ? [] : [{ member, classes: [] }];
    }
    const declarations = checker.getSymbolAtLocation(access.name)?.declarations ?? [];
    const fixed = declarations.find((d): d is ClassFunction => isClassFunction(d) && isStatic(d) && hasUse(d, use));
    if (fixed !== undefined) return [{ member: fixed, classes: [] }];
    const type = checker.getTypeAtLocation(owner);
    const shape = recordShapes(checker).shapeOf(type);
    if (shape === null) return [];
    const found = new Map<ClassFunction, ts.ClassDeclaration[]>();
    for (const made of this.#made) {
      if (this.#shapeOf(made)?.root !== shape.root || !this.#isOne(made, type, checker)) continue;
      const member = this.#find(made, key, use);
      if (member !== null) found.set(member, [...(found.get(member) ?? []), made]);
    }
    return [...found].map(([member, classes]) => ({ member, classes }));
  }

  #shapeOf(owner: ts.ClassDeclaration): RecordShape | null {
    return recordShapes(this.#checker).shapeOf(this.#checker.getTypeAtLocation(owner));
  }

  /** True if objects of a class may be where a type is written. */
  #isOne(owner: ts.ClassDeclaration, given: ts.Type, checker: ts.TypeChecker): boolean {
    const isOpen = (given.flags & ts.TypeFlags.TypeParameter) !== 0;
    const type = withoutNull(checker, isOpen ? (checker.getBaseConstraintOfType(given) ?? given) : given);
    if (type.isUnion()) return type.types.some((part) => this.#isOne(owner, part, checker));
    const wanted = type.getSymbol()?.valueDeclaration;
    if (wanted === undefined || !ts.isClassDeclaration(wanted)) {
      return this.#checker.isTypeAssignableTo(this.#checker.getTypeAtLocation(owner), type);
    }
    for (let at: ts.ClassDeclaration | null = owner; at !== null; at = baseClass(this.#checker, at)) {
      if (at === wanted) return true;
    }
    return false;
  }

  /** The member of a class or of the classes above it. */
  #find(owner: ts.ClassDeclaration, key: string, use: MemberUse): ClassFunction | null {
    for (let at: ts.ClassDeclaration | null = owner; at !== null; at = baseClass(this.#checker, at)) {
      const found = at.members.find(
        (m): m is ClassFunction =>
          isClassFunction(m) && m.name !== undefined && memberKey(m.name) === key && !isStatic(m) && hasUse(m, use),
      );
      if (found?.body !== undefined) return found;
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
    found = new ClassHierarchy(sources.checker, made, memberNames);
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

import ts from 'typescript';
import { Captures, isFunctionNode } from './function-instances.ts';
import type { ModuleFunction } from './reachable-functions.ts';
import type { KernelSources } from './typescript-program.ts';

/** A function value that top-level code made: where it is written, and what the variables around it hold. */
export interface MadeFunction {
  readonly node: ModuleFunction;
  /** The function itself, and those in the functions around it that it names. */
  readonly named: ReadonlySet<ModuleFunction>;
  /** Values of variables of the functions and blocks around it, when all top-level code has run. */
  readonly captured: ReadonlyMap<ts.Declaration, unknown>;
}

/** Reads the variables around a function, by name. */
type ReadCaptured = () => Readonly<Record<string, unknown>>;

/**
 * Knows functions as values of top-level code: the code is rewritten so that each function tells where it is written
 * when it is made. What runs stays ordinary JavaScript; a function may come from a factory, a table or a choice.
 */
export class MadeFunctions {
  readonly #sources: KernelSources;
  readonly #captures: Captures;
  readonly #made = new WeakMap<object, { readonly node: ModuleFunction; readonly read: ReadCaptured }>();
  /** By module, by place: the text that runs is parsed once more, and its nodes are others. */
  readonly #nodes = new Map<number, ReadonlyMap<number, ModuleFunction>>();

  constructor(sources: KernelSources) {
    this.#sources = sources;
    this.#captures = new Captures(sources.checker);
  }

  /** Called by the rewritten code. */
  note(module: number, place: number, value: object, read: ReadCaptured): object {
    const node = this.#nodes.get(module)?.get(place);
    if (node !== undefined) this.#made.set(value, { node, read });
    return value;
  }

  /** The function of the source that a value is; null for functions of the language, bound ones and classes. */
  of(value: object): MadeFunction | null {
    const made = this.#made.get(value);
    if (made === undefined) return null;
    const values = made.read();
    const captured = new Map<ts.Declaration, unknown>();
    for (const declaration of this.#captures.of(made.node)) {
      if (!ts.isTypeParameterDeclaration(declaration)) captured.set(declaration, undefined);
    }
    for (const [name, declaration] of this.#variables(made.node)) captured.set(declaration, values[name]);
    return { node: made.node, named: this.#captures.functionsOf(made.node), captured };
  }

  /** Rewrites one module before its types are erased. */
  rewrite(file: ts.SourceFile): ts.TransformerFactory<ts.SourceFile> {
    const module = this.#sources.modules.indexOf(file);
    const nodes = functionsIn(file);
    this.#nodes.set(module, nodes);
    return (context) => {
      const { factory } = context;
      const noting = (place: number, value: ts.Expression): ts.Expression => {
        const node = nodes.get(place);
        const names = node === undefined ? [] : [...this.#variables(node).keys()];
        const fields = names.map((name) => factory.createShorthandPropertyAssignment(name));
        const read = factory.createArrowFunction(
          undefined,
          undefined,
          [],
          undefined,
          undefined,
          factory.createParenthesizedExpression(factory.createObjectLiteralExpression(fields)),
        );
        const bridge = factory.createPropertyAccessExpression(factory.createIdentifier('globalThis'), '__shoal');
        const given = [factory.createNumericLiteral(module), factory.createNumericLiteral(place), value, read];
        return factory.createCallExpression(factory.createPropertyAccessExpression(bridge, 'made'), undefined, given);
      };
      const notesOf = (statements: readonly ts.Statement[]): ts.Statement[] =>
        statements.flatMap((statement) =>
          ts.isFunctionDeclaration(statement) && statement.name !== undefined && statement.body !== undefined
            ? [factory.createExpressionStatement(noting(statement.pos, factory.createIdentifier(statement.name.text)))]
            : [],
        );
      const visit = (node: ts.Node): ts.Node => {
        const inner = ts.visitEachChild(node, visit, context);
        if (ts.isArrowFunction(inner) || ts.isFunctionExpression(inner)) return noting(node.pos, inner);
        if (!ts.isBlock(inner) || !ts.isBlock(node)) return inner;
        const notes = notesOf(node.statements);
        // First: functions exist from the start of their block, which may end anywhere.
        return notes.length === 0 ? inner : factory.updateBlock(inner, [...notes, ...inner.statements]);
      };
      return (root) => {
        const inner = ts.visitEachChild(root, visit, context);
        return factory.updateSourceFile(inner, [...inner.statements, ...notesOf(root.statements)]);
      };
    };
  }

  /** The variables around a function that it uses, by name. One that another of its name hides is left out. */
  #variables(node: ModuleFunction): ReadonlyMap<string, ts.Declaration> {
    const found = new Map<string, ts.Declaration>();
    const captured = this.#captures.of(node);
    if (captured.size === 0) return found;
    const { checker } = this.#sources;
    const visible = new Map(checker.getSymbolsInScope(node, ts.SymbolFlags.Variable).map((s) => [s.name, s]));
    for (const declaration of captured) {
      if (ts.isTypeParameterDeclaration(declaration)) continue;
      const name = ts.getNameOfDeclaration(declaration);
      if (name === undefined || !ts.isIdentifier(name)) continue;
      if (visible.get(name.text)?.declarations?.includes(declaration)) found.set(name.text, declaration);
    }
    return found;
  }
}

function functionsIn(file: ts.SourceFile): ReadonlyMap<number, ModuleFunction> {
  const found = new Map<number, ModuleFunction>();
  const visit = (node: ts.Node): void => {
    if (isFunctionNode(node)) found.set(node.pos, node);
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(file, visit);
  return found;
}

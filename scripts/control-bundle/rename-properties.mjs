/**
 * Marks the properties of a program that nobody outside of it can know by name, so that a bundler may shorten them. Names
 * alone cannot tell: `queue.push` may be ours where `list.push` is the language's. TypeScript knows which is which, and
 * checks afterwards that the renamed program still holds together.
 */
import ts from 'typescript';
import { edited } from './edits.mjs';
import { neighbours } from './neighbours.mjs';
import { ordinaryNames } from './private-members.mjs';
import { shortConditions } from './short-conditions.mjs';
import { shortEquality } from './short-equality.mjs';

/** The end of a name that may be shortened. No name of the sources has it. */
export const OURS = '_ours';

/**
 * Throws if a renamed property is used by its name somewhere, as in `options[key]`, or given to what wants that name.
 * What TypeScript cannot see is an object that goes through `unknown`: such declarations must be known to `isOutside`.
 *
 * @param {string} configFile the tsconfig.json that says how the sources are to be read
 * @param {readonly string[]} entries absolute paths of the first files
 * @param {(file: string, declaration: string) => boolean} isOutside whether members of a declaration at the top level of
 *   a file are used by other programs, by name
 * @param {(file: string, className: string) => boolean} [isReached] whether other programs hold instances of a class:
 *   its private members stay so
 * @returns {{
 *   texts: Map<string, string>,
 *   differ: (one: string, other: string) => boolean,
 *   check: (texts: Map<string, string>) => void,
 * }} the changed text of each source, by absolute path; whether two renamed properties must not get the same name; what
 *   throws if a further change of the texts has mixed up properties
 */
export function renameProperties(configFile, entries, isOutside, isReached = isOutside) {
  const { options } = ts.getParsedCommandLineOfConfigFile(
    configFile,
    {},
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: (diagnostic) => fail([diagnostic]),
    },
  );
  const noOutput = { noEmit: true, composite: false, declaration: false, declarationMap: false };
  const settings = { ...options, ...noOutput, isolatedDeclarations: false };
  const program = ts.createProgram(entries, settings);
  const { texts, differ } = renamed(program, isOutside, isReached);
  const check = (changed) => {
    const host = ts.createCompilerHost(settings);
    const { getSourceFile } = host;
    host.getSourceFile = (file, ...rest) => {
      const text = changed.get(file);
      if (text !== undefined) return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
      return program.getSourceFile(file) ?? getSourceFile(file, ...rest);
    };
    fail(ts.getPreEmitDiagnostics(ts.createProgram(entries, settings, host)));
  };
  check(texts);
  return { texts, differ, check };
}

/** @param {readonly import('typescript').Diagnostic[]} diagnostics */
function fail(diagnostics) {
  if (diagnostics.length === 0) return;
  throw new Error(
    `a property was renamed that is used by its name:\n${ts.formatDiagnostics(diagnostics, ts.createCompilerHost({}))}`,
  );
}

/** @param {import('typescript').Program} program */
function renamed(program, isOutside, isReached) {
  const checker = program.getTypeChecker();
  const sources = program.getSourceFiles().filter((source) => !source.isDeclarationFile);
  const own = new Set(sources);
  /** Places of names that are ours, by name. */
  const places = new Map();
  /** Names that are used of ours and of others' objects at one place. */
  const shared = new Set();

  const isOurs = (declaration) => {
    const source = declaration.getSourceFile();
    if (!own.has(source) || !isMember(declaration)) return false;
    let top = declaration;
    for (; top.parent !== source; top = top.parent) {
      // A type that is written down in an assertion describes something whose names others have given.
      if (ts.isAsExpression(top.parent) && top.parent.type === top) return false;
    }
    const name = top.name?.text ?? top.declarationList?.declarations[0]?.name.text ?? '';
    return !isOutside(source.fileName, name);
  };

  const note = (place, symbols) => {
    const declarations = symbols.flatMap((symbol) => symbol?.declarations ?? [undefined]);
    const ours = declarations.filter((declaration) => declaration !== undefined && isOurs(declaration)).length;
    if (ours === 0) return;
    if (ours < declarations.length) shared.add(place.text);
    else places.set(place.text, [...(places.get(place.text) ?? []), place]);
  };

  const visit = (node) => {
    const name = propertyName(node);
    if (name !== undefined) note(name, symbolsAt(checker, node, name));
    ts.forEachChild(node, visit);
  };
  for (const source of sources) visit(source);

  const edits = new Map(sources.map((source) => [source, []]));
  for (const [name, found] of places) {
    if (!shared.has(name)) for (const place of found) edits.get(place.getSourceFile()).push(place);
  }
  const ordinary = ordinaryNames(checker, sources, isReached);
  const privates = new Map();
  const collect = (node) => {
    const name = ts.isPrivateIdentifier(node) ? ordinary.get(checker.getSymbolAtLocation(node)) : undefined;
    if (name !== undefined) {
      privates.set(node, name);
      edits.get(node.getSourceFile()).push(node);
    }
    ts.forEachChild(node, collect);
  };
  for (const source of sources) collect(source);
  const differ = neighbours(checker, sources, (symbol) => ordinary.get(symbol) ?? symbol.name);
  const unmarked = (name) => name.slice(0, -OURS.length);
  return {
    texts: new Map(
      [...edits].map(([source, found]) => [
        source.fileName,
        changed(source, found, privates, shorter(checker, source)),
      ]),
    ),
    differ: (one, other) => differ(unmarked(one), unmarked(other)),
  };
}

/** The identifier by which a node declares or uses a property. */
function propertyName(node) {
  if (ts.isPropertyAccessExpression(node)) return ts.isIdentifier(node.name) ? node.name : undefined;
  if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent)) {
    const name = node.propertyName ?? node.name;
    return ts.isIdentifier(name) && node.dotDotDotToken === undefined ? name : undefined;
  }
  if (ts.isLiteralTypeNode(node) && ts.isStringLiteral(node.literal)) return holderOf(node) && node.literal;
  return isMember(node) && node.name !== undefined && ts.isIdentifier(node.name) ? node.name : undefined;
}

function isMember(node) {
  return ts.isClassElement(node) || ts.isTypeElement(node) || ts.isObjectLiteralElementLike(node);
}

/** The type whose property a literal type names: `T['name']`, `Pick<T, 'name'>`, `Omit<T, 'name' | …>`. */
function holderOf(literal) {
  const { parent } = literal;
  if (ts.isIndexedAccessTypeNode(parent)) return parent.objectType;
  const reference = ts.isUnionTypeNode(parent) ? parent.parent : parent;
  const isSelection = ts.isTypeReferenceNode(reference) && ['Pick', 'Omit'].includes(reference.typeName.getText());
  return isSelection ? reference.typeArguments?.[0] : undefined;
}

/** What a name at a place means: every symbol that must agree about it; undefined for one that is nobody's. */
function symbolsAt(checker, node, name) {
  if (ts.isPropertyAccessExpression(node)) return [checker.getSymbolAtLocation(name)];
  if (ts.isBindingElement(node)) return [checker.getTypeAtLocation(node.parent).getProperty(name.text)];
  if (ts.isLiteralTypeNode(node)) return [checker.getTypeAtLocation(holderOf(node)).getProperty(name.text)];
  const symbols = [checker.getSymbolAtLocation(name)];
  if (ts.isShorthandPropertyAssignment(node))
    symbols[0] = checker.getTypeAtLocation(node.parent).getProperty(name.text);
  if (ts.isObjectLiteralExpression(node.parent)) {
    const wanted = checker.getContextualType(node.parent);
    if (wanted !== undefined && !isInferred(wanted)) return wantedOf(checker, wanted, name.text);
  } else if (ts.isClassLike(node.parent)) {
    for (const { types } of node.parent.heritageClauses ?? []) {
      for (const type of types) {
        const inherited = checker.getTypeAtLocation(type).getProperty(name.text);
        if (inherited !== undefined) symbols.push(inherited);
      }
    }
  }
  return symbols;
}

/** The properties that a contextual type wants; nobody's where it would take any name. */
function wantedOf(checker, type, name) {
  const wanted = checker.getNonNullableType(type);
  const found = (wanted.isUnion() ? wanted.types : [wanted]).map((each) => each.getProperty(name));
  const known = found.filter((symbol) => symbol !== undefined);
  return known.length === 0 ? [undefined] : known;
}

/** True for types that say nothing because they follow from the value. */
function isInferred(type) {
  return (type.flags & ts.TypeFlags.TypeParameter) !== 0;
}

/** Shorter conditions, and shorter comparisons where none of them stands. */
function shorter(checker, source) {
  const conditions = shortConditions(checker, source);
  const isApart = ([start, end]) => conditions.every(([from, to]) => end <= from || start >= to);
  return [...conditions, ...shortEquality(checker, source).filter(isApart)];
}

/** The text of a source with its own names marked, and with further edits. */
function changed(source, places, privates, further) {
  const edits = places.map((place) => {
    const { parent } = place;
    const isShort =
      ts.isShorthandPropertyAssignment(parent) || (ts.isBindingElement(parent) && parent.propertyName === undefined);
    const name = (privates.get(place) ?? place.text) + OURS;
    const written = ts.isStringLiteral(place) ? `'${name}'` : isShort ? `${name}: ${place.text}` : name;
    return [place.getStart(), place.getEnd(), written];
  });
  return edited(source.text, [...edits, ...further]);
}

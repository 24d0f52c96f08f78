import ts from 'typescript';
import { RESERVED_KERNEL_NAMES } from '../reserved-kernel-names.ts';
import { isClassFunction } from './class-members.ts';
import { reportTypeErrors } from './diagnostic-type-errors.ts';
import { type DiagnosticCode, type DiagnosticSink, spanOf } from './diagnostics.ts';
import { isFunctionNode } from './function-instances.ts';
import { isLeftOutSometimes } from './kind-annotations.ts';
import { textPieces } from './log-arguments.ts';
import { type ArrayIterator, loopSource } from './loop-sources.ts';
import { isChecked, isMathFile } from './math-library.ts';
import { kernelReach, type ModuleFunction, moduleFunction } from './reachable-functions.ts';
import { checkReachedSize } from './source-limits.ts';
import { checkComputedName, checkExpression, checkSpread, takesKnownRest } from './syntax-expressions.ts';
import { isNullable } from './syntax-optional.ts';
import { syntaxKindName, syntaxRule } from './syntax-rules.ts';
import {
  fixedArrayItems,
  isItemArray,
  isLanguageType,
  isNumberType,
  isPlainFunction,
  isStringType,
  isTupleType,
  isTypedArray,
  withoutNull,
} from './syntax-types.ts';
import { boundName } from './tree-destructuring.ts';
import { assignedTarget } from './tree-patterns.ts';
import type { KernelSources } from './typescript-program.ts';

/** What the checks of single kinds share. */
export interface SyntaxWalk {
  readonly sources: KernelSources;
  readonly checker: ts.TypeChecker;
  readonly sink: DiagnosticSink;
  /** Applies the whitelist to a node of a function body and to what is below it. */
  visit(node: ts.Node): void;
}

/**
 * Refuses what is not in the kernel language: every module statement, and every function that the exported functions
 * of the entry reach. Functions that only top-level code calls run at build time, as ordinary JavaScript, and may hold
 * anything. Then reports TypeScript's own errors, except where the syntax is refused already.
 */
export function checkSyntax(sources: KernelSources, sink: DiagnosticSink): void {
  const walk: SyntaxWalk = { sources, checker: sources.checker, sink, visit: (node) => visitNode(walk, node) };
  const reach = kernelReach(sources);
  if (!checkReachedSize(sources.entry, reach, sink)) return;
  for (const [name, kernel] of reach.exports) {
    if (RESERVED_KERNEL_NAMES.includes(name)) sink.report('SH4011', kernel.name ?? kernel, { name });
  }
  for (const variable of reach.variables) {
    // TypeScript's own errors in code for build time are left out, and leave `any` behind.
    const type = sources.checker.getTypeAtLocation(variable.name);
    if (variable.type === undefined && (type.flags & ts.TypeFlags.Any) !== 0) {
      sink.report('SH2012', variable.name, { name: variable.name.getText() });
    }
  }
  for (const file of sources.modules) {
    if (isChecked(file, sources.entry)) continue;
    checkComments(file, sink);
    for (const statement of file.statements) checkModuleStatement(walk, statement, reach.functions);
  }
  for (const kernel of reach.functions) if (!isChecked(kernel, sources.entry)) checkFunction(walk, kernel);
  if (reach.exports.size === 0 && !sink.hasErrors) {
    sink.reportSpan('SH4009', { file: sources.entry, start: 0, end: 0 });
  }
  reportTypeErrors(sources, reach, sink);
}

/** The same for functions that top-level code made, which are known when it has run. */
export function checkFunctions(sources: KernelSources, made: Iterable<ModuleFunction>, sink: DiagnosticSink): void {
  const walk: SyntaxWalk = { sources, checker: sources.checker, sink, visit: (node) => visitNode(walk, node) };
  const reach = kernelReach(sources);
  if (!checkReachedSize(sources.entry, reach, sink)) return;
  for (const f of [...made, ...reach.functions]) if (!isChecked(f, sources.entry)) checkFunction(walk, f);
  reportTypeErrors(sources, reach, sink);
}

function checkComments(file: ts.SourceFile, sink: DiagnosticSink): void {
  // Only in comments: the text may stand in the message of an error too, which a scanner tells apart.
  if (!file.text.includes('@ts-')) return;
  const scanner = ts.createScanner(ts.ScriptTarget.ESNext, false, ts.LanguageVariant.Standard, file.text);
  for (let token = scanner.scan(); token !== ts.SyntaxKind.EndOfFileToken; token = scanner.scan()) {
    if (token !== ts.SyntaxKind.SingleLineCommentTrivia && token !== ts.SyntaxKind.MultiLineCommentTrivia) continue;
    const found = /^[/*\s]*(@ts-(?:ignore|expect-error|nocheck))\b/.exec(scanner.getTokenText());
    if (found === null) continue;
    const span = { file, start: scanner.getTokenStart(), end: scanner.getTokenEnd() };
    sink.reportSpan('SH1119', span, { comment: found[1] ?? '' });
  }
}

function checkModuleStatement(walk: SyntaxWalk, statement: ts.Statement, reached: ReadonlySet<ModuleFunction>): void {
  if (ts.isFunctionDeclaration(statement)) {
    checkModifiers(walk, statement);
    if (statement.body === undefined && !hasModifier(statement, ts.SyntaxKind.DeclareKeyword)) {
      walk.sink.report('SH1030', statement);
    }
    return;
  }
  if (ts.isVariableStatement(statement)) {
    checkModifiers(walk, statement);
    checkVariableFlags(walk, statement.declarationList);
    for (const declaration of statement.declarationList.declarations) {
      const held = moduleFunction(declaration);
      if (!ts.isIdentifier(declaration.name)) walk.sink.report('SH1004', declaration.name);
      if (held !== null && reached.has(held) && declaration.type !== undefined) visitNode(walk, declaration.type);
    }
    return;
  }
  if (ts.isImportDeclaration(statement)) {
    checkImport(walk, statement);
    return;
  }
  if (ts.isExportDeclaration(statement)) {
    checkExport(walk, statement);
    return;
  }
  const rule = syntaxRule(statement.kind);
  if (rule?.rule === 'refused') walk.sink.report(rule.code, statement, argumentsOf(statement));
  else if (rule === undefined || rule.rule === 'absent') reportUnknown(walk, statement);
  // Everything else runs at build time and leaves only the values of variables.
}

function checkModifiers(walk: SyntaxWalk, statement: ts.FunctionDeclaration | ts.VariableStatement): void {
  for (const modifier of statement.modifiers ?? []) {
    if (modifier.kind === ts.SyntaxKind.DeclareKeyword || modifier.kind === ts.SyntaxKind.DefaultKeyword) {
      walk.visit(modifier);
    }
  }
}

function hasModifier(node: ts.FunctionDeclaration, kind: ts.SyntaxKind): boolean {
  return node.modifiers?.some((modifier) => modifier.kind === kind) === true;
}

function checkImport(walk: SyntaxWalk, statement: ts.ImportDeclaration): void {
  const clause = statement.importClause;
  if (statement.attributes !== undefined) walk.visit(statement.attributes);
  if (clause === undefined || clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return;
  if (clause.name !== undefined || clause.phaseModifier !== undefined) walk.sink.report('SH1026', clause);
  else if (clause.namedBindings !== undefined && ts.isNamespaceImport(clause.namedBindings)) {
    walk.visit(clause.namedBindings);
  }
}

function checkExport(walk: SyntaxWalk, statement: ts.ExportDeclaration): void {
  if (statement.isTypeOnly) return;
  const names = statement.exportClause;
  if (names === undefined || ts.isNamespaceExport(names)) {
    walk.sink.report('SH1026', statement);
    return;
  }
  for (const specifier of names.elements) {
    if (specifier.propertyName !== undefined && !specifier.isTypeOnly) walk.sink.report('SH1026', specifier);
  }
}

function checkFunction(walk: SyntaxWalk, node: ModuleFunction): void {
  const { sink, checker } = walk;
  const [typeParameter] = node.typeParameters ?? [];
  const asyncModifier = node.modifiers?.find((modifier) => modifier.kind === ts.SyntaxKind.AsyncKeyword);
  if (node.asteriskToken !== undefined) sink.report('SH1014', node.asteriskToken, {}, node);
  if (asyncModifier !== undefined) sink.report('SH1013', asyncModifier, {}, node);
  if (asyncModifier !== undefined || node.asteriskToken !== undefined) return;
  if (node.body === undefined) sink.report('SH1030', node);
  const isKernel = [...kernelReach(walk.sources).exports.values()].includes(node);
  if (isKernel && typeParameter !== undefined) sink.report('SH1009', typeParameter);
  for (const parameter of node.typeParameters ?? []) {
    const { constraint } = parameter;
    // A choice of typed arrays is a type only here: what it is in each instance is known.
    if (constraint !== undefined && !isTypedArray(checker.getTypeFromTypeNode(constraint))) walk.visit(constraint);
  }
  if (isKernel) checkKernelParameters(walk, node);
  for (const parameter of node.parameters) walk.visit(parameter);
  if (node.type !== undefined) walk.visit(node.type);
  const signature = checker.getSignatureFromDeclaration(node);
  if (signature !== undefined && node.body !== undefined && node.type === undefined) {
    const result = checker.getReturnTypeOfSignature(signature);
    if (!isLanguageType(result)) {
      sink.report('SH1031', node.name ?? node, { type: checker.typeToString(result) });
    }
  }
  if (node.body !== undefined) walk.visit(node.body);
}

/** The host passes all arguments, and only values. */
function checkKernelParameters(walk: SyntaxWalk, node: ModuleFunction): void {
  for (const parameter of node.parameters) {
    const name = parameter.name.getText();
    // Functions of the library are called by kernels only, which may leave arguments out.
    const isLibrary = isMathFile(parameter.getSourceFile().fileName);
    if ((parameter.initializer !== undefined || isLeftOutSometimes(parameter)) && !isLibrary)
      walk.sink.report('SH1007', parameter, { name });
    else if (isPlainFunction(walk.checker.getTypeAtLocation(parameter.name))) {
      walk.sink.report('SH3023', parameter, { name });
    }
  }
}

function visitNode(walk: SyntaxWalk, node: ts.Node): void {
  const rule = syntaxRule(node.kind);
  if (rule === undefined || rule.rule === 'absent') {
    reportUnknown(walk, node);
  } else if (rule.rule === 'refused') {
    walk.sink.report(rule.code, node, argumentsOf(node));
  } else if (rule.rule === 'module') {
    if (rule.elsewhere === null) reportUnknown(walk, node);
    else walk.sink.report(rule.elsewhere, node, argumentsOf(node));
  } else if (rule.rule === 'type') {
    visitType(walk, node);
  } else if (isFunctionNode(node)) {
    checkFunction(walk, node);
  } else if (ts.isExpression(node)) {
    checkExpression(walk, node);
  } else {
    checkStatement(walk, node);
  }
}

function reportUnknown(walk: SyntaxWalk, node: ts.Node): void {
  walk.sink.report('SH1000', node, { kind: syntaxKindName(node.kind) });
}

/** Types are erased; the checker says what they are. Here only what no kernel type can hold is refused. */
function visitType(walk: SyntaxWalk, node: ts.Node): void {
  if (ts.isLiteralTypeNode(node)) {
    // What may be null, and which strings are values, is the checker's to say.
  } else if (ts.isArrayTypeNode(node)) {
    const type = walk.checker.getTypeFromTypeNode(node);
    if (!isItemArray(type)) walk.sink.report('SH1003', node);
  } else if (ts.isTypeLiteralNode(node) || ts.isPropertySignature(node) || ts.isTupleTypeNode(node)) {
    ts.forEachChild(node, (part) => {
      if (!ts.isIdentifier(part) && !ts.isStringLiteral(part) && !ts.isNumericLiteral(part)) walk.visit(part);
    });
  } else if (ts.isUnionTypeNode(node) || ts.isIntersectionTypeNode(node) || ts.isParenthesizedTypeNode(node)) {
    ts.forEachChild(node, walk.visit);
  } else if (ts.isFunctionTypeNode(node)) {
    for (const parameter of node.parameters) {
      if (parameter.type !== undefined) walk.visit(parameter.type);
      if (parameter.dotDotDotToken !== undefined || parameter.questionToken !== undefined) {
        walk.sink.report('SH1008', parameter);
      }
    }
    walk.visit(node.type);
  } else if (ts.isTypeReferenceNode(node)) {
    const code: DiagnosticCode | undefined = namedTypeCode(walk, node);
    if (code !== undefined) walk.sink.report(code, node, { type: node.getText(), name: node.getText() });
  }
}

function namedTypeCode(walk: SyntaxWalk, node: ts.TypeReferenceNode): DiagnosticCode | undefined {
  // `const` of `as const` is parsed as a name, and has no type.
  if (node.getText() === 'const') return undefined;
  const type = walk.checker.getTypeFromTypeNode(node);
  return isLanguageType(type) ? undefined : 'SH1031';
}

function checkStatement(walk: SyntaxWalk, node: ts.Node): void {
  if (ts.isVariableDeclarationList(node)) {
    checkVariableFlags(walk, node);
    for (const declaration of node.declarations) walk.visit(declaration);
  } else if (ts.isVariableDeclaration(node)) {
    checkVariable(walk, node);
  } else if (ts.isParameter(node)) {
    checkParameter(walk, node);
  } else if (ts.isBindingElement(node)) {
    checkBinding(walk, node);
  } else if (ts.isSpreadAssignment(node)) {
    checkSpread(walk, node);
  } else if (ts.isComputedPropertyName(node)) {
    checkComputedName(walk, node);
  } else if (ts.isForOfStatement(node)) {
    checkForOf(walk, node);
  } else if (ts.isSwitchStatement(node)) {
    const type = walk.checker.getTypeAtLocation(node.expression);
    if (!isNumberType(type) && !isStringType(type)) {
      walk.sink.report('SH1025', node.expression, { type: walk.checker.typeToString(type) });
    }
    ts.forEachChild(node, walk.visit);
  } else if (ts.isThrowStatement(node)) {
    checkThrow(walk, node);
  } else if (ts.isLabeledStatement(node)) {
    walk.visit(node.statement);
  } else if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) {
    // erased
  } else if (!ts.isBreakOrContinueStatement(node)) {
    ts.forEachChild(node, walk.visit);
  }
}

function checkVariableFlags(walk: SyntaxWalk, list: ts.VariableDeclarationList): void {
  const flags = list.flags & ts.NodeFlags.BlockScoped;
  if (flags === ts.NodeFlags.None) walk.sink.report('SH1105', list);
  else if (flags !== ts.NodeFlags.Let && flags !== ts.NodeFlags.Const) walk.sink.report('SH1027', list);
}

function checkVariable(walk: SyntaxWalk, node: ts.VariableDeclaration): void {
  if (!ts.isIdentifier(node.name)) walk.visit(node.name);
  if (node.type !== undefined) walk.visit(node.type);
  if (node.initializer !== undefined) walk.visit(node.initializer);
  reportForeignType(walk, node);
}

function checkBinding(walk: SyntaxWalk, node: ts.BindingElement): void {
  if (node.dotDotDotToken !== undefined && !takesKnownRest(walk.checker, node.name)) walk.sink.report('SH1012', node);
  const name = boundName(node, 0);
  const part = ts.isObjectBindingPattern(node.parent)
    ? walk.checker.getPropertyOfType(walk.checker.getTypeAtLocation(node.parent), name)
    : undefined;
  if (
    part?.declarations?.some((d) => isClassFunction(d) && walk.sources.modules.includes(d.getSourceFile())) === true
  ) {
    walk.sink.report('SH3032', node, { name });
  }
  if (node.propertyName !== undefined && ts.isComputedPropertyName(node.propertyName)) walk.visit(node.propertyName);
  if (!ts.isIdentifier(node.name)) walk.visit(node.name);
  if (node.initializer !== undefined) walk.visit(node.initializer);
}

function checkParameter(walk: SyntaxWalk, node: ts.ParameterDeclaration): void {
  const { sink } = walk;
  for (const modifier of node.modifiers ?? []) walk.visit(modifier);
  if (!ts.isIdentifier(node.name)) walk.visit(node.name);
  if (ts.isIdentifier(node.name) && node.name.text === 'this') sink.report('SH1123', node.name);
  else if (!takesKnownItems(walk.checker, node) || !isKnownWhenLeftOut(walk.checker, node)) sink.report('SH1008', node);
  else {
    if (node.type !== undefined) walk.visit(node.type);
    if (node.initializer !== undefined) walk.visit(node.initializer);
    reportForeignType(walk, node);
  }
}

/** False for a rest parameter that takes more than numbers or objects. */
function takesKnownItems(checker: ts.TypeChecker, node: ts.ParameterDeclaration): boolean {
  return node.dotDotDotToken === undefined || isItemArray(checker.getTypeAtLocation(node.name));
}

/** False for `n?: T` of what is no number, boolean, string or object, and where the function gives it another value. */
function isKnownWhenLeftOut(checker: ts.TypeChecker, node: ts.ParameterDeclaration): boolean {
  if (!isLeftOutSometimes(node)) return true;
  const symbol = checker.getSymbolAtLocation(node.name);
  const assigns = (part: ts.Node): boolean => {
    const target = assignedTarget(part);
    if (target !== null && ts.isIdentifier(target) && checker.getSymbolAtLocation(target) === symbol) return true;
    return ts.forEachChild(part, (child) => assigns(child) || undefined) ?? false;
  };
  return isNullable(checker, checker.getTypeAtLocation(node.name)) && !assigns(node.parent);
}

/** A variable whose type no core can hold, unless something in it was refused already. */
function reportForeignType(walk: SyntaxWalk, node: ts.VariableDeclaration | ts.ParameterDeclaration): void {
  const found = walk.checker.getTypeAtLocation(node.name);
  const mayMiss = isLeftOutSometimes(node) || (ts.isVariableDeclaration(node) && isNullable(walk.checker, found));
  const type = mayMiss ? withoutNull(walk.checker, found) : found;
  if (isLanguageType(type) || walk.sink.touches(spanOf(node))) return;
  walk.sink.report('SH1031', node.name, { type: walk.checker.typeToString(type) });
}

function checkForOf(walk: SyntaxWalk, node: ts.ForOfStatement): void {
  if (node.awaitModifier !== undefined) walk.visit(node.awaitModifier);
  if (ts.isVariableDeclarationList(node.initializer)) walk.visit(node.initializer);
  else walk.sink.report('SH1029', node.initializer);
  const source = loopSource(walk.sources, node);
  if (source.tag === 'range') {
    for (const part of [source.begin, source.end, source.step]) if (part !== null) walk.visit(part);
  } else checkItems(walk, node, source.of, source.iterator);
  walk.visit(node.statement);
}

function checkItems(walk: SyntaxWalk, node: ts.ForOfStatement, items: ts.Expression, iterator: ArrayIterator): void {
  walk.visit(items);
  const type = walk.checker.getTypeAtLocation(items);
  const span = spanOf(items);
  const isKnown = isTypedArray(type) || isItemArray(type) || isTupleType(type) || fixedArrayItems(type) !== null;
  if (!isKnown && (type.flags & ts.TypeFlags.Any) === 0 && !walk.sink.touches(span)) {
    walk.sink.reportSpan('SH1024', span, { type: walk.checker.typeToString(type) });
  }
  const [declaration] = ts.isVariableDeclarationList(node.initializer) ? node.initializer.declarations : [];
  if (iterator === 'entries' && declaration !== undefined && !ts.isArrayBindingPattern(declaration.name)) {
    walk.sink.report('SH1035', declaration, { text: items.getText() });
  }
}

function checkThrow(walk: SyntaxWalk, node: ts.ThrowStatement): void {
  const thrown = node.expression;
  const [message, ...more] = ts.isNewExpression(thrown) ? (thrown.arguments ?? []) : [];
  const isError =
    ts.isNewExpression(thrown) &&
    thrown.typeArguments === undefined &&
    ts.isIdentifier(thrown.expression) &&
    ['Error', 'RangeError'].includes(walk.sources.libraryName(thrown.expression) ?? '');
  const pieces = message === undefined ? [] : textPieces(walk.checker, message);
  // Whether the values in it are constants is known when the module was evaluated.
  const isText = pieces.length > 1 || typeof pieces[0] === 'string';
  if (!isError || !isText || more.length > 0) walk.sink.report('SH1115', thrown);
  else for (const piece of pieces) if (typeof piece !== 'string') walk.visit(piece);
}

/** Values for the messages of kinds that have places to fill. */
function argumentsOf(node: ts.Node): Record<string, string> {
  switch (node.kind) {
    case ts.SyntaxKind.EqualsEqualsToken:
      return { operator: '==', replacement: '===' };
    case ts.SyntaxKind.ExclamationEqualsToken:
      return { operator: '!=', replacement: '!==' };
    case ts.SyntaxKind.TypeOfExpression:
      return { operator: 'typeof' };
    case ts.SyntaxKind.VoidExpression:
      return { operator: 'void' };
    case ts.SyntaxKind.NullKeyword:
      return { name: 'null' };
    case ts.SyntaxKind.UndefinedKeyword:
      return { name: 'undefined' };
    default:
      return { name: node.getText(), type: node.getText() };
  }
}

import ts from 'typescript';
import { ARRAY_METHODS, arrayMaking, arrayMethodCall } from './array-syntax.ts';
import { isClassItself, memberUses } from './class-hierarchy.ts';
import { baseClass, classNamed, constructorOf, fieldsOf } from './class-members.ts';
import { isCallee } from './math-library.ts';
import { resolveAlias, skipWrappers } from './reachable-functions.ts';
import { checkConsoleMember, checkLogArguments } from './syntax-logs.ts';
import {
  ABSENT_MATH,
  LATER_ARRAY_MEMBERS,
  LENGTH_CHANGING_MEMBERS,
  PROTOTYPE_MEMBERS,
  REFUSED_GLOBALS,
} from './syntax-names.ts';
import {
  checkChain,
  choosesKnown,
  declaredTypeOf,
  isNullable,
  isRecord,
  outermost,
  ownerType,
} from './syntax-optional.ts';
import {
  fixedArrayItems,
  isItemArray,
  isNumberType,
  isPlainFunction,
  isRecordType,
  isTupleType,
  isTypedArray,
  numberArrayElement,
  withoutNull,
} from './syntax-types.ts';
import type { SyntaxWalk } from './syntax-whitelist.ts';
import { isPattern as isPatternAt, patternTargets } from './tree-destructuring.ts';

/** Checks an expression whose kind is in the language: its parts, and what they name. */
export function checkExpression(walk: SyntaxWalk, node: ts.Expression): void {
  if (ts.isIdentifier(node)) checkName(walk, node);
  else if (ts.isPropertyAccessExpression(node)) checkProperty(walk, node);
  else if (ts.isElementAccessExpression(node)) checkElement(walk, node);
  else if (ts.isCallExpression(node)) checkCall(walk, node);
  else if (node.kind === ts.SyntaxKind.ThisKeyword || node.kind === ts.SyntaxKind.SuperKeyword) {
    const isMember = ts.findAncestor(node, (n) => ts.isClassElement(n) && ts.isClassDeclaration(n.parent));
    if (isMember === undefined) walk.sink.report('SH1123', node);
  } else if (ts.isStringLiteralLike(node)) checkString(walk, node);
  else if (node.kind === ts.SyntaxKind.NullKeyword) checkNull(walk, node);
  else if (ts.isNewExpression(node)) checkNew(walk, node);
  else if (ts.isSpreadElement(node)) checkSpreadElement(walk, node);
  else if (dropsNull(walk, node)) {
    walk.sink.report('SH3016', node, { text: skipWrappers(node).getText() });
  } else if (ts.isArrayLiteralExpression(node) && !isTupleLiteral(walk.checker, node)) walk.sink.report('SH1003', node);
  else if (ts.isMetaProperty(node)) {
    walk.sink.report(node.keywordToken === ts.SyntaxKind.NewKeyword ? 'SH1123' : 'SH1113', node);
  } else {
    const operator = ts.isBinaryExpression(node) ? node.operatorToken.kind : ts.SyntaxKind.Unknown;
    if (operator === ts.SyntaxKind.InKeyword || operator === ts.SyntaxKind.InstanceOfKeyword) {
      const code = operator === ts.SyntaxKind.InKeyword ? 'SH1017' : 'SH1018';
      walk.sink.report(code, node); // as a whole: its right side is nothing that a kernel can name
    } else {
      if (ts.isBinaryExpression(node) && !choosesKnown(walk.checker, node)) {
        walk.sink.report('SH1023', node);
        return;
      }
      if (ts.isBinaryExpression(node) && isAssignment(operator)) checkTarget(walk, node.left);
      else if (isStep(node)) checkTarget(walk, node.operand);
      ts.forEachChild(node, (part) => {
        if (!isPattern(part)) walk.visit(part);
      });
    }
  }
}

/** `p!` and `p as P` where `p` may be null or undefined: the only ways around TypeScript's own check. */
function dropsNull(walk: SyntaxWalk, node: ts.Expression): boolean {
  if (!ts.isNonNullExpression(node) && !ts.isAsExpression(node)) return false;
  const mayBeNull = (expression: ts.Expression): boolean => {
    const type = walk.checker.getTypeAtLocation(expression);
    return withoutNull(walk.checker, type) !== type;
  };
  // An element that is not there ends the call, on a core and in exact Node.
  const isChecked = arrayMethodCall(walk.checker, skipWrappers(node.expression))?.result === 'element';
  return !isChecked && mayBeNull(node.expression) && !mayBeNull(node);
}

/** `...p` in an object literal: of an object that is there. */
export function checkSpread(walk: SyntaxWalk, node: ts.SpreadAssignment): void {
  const { checker } = walk;
  const type = checker.getTypeAtLocation(node.expression);
  const isList = fixedArrayItems(type) !== null;
  if (!isRecord(checker, type) || isTupleType(type) || isList) walk.sink.report('SH1012', node);
  else if (withoutNull(checker, type) !== type) {
    walk.sink.report('SH3016', node, { text: node.expression.getText() });
  } else walk.visit(node.expression);
}

/** `...t` in an array literal: a tuple anywhere, an array of numbers in an array of numbers. */
function checkSpreadElement(walk: SyntaxWalk, node: ts.SpreadElement): void {
  const { checker } = walk;
  const { parent } = node;
  const spread = checker.getTypeAtLocation(node.expression);
  const isTuple = isTupleType(spread);
  const isMaking = ts.isCallExpression(parent) && arrayMaking(walk.sources, parent)?.from === 'elements';
  const isArray = ts.isArrayLiteralExpression(parent) && tupleTypeOf(checker, parent) === null;
  const takesNumbers = isMaking || (isArray && numberArrayElement(checker.getTypeAtLocation(parent)) !== null);
  const isNumbers = isTypedArray(spread) || numberArrayElement(spread) !== null;
  const isCall = isOwnCall(walk, parent);
  const takesTuple = isMaking || isCall || ts.isArrayLiteralExpression(parent);
  if ((isTuple && takesTuple) || (isNumbers && (takesNumbers || isCall))) {
    walk.visit(node.expression);
  } else walk.sink.report('SH1012', node);
}

/** A call of a function of the program, or of one of Math that takes any number of values. */
function isOwnCall(walk: SyntaxWalk, node: ts.Node): boolean {
  if (ts.isNewExpression(node)) return classNamed(walk.checker, node.expression) !== null;
  if (!ts.isCallExpression(node)) return false;
  return [null, 'Math.max', 'Math.min'].includes(walk.sources.libraryName(skipWrappers(node.expression)));
}

/** The type of an array literal that is a tuple; null for all others. */
function tupleTypeOf(checker: ts.TypeChecker, node: ts.ArrayLiteralExpression): ts.Type | null {
  const types = [checker.getTypeAtLocation(node), checker.getContextualType(node)];
  return types.find((type) => type !== undefined && isTupleType(type)) ?? null;
}

/** `['x']` in an object literal. */
export function checkComputedName(walk: SyntaxWalk, node: ts.ComputedPropertyName): void {
  const name = skipWrappers(node.expression);
  const isKnown = ts.isStringLiteralLike(name) || ts.isNumericLiteral(name);
  if (!isKnown || !ts.isPropertyAssignment(node.parent)) walk.sink.report('SH1002', node);
}

/** The left side of `[a, b] = …`, which was reported as such. */
function isPattern(node: ts.Node): boolean {
  return (
    (ts.isArrayLiteralExpression(node) || ts.isObjectLiteralExpression(node)) &&
    ts.isBinaryExpression(node.parent) &&
    node.parent.left === node &&
    isAssignment(node.parent.operatorToken.kind)
  );
}

function isAssignment(operator: ts.SyntaxKind): boolean {
  return operator >= ts.SyntaxKind.FirstAssignment && operator <= ts.SyntaxKind.LastAssignment;
}

function isStep(node: ts.Node): node is ts.PrefixUnaryExpression | ts.PostfixUnaryExpression {
  if (ts.isPostfixUnaryExpression(node)) return true;
  return (
    ts.isPrefixUnaryExpression(node) &&
    (node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken)
  );
}

function checkTarget(walk: SyntaxWalk, target: ts.Expression): void {
  const inner = skipWrappers(target);
  if (ts.isIdentifier(inner) || ts.isElementAccessExpression(inner)) return;
  if (ts.isPropertyAccessExpression(inner)) return;
  // Patterns and properties that exist have numbers of their own, or are read-only for TypeScript.
  if (isPatternAt(inner)) {
    const { parent } = outermost(inner);
    const isPart = !ts.isBinaryExpression(parent);
    if (!isPart && !ts.isExpressionStatement(outermost(parent).parent)) walk.sink.report('SH1004', inner);
    for (const { target, rest } of patternTargets(inner)) {
      checkTarget(walk, target);
      if (rest !== undefined && !takesKnownRest(walk.checker, target)) walk.sink.report('SH1012', rest);
    }
  } else walk.sink.report('SH1032', inner);
}

/** True where `...rest` is an object, a tuple or an array of numbers. */
export function takesKnownRest(checker: ts.TypeChecker, target: ts.Node): boolean {
  const type = checker.getTypeAtLocation(target);
  return isRecordType(type) || numberArrayElement(type) !== null;
}

/** A name that is read or written as a value. */
function checkName(walk: SyntaxWalk, node: ts.Identifier): void {
  const { checker, sink } = walk;
  const name = node.text;
  const symbol = resolveAlias(checker, checker.getSymbolAtLocation(node));
  const library = walk.sources.libraryName(node);
  const ours = symbol?.declarations?.some((d) => walk.sources.modules.includes(d.getSourceFile())) === true;
  const refused = ours ? undefined : REFUSED_GLOBALS.get(name);
  if (refused === 'SH1116' && mayBeNull(checker, node)) return;
  if (refused !== undefined) sink.report(refused, node, { name }, chainOf(node));
  else if (library !== null && library !== 'NaN' && library !== 'Infinity') sink.report('SH1006', node, { name });
}

/** The largest expression that begins with `node`: `a.b(c)[d]` of `a`. */
function chainOf(node: ts.Expression): ts.Expression {
  const { parent } = node;
  const isHead =
    (ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent) || ts.isCallExpression(parent)) &&
    parent.expression === node;
  return isHead ? chainOf(parent) : node;
}

function checkProperty(walk: SyntaxWalk, node: ts.PropertyAccessExpression): void {
  const { checker, sink } = walk;
  const name = node.name.text;
  if (!checkChain(walk, node)) return;
  const owner = ts.isIdentifier(node.expression) ? walk.sources.libraryName(node.expression) : null;
  if (owner === 'console') {
    checkConsoleMember(walk, node, isCallee(node), chainOf(node));
    return;
  }
  if (owner === 'Math') {
    const absent = ABSENT_MATH.get(name);
    if (absent !== undefined) sink.report('SH1022', node, { name, ...absent });
    return;
  }
  const member = checker.getSymbolAtLocation(node.name)?.valueDeclaration;
  if (member !== undefined && ts.isAutoAccessorPropertyDeclaration(member)) {
    sink.report('SH1001', node.name);
    return;
  }
  if (memberUses(checker, node) === 'method' && !isCallee(node)) {
    sink.report('SH1127', node, { text: node.getText() });
    return;
  }
  if (ts.isIdentifier(node.expression) && isRefusedDeclaration(checker, node.expression)) return; // there, not here
  const isOurs = member !== undefined && walk.sources.modules.includes(member.getSourceFile());
  if (isOurs && isClassItself(checker, node.expression)) return;
  if (PROTOTYPE_MEMBERS.has(name) && !isOurs) {
    sink.report('SH1109', node.name);
    return;
  }
  const type = ownerType(checker, node);
  if (isItemArray(type)) {
    checkArrayMember(walk, node);
    walk.visit(node.expression);
  } else if (checker.isArrayType(type)) {
    sink.report('SH1003', node, {}, chainOf(node));
  } else if (isTypedArray(type)) {
    checkArrayMember(walk, node);
    walk.visit(node.expression);
  } else if (ts.isIdentifier(node.expression) && isUnknownGlobal(walk, node.expression)) {
    walk.visit(node.expression);
  } else if (isRecord(checker, type)) {
    walk.visit(node.expression);
  } else if (checker.getSymbolAtLocation(node.name) !== undefined) {
    sink.report('SH1002', node);
  } else {
    walk.visit(node.expression);
  }
}

/** Elements, `length` and methods that are called are what kernels have of arrays. */
function checkArrayMember({ sink, checker }: SyntaxWalk, node: ts.PropertyAccessExpression): void {
  const name = node.name.text;
  if (name === 'length') return;
  const type = ownerType(checker, node);
  if (LENGTH_CHANGING_MEMBERS.has(name)) {
    sink.report('SH3054', node, { text: node.getText() }, chainOf(node));
    return;
  }
  const isOfNumbers = isTypedArray(type) || numberArrayElement(type) !== null;
  if (!isOfNumbers || LATER_ARRAY_MEMBERS.has(name)) sink.report('SH1021', node.name, { name: `.${name}` });
  else if (Object.hasOwn(ARRAY_METHODS, name) && !isCallee(node)) sink.report('SH1006', node, { name: node.getText() });
}

/** A name of a module, class, enum or namespace: refused where it is declared. */
function isRefusedDeclaration(checker: ts.TypeChecker, node: ts.Identifier): boolean {
  const declarations = resolveAlias(checker, checker.getSymbolAtLocation(node))?.declarations;
  return (
    checker.getSymbolAtLocation(node)?.declarations?.some(ts.isNamespaceImport) === true ||
    declarations?.some((d) => ts.isClassLike(d) || ts.isEnumDeclaration(d) || ts.isModuleDeclaration(d)) === true
  );
}

function isUnknownGlobal(walk: SyntaxWalk, node: ts.Identifier): boolean {
  const symbol = walk.checker.getSymbolAtLocation(node);
  return REFUSED_GLOBALS.has(node.text) && (symbol === undefined || walk.sources.libraryName(node) !== null);
}

function checkElement(walk: SyntaxWalk, node: ts.ElementAccessExpression): void {
  const { checker, sink } = walk;
  if (!checkChain(walk, node)) return;
  const type = ownerType(checker, node);
  if (isFunctionList(checker, node.expression)) {
    walk.visit(node.argumentExpression);
    return; // which function it is, the values of the module say
  }
  if (checker.isArrayType(type) && !isItemArray(type)) {
    sink.report('SH1003', node);
    return;
  }
  walk.visit(node.expression);
  if (!ts.isStringLiteralLike(node.argumentExpression)) walk.visit(node.argumentExpression);
  const index = checker.getTypeAtLocation(node.argumentExpression);
  const anyType = ts.TypeFlags.Any;
  const isArray =
    isTypedArray(type) ||
    (type.flags & anyType) !== 0 ||
    isTupleType(type) ||
    isItemArray(type) ||
    fixedArrayItems(type) !== null;
  const isIndex = isNumberType(index) || (index.flags & anyType) !== 0;
  if (!isArray || !isIndex) sink.report('SH1125', node);
}

/** A variable of a module that holds an array of functions. */
function isFunctionList(checker: ts.TypeChecker, node: ts.Expression): boolean {
  const type = checker.getTypeAtLocation(node);
  const [items] = checker.isArrayType(type) ? checker.getTypeArguments(type as ts.TypeReference) : [];
  if (items === undefined || !isPlainFunction(items)) return false;
  const holder = resolveAlias(checker, checker.getSymbolAtLocation(node))?.valueDeclaration;
  return holder !== undefined && ts.isVariableDeclaration(holder) && ts.isSourceFile(holder.parent.parent.parent);
}

function checkCall(walk: SyntaxWalk, node: ts.CallExpression): void {
  const { sink } = walk;
  if (!checkChain(walk, node)) return;
  if (arrayMaking(walk.sources, node) !== null) {
    checkMaking(walk, node);
    return;
  }
  for (const argument of node.typeArguments ?? []) walk.visit(argument);
  const callee = skipWrappers(node.expression);
  let registerName: ts.Expression | undefined;
  const wrong = sink.diagnostics.length;
  if (callee.kind === ts.SyntaxKind.ImportKeyword) {
    sink.report('SH1113', callee, {}, node);
    return;
  }
  if (ts.isIdentifier(callee)) {
    const library = walk.sources.libraryName(callee);
    if (library === 'readRegister' || library === 'writeRegister') registerName = node.arguments[0];
    checkCallee(walk, callee, library);
  } else {
    walk.visit(callee);
  }
  // What is not called as a function takes its arguments with it: the string of `Error('…')` is not one fault more.
  if (sink.diagnostics.length > wrong) return;
  if (checkLogArguments(walk, node, walk.sources.libraryName(callee))) return;
  for (const argument of node.arguments) {
    if (argument !== registerName) walk.visit(argument);
    else if (!ts.isStringLiteral(argument)) sink.report('SH1126', argument);
  }
}

function checkCallee(walk: SyntaxWalk, callee: ts.Identifier, library: string | null): void {
  const { checker, sink } = walk;
  const symbol = resolveAlias(checker, checker.getSymbolAtLocation(callee));
  const isFromModule = symbol?.declarations?.some((d) => walk.sources.modules.includes(d.getSourceFile())) === true;
  if (!isFromModule) {
    const refused = REFUSED_GLOBALS.get(callee.text);
    if (refused !== undefined) sink.report(refused, callee, { name: callee.text }, chainOf(callee));
    else if (library === 'Error' || library === 'RangeError') sink.report('SH1115', callee);
    else if (library === 'range') sink.report('SH1033', callee, {}, chainOf(callee));
    return;
  }
}

function checkNew(walk: SyntaxWalk, node: ts.NewExpression): void {
  const name = node.expression.getText();
  const refused = ts.isIdentifier(node.expression) ? REFUSED_GLOBALS.get(name) : undefined;
  const isKnown = refused !== undefined || walk.checker.getSymbolAtLocation(node.expression) !== undefined;
  if (refused === 'SH1102' || refused === 'SH1104') walk.sink.report(refused, node, { name });
  else if (arrayMaking(walk.sources, node) !== null) checkMaking(walk, node);
  else if (['Error', 'RangeError'].includes(name)) walk.sink.report('SH1115', node);
  else if (classNamed(walk.checker, node.expression) !== null) {
    for (const type of node.typeArguments ?? []) walk.visit(type);
    checkFirstValues(walk, node);
    for (const argument of node.arguments ?? []) walk.visit(argument);
  } else if (isKnown) walk.sink.report('SH3001', node, { name });
  else ts.forEachChild(node, walk.visit);
}

/** Fields of generic classes that begin with what is made for them: their constructor knows the types. */
function checkFirstValues(walk: SyntaxWalk, node: ts.NewExpression): void {
  const { checker } = walk;
  for (let at = classNamed(checker, node.expression); at !== null; at = baseClass(checker, at)) {
    if (at.typeParameters === undefined || constructorOf(at) !== null) continue;
    const found = fieldsOf(at).find(({ initializer }) => initializer !== undefined && !isPlainValue(initializer));
    if (found === undefined) continue;
    walk.sink.report('SH3031', node, { name: at.name?.text ?? 'class', field: found.name.getText() });
  }
}

/** A number, boolean, text or null, by a name or written there. */
function isPlainValue(node: ts.Expression): boolean {
  const inner = ts.isPrefixUnaryExpression(node) ? node.operand : node;
  const isWord = [ts.SyntaxKind.NullKeyword, ts.SyntaxKind.TrueKeyword, ts.SyntaxKind.FalseKeyword].includes(
    inner.kind,
  );
  return isWord || ts.isLiteralExpression(inner) || ts.isIdentifier(inner);
}

/** A new typed array: the array literal in it is no value of its own. */
function checkMaking(walk: SyntaxWalk, node: ts.NewExpression | ts.CallExpression): void {
  const [first] = node.arguments ?? [];
  const inner = first === undefined ? undefined : skipWrappers(first);
  const parts = inner !== undefined && ts.isArrayLiteralExpression(inner) ? inner.elements : (node.arguments ?? []);
  for (const part of parts) walk.visit(part);
}

function isTupleLiteral(checker: ts.TypeChecker, node: ts.ArrayLiteralExpression): boolean {
  if (isItemArray(checker.getTypeAtLocation(node)) && node.elements.length > 0) return true;
  return tupleTypeOf(checker, node) !== null;
}

/** Strings are compared and passed on; nothing is made of them. */
function checkString(walk: SyntaxWalk, node: ts.Expression): void {
  const outer = outermost(node).parent;
  const operator = ts.isBinaryExpression(outer) ? outer.operatorToken.kind : ts.SyntaxKind.EqualsToken;
  const isFine =
    operator === ts.SyntaxKind.EqualsToken ||
    operator === ts.SyntaxKind.EqualsEqualsEqualsToken ||
    operator === ts.SyntaxKind.ExclamationEqualsEqualsToken;
  if (!isFine || ts.isExpressionStatement(outer)) walk.sink.report('SH1011', node);
}

function checkNull(walk: SyntaxWalk, node: ts.Expression): void {
  if (!mayBeNull(walk.checker, node)) walk.sink.report('SH1116', node, { name: node.getText() });
}

/** True if `null` or `undefined` stands where nothing may stand for an object, number, boolean or string. */
function mayBeNull(checker: ts.TypeChecker, node: ts.Expression): boolean {
  const whole = outermost(node);
  const { parent } = whole;
  const isCompared =
    ts.isBinaryExpression(parent) &&
    (parent.operatorToken.kind === ts.SyntaxKind.EqualsEqualsEqualsToken ||
      parent.operatorToken.kind === ts.SyntaxKind.ExclamationEqualsEqualsToken);
  if (isCompared) {
    const other = parent.left === whole ? parent.right : parent.left;
    const compared = checker.getTypeAtLocation(other);
    if (ts.isOptionalChain(skipWrappers(other)) || mayHoldNull(checker, other)) return true;
    return isRecord(checker, compared) || isNullType(compared);
  }
  if (ts.isConditionalExpression(parent) && parent.condition !== whole) {
    const either = checker.getTypeAtLocation(parent);
    if (isRecord(checker, either) || isNullable(checker, either)) return true;
  }
  const isStored = ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken;
  if (isStored && parent.right === whole) return mayHoldNull(checker, parent.left);
  const wanted = checker.getContextualType(node);
  return wanted !== undefined && (isRecord(checker, wanted) || isNullable(checker, wanted));
}

function mayHoldNull(checker: ts.TypeChecker, place: ts.Expression): boolean {
  const declared = declaredTypeOf(checker, skipWrappers(place));
  return isNullable(checker, declared) || isRecord(checker, declared);
}

function isNullType(type: ts.Type): boolean {
  return (type.flags & (ts.TypeFlags.Null | ts.TypeFlags.Undefined)) !== 0;
}

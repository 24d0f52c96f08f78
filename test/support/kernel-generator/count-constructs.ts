/** Counts which constructs of the language a random kernel uses, by TypeScript's own syntax tree of its text. */
import ts from 'typescript';
import { BINARY_MATH, UNARY_MATH } from './math-calls.ts';
import { type KernelCase, renderKernel } from './syntax-pieces.ts';

const K = ts.SyntaxKind;

/** Constructs that are one kind of syntax each. */
const BY_SYNTAX: Readonly<Record<string, ts.SyntaxKind>> = {
  'import of a module': K.ImportDeclaration,
  're-export': K.ExportDeclaration,
  'arrow function': K.ArrowFunction,
  'function expression': K.FunctionExpression,
  'type parameter': K.TypeParameter,
  'type alias': K.TypeAliasDeclaration,
  'union of types': K.UnionType,
  'mapped type': K.MappedType,
  'typeof in a type': K.TypeQuery,
  'indexed type': K.IndexedAccessType,
  'tuple type': K.TupleType,
  interface: K.InterfaceDeclaration,
  enum: K.EnumDeclaration,
  class: K.ClassDeclaration,
  constructor: K.Constructor,
  'constructor call': K.NewExpression,
  method: K.MethodDeclaration,
  'method of an interface': K.MethodSignature,
  getter: K.GetAccessor,
  setter: K.SetAccessor,
  '#private': K.PrivateIdentifier,
  null: K.NullKeyword,
  'spread of an object': K.SpreadAssignment,
  'computed name': K.ComputedPropertyName,
  'optional chaining': K.QuestionDotToken,
  'field of a class': K.PropertyDeclaration,
  extends: K.HeritageClause,
  super: K.SuperKeyword,
  this: K.ThisKeyword,
  static: K.StaticKeyword,
  private: K.PrivateKeyword,
  protected: K.ProtectedKeyword,
  public: K.PublicKeyword,
  readonly: K.ReadonlyKeyword,
  abstract: K.AbstractKeyword,
  override: K.OverrideKeyword,
  'object literal': K.ObjectLiteralExpression,
  'array literal': K.ArrayLiteralExpression,
  'object pattern': K.ObjectBindingPattern,
  'array pattern': K.ArrayBindingPattern,
  'hole in a pattern': K.OmittedExpression,
  'field access': K.PropertyAccessExpression,
  'element access': K.ElementAccessExpression,
  if: K.IfStatement,
  while: K.WhileStatement,
  do: K.DoStatement,
  for: K.ForStatement,
  'for-of': K.ForOfStatement,
  switch: K.SwitchStatement,
  default: K.DefaultClause,
  break: K.BreakStatement,
  continue: K.ContinueStatement,
  label: K.LabeledStatement,
  return: K.ReturnStatement,
  throw: K.ThrowStatement,
  'empty statement': K.EmptyStatement,
  choice: K.ConditionalExpression,
  call: K.CallExpression,
  as: K.AsExpression,
  satisfies: K.SatisfiesExpression,
  '!': K.NonNullExpression,
  'comma operator': K.CommaToken,
  true: K.TrueKeyword,
  false: K.FalseKeyword,
};

/** Binary and assignment operators of the language. */
const OPERATORS = [
  ...['+', '-', '*', '/', '%', '**', '&', '|', '^', '<<', '>>', '>>>', '<', '<=', '>', '>=', '===', '!==', '&&', '||'],
  ...['??', '??=', '&&=', '||='],
  ...['=', '+=', '-=', '*=', '/=', '%=', '**=', '&=', '|=', '^=', '<<=', '>>=', '>>>='],
];
const UNARY = ['+', '-', '~', '!', '++', '--'];
const MATH = [
  ...['imul', 'clz32', 'fround', 'abs', 'min', 'max', 'sign', 'sqrt', 'floor', 'ceil', 'trunc', 'round'],
  ...UNARY_MATH,
  ...BINARY_MATH,
  'PI',
];
const ARRAYS = ['Int8Array', 'Uint8Array', 'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array', 'Float32Array'];

/** Constructs that are more than a kind of syntax; each says whether a node is one. */
const BY_MEANING: Readonly<Record<string, (node: ts.Node) => boolean>> = {
  'integer division': (node) =>
    ts.isBinaryExpression(node) &&
    ['|', '>>>'].includes(operatorOf(node)) &&
    isZero(node.right) &&
    isQuotient(node.left),
  'integer division by Math.trunc': (node) =>
    ts.isCallExpression(node) && node.expression.getText() === 'Math.trunc' && isQuotient(node.arguments[0]),
  'fused multiply-add': (node) =>
    ts.isBinaryExpression(node) &&
    ['+', '-', '+=', '-='].includes(operatorOf(node)) &&
    [node.left, node.right].some(isProduct),
  'function in a function': (node) =>
    (ts.isArrowFunction(node) || ts.isFunctionDeclaration(node)) &&
    ts.findAncestor(node.parent, ts.isFunctionLike) !== undefined,
  'function as an argument': (node) => ts.isFunctionTypeNode(node) && ts.isParameter(node.parent),
  'parameter of a small kind': (node) => ts.isParameter(node) && /^[iu](8|16)$/.test(node.type?.getText() ?? ''),
  'default parameter': (node) => ts.isParameter(node) && node.initializer !== undefined,
  'generic call': (node) => ts.isCallExpression(node) && node.typeArguments !== undefined,
  'generic type': (node) => ts.isTypeReferenceNode(node) && node.typeArguments !== undefined,
  'variance of a type': (node) => ts.isTypeParameterDeclaration(node) && node.modifiers !== undefined,
  'discriminated union': (node) => ts.isUnionTypeNode(node) && node.types.every(ts.isTypeLiteralNode),
  'union of numbers': (node) => ts.isUnionTypeNode(node) && node.types.every(ts.isLiteralTypeNode),
  implements: (node) => ts.isHeritageClause(node) && node.token === K.ImplementsKeyword,
  inheritance: (node) => ts.isHeritageClause(node) && node.token === K.ExtendsKeyword,
  'import of types': (node) =>
    ts.isImportClause(node) && node.phaseModifier === K.TypeKeyword && node.getText().includes('Direction'),
  recursion: (node) =>
    ts.isCallExpression(node) &&
    ts.isIdentifier(node.expression) &&
    ts.findAncestor(node, (up) => ts.isFunctionDeclaration(up) && up.name?.text === node.expression.getText()) !==
      undefined,
  'object of a module': (node) => ts.isVariableDeclaration(node) && node.name.getText() === 'settings',
  'function that captured an object': (node) => ts.isVariableDeclaration(node) && node.name.getText() === 'coarse',
  'static state': (node) => ts.isPropertyAccessExpression(node) && node.getText() === 'Tally.total',
  'method by the class above': (node) =>
    ts.isVariableDeclaration(node) && node.type?.getText() === 'Meter' && node.initializer !== undefined,
  'generic class': (node) => ts.isNewExpression(node) && node.getText().startsWith('new Held<'),
  'generic interface': (node) => ts.isInterfaceDeclaration(node) && node.typeParameters !== undefined,
  'array of objects': (node) => ts.isArrayTypeNode(node) && node.getText() === 'Point[]',
  'state of a core': (node) =>
    ts.isVariableStatement(node) && isTopLevel(node) && (node.declarationList.flags & ts.NodeFlags.Let) !== 0,
  'constant of a module': (node) =>
    ts.isVariableStatement(node) && isTopLevel(node) && (node.declarationList.flags & ts.NodeFlags.Const) !== 0,
  'constant computed at build time': (node) =>
    ts.isCallExpression(node) && node.expression.getText() === 'Int32Array.from',
  let: (node) =>
    ts.isVariableDeclarationList(node) && !isTopLevel(node.parent) && (node.flags & ts.NodeFlags.Let) !== 0,
  const: (node) =>
    ts.isVariableDeclarationList(node) && !isTopLevel(node.parent) && (node.flags & ts.NodeFlags.Const) !== 0,
  'let without a value': (node) => ts.isVariableDeclaration(node) && node.exclamationToken !== undefined,
  'variable without a type': (node) =>
    ts.isVariableDeclaration(node) &&
    node.initializer !== undefined &&
    node.type === undefined &&
    ts.isIdentifier(node.name),
  'nested record': (node) => ts.isObjectLiteralExpression(node) && ts.isPropertyAssignment(node.parent),
  'record as an argument': (node) => ts.isParameter(node) && ['Point', 'Shape'].includes(node.type?.getText() ?? ''),
  'record as a result': (node) => ts.isFunctionDeclaration(node) && node.type?.getText() === 'Point',
  'tuple as a result': (node) => ts.isFunctionDeclaration(node) && node.type?.kind === K.TupleType,
  'choice between arrays': (node) => ts.isVariableDeclaration(node) && /\? list\d+ : list\d+$/.test(node.getText()),
  'length of an array': (node) => ts.isPropertyAccessExpression(node) && node.name.text === 'length',
  'compound store': (node) =>
    ts.isBinaryExpression(node) &&
    ts.isElementAccessExpression(node.left) &&
    /^.{1,3}=$/.test(operatorOf(node)) &&
    !/^[!=]==$/.test(operatorOf(node)),
  'case that falls through': (node) => ts.isCaseClause(node) && !node.statements.some(ts.isBreakStatement),
  block: (node) => ts.isBlock(node) && ts.isBlock(node.parent),
  'labelled break': (node) => ts.isBreakStatement(node) && node.label !== undefined,
  'labelled continue': (node) => ts.isContinueStatement(node) && node.label !== undefined,
  'early return': (node) => ts.isReturnStatement(node) && ts.isIfStatement(node.parent),
  'console.log': (node) => ts.isCallExpression(node) && node.expression.getText() === 'console.log',
  'console.assert': (node) => ts.isCallExpression(node) && node.expression.getText() === 'console.assert',
  assert: (node) => ts.isCallExpression(node) && node.expression.getText() === 'assert',
  'template with values': ts.isTemplateExpression,
  'union of strings': (node) =>
    ts.isUnionTypeNode(node) &&
    node.types.every((type) => ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal)),
  'function of Math as a value': (node) =>
    ts.isPropertyAccessExpression(node) &&
    node.expression.getText() === 'Math' &&
    ts.isCallExpression(node.parent) &&
    node.parent.expression !== node,
  range: (node) => ts.isCallExpression(node) && node.expression.getText() === 'range',
  'for-of over entries': (node) => ts.isForOfStatement(node) && /\.entries\(\)$/.test(node.expression.getText()),
  'for-of over a tuple': (node) => ts.isForOfStatement(node) && ts.isAsExpression(node.expression),
  'field that is an array': (node) => ts.isPropertySignature(node) && node.type?.getText() === 'Int32Array',
  'field of a class that is an array': (node) =>
    ts.isPropertyDeclaration(node) && node.initializer !== undefined && ts.isNewExpression(node.initializer),
  'field that is a function': (node) =>
    ts.isPropertySignature(node) && node.type !== undefined && ts.isFunctionTypeNode(node.type),
  'array with a capacity': (node) => ts.isCallExpression(node) && node.expression.getText() === 'fixedArray',
  'method behind ?.': (node) =>
    ts.isCallExpression(node) && ts.isOptionalChain(node) && node.expression.getText().includes('?.'),
  'element behind ?.': (node) => ts.isElementAccessExpression(node) && node.questionDotToken !== undefined,
  'spread in an array': (node) => ts.isSpreadElement(node) && ts.isVariableDeclaration(node.parent.parent),
  'spread in a call': (node) => ts.isSpreadElement(node) && ts.isCallExpression(node.parent),
  'rest in an assignment': (node) => ts.isSpreadElement(node) && ts.isBinaryExpression(node.parent.parent),
  'field that may be missing': (node) => ts.isPropertySignature(node) && node.questionToken !== undefined,
  'variable that may be missing a number': (node) =>
    ts.isVariableDeclaration(node) && node.type?.getText() === 'i32 | undefined',
  'optional parameter': (node) => ts.isParameter(node) && node.questionToken !== undefined,
  'default in a pattern': (node) => ts.isBindingElement(node) && node.initializer !== undefined,
  'rest parameter': (node) => ts.isParameter(node) && node.dotDotDotToken !== undefined,
  'rest in an array pattern': (node) =>
    ts.isBindingElement(node) && node.dotDotDotToken !== undefined && ts.isArrayBindingPattern(node.parent),
  'rest in an object pattern': (node) =>
    ts.isBindingElement(node) && node.dotDotDotToken !== undefined && ts.isObjectBindingPattern(node.parent),
  coreIndex: (node) => ts.isCallExpression(node) && node.expression.getText() === 'coreIndex',
};

function isTopLevel(node: ts.Node): boolean {
  return ts.isSourceFile(node.parent);
}
function bare(node: ts.Node | undefined): ts.Node | undefined {
  return node !== undefined && ts.isParenthesizedExpression(node) ? bare(node.expression) : node;
}
function operatorOf(node: ts.BinaryExpression): string {
  return ts.tokenToString(node.operatorToken.kind) ?? '';
}
function isZero(node: ts.Node): boolean {
  return node.getText() === '0';
}
function isQuotient(node: ts.Node | undefined): boolean {
  const inner = bare(node);
  return inner !== undefined && ts.isBinaryExpression(inner) && operatorOf(inner) === '/';
}
function isProduct(node: ts.Node): boolean {
  const inner = bare(node);
  return inner !== undefined && ts.isBinaryExpression(inner) && operatorOf(inner) === '*';
}

/** Every construct that a run must contain. */
export const CONSTRUCTS: readonly string[] = [
  ...Object.keys(BY_SYNTAX),
  ...Object.keys(BY_MEANING),
  ...OPERATORS,
  ...UNARY.map((operator) => `unary ${operator}`),
  ...MATH.map((name) => `Math.${name}`),
  ...ARRAYS,
  'NaN',
  'Infinity',
];

const MEANINGS = Object.entries(BY_MEANING);
const NAMES = new Map(Object.entries(BY_SYNTAX).map(([name, kind]) => [kind, name]));

/** The constructs that a kernel uses, with the module-level text that it needs, and the number of its own statements. */
export function constructsOf(kernel: KernelCase): { used: ReadonlySet<string>; statements: number } {
  const own = countText(renderKernel(kernel));
  const used = new Set(own.used);
  for (const line of kernel.moduleLines) {
    const known = LINES.get(line) ?? countText(line);
    LINES.set(line, known);
    for (const construct of known.used) used.add(construct);
  }
  return { used, statements: own.statements };
}

const LINES = new Map<string, ReturnType<typeof countText>>();

function countText(text: string): { used: ReadonlySet<string>; statements: number } {
  const file = ts.createSourceFile('kernel.ts', text, ts.ScriptTarget.ES2023, true);
  const used = new Set<string>();
  let statements = 0;
  const visit = (node: ts.Node): void => {
    const name = NAMES.get(node.kind);
    if (name !== undefined) used.add(name);
    if (ts.isIdentifier(node)) {
      if (node.text === 'NaN' || node.text === 'Infinity') used.add(node.text);
    } else if (node.kind > K.LastToken) {
      for (const [meaning, isOne] of MEANINGS) if (!used.has(meaning) && isOne(node)) used.add(meaning);
    }
    if (ts.isBinaryExpression(node)) used.add(operatorOf(node));
    if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
      used.add(`unary ${ts.tokenToString(node.operator)}`);
    }
    if (ts.isPropertyAccessExpression(node) && node.expression.getText() === 'Math') used.add(node.getText());
    if (ts.isTypeReferenceNode(node)) used.add(node.typeName.getText());
    if (isStatement(node)) statements++;
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(file, visit);
  return { used, statements };
}

function isStatement(node: ts.Node): boolean {
  return node.kind >= K.FirstStatement && node.kind <= K.LastStatement;
}

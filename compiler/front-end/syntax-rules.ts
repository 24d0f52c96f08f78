import ts from 'typescript';
import type { DiagnosticCode } from './diagnostics.ts';

/**
 * What the whitelist says of one kind of syntax:
 * - `kernel`: in the language, in the body of a kernel function (with a check of its own where it has parts).
 * - `type`: in the language, as a part of a type; types are erased.
 * - `module`: in the language, at the top level of a module or as a part of such a statement. `elsewhere` is its number
 *   in the body of a function; null if the grammar does not let it stand there.
 * - `refused`: with a number.
 * - `absent`: never met by the walk, and why. It is refused as unknown if it is met.
 */
export type SyntaxRule =
  | { readonly rule: 'kernel' | 'type' }
  | { readonly rule: 'module'; readonly elsewhere: DiagnosticCode | null }
  | { readonly rule: 'refused'; readonly code: DiagnosticCode }
  | { readonly rule: 'absent'; readonly why: string };

const kernel: SyntaxRule = { rule: 'kernel' };
const type: SyntaxRule = { rule: 'type' };
const module = (elsewhere: DiagnosticCode | null): SyntaxRule => ({ rule: 'module', elsewhere });
const refused = (code: DiagnosticCode): SyntaxRule => ({ rule: 'refused', code });
const absent = (why: string): SyntaxRule => ({ rule: 'absent', why });

const trivia = absent('space and comments are not nodes');
const punctuation = absent('the parser keeps it as text, not as a node');
const word = absent('the parser keeps the statement that begins with it, not the word');
const prefix = absent('the parser keeps it as a number in the expression');
const jsx = absent('a .ts file has no JSX: the parser reports it');
const jsdoc = absent('comments of kernels are not parsed');
const made = absent('only transformations make it');

/** One rule for every kind of syntax that the parser of this version of TypeScript knows. */
export const SYNTAX_RULES: Readonly<Record<string, SyntaxRule>> = {
  Unknown: absent('the scanner reports it as a parse error'),
  EndOfFileToken: absent('the walk goes over statements'),
  SingleLineCommentTrivia: trivia,
  MultiLineCommentTrivia: trivia,
  NewLineTrivia: trivia,
  WhitespaceTrivia: trivia,
  ShebangTrivia: trivia,
  ConflictMarkerTrivia: trivia,
  NonTextFileMarkerTrivia: trivia,

  // Literals
  NumericLiteral: kernel,
  BigIntLiteral: refused('SH1019'),
  StringLiteral: kernel, // its check refuses what is more than a comparison
  JsxText: jsx,
  JsxTextAllWhiteSpaces: jsx,
  RegularExpressionLiteral: refused('SH1104'),
  NoSubstitutionTemplateLiteral: refused('SH1011'),
  TemplateHead: absent('a part of a template, which is refused as a whole'),
  TemplateMiddle: absent('a part of a template, which is refused as a whole'),
  TemplateTail: absent('a part of a template, which is refused as a whole'),

  // Punctuation
  OpenBraceToken: punctuation,
  CloseBraceToken: punctuation,
  OpenParenToken: punctuation,
  CloseParenToken: punctuation,
  OpenBracketToken: punctuation,
  CloseBracketToken: punctuation,
  DotToken: punctuation,
  DotDotDotToken: refused('SH1008'),
  SemicolonToken: punctuation,
  CommaToken: kernel,
  QuestionDotToken: kernel,
  LessThanToken: kernel,
  LessThanSlashToken: jsx,
  GreaterThanToken: kernel,
  LessThanEqualsToken: kernel,
  GreaterThanEqualsToken: kernel,
  EqualsEqualsToken: refused('SH1106'),
  ExclamationEqualsToken: refused('SH1106'),
  EqualsEqualsEqualsToken: kernel,
  ExclamationEqualsEqualsToken: kernel,
  EqualsGreaterThanToken: kernel,
  PlusToken: kernel,
  MinusToken: kernel,
  AsteriskToken: kernel, // before the name of a function it is found by the check of functions
  AsteriskAsteriskToken: kernel,
  SlashToken: kernel,
  PercentToken: kernel,
  PlusPlusToken: prefix,
  MinusMinusToken: prefix,
  LessThanLessThanToken: kernel,
  GreaterThanGreaterThanToken: kernel,
  GreaterThanGreaterThanGreaterThanToken: kernel,
  AmpersandToken: kernel,
  BarToken: kernel,
  CaretToken: kernel,
  ExclamationToken: kernel, // `let x!: i32`
  TildeToken: prefix,
  AmpersandAmpersandToken: kernel,
  BarBarToken: kernel,
  QuestionToken: kernel, // of `?:`; behind a parameter it is found by the check of parameters
  ColonToken: kernel,
  AtToken: punctuation,
  QuestionQuestionToken: kernel,
  BacktickToken: punctuation,
  HashToken: punctuation,
  EqualsToken: kernel,
  PlusEqualsToken: kernel,
  MinusEqualsToken: kernel,
  AsteriskEqualsToken: kernel,
  AsteriskAsteriskEqualsToken: kernel,
  SlashEqualsToken: kernel,
  PercentEqualsToken: kernel,
  LessThanLessThanEqualsToken: kernel,
  GreaterThanGreaterThanEqualsToken: kernel,
  GreaterThanGreaterThanGreaterThanEqualsToken: kernel,
  AmpersandEqualsToken: kernel,
  BarEqualsToken: kernel,
  BarBarEqualsToken: kernel,
  AmpersandAmpersandEqualsToken: kernel,
  QuestionQuestionEqualsToken: kernel,
  CaretEqualsToken: kernel,

  // Names
  Identifier: kernel,
  PrivateIdentifier: kernel,
  JSDocCommentTextToken: jsdoc,

  // Words
  BreakKeyword: word,
  CaseKeyword: word,
  CatchKeyword: word,
  ClassKeyword: word,
  ConstKeyword: absent('it stands before enum only, of modules; of variables it is a flag'),
  ContinueKeyword: word,
  DebuggerKeyword: word,
  DefaultKeyword: refused('SH1026'),
  DeleteKeyword: word,
  DoKeyword: word,
  ElseKeyword: word,
  EnumKeyword: word,
  ExportKeyword: module('SH1026'),
  ExtendsKeyword: word,
  FalseKeyword: kernel,
  FinallyKeyword: word,
  ForKeyword: word,
  FunctionKeyword: word,
  IfKeyword: word,
  ImportKeyword: refused('SH1113'),
  InKeyword: refused('SH1017'),
  InstanceOfKeyword: refused('SH1018'),
  NewKeyword: word,
  NullKeyword: kernel,
  ReturnKeyword: word,
  SuperKeyword: kernel,
  SwitchKeyword: word,
  ThisKeyword: kernel,
  ThrowKeyword: word,
  TrueKeyword: kernel,
  TryKeyword: word,
  TypeOfKeyword: word,
  VarKeyword: word,
  VoidKeyword: type,
  WhileKeyword: word,
  WithKeyword: word,
  ImplementsKeyword: word,
  InterfaceKeyword: word,
  LetKeyword: word,
  PackageKeyword: word,
  PrivateKeyword: type,
  ProtectedKeyword: type,
  PublicKeyword: type,
  StaticKeyword: refused('SH1001'),
  YieldKeyword: word,
  AbstractKeyword: refused('SH1001'),
  AccessorKeyword: refused('SH1001'),
  AsKeyword: word,
  AssertsKeyword: refused('SH1031'),
  AssertKeyword: word,
  AnyKeyword: refused('SH1101'),
  AsyncKeyword: refused('SH1013'),
  AwaitKeyword: refused('SH1013'),
  BooleanKeyword: type,
  ConstructorKeyword: word,
  DeclareKeyword: refused('SH1121'),
  GetKeyword: word,
  InferKeyword: word,
  IntrinsicKeyword: refused('SH1031'),
  IsKeyword: word,
  KeyOfKeyword: word,
  ModuleKeyword: word,
  NamespaceKeyword: word,
  NeverKeyword: type,
  OutKeyword: refused('SH1009'),
  ReadonlyKeyword: type,
  RequireKeyword: word,
  NumberKeyword: type,
  ObjectKeyword: refused('SH1002'),
  SatisfiesKeyword: word,
  SetKeyword: word,
  StringKeyword: refused('SH1011'),
  SymbolKeyword: refused('SH1120'),
  TypeKeyword: word,
  UndefinedKeyword: type,
  UniqueKeyword: word,
  UnknownKeyword: refused('SH1101'),
  UsingKeyword: word,
  FromKeyword: word,
  GlobalKeyword: word,
  BigIntKeyword: refused('SH1019'),
  OverrideKeyword: type,
  OfKeyword: word,
  DeferKeyword: word,

  // Parts of declarations
  QualifiedName: type,
  ComputedPropertyName: kernel,
  TypeParameter: type,
  Parameter: kernel,
  Decorator: refused('SH1117'),
  PropertySignature: type,
  PropertyDeclaration: refused('SH1001'),
  MethodSignature: refused('SH1002'),
  MethodDeclaration: refused('SH1001'),
  ClassStaticBlockDeclaration: refused('SH1001'),
  Constructor: refused('SH1001'),
  GetAccessor: refused('SH1001'),
  SetAccessor: refused('SH1001'),
  CallSignature: refused('SH1002'),
  ConstructSignature: refused('SH1002'),
  IndexSignature: refused('SH1002'),

  // Types
  TypePredicate: refused('SH1031'),
  TypeReference: type,
  FunctionType: type,
  ConstructorType: refused('SH1006'),
  TypeQuery: type,
  TypeLiteral: type,
  ArrayType: type,
  TupleType: type,
  OptionalType: refused('SH1003'),
  RestType: refused('SH1003'),
  UnionType: type,
  IntersectionType: type,
  ConditionalType: type,
  InferType: type,
  ParenthesizedType: type,
  ThisType: type,
  TypeOperator: type,
  IndexedAccessType: type,
  MappedType: refused('SH1002'),
  LiteralType: type,
  NamedTupleMember: type,
  TemplateLiteralType: refused('SH1011'),
  TemplateLiteralTypeSpan: refused('SH1011'),
  ImportType: type,

  // Patterns
  ObjectBindingPattern: kernel,
  ArrayBindingPattern: kernel,
  BindingElement: kernel,

  // Expressions
  ArrayLiteralExpression: kernel,
  ObjectLiteralExpression: kernel,
  PropertyAccessExpression: kernel,
  ElementAccessExpression: kernel,
  CallExpression: kernel,
  NewExpression: kernel, // its check lets it stand behind throw only
  TaggedTemplateExpression: refused('SH1122'),
  TypeAssertionExpression: refused('SH1118'),
  ParenthesizedExpression: kernel,
  FunctionExpression: kernel,
  ArrowFunction: kernel,
  DeleteExpression: refused('SH1103'),
  TypeOfExpression: refused('SH1114'),
  VoidExpression: refused('SH1114'),
  AwaitExpression: refused('SH1013'),
  PrefixUnaryExpression: kernel,
  PostfixUnaryExpression: kernel,
  BinaryExpression: kernel,
  ConditionalExpression: kernel,
  TemplateExpression: refused('SH1122'),
  YieldExpression: refused('SH1014'),
  SpreadElement: kernel, // its check lets a tuple stand in a tuple only
  ClassExpression: refused('SH1001'),
  OmittedExpression: kernel,
  ExpressionWithTypeArguments: refused('SH1009'),
  AsExpression: kernel,
  NonNullExpression: kernel,
  MetaProperty: kernel, // its check tells import.meta and new.target apart
  SyntheticExpression: made,
  SatisfiesExpression: kernel,
  TemplateSpan: absent('a part of a template, which is refused as a whole'),
  SemicolonClassElement: refused('SH1001'),

  // Statements
  Block: kernel,
  EmptyStatement: kernel,
  VariableStatement: kernel,
  ExpressionStatement: kernel,
  IfStatement: kernel,
  DoStatement: kernel,
  WhileStatement: kernel,
  ForStatement: kernel,
  ForInStatement: refused('SH1111'),
  ForOfStatement: kernel,
  ContinueStatement: kernel,
  BreakStatement: kernel,
  ReturnStatement: kernel,
  WithStatement: refused('SH1107'),
  SwitchStatement: kernel,
  LabeledStatement: kernel,
  ThrowStatement: kernel,
  TryStatement: refused('SH1015'),
  DebuggerStatement: refused('SH1108'),
  VariableDeclaration: kernel,
  VariableDeclarationList: kernel,

  // Declarations
  FunctionDeclaration: kernel,
  ClassDeclaration: module('SH1001'),
  InterfaceDeclaration: kernel, // erased
  TypeAliasDeclaration: kernel, // erased
  EnumDeclaration: module('SH1010'),
  ModuleDeclaration: refused('SH1112'),
  ModuleBlock: refused('SH1112'),
  CaseBlock: kernel,
  NamespaceExportDeclaration: refused('SH1121'),

  // Modules
  ImportEqualsDeclaration: refused('SH1113'),
  ImportDeclaration: module(null),
  ImportClause: module(null),
  NamespaceImport: refused('SH1026'),
  NamedImports: module(null),
  ImportSpecifier: module(null),
  ExportAssignment: refused('SH1026'),
  ExportDeclaration: module(null),
  NamedExports: module(null),
  NamespaceExport: refused('SH1026'),
  ExportSpecifier: module(null),
  MissingDeclaration: absent('the parser reports it'),
  ExternalModuleReference: refused('SH1113'),

  // JSX
  JsxElement: jsx,
  JsxSelfClosingElement: jsx,
  JsxOpeningElement: jsx,
  JsxClosingElement: jsx,
  JsxFragment: jsx,
  JsxOpeningFragment: jsx,
  JsxClosingFragment: jsx,
  JsxAttribute: jsx,
  JsxAttributes: jsx,
  JsxSpreadAttribute: jsx,
  JsxExpression: jsx,
  JsxNamespacedName: jsx,

  // Clauses
  CaseClause: kernel,
  DefaultClause: kernel,
  HeritageClause: refused('SH1001'),
  CatchClause: refused('SH1015'),
  ImportAttributes: refused('SH1026'),
  ImportAttribute: refused('SH1026'),
  ImportTypeAssertionContainer: made,

  // Members
  PropertyAssignment: kernel,
  ShorthandPropertyAssignment: kernel,
  SpreadAssignment: kernel,
  EnumMember: module(null),

  // Whole files
  SourceFile: absent('the walk begins below it'),
  Bundle: made,

  // JSDoc; the types among them are parse errors outside of comments
  JSDocTypeExpression: jsdoc,
  JSDocNameReference: jsdoc,
  JSDocMemberName: jsdoc,
  JSDocAllType: refused('SH1031'),
  JSDocUnknownType: refused('SH1031'),
  JSDocNullableType: refused('SH1031'),
  JSDocNonNullableType: refused('SH1031'),
  JSDocOptionalType: refused('SH1031'),
  JSDocFunctionType: refused('SH1031'),
  JSDocVariadicType: refused('SH1031'),
  JSDocNamepathType: jsdoc,
  JSDoc: jsdoc,
  JSDocText: jsdoc,
  JSDocTypeLiteral: jsdoc,
  JSDocSignature: jsdoc,
  JSDocLink: jsdoc,
  JSDocLinkCode: jsdoc,
  JSDocLinkPlain: jsdoc,
  JSDocTag: jsdoc,
  JSDocAugmentsTag: jsdoc,
  JSDocImplementsTag: jsdoc,
  JSDocAuthorTag: jsdoc,
  JSDocDeprecatedTag: jsdoc,
  JSDocClassTag: jsdoc,
  JSDocPublicTag: jsdoc,
  JSDocPrivateTag: jsdoc,
  JSDocProtectedTag: jsdoc,
  JSDocReadonlyTag: jsdoc,
  JSDocOverrideTag: jsdoc,
  JSDocCallbackTag: jsdoc,
  JSDocOverloadTag: jsdoc,
  JSDocEnumTag: jsdoc,
  JSDocParameterTag: jsdoc,
  JSDocReturnTag: jsdoc,
  JSDocThisTag: jsdoc,
  JSDocTypeTag: jsdoc,
  JSDocTemplateTag: jsdoc,
  JSDocTypedefTag: jsdoc,
  JSDocSeeTag: jsdoc,
  JSDocPropertyTag: jsdoc,
  JSDocThrowsTag: jsdoc,
  JSDocSatisfiesTag: jsdoc,
  JSDocImportTag: jsdoc,

  // Made by transformations
  SyntaxList: absent('only getChildren() makes it, and the walk uses forEachChild()'),
  NotEmittedStatement: made,
  NotEmittedTypeElement: made,
  PartiallyEmittedExpression: made,
  CommaListExpression: made,
  SyntheticReferenceExpression: made,
  Count: absent('the number of kinds'),
};

const NAMES: readonly string[] = firstNames();

/** The name of a kind, the first of its names in TypeScript's enumeration (`FirstAssignment` and the like are others). */
export function syntaxKindName(kind: ts.SyntaxKind): string {
  return NAMES[kind] ?? `syntax ${kind}`;
}

/** The rule for a kind; undefined if the parser is newer than the table. */
export function syntaxRule(kind: ts.SyntaxKind): SyntaxRule | undefined {
  return SYNTAX_RULES[syntaxKindName(kind)];
}

function firstNames(): string[] {
  const names: string[] = [];
  for (const [name, value] of Object.entries(ts.SyntaxKind)) {
    if (typeof value === 'number') names[value] ??= name;
  }
  return names;
}

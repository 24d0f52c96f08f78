import ts from 'typescript';
import type {
  Argument,
  Expression,
  Local,
  NumberKind,
  ScalarType,
  SourcePosition,
  Statement,
} from '../kernel-tree/tree.ts';
import type { CallNode } from './class-kinds.ts';
import { isClassFunction } from './class-members.ts';
import {
  type Closure,
  type FunctionInstance,
  isFunctionNode,
  outlive,
  ownName,
  takesRest,
} from './function-instances.ts';
import { isNamedValue, type Variable } from './kind-scope.ts';
import { isChoice, scalarOf, type ValueType } from './number-kinds.ts';
import { skipWrappers } from './reachable-functions.ts';
import { heldValue, type Passed, passedArray, passedScalar, passedTo, restArray } from './tree-arguments.ts';
import { variableDestination } from './tree-assignments.ts';
import { selfLocalOf, startConstructor } from './tree-classes.ts';
import { placeholder, positionOf, report, sourceText, type TreeContext, temporary } from './tree-context.ts';
import { convert, type Destination } from './tree-conversions.ts';
import { declareParameterPatterns } from './tree-destructuring.ts';
import { mayEnd } from './tree-endings.ts';
import { ExpressionBuilder } from './tree-expressions.ts';
import { fieldPlace } from './tree-records.ts';
import { StatementBuilder, unreachable } from './tree-statements.ts';

/** One of the functions that a call may mean, and the words that stand for it where it is chosen. */
export interface Case {
  readonly closure: Closure;
  readonly words: readonly number[];
}

/** A call of one of some functions: a call, or the body of the function in its place, or a choice of those. */
export function buildFunctionCall(
  builder: ExpressionBuilder,
  node: CallNode,
  closures: readonly Closure[],
  given: { readonly self?: Expression | null; readonly passed?: readonly Passed[] } = {},
): Expression {
  const { context } = builder;
  const [only, ...others] = closures;
  const passed = given.passed ?? passedTo(builder, node);
  if (only === undefined) {
    report(context, 'SH2110', node, { text: sourceText(node) });
    return placeholder(positionOf(context, node));
  }
  if (others.length > 0) {
    const cases = closures.map((closure) => ({ closure, words: [closure.id] }));
    const choice = functionWord(builder, node.expression);
    return chosenCall(builder, node, cases, {
      before: [],
      choice,
      self: null,
      passed,
      result: context.kinds.typeOf(node),
    });
  }
  const before =
    isClassFunction(only.node) || isPlain(builder.context, node.expression) ? [] : [builder.effect(node.expression)];
  const call = candidateCall(builder, node, only, passed, given.self ?? null);
  if (before.length === 0) return call;
  const whole: Expression = { op: 'sequence', type: call.type, items: [...before, call], position: call.position };
  const isThere = GIVEN.get(call);
  if (isThere !== undefined) GIVEN.set(whole, isThere);
  return whole;
}

function candidateCall(
  builder: ExpressionBuilder,
  node: CallNode,
  closure: Closure,
  passed: readonly Passed[],
  self: Expression | null = null,
): Expression {
  const { context } = builder;
  const instance = context.inference.instances.called(context.instance, node, closure);
  if (instance === null) return placeholder(positionOf(context, node));
  return instance.caller === null
    ? machineCall(builder, node, instance, passed, self)
    : inlinedCall(builder, node, instance, passed, self);
}

function machineCall(
  builder: ExpressionBuilder,
  node: CallNode,
  instance: FunctionInstance,
  passed: readonly Passed[],
  self: Expression | null,
): Expression {
  const { context } = builder;
  const f = context.functionOf(instance);
  const values: Argument[] = self === null ? [] : [{ tag: 'scalar', value: self }];
  const shift = values.length;
  for (const [index, parameter] of instance.node.parameters.slice(0, instance.argumentCount).entries()) {
    const [local, argument] = [f.parameters[index + shift], passed[index]];
    if (local === undefined) break;
    if (parameter.dotDotDotToken !== undefined) {
      const type = context.contextOf(instance).kinds.variableType(parameter);
      values.push({ tag: 'array', value: restArray(builder, node, passed, { start: index, type }) });
    } else if (argument === undefined) break;
    else if (local.type.tag === 'array') values.push({ tag: 'array', value: passedArray(builder, argument) });
    else {
      const to = parameterDestination(context.contextOf(instance), parameter, f.name);
      values.push({ tag: 'scalar', value: passedScalar(builder, argument, local.type.scalar, to) });
    }
  }
  context.noteCall(instance, node);
  return { op: 'call', type: f.result, callee: f, arguments: values, position: positionOf(context, node) };
}

function parameterDestination(context: TreeContext, parameter: ts.ParameterDeclaration, name: string): Destination {
  const { narrow } = variableDestination(context, parameter);
  const text = `the parameter \`${parameter.name.getText()}\` of \`${name}\``;
  return narrow === undefined ? { text } : { text, narrow };
}

/** The body of a function in the place of its call: its parameters become variables. */
function inlinedCall(
  builder: ExpressionBuilder,
  node: CallNode,
  instance: FunctionInstance,
  passed: readonly Passed[],
  self: Expression | null,
): Expression {
  const inner = builder.context.contextOf(instance);
  const position = positionOf(builder.context, node);
  const body: Statement[] = self === null ? [] : [{ op: 'declare', local: selfLocalOf(inner), value: self, position }];
  for (const [index, argument] of passed.entries()) {
    const parameter = instance.node.parameters[index];
    if (parameter === undefined) {
      // The function takes fewer.
      if (argument.held === null && !takesRest(instance.node)) body.push(...unusedArgument(builder, argument));
    } else if (parameter.dotDotDotToken === undefined) {
      body.push(...declareParameter(builder, inner, parameter, argument));
    }
  }
  const rest = instance.node.parameters.at(-1);
  if (rest !== undefined && takesRest(instance.node)) {
    const [local, type] = [inner.localOf(rest), inner.kinds.variableType(rest)];
    const start = instance.node.parameters.length - 1;
    body.push({ op: 'declare-array', local, value: restArray(builder, node, passed, { start, type }), position });
  }
  return expand(inner, body, position);
}

function unusedArgument(builder: ExpressionBuilder, { node, part }: Passed): Statement[] {
  if (part === undefined) return [effectOf(builder, node)];
  return 'array' in part ? [] : [{ op: 'expression', value: part.expression, position: part.expression.position }];
}

function effectOf(builder: ExpressionBuilder, node: ts.Expression): Statement {
  const position = positionOf(builder.context, node);
  return { op: 'expression', value: builder.effect(node), position };
}

function declareParameter(
  builder: ExpressionBuilder,
  inner: TreeContext,
  parameter: ts.ParameterDeclaration,
  argument: Passed,
): Statement[] {
  const position = positionOf(builder.context, argument.node);
  const known = inner.kinds.variableType(parameter);
  if (known.tag === 'function') {
    checkEscape(inner, parameter);
    if (!isChoice(known)) {
      return argument.held !== null || isPlain(inner, argument.node) ? [] : [effectOf(builder, argument.node)];
    }
    const value = argument.held === null ? functionWord(builder, argument.node) : heldWord(builder, argument);
    return [{ op: 'declare', local: inner.localOf(parameter), value, position }];
  }
  const local = inner.localOf(parameter);
  if (local.type.tag === 'array') {
    return [{ op: 'declare-array', local, value: passedArray(builder, argument), position }];
  }
  const to = parameterDestination(inner, parameter, ownName(inner.instance.node));
  const value = passedScalar(builder, argument, local.type.scalar, to);
  return [{ op: 'declare', local, value, position }];
}

/** The word of a function that was passed to one of several. */
function heldWord(builder: ExpressionBuilder, { node, held, type }: Passed): Expression {
  if (held !== null && isChoice(type)) return heldValue(builder.context, node, held);
  return functionWord(builder, node);
}

/** Parameters that are not passed, with their defaults. */
export function declareDefaults(context: TreeContext): Statement[] {
  const { node, argumentCount } = context.instance;
  const builder = new ExpressionBuilder(context);
  return node.parameters.slice(argumentCount).flatMap((parameter): Statement[] => {
    if (parameter.dotDotDotToken !== undefined) {
      const [type, position] = [context.kinds.variableType(parameter), positionOf(context, parameter)];
      const element = type.tag === 'array' ? type.element : 'i32';
      const value = { op: 'new-array', element, length: 0, values: [] } as const;
      return [{ op: 'declare-array', local: context.localOf(parameter), value, position }];
    }
    if (parameter.initializer === undefined) return [];
    const initializer = parameter.initializer;
    const passed = { node: initializer, type: context.kinds.typeOf(initializer), held: null };
    return declareParameter(builder, context, parameter, passed);
  });
}

/** The code of an instance that has no machine function. `before`: its parameters. */
function expand(inner: TreeContext, before: Statement[], position: SourcePosition): Expression {
  const { node } = inner.instance;
  const name = ownName(node);
  const known = inner.kinds.resultType();
  if (known.tag === 'array') {
    report(inner, 'SH3006', node.name ?? node, { name });
    return placeholder(position);
  }
  if (known.tag === 'other') report(inner, 'SH2110', node.name ?? node, { text: name });
  const isVoid = known.tag === 'void' || known.tag === 'bottom' || (known.tag === 'function' && !isChoice(known));
  const type = isVoid ? 'void' : scalarOf(known);
  const result = isVoid
    ? null
    : temporary(`${name}.result`, { tag: 'scalar', scalar: scalarOf(known) }, position, true);
  const given =
    known.tag === 'maybe' ? temporary(`${name}.given`, { tag: 'scalar', scalar: 'bool' }, position, true) : null;
  const target = { name };
  const statements = new StatementBuilder(inner, isVoid ? { tag: 'void' } : known, { target, result, given });
  const body = [...before, ...declareDefaults(inner), ...declareParameterPatterns(inner)];
  // Its end, and a `return` without a value, give nothing.
  if (given !== null && result !== null) body.unshift(...nothingYet(given, result, scalarOf(known)));
  if (node.body === undefined) return placeholder(position);
  for (const value of startConstructor(statements.expressions)) body.push({ op: 'expression', value, position });
  if (ts.isBlock(node.body)) body.push(...statements.list(node.body.statements));
  else body.push(...statements.return(node.body, positionOf(inner, node.body)));
  if (result !== null && given === null && mayEnd(body)) body.push(unreachable(positionOf(inner, node), name));
  // A break at the very end goes where control goes anyway.
  const last = body.at(-1);
  if (last?.op === 'break' && last.target === target) body.pop();
  const expanded: Expression = { op: 'inline', type, name, target, result, body, position };
  if (given !== null) GIVEN.set(expanded, given);
  return expanded;
}

function nothingYet(given: Local, result: Local, type: ScalarType): Statement[] {
  const { position } = result;
  const no: Expression = { op: 'bool', type: 'bool', value: false, position };
  const zero: Expression = type === 'bool' ? no : { op: 'number', type: type as NumberKind, value: 0, position };
  return [
    {
      op: 'expression',
      value: { op: 'assign', type: 'bool', target: { op: 'local', local: given }, value: no, position },
      position,
    },
    {
      op: 'expression',
      value: { op: 'assign', type, target: { op: 'local', local: result }, value: zero, position },
      position,
    },
  ];
}

/** What says whether a call gave something, by the call. */
const GIVEN = new WeakMap<Expression, Local>();

/** What says whether a call gave something; undefined where it always does. */
export function givenBy(call: Expression): Local | undefined {
  return GIVEN.get(call);
}

/** A call of one of several functions: which, and the arguments, are evaluated once. */
export function chosenCall(
  builder: ExpressionBuilder,
  node: CallNode,
  cases: readonly Case[],
  call: {
    readonly before: readonly Statement[];
    readonly choice: Expression;
    readonly self: Local | null;
    readonly passed: readonly Passed[];
    readonly result: ValueType;
  },
): Expression {
  const { context } = builder;
  const position = positionOf(context, node);
  const body: Statement[] = [...call.before];
  const choice = temporary('choice', { tag: 'scalar', scalar: 'i32' }, position);
  body.push({ op: 'declare', local: choice, value: call.choice, position });
  for (const { closure } of cases)
    if (takesRest(closure.node)) report(context, 'SH1008', closure.node.parameters.at(-1) ?? node);
  const passed = call.passed.map(
    (argument): Passed => (argument.held === null ? hold(builder, argument, body) : argument),
  );
  const known = call.result;
  if (known.tag === 'maybe' && !ts.isOptionalChain(node)) report(context, 'SH3017', node, { text: sourceText(node) });
  const isVoid = known.tag === 'void' || known.tag === 'bottom' || known.tag === 'other';
  const result = isVoid ? null : temporary('chosen', { tag: 'scalar', scalar: scalarOf(known) }, position, true);
  const branches = cases.map(({ closure }): Statement[] => {
    const self = call.self === null ? null : heldValue(context, node, call.self);
    const value = candidateCall(builder, node, closure, passed, self);
    if (result === null || result.type.tag !== 'scalar') return [{ op: 'expression', value, position }];
    const instance = context.inference.instances.called(context.instance, node, closure);
    const own = instance === null ? known : context.contextOf(instance).kinds.resultType();
    const to: Destination = { text: 'the result of the other functions' };
    const converted =
      own.tag === 'function' && !isChoice(own)
        ? sequence([value], wordOf(own.closures[0], position))
        : convert(context, node, value, result.type.scalar, to, own);
    const target = { op: 'local', local: result } as const;
    const type = result.type.scalar;
    return [{ op: 'expression', value: { op: 'assign', type, target, value: converted, position }, position }];
  });
  let chain: readonly Statement[] = branches.at(-1) ?? [];
  for (let index = cases.length - 2; index >= 0; index--) {
    const condition = isOneOf(choice, cases[index]?.words ?? [], position);
    chain = [{ op: 'if', condition, whenTrue: branches[index] ?? [], whenFalse: chain, position }];
  }
  body.push(...chain);
  const type = result === null || result.type.tag !== 'scalar' ? 'void' : result.type.scalar;
  return { op: 'inline', type, name: 'choice', target: { name: 'choice' }, result, body, position };
}

function isOneOf(choice: Local, words: readonly number[], position: SourcePosition): Expression {
  const tests = words.map(
    (value): Expression => ({
      op: 'compare',
      type: 'bool',
      operator: 'eq',
      kind: 'i32',
      left: { op: 'local', type: 'i32', local: choice, position },
      right: { op: 'number', type: 'i32', value, position },
      position,
    }),
  );
  const [first, ...rest] = tests;
  if (first === undefined) return { op: 'bool', type: 'bool', value: false, position };
  return rest.reduce<Expression>((left, right) => ({ op: 'or', type: 'bool', left, right, position }), first);
}

/** Evaluates an argument into a variable. */
function hold(builder: ExpressionBuilder, argument: Passed, body: Statement[]): Passed {
  const { context } = builder;
  const { node, type, part } = argument;
  const position = positionOf(context, node);
  if (type.tag === 'array') {
    const local = temporary('argument', { tag: 'array', element: type.element }, position);
    body.push({ op: 'declare-array', local, value: passedArray(builder, argument), position });
    return { node, type, held: local };
  }
  if (type.tag === 'function' && !isChoice(type) && isPlain(context, node)) return { node, type, held: null };
  const given = part === undefined || 'array' in part ? null : part.expression;
  const value = given ?? (type.tag === 'function' ? functionWord(builder, node) : builder.value(node));
  const scalar = value.type === 'void' ? 'i32' : value.type;
  const local = temporary('argument', { tag: 'scalar', scalar }, position);
  body.push({ op: 'declare', local, value, position });
  return { node, type, held: local };
}

/** A function as a word, where it may be one of several. Evaluates what must be. */
export function functionWord(builder: ExpressionBuilder, node: ts.Expression): Expression {
  const { context } = builder;
  const inner = skipWrappers(node);
  const position = positionOf(context, inner);
  const type = context.kinds.typeOf(inner);
  const single = type.tag === 'function' && !isChoice(type) ? type.closures[0] : undefined;
  if (single !== undefined && isPlain(context, inner)) return wordOf(single, position);
  if (ts.isConditionalExpression(inner)) {
    const [whenTrue, whenFalse] = [inner.whenTrue, inner.whenFalse].map((arm) => functionWord(builder, arm));
    if (whenTrue === undefined || whenFalse === undefined) return placeholder(position);
    const condition = builder.condition(inner.condition);
    return { op: 'conditional', type: 'i32', condition, whenTrue, whenFalse, position };
  }
  if (ts.isCallExpression(inner)) {
    const callee = context.kinds.typeOf(inner.expression);
    const call = buildFunctionCall(builder, inner, callee.tag === 'function' ? callee.closures : []);
    return single === undefined ? call : sequence([call], wordOf(single, position));
  }
  if (ts.isBinaryExpression(inner) && inner.operatorToken.kind === ts.SyntaxKind.CommaToken) {
    return sequence([builder.effect(inner.left)], functionWord(builder, inner.right));
  }
  const target = ts.isBinaryExpression(inner) ? skipWrappers(inner.left) : inner;
  if (isNamedValue(target) && context.scope.isFrozen(target)) {
    report(context, 'SH3034', target, { text: sourceText(target) });
    return placeholder(position);
  }
  const field = fieldPlace(builder, target);
  if (field !== null) {
    if (!ts.isBinaryExpression(inner)) return { ...field.target, type: 'i32', position };
    return { op: 'assign', type: 'i32', target: field.target, value: functionWord(builder, inner.right), position };
  }
  const binding = ts.isIdentifier(target) ? context.scope.resolve(target) : null;
  if (binding?.tag === 'local') {
    const local = context.localOf(binding.declaration);
    if (!ts.isBinaryExpression(inner)) return { op: 'local', type: 'i32', local, position };
    const value = functionWord(builder, inner.right);
    const isKept = isChoice(context.kinds.variableType(binding.declaration));
    return isKept ? { op: 'assign', type: 'i32', target: { op: 'local', local }, value, position } : value;
  }
  report(context, 'SH2110', node, { text: sourceText(node) });
  return placeholder(position);
}

/** The declaration of a variable that holds a function: nothing, if it is always the same one. */
export function declareFunction(builder: ExpressionBuilder, node: ts.VariableDeclaration): Statement[] {
  const { context } = builder;
  const position = positionOf(context, node);
  checkEscape(context, node);
  if (isChoice(context.kinds.variableType(node))) {
    const value = node.initializer === undefined ? null : functionWord(builder, node.initializer);
    return [{ op: 'declare', local: context.localOf(node), value, position }];
  }
  if (node.initializer === undefined || isPlain(context, node.initializer)) return [];
  return [effectOf(builder, node.initializer)];
}

/** A variable that is assigned may outlive the variables that a function in it uses: those would need a heap. */
function checkEscape(context: TreeContext, variable: Variable): void {
  const known = context.kinds.variableType(variable);
  if (known.tag !== 'function') return;
  const inHead = ts.isVariableDeclaration(variable) && ts.isForStatement(variable.parent.parent);
  if (!context.kinds.isAssigned(variable) && !inHead) return;
  for (const closure of known.closures) {
    if (closure.outer?.constants !== undefined) continue; // what it uses has no place that ends
    const captured = context.inference.instances.captures.of(closure.node);
    if (!inHead ? outlive(captured, variable) : captured.size === 0) continue;
    const [first] = captured;
    const used = first !== undefined && ts.isVariableDeclaration(first) ? first.name.getText() : ownerName(first);
    report(context, 'SH3020', variable, { name: variable.name.getText(), function: ownName(closure.node), used });
  }
}

function ownerName(declaration: ts.Declaration | undefined): string {
  return declaration !== undefined && ts.isParameter(declaration) ? declaration.name.getText() : 'its variables';
}

function wordOf(closure: Closure | undefined, position: SourcePosition): Expression {
  return { op: 'number', type: 'i32', value: closure?.id ?? 0, position };
}

function sequence(before: readonly Expression[], last: Expression): Expression {
  return { op: 'sequence', type: last.type, items: [...before, last], position: last.position };
}

/** True if evaluating the expression does nothing: a name, `Math.sin`, or a function that is written there. */
function isPlain(context: TreeContext, node: ts.Expression): boolean {
  const inner = skipWrappers(node);
  if (isNamedValue(inner) && context.scope.isFrozen(inner)) return true;
  const isMember = ts.isPropertyAccessExpression(inner) && ts.isIdentifier(inner.expression);
  return isMember || ts.isIdentifier(inner) || isFunctionNode(inner);
}

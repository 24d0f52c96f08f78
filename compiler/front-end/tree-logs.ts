import type ts from 'typescript';
import { MAX_LOG_VALUES } from '../../protocol/limits.ts';
import { type LogArgument, type LogFormat, type LogPiece, sentPieces } from '../kernel-tree/log-format.ts';
import type { Expression, Local, Statement } from '../kernel-tree/tree.ts';
import { makesText, textPieces } from './log-arguments.ts';
import { stringOf } from './record-kinds.ts';
import { positionOf, report, sourceText, type TreeContext, temporary } from './tree-context.ts';
import type { ExpressionBuilder } from './tree-expressions.ts';

/** An argument, and the values in it that are sent. */
interface BuiltArgument {
  readonly argument: LogArgument;
  readonly values: readonly Expression[];
}

/** `console.log`, `console.assert` and `assert` by the names of the library; null for every other function. */
export function buildLogCall(builder: ExpressionBuilder, node: ts.CallExpression, name: string): Expression | null {
  if (name === 'Console.log') return log(builder, node, 'log', argumentsOf(builder, node.arguments));
  if (name === 'Console.assert') return consoleAssert(builder, node);
  return name === 'assert' ? assert(builder, node) : null;
}

function log(
  builder: ExpressionBuilder,
  node: ts.CallExpression,
  method: LogFormat['method'],
  built: readonly BuiltArgument[],
): Expression {
  const { context } = builder;
  const position = positionOf(context, node);
  const format: LogFormat = { method, position, arguments: built.map(({ argument }) => argument) };
  const count = sentPieces(format).length;
  if (count > MAX_LOG_VALUES) report(context, 'SH1042', node, { count, limit: MAX_LOG_VALUES });
  const values = built.flatMap((part) => part.values.map((value) => ({ tag: 'scalar', value }) as const));
  return { op: 'intrinsic', type: 'void', intrinsic: 'log', arguments: values, format, position };
}

/** As in JavaScript all arguments are evaluated, the condition first, whether it holds or not. */
function consoleAssert(builder: ExpressionBuilder, node: ts.CallExpression): Expression {
  const { context } = builder;
  const [condition, ...rest] = node.arguments;
  const position = positionOf(context, node);
  const body: Statement[] = [];
  const held = (value: Expression): Expression => {
    if (value.type === 'void') return value; // reported
    const local: Local = temporary('value', { tag: 'scalar', scalar: value.type }, value.position);
    body.push({ op: 'declare', local, value, position: value.position });
    return { op: 'local', type: value.type, local, position: value.position };
  };
  const holds: Expression =
    condition === undefined ? { op: 'bool', type: 'bool', value: false, position } : held(builder.condition(condition));
  const built = argumentsOf(builder, rest).map(({ argument, values }) => ({ argument, values: values.map(held) }));
  const shown = log(builder, node, 'warn', withPrefix(built));
  return guarded(holds, [...body], { op: 'expression', value: shown, position }, 'console.assert');
}

/** What Node puts before the arguments of an assertion that does not hold. */
function withPrefix(built: readonly BuiltArgument[]): readonly BuiltArgument[] {
  const prefix = 'Assertion failed';
  const constant = (value: string): LogPiece => ({ tag: 'constant', value });
  const [first, ...rest] = built;
  if (first !== undefined) {
    const pieces = [constant(`${prefix}: `), ...first.argument.pieces];
    return [{ argument: { form: 'text', pieces }, values: first.values }, ...rest];
  }
  return [{ argument: { form: 'value', pieces: [constant(prefix)] }, values: [] }];
}

function assert(builder: ExpressionBuilder, node: ts.CallExpression): Expression | null {
  const { context } = builder;
  const [condition, second] = node.arguments;
  if (condition === undefined || second === undefined) return null; // reported by TypeScript
  const position = positionOf(context, node);
  const [message = ''] = textPieces(context.scope.sources.checker, second);
  const site = {
    kind: 'throw',
    position,
    text: sourceText(node),
    errorClass: 'Error',
    message: String(message),
  } as const;
  return guarded(builder.condition(condition), [], { op: 'throw', site, position }, 'assert');
}

/** `body`, and then `failure` unless `holds`. */
function guarded(holds: Expression, body: readonly Statement[], failure: Statement, name: string): Expression {
  const { position } = failure;
  const condition: Expression = { op: 'logical-not', type: 'bool', value: holds, position };
  const test: Statement = { op: 'if', condition, whenTrue: [failure], whenFalse: [], position };
  return {
    op: 'inline',
    type: 'void',
    name,
    target: { name: 'checked' },
    result: null,
    body: [...body, test],
    position,
  };
}

/** The text of a literal or template that holds constants only; null for every other one. */
export function constantText({ scope }: TreeContext, node: ts.Expression): string | null {
  const pieces = textPieces(scope.sources.checker, node).map((piece) =>
    typeof piece === 'string' ? piece : (scope.constantOf(piece) ?? stringOf(scope, piece)),
  );
  return pieces.includes(null) ? null : pieces.join('');
}

function argumentsOf(builder: ExpressionBuilder, nodes: readonly ts.Expression[]): BuiltArgument[] {
  const { checker } = builder.context.scope.sources;
  return nodes.map((node) => {
    const values: Expression[] = [];
    const pieces = textPieces(checker, node).map((piece): LogPiece => {
      if (typeof piece === 'string') return { tag: 'constant', value: piece };
      return valuePiece(builder, piece, (value) => values.push(value));
    });
    if (pieces.length === 0) pieces.push({ tag: 'constant', value: '' });
    return { argument: { form: makesText(checker, node) ? 'text' : 'value', pieces }, values };
  });
}

/** A value: known when the kernel is built, or sent. */
function valuePiece(builder: ExpressionBuilder, node: ts.Expression, send: (value: Expression) => void): LogPiece {
  const { context } = builder;
  const known = context.kinds.typeOf(node);
  if (known.tag === 'string') {
    const choices = textsOf(context.scope.sources.checker, node);
    const [only] = choices;
    const value = builder.value(node);
    if (only !== undefined && choices.length === 1 && value.op === 'number') return { tag: 'constant', value: only };
    send(value);
    return {
      tag: 'choice',
      choices: choices.map((text) => ({ number: context.records.stringNumber(text), text })),
    };
  }
  if (known.tag === 'int' || known.tag === 'f32' || known.tag === 'bool') {
    const value = builder.value(node);
    if (value.op === 'number' || value.op === 'bool') return { tag: 'constant', value: value.value };
    if (value.type !== 'void' && value.type !== 'reference') {
      send(value);
      return { tag: 'sent', kind: value.type };
    }
  }
  report(context, 'SH1041', node, { text: sourceText(node) });
  return { tag: 'constant', value: '' };
}

/** The strings that an expression may be. */
function textsOf(checker: ts.TypeChecker, node: ts.Expression): readonly string[] {
  const type = checker.getTypeAtLocation(node);
  return (type.isUnion() ? type.types : [type]).flatMap((part) => (part.isStringLiteral() ? [part.value] : []));
}

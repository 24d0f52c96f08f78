import { basename } from 'node:path';
import ts from 'typescript';
import type { ElementKind } from '../kernel-tree/tree.ts';
import { isStatic, memberKey } from './class-members.ts';
import { ConstantFunctions, type FrozenFunction } from './constant-functions.ts';
import type { DiagnosticSink } from './diagnostics.ts';
import { ELEMENT_KIND_OF_ARRAY } from './kernel-library.ts';
import { elementBrand } from './kind-annotations.ts';
import { MadeFunctions } from './made-functions.ts';
import { type Evaluation, type EvaluationFault, evaluateModules, moduleVariables } from './module-evaluation.ts';
import { isFixed, kernelReach, type ModuleVariable, moduleFunction, skipWrappers } from './reachable-functions.ts';
import { recordShapes } from './record-shapes.ts';
import { numberArrayElement, typedArrayElement } from './syntax-types.ts';
import { checkFunctions } from './syntax-whitelist.ts';
import type { KernelSources } from './typescript-program.ts';

/** The frozen value of a module-level variable. A number is what JavaScript computed: an f32 is not rounded yet. */
export type ConstantValue =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'string'; readonly value: string }
  | {
      readonly kind: 'array';
      readonly element: ElementKind;
      readonly values: readonly number[];
      /** `new Lock()`, which is held as an array of one word. */
      readonly isLock?: boolean;
      /** The array that it is in top-level code, where objects may refer to it as well. */
      readonly source?: object;
    }
  /** An object, tuple or class instance as the top-level code left it, or no such thing. */
  | { readonly kind: 'object'; readonly value: object | null; readonly classOf: ClassOf }
  | { readonly kind: 'objects'; readonly values: readonly (object | null)[]; readonly classOf: ClassOf }
  | { readonly kind: 'function'; readonly value: FrozenFunction }
  /** An object or array with functions in it: a name for each part, and nothing that is kept on a core itself. */
  | { readonly kind: 'table'; readonly fields: ReadonlyMap<string, ConstantValue> };

/** The class of which an object is; null if it is of none of a module. */
export type ClassOf = (object: object) => ts.ClassDeclaration | null;

/** Bytes of one array. The largest shared memory of a board that is known has as many. */
const MAX_ARRAY_BYTES = 32 * 1024 * 1024;

export interface ModuleConstantOptions {
  /** Time that the top-level code of one module may take. Default 10 000. */
  readonly timeoutMs?: number;
}

/**
 * Values of module-level variables, frozen at build time: what they hold when the top-level code of all modules has run
 * as ordinary JavaScript. Holds every variable that a core can keep; reports those that a kernel uses and a core
 * cannot keep.
 */
export function evaluateModuleConstants(
  sources: KernelSources,
  sink: DiagnosticSink,
  options: ModuleConstantOptions = {},
): ReadonlyMap<ModuleVariable, ConstantValue> {
  const constants = new Map<ModuleVariable, ConstantValue>();
  const timeoutMs = options.timeoutMs ?? 10_000;
  const made = new MadeFunctions(sources);
  const values: Evaluation = readLiterals(sources) ?? evaluateModules(sources, timeoutMs, made);
  if (!(values instanceof Map)) {
    reportFault(values as EvaluationFault, timeoutMs, sink);
    return constants;
  }
  const all = [...values].flatMap(withStaticFields).filter(([declaration]) => moduleFunction(declaration) === null);
  const classes = new Map<unknown, ts.ClassDeclaration>();
  for (const [node, value] of values) if (ts.isClassDeclaration(node)) classes.set(value, node);
  const classOf: ClassOf = (object) => classes.get(object.constructor) ?? null;
  const functions = new ConstantFunctions(made, (value, holder) => {
    return holder === null || !isHolder(holder) ? constantOf(value) : constantIn(sources, holder, value, classOf);
  });
  const used = reachedVariables(sources, all, functions);
  for (const [declaration, value] of functions.unkept) {
    const name = ts.getNameOfDeclaration(declaration)?.getText() ?? 'a variable';
    const fix =
      'let the function use numbers, booleans, arrays, objects of known fields and functions of the code around it';
    sink.report('SH3003', declaration, { name, type: tagOf(value), fix });
  }
  if (functions.reached.size > 0) checkFunctions(sources, functions.reached, sink);
  const owners = new Map<unknown, string>();
  for (const [declaration, value] of all) {
    const constant =
      (isFixed(declaration) && used.has(declaration) ? functions.find(value) : null) ??
      lockConstant(sources, declaration) ??
      functions.capturedArray(value) ??
      constantIn(sources, declaration, value, classOf);
    const name = declaration.name.getText();
    if (used.has(declaration)) {
      const isKept = constant !== null && fitsType(sources, declaration, constant);
      if (!isKept) reportUnkept(declaration, value, sink);
      if (constant?.kind === 'array' && ArrayBuffer.isView(value)) {
        const { buffer, byteLength } = value as ArrayBufferView;
        const other = owners.get(buffer);
        if (other !== undefined) sink.report('SH3002', declaration, { name, other });
        owners.set(buffer, name);
        if (byteLength > MAX_ARRAY_BYTES) {
          sink.report('SH5003', declaration, { name, bytes: byteLength, limit: MAX_ARRAY_BYTES });
        }
      }
    }
    if (constant !== null) constants.set(declaration, constant);
  }
  return constants;
}

/** Follows functions that top-level code made to the variables that those use, which may hold functions again. */
function reachedVariables(
  sources: KernelSources,
  values: readonly (readonly [ModuleVariable, unknown])[],
  functions: ConstantFunctions,
): ReadonlySet<ModuleVariable> {
  const reach = kernelReach(sources);
  for (let count = -1; count < reach.variables.size; ) {
    count = reach.variables.size;
    for (const [declaration, value] of values) {
      if (reach.variables.has(declaration) && isFixed(declaration)) functions.find(value);
    }
    reach.extend(functions.reached);
  }
  return reach.variables;
}

/** What holds a value in top-level code: its type says what an array or object is. */
type Holder = ModuleVariable | ts.ParameterDeclaration | ts.BindingElement;

function isHolder(node: ts.Declaration): node is Holder {
  return ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isBindingElement(node);
}

/** What a variable holds, if that is neither a function nor holds one. */
function constantIn(sources: KernelSources, holder: Holder, value: unknown, classOf: ClassOf): ConstantValue | null {
  return arrayConstant(sources, holder, value) ?? objectConstant(sources, holder, value, classOf) ?? constantOf(value);
}

function constantOf(value: unknown): ConstantValue | null {
  if (typeof value === 'number') return { kind: 'number', value };
  if (typeof value === 'boolean') return { kind: 'boolean', value };
  if (typeof value === 'string') return { kind: 'string', value };
  // By name: the value may come from another context, where it is no instance of our classes.
  const tag = tagOf(value);
  if (!ArrayBuffer.isView(value) || !Object.hasOwn(ELEMENT_KIND_OF_ARRAY, tag)) return null;
  if (value.byteLength > MAX_ARRAY_BYTES) return { kind: 'array', element: elementOf(tag), values: [] };
  return {
    kind: 'array',
    element: elementOf(tag),
    values: Array.from(value as unknown as ArrayLike<number>),
    source: value,
  };
}

/** `new Lock()`; null for what has another type. */
function lockConstant(sources: KernelSources, declaration: ModuleVariable): ConstantValue | null {
  const name = sources.checker.getTypeAtLocation(declaration.name).getSymbol()?.valueDeclaration;
  if (name === undefined || !ts.isClassDeclaration(name) || name.name === undefined) return null;
  const isLock = sources.libraryName(name.name) === 'Lock';
  return isLock ? { kind: 'array', element: 'i32', values: [0], isLock } : null;
}

/** `[1, 2, 3]`: of the kind that is written, or that holds all elements. */
function arrayConstant(sources: KernelSources, declaration: Holder, value: unknown): ConstantValue | null {
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_ARRAY_BYTES / 4) return null;
  if (!value.every((each) => typeof each === 'number')) return null;
  const type = sources.checker.getTypeAtLocation(declaration.name);
  if (numberArrayElement(type) === null) return null;
  const isInteger = value.every((each) => Number.isInteger(each) && !Object.is(each, -0) && Math.abs(each) < 2 ** 31);
  return {
    kind: 'array',
    element: elementBrand(sources.checker, type) ?? (isInteger ? 'i32' : 'f32'),
    values: value,
    source: value,
  };
}

function withStaticFields([node, value]: readonly [ts.VariableDeclaration | ts.ClassDeclaration, unknown]): [
  ModuleVariable,
  unknown,
][] {
  if (!ts.isClassDeclaration(node)) return [[node, value]];
  const fields = node.members.filter((m): m is ts.PropertyDeclaration => ts.isPropertyDeclaration(m) && isStatic(m));
  return fields.map((field) => [field, (value as Readonly<Record<string, unknown>>)[memberKey(field.name)]]);
}

/** What is in an object is looked at when it is clear which of its fields kernels have. */
function objectConstant(
  sources: KernelSources,
  declaration: Holder,
  value: unknown,
  classOf: ClassOf,
): ConstantValue | null {
  if (value !== null && value !== undefined && (typeof value !== 'object' || ArrayBuffer.isView(value))) return null;
  const type = sources.checker.getTypeAtLocation(declaration.name);
  const shapes = recordShapes(sources.checker);
  if (Array.isArray(value) && shapes.itemsOf(type) !== null) {
    const values = value.map((item: unknown) => (typeof item === 'object' ? item : null));
    return value.length > MAX_ARRAY_BYTES / 4 ? null : { kind: 'objects', values, classOf };
  }
  if (shapes.shapeOf(type) === null) return null;
  return { kind: 'object', value: value ?? null, classOf };
}

function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1);
}

function elementOf(tag: string): ElementKind {
  return ELEMENT_KIND_OF_ARRAY[tag as keyof typeof ELEMENT_KIND_OF_ARRAY];
}

/** False if the value is not of the kind that TypeScript believes. */
function fitsType(sources: KernelSources, declaration: ModuleVariable, constant: ConstantValue): boolean {
  const type = sources.checker.getTypeAtLocation(declaration.name);
  if (['object', 'objects', 'function', 'table'].includes(constant.kind)) return true;
  const element = typedArrayElement(type);
  return constant.kind === 'array' ? element === null || element === constant.element : element === null;
}

function reportUnkept(declaration: ModuleVariable, value: unknown, sink: DiagnosticSink): void {
  const name = declaration.name.getText();
  if (value === undefined) {
    sink.report('SH3004', declaration, { name });
    return;
  }
  const tag = tagOf(value);
  const fixes: Readonly<Record<string, string>> = {
    Array: 'write `new Float32Array([…])` or `new Int32Array([…])`',
    Float64Array: 'write `new Float32Array([…])`',
    Uint8ClampedArray: 'write `new Uint8Array([…])`',
    Function:
      'hold it in a `const`, and write it with `function` or `=>`; for a choice keep a number: `mode === 0 ? add : multiply`',
    BigInt: 'use a number',
    String: 'use a number',
  };
  const fix = fixes[tag] ?? 'use numbers, booleans and typed arrays, as its type says';
  sink.report('SH3003', declaration, { name, type: tag, fix });
}

function reportFault(fault: EvaluationFault, timeoutMs: number, sink: DiagnosticSink): void {
  const file = basename(fault.file.fileName);
  if (fault.kind === 'timeout') {
    sink.reportSpan('SH5002', { file: fault.file, start: 0, end: 0 }, { file, seconds: timeoutMs / 1000 });
    return;
  }
  const span = { file: fault.file, start: fault.start, end: fault.start };
  if (fault.kind === 'unrepeatable') sink.reportSpan('SH5004', span, { name: fault.name });
  else sink.reportSpan('SH5001', span, { file, message: fault.message });
}

/** The usual case, without running anything: all that the modules do is to declare functions and literals. */
function readLiterals(sources: KernelSources): Map<ts.VariableDeclaration, unknown> | null {
  const values = new Map<ts.VariableDeclaration, unknown>();
  for (const file of sources.modules) {
    for (const statement of file.statements) {
      const isString = ts.isExpressionStatement(statement) && ts.isStringLiteral(statement.expression);
      if (!isString && !ts.isVariableStatement(statement) && !isErasedOrHoisted(statement)) return null;
    }
    for (const declaration of moduleVariables(file).values()) {
      if (moduleFunction(declaration) !== null) continue;
      if (declaration.initializer === undefined) return null;
      const literal = literalValue(sources, skipWrappers(declaration.initializer));
      if (literal === null) return null;
      values.set(declaration, literal);
    }
  }
  return values;
}

function isErasedOrHoisted(statement: ts.Statement): boolean {
  return (
    ts.isFunctionDeclaration(statement) ||
    ts.isImportDeclaration(statement) ||
    ts.isExportDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isEnumDeclaration(statement) ||
    ts.isEmptyStatement(statement)
  );
}

/** The value of a literal or of a new typed array of literals; null if the expression must be run. */
function literalValue(sources: KernelSources, node: ts.Expression): unknown {
  if (node.kind === ts.SyntaxKind.TrueKeyword) return true;
  if (node.kind === ts.SyntaxKind.FalseKeyword) return false;
  const number = numberLiteral(node);
  if (number !== null) return number;
  if (ts.isArrayLiteralExpression(node)) {
    const items = node.elements.map(numberLiteral);
    return items.includes(null) ? null : items;
  }
  if (!ts.isNewExpression(node) || !ts.isIdentifier(node.expression)) return null;
  if (sources.libraryName(node.expression) !== node.expression.text) return null;
  const [argument, ...more] = node.arguments ?? [];
  if (argument === undefined || more.length > 0) return null;
  const elements = ts.isArrayLiteralExpression(argument) ? argument.elements.map(numberLiteral) : null;
  const length = numberLiteral(argument);
  if (elements === null && (length === null || length > MAX_ARRAY_BYTES || !Number.isInteger(length) || length < 0)) {
    return null;
  }
  const numbers: number[] = [];
  for (const element of elements ?? []) {
    if (element === null) return null;
    numbers.push(element);
  }
  return newTypedArray(node.expression.text, elements === null ? (length ?? 0) : numbers);
}

function numberLiteral(node: ts.Expression): number | null {
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.MinusToken) {
    return ts.isNumericLiteral(node.operand) ? -Number(node.operand.text) : null;
  }
  return null;
}

const ARRAYS: Readonly<Record<string, new (of: number | readonly number[]) => ArrayBufferView>> = {
  Int8Array: Int8Array as never,
  Uint8Array: Uint8Array as never,
  Int16Array: Int16Array as never,
  Uint16Array: Uint16Array as never,
  Int32Array: Int32Array as never,
  Uint32Array: Uint32Array as never,
  Float32Array: Float32Array as never,
};

function newTypedArray(name: string, of: number | readonly number[]): ArrayBufferView | null {
  const arrayClass = ARRAYS[name];
  return arrayClass === undefined ? null : new arrayClass(of);
}

import { trapMessage } from '../kernel-tree/trap-message.ts';
import type { Expression, JumpTarget, KernelFunction, Local, Statement, VariableType } from '../kernel-tree/tree.ts';
import { flushedLocalsOf } from './flushed-values.ts';
import type { LineWriter, StatementWriter } from './line-writer.ts';
import { mark, OneLineWriter, stringLiteral } from './line-writer.ts';
import { NameScope } from './names.ts';
import type { LocalNames, PrintedNames } from './print-expression.ts';
import { ExpressionPrinter } from './print-expression.ts';

/** How a function is printed. */
export interface FunctionForm {
  /** What stands before the parameter list: `export function saxpy`, or `function` in an expression. */
  readonly head: string;
  /** Round and wrap the arguments to the kinds of the parameters: for functions that ordinary code may call. */
  readonly convertArguments: boolean;
}

type Inline = Extract<Expression, { op: 'inline' }>;

/** Prints one kernel function. `outer` holds the names of the module that the function must not hide. */
export function printFunction(
  f: KernelFunction,
  form: FunctionForm,
  names: PrintedNames,
  outer: NameScope,
  out: LineWriter,
): void {
  new FunctionPrinter(f, names, outer, out).print(form);
}

class FunctionPrinter implements LocalNames {
  readonly flushed: ReadonlySet<Local>;
  readonly #function: KernelFunction;
  readonly #names: PrintedNames;
  readonly #head: LineWriter;
  #out: StatementWriter;
  readonly #scope: NameScope;
  readonly #labels: NameScope;
  readonly #localNames = new Map<Local, string>();
  readonly #labelNames = new Map<JumpTarget, string>();
  readonly #expressions: ExpressionPrinter;
  /** Variables declared at the top of the function, with their first values. */
  readonly #variables: string[] = [];

  constructor(f: KernelFunction, names: PrintedNames, outer: NameScope, out: LineWriter) {
    this.#function = f;
    this.#names = names;
    this.#head = out;
    this.#out = out;
    this.#scope = new NameScope(outer);
    this.#labels = new NameScope(null);
    this.#expressions = new ExpressionPrinter(names, this);
    this.flushed = flushedLocalsOf(f);
  }

  localName(local: Local): string {
    const known = this.#localNames.get(local);
    if (known !== undefined) return known;
    const name = this.#scope.take(local.name);
    this.#localNames.set(local, name);
    this.#variables.push(`${name} = ${initialValue(local.type)}`);
    return name;
  }

  temporary(): string {
    const name = this.#scope.take('_t');
    this.#variables.push(`${name} = 0`);
    return name;
  }

  /** On lines of its own in the text that stands around it. */
  inlined(e: Inline): string {
    const outer = this.#out;
    const inner = new OneLineWriter();
    this.#out = inner;
    this.#inlinedBody(e);
    if (e.result !== null) inner.write(`return ${this.localName(e.result)};`);
    this.#out = outer;
    return `(() => { ${inner.text}})()`;
  }

  #inlinedBody(e: Inline): void {
    this.#block(`${this.#label(e.target)}: `, e.body, null);
    this.#out.write('}');
  }

  /** The value of a statement; what was put in the place of a call stands before the statement. */
  #statementValue(e: Expression): string {
    if (e.op !== 'inline' || e.result === null) return this.#expression(e);
    this.#inlinedBody(e);
    return this.localName(e.result);
  }

  print(form: FunctionForm): void {
    const parameters = this.#function.parameters.map((local) => {
      const name = this.#scope.take(local.name);
      this.#localNames.set(local, name);
      return { local, name };
    });
    this.#out.write(`${form.head}(${parameters.map((p) => p.name).join(', ')}) {`, this.#function.position);
    this.#out.indented(() => {
      if (form.convertArguments) {
        for (const { local, name } of parameters) {
          const text = converted(local.type, name);
          if (text !== name) this.#out.write(`${name} = ${text};`);
        }
      }
      // The variables are known when the body has been printed, so their line is put in before it afterwards.
      const declarations = this.#head.reserve();
      this.#statements(this.#function.body);
      if (this.#variables.length > 0) declarations(`let ${this.#variables.join(', ')};`);
    });
    this.#out.write('}');
  }

  #expression(e: Expression): string {
    return this.#expressions.print(e);
  }

  #statements(body: readonly Statement[]): void {
    for (const s of body) this.#statement(s);
  }

  #block(head: string, body: readonly Statement[], s: Statement | null): void {
    this.#out.write(`${head}{`, s?.position ?? null);
    this.#out.indented(() => this.#statements(body));
  }

  #statement(s: Statement): void {
    switch (s.op) {
      case 'declare': {
        // A declaration without a value gives the value that an untouched word has on a core, also in a second round.
        const value = s.value === null ? initialValue(s.local.type) : this.#statementValue(s.value);
        this.#out.write(`${this.localName(s.local)} = ${value};`, s.position);
        return;
      }
      case 'declare-array':
      case 'assign-array':
        this.#out.write(`${this.localName(s.local)} = ${this.#expressions.array(s.value)};`, s.position);
        return;
      case 'expression':
        if (s.value.op === 'inline') this.#inlinedBody(s.value);
        else this.#out.write(`${this.#expression(s.value)};`, s.position);
        return;
      case 'if':
        this.#block(`if (${this.#expression(s.condition)}) `, s.whenTrue, s);
        if (s.whenFalse.length > 0) this.#block('} else ', s.whenFalse, null);
        this.#out.write('}');
        return;
      case 'loop':
        this.#loop(s);
        return;
      case 'block':
        this.#block(s.target === null ? '' : `${this.#label(s.target)}: `, s.body, s);
        this.#out.write('}');
        return;
      case 'break':
      case 'continue':
        this.#out.write(`${s.op} ${this.#label(s.target)};`, s.position);
        return;
      case 'return':
        this.#out.write(s.value === null ? 'return;' : `return ${this.#statementValue(s.value)};`, s.position);
        return;
      case 'throw': {
        const { errorClass, message } = trapMessage(s.site, []);
        const thrown = this.#names.runtimeName('thrown');
        const place = mark(s.site.position);
        this.#out.write(
          `throw ${place}${thrown}(${stringLiteral(errorClass)}, ${stringLiteral(message)});`,
          s.position,
        );
        return;
      }
    }
  }

  #loop(s: Extract<Statement, { op: 'loop' }>): void {
    const label = `${this.#label(s.target)}: `;
    const updates = s.update.map((e) => this.#expression(e));
    const condition = s.condition === null ? '' : this.#expression(s.condition);
    if (s.test === 'first' || s.condition === null) {
      this.#block(`${label}for (; ${condition}; ${updates.join(', ')}) `, s.body, s);
      this.#out.write('}');
      return;
    }
    // `continue` in a do loop goes to its condition, so the updates stand there.
    this.#block(`${label}do `, s.body, s);
    this.#out.write(`} while (${[...updates, condition].join(', ')});`, s.condition.position);
  }

  #label(target: JumpTarget): string {
    const known = this.#labelNames.get(target);
    if (known !== undefined) return known;
    const name = this.#labels.take(target.name === '' ? 'loop' : target.name);
    this.#labelNames.set(target, name);
    return name;
  }
}

function initialValue(type: VariableType): string {
  if (type.tag === 'array') return 'null';
  if (type.scalar === 'reference') return 'null';
  return type.scalar === 'bool' ? 'false' : '0';
}

function converted(type: VariableType, name: string): string {
  if (type.tag === 'array') return name;
  switch (type.scalar) {
    case 'i32':
      return `${name} | 0`;
    case 'u32':
      return `${name} >>> 0`;
    case 'f32':
      return `Math.fround(${name})`;
    case 'bool':
      return `!!${name}`;
    case 'reference':
      return name;
  }
}

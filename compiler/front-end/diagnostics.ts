import type ts from 'typescript';
import type { SourcePosition } from '../kernel-tree/tree.ts';
import type { DiagnosticRow } from './diagnostic-row.ts';
import { KIND_ROWS } from './diagnostic-rows-kinds.ts';
import { LIMIT_ROWS } from './diagnostic-rows-limits.ts';
import { MEMORY_ROWS } from './diagnostic-rows-memory.ts';
import { MODULE_ROWS } from './diagnostic-rows-modules.ts';
import { SYNTAX_ROWS } from './diagnostic-rows-syntax.ts';
import { TYPE_ROWS } from './diagnostic-rows-types.ts';

type Rows = typeof SYNTAX_ROWS &
  typeof TYPE_ROWS &
  typeof KIND_ROWS &
  typeof MEMORY_ROWS &
  typeof MODULE_ROWS &
  typeof LIMIT_ROWS;

/** A number of the table: `SH1xxx` syntax, `SH2xxx` types and kinds, `SH3xxx` memory, `SH4xxx` modules, `SH5xxx` limits. */
export type DiagnosticCode = keyof Rows;

/** The one table of numbered diagnostics; docs/diagnostics.md is generated from it. */
export const DIAGNOSTICS: Readonly<Record<DiagnosticCode, DiagnosticRow>> = {
  ...SYNTAX_ROWS,
  ...TYPE_ROWS,
  ...KIND_ROWS,
  ...MEMORY_ROWS,
  ...MODULE_ROWS,
  ...LIMIT_ROWS,
};

/** A refusal with its place. Lines and columns count from 1, columns in UTF-16 units; the end is exclusive. */
export interface KernelDiagnostic {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly reason: string;
  readonly replacement: string | null;
  readonly position: SourcePosition;
  readonly endLine: number;
  readonly endColumn: number;
}

/** A stretch of one source file, in UTF-16 offsets. */
export interface SourceSpan {
  readonly file: ts.SourceFile;
  readonly start: number;
  readonly end: number;
}

/** Values for the `{name}` places of a message. */
export type DiagnosticArguments = Readonly<Record<string, string | number>>;

/** Collects diagnostics. The same number at the same place is kept once. */
export class DiagnosticSink {
  readonly #diagnostics: KernelDiagnostic[] = [];
  readonly #spans: SourceSpan[] = [];
  readonly #seen = new Set<string>();

  /** In the order of reports; `formatDiagnostics` sorts them by place. */
  get diagnostics(): readonly KernelDiagnostic[] {
    return this.#diagnostics;
  }

  get hasErrors(): boolean {
    return this.#diagnostics.length > 0;
  }

  /** `covers`: a larger node that falls with it. What TypeScript says of that is a consequence, and left out. */
  report(code: DiagnosticCode, node: ts.Node, args: DiagnosticArguments = {}, covers?: ts.Node): void {
    this.reportSpan(code, spanOf(node), args);
    if (covers !== undefined) this.#spans.push(spanOf(covers));
  }

  reportSpan(code: DiagnosticCode, span: SourceSpan, args: DiagnosticArguments = {}): void {
    const from = span.file.getLineAndCharacterOfPosition(span.start);
    const to = span.file.getLineAndCharacterOfPosition(span.end);
    this.#add(code, args, {
      position: { file: span.file.fileName, line: from.line + 1, column: from.character + 1 },
      endLine: to.line + 1,
      endColumn: to.character + 1,
    });
    this.#spans.push(span);
  }

  /** For what is found in the tree, which keeps only where a node begins. */
  reportPosition(code: DiagnosticCode, position: SourcePosition, args: DiagnosticArguments = {}): void {
    this.#add(code, args, { position, endLine: position.line, endColumn: position.column + 1 });
  }

  /** For faults that have no source, such as a missing entry file. */
  reportFile(code: DiagnosticCode, file: string, args: DiagnosticArguments = {}): void {
    this.#add(code, args, { position: { file, line: 1, column: 1 }, endLine: 1, endColumn: 1 });
  }

  /** True if something that was reported touches the span: what else is wrong there is likely a consequence. */
  touches(span: SourceSpan): boolean {
    return this.#spans.some((s) => s.file === span.file && s.start < span.end && span.start < s.end);
  }

  #add(
    code: DiagnosticCode,
    args: DiagnosticArguments,
    place: Pick<KernelDiagnostic, 'position' | 'endLine' | 'endColumn'>,
  ): void {
    const row = DIAGNOSTICS[code];
    const diagnostic: KernelDiagnostic = {
      code,
      message: fill(row.message, args),
      reason: fill(row.reason, args),
      replacement: row.replacement === null ? null : fill(row.replacement, args),
      ...place,
    };
    const { file, line, column } = place.position;
    const key = `${code} ${file}:${line}:${column} ${diagnostic.message}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#diagnostics.push(diagnostic);
  }
}

/** The text of a node, comments before it left out. */
export function spanOf(node: ts.Node): SourceSpan {
  const file = node.getSourceFile();
  return { file, start: node.getStart(file), end: node.getEnd() };
}

function fill(template: string, args: DiagnosticArguments): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => shortened(String(args[name] ?? whole)));
}

/** Source text may be of any length; a message shows its ends. */
function shortened(text: string): string {
  return text.length <= 300 ? text : `${text.slice(0, 100)} … ${text.slice(-100)}`;
}

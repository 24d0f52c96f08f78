import ts from 'typescript';
import { type DiagnosticArguments, type DiagnosticCode, type DiagnosticSink, spanOf } from './diagnostics.ts';
import { isChecked } from './math-library.ts';
import type { KernelReach } from './reachable-functions.ts';
import { REFUSED_GLOBALS } from './syntax-names.ts';
import type { KernelSources } from './typescript-program.ts';

interface Mapped {
  readonly code: DiagnosticCode;
  readonly args: DiagnosticArguments;
}

/** "Cannot find name" in its many forms; most of them advise to change `lib` or to install types. */
const UNKNOWN_NAME: ReadonlySet<number> = new Set([
  2304, 2318, 2503, 2552, 2580, 2581, 2582, 2583, 2584, 2585, 2591, 2592, 2593, 2662, 2663, 2867, 2868, 18004,
]);
/** "Property does not exist" in its forms. */
const UNKNOWN_MEMBER: ReadonlySet<number> = new Set([2339, 2550, 2551, 2568, 2570, 2571, 2576, 7053]);
/** What else follows from our library being small, in code that runs at build time with all of JavaScript. */
const LIBRARY_CONSEQUENCE: ReadonlySet<number> = new Set([
  1311, 2322, 2345, 2349, 2351, 2362, 2363, 2365, 2461, 2488, 2495, 2548, 2549, 2554, 2555, 2556, 2569, 2697, 2705,
  2769, 2802, 7005, 7006, 7011, 7022, 7023, 7031, 7034, 18046,
]);

/** Errors about a type that arise where a part of the statement is refused and so has no type of the language. */
const CONSEQUENCE: ReadonlySet<number> = new Set([2322, 2339, 2345, 2349, 2356, 2362, 2363, 2365, 2367, 2551, 2769]);

/**
 * TypeScript's errors in all modules, under our numbers. Left out: what lies where something is refused already, and,
 * in code that runs at build time only, names that a core does not have but the build does.
 */
export function reportTypeErrors(sources: KernelSources, reach: KernelReach, sink: DiagnosticSink): void {
  // Found first, reported after: an error of TypeScript does not hide another.
  const found: {
    readonly mapped: Mapped;
    readonly file: ts.SourceFile;
    readonly start: number;
    readonly end: number;
  }[] = [];
  for (const file of sources.modules) {
    if (isChecked(file, sources.entry)) continue;
    for (const d of sources.program.getSemanticDiagnostics(file)) {
      const start = d.start ?? 0;
      const end = start + (d.length ?? 0);
      if (sink.touches({ file, start, end })) continue;
      if (CONSEQUENCE.has(d.code) && sink.touches(spanOf(statementAt(file, start)))) continue;
      if (isOnlyInLibrary(d.code) && runsAtBuildTime(reach, file, start)) continue;
      found.push({ mapped: map(d), file, start, end });
    }
  }
  for (const { mapped, file, start, end } of found) sink.reportSpan(mapped.code, { file, start, end }, mapped.args);
}

/** The innermost statement or variable around a place, or the innermost node in the head of a loop or branch. */
function statementAt(file: ts.SourceFile, position: number): ts.Node {
  let found: ts.Node = file;
  const visit = (node: ts.Node): void => {
    if (position < node.getStart(file) || node.end <= position) return;
    found = node;
    const isWhole =
      ts.isExpressionStatement(node) ||
      ts.isVariableDeclaration(node) ||
      ts.isReturnStatement(node) ||
      ts.isThrowStatement(node);
    if (!isWhole) ts.forEachChild(node, visit);
  };
  ts.forEachChild(file, visit);
  return found;
}

function isOnlyInLibrary(code: number): boolean {
  return UNKNOWN_NAME.has(code) || UNKNOWN_MEMBER.has(code) || LIBRARY_CONSEQUENCE.has(code);
}

function runsAtBuildTime(reach: KernelReach, file: ts.SourceFile, position: number): boolean {
  for (const kernel of reach.functions) {
    if (kernel.getSourceFile() === file && kernel.pos <= position && position < kernel.end) return false;
  }
  return true;
}

/** Sentences about settings, packages and files that kernels do not have. */
const FOREIGN_ADVICE =
  /\b(?:target|lib|tsconfig|npm|package|compiler option|flag|module resolution|type definitions|type declarations)\b|@types|'--?\w|--\w|\b(?:isolated|verbatim|erasable|exact|no|strict|allow|es|downlevel|experimental|use)[A-Z]\w+|Did you mean|Consider/;

/** The message of TypeScript without its advice; kernels have their own library and no settings. */
export function withoutAdvice(message: string): string {
  const sentences = message.split(/(?<=[.?!])\s+/);
  const kept = sentences.filter((sentence) => !FOREIGN_ADVICE.test(sentence));
  const text = kept.length === 0 ? 'this cannot be used in a kernel' : kept.join(' ');
  return text.replace(/\.$/, '');
}

const KINDS: ReadonlySet<string> = new Set(['i8', 'u8', 'i16', 'u16', 'i32', 'u32', 'f32']);

function map(d: ts.Diagnostic): Mapped {
  const message = withoutAdvice(ts.flattenDiagnosticMessageText(d.messageText, ' '));
  const head = typeof d.messageText === 'string' ? d.messageText : d.messageText.messageText;
  const quoted = [...head.matchAll(/'([^']*)'/g)].map((match) => match[1] ?? '');
  const [first = '', second = ''] = quoted;
  if (d.code === 2552) return { code: 'SH2003', args: { name: first, suggestion: second } };
  const refused = UNKNOWN_NAME.has(d.code) ? REFUSED_GLOBALS.get(first) : undefined;
  if (refused !== undefined) return { code: refused, args: { name: first } };
  if (UNKNOWN_NAME.has(d.code)) return { code: 'SH2002', args: { name: first } };
  if (UNKNOWN_MEMBER.has(d.code) && d.code !== 7053) {
    return { code: 'SH2004', args: { property: first, type: second } };
  }
  switch (d.code) {
    case 2322:
    case 2345:
      if (KINDS.has(first) && KINDS.has(second)) {
        const target = d.code === 2345 ? `a parameter of kind ${second}` : article(second);
        return { code: 'SH2005', args: { source: article(first), target, fix: conversion(first, second) } };
      }
      break;
    case 2300:
    case 2451:
    case 2393:
    case 2395:
    case 2440:
    case 2323:
    case 2484:
      return { code: 'SH2007', args: { name: first || text(d) } };
    case 2356:
    case 2362:
    case 2363:
    case 2736:
      return { code: 'SH2008', args: { message: 'an operand of arithmetic must be a number' } };
    case 2365:
      return { code: 'SH2008', args: { message } };
    case 2554:
    case 2555:
    case 2556:
      return { code: 'SH2009', args: { message } };
    case 2305:
    case 2459:
    case 2614:
    case 2724:
      return { code: 'SH2010', args: { name: first.replace(/"/g, ''), member: second } };
    case 1484:
      return { code: 'SH2011', args: { name: first } };
    case 7006:
      return { code: 'SH2006', args: { name: first } };
  }
  return { code: 'SH2001', args: { message } };
}

function text(d: ts.Diagnostic): string {
  const start = d.start ?? 0;
  return d.file?.text.slice(start, start + (d.length ?? 0)) ?? '';
}

function article(kind: string): string {
  return kind.startsWith('i') || kind === 'f32' ? `an ${kind}` : `a ${kind}`;
}

function conversion(from: string, to: string): string {
  switch (to) {
    case 'i32':
      return 'write `x | 0`';
    case 'u32':
      return 'write `x >>> 0`';
    case 'i16':
      return 'write `(x << 16) >> 16`';
    case 'i8':
      return 'write `(x << 24) >> 24`';
    case 'u16':
      return 'write `x & 0xffff`';
    case 'u8':
      return 'write `x & 0xff`';
    default:
      return `convert the ${from} first`;
  }
}

import { relative } from 'node:path';
import type { KernelDiagnostic } from './diagnostics.ts';

/** How {@link formatDiagnostics} prints. */
export interface DiagnosticFormat {
  /** ANSI colours. */
  readonly color: boolean;
  /** The text of a file; undefined leaves the code frame out. */
  readonly sourceOf: (file: string) => string | undefined;
  /** File names are printed relative to this directory; absolute if it is left out. */
  readonly directory?: string;
}

const RED = '31';
const CYAN = '36';
const DIM = '2';
const BOLD = '1';

/** UTF-16 units of a source line that a frame shows. */
const FRAME_WIDTH = 200;

/** For a terminal: message, code frame, reason and replacement of each diagnostic, in order of place. */
export function formatDiagnostics(list: readonly KernelDiagnostic[], format: DiagnosticFormat): string {
  const paint = (style: string, text: string): string => (format.color ? `\u001b[${style}m${text}\u001b[0m` : text);
  const blocks = sorted(list).map((d) => {
    const lines = [
      `${paint(RED, 'error')} ${paint(BOLD, d.code)}: ${paint(BOLD, d.message)}`,
      `  ${paint(DIM, 'at')} ${paint(CYAN, `${fileName(d, format.directory)}:${d.position.line}:${d.position.column}`)}`,
      ...frame(d, format.sourceOf(d.position.file), paint),
      `  ${paint(DIM, 'why:')} ${d.reason}`,
    ];
    if (d.replacement !== null) lines.push(`  ${paint(DIM, 'fix:')} ${d.replacement}`);
    return lines.join('\n');
  });
  return blocks.length === 0 ? '' : `${blocks.join('\n\n')}\n`;
}

/** As tsc prints without a terminal, one line each, which editors and CI recognise: `f.ts(3,5): error SH1101: …`. */
export function formatDiagnosticLines(list: readonly KernelDiagnostic[], directory?: string): string {
  return sorted(list)
    .map((d) => {
      const fix = d.replacement === null ? '' : ` (${d.replacement})`;
      return `${fileName(d, directory)}(${d.position.line},${d.position.column}): error ${d.code}: ${d.message}${fix}\n`;
    })
    .join('');
}

function sorted(list: readonly KernelDiagnostic[]): KernelDiagnostic[] {
  return [...list].sort(
    (a, b) =>
      compareText(a.position.file, b.position.file) ||
      a.position.line - b.position.line ||
      a.position.column - b.position.column,
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function fileName(d: KernelDiagnostic, directory: string | undefined): string {
  return directory === undefined ? d.position.file : relative(directory, d.position.file);
}

function frame(
  d: KernelDiagnostic,
  source: string | undefined,
  paint: (style: string, text: string) => string,
): string[] {
  const whole = source?.split(/\r\n|[\n\r\u2028\u2029]/)[d.position.line - 1];
  if (whole === undefined) return [];
  // Of a very long line only the part around the place is shown.
  const start = whole.length <= FRAME_WIDTH ? 0 : Math.max(0, d.position.column - 1 - FRAME_WIDTH / 2);
  const line = whole.slice(start, start + FRAME_WIDTH);
  const from = d.position.column - 1 - start;
  const to = Math.min(line.length, d.endLine === d.position.line ? d.endColumn - 1 - start : line.length);
  const number = String(d.position.line);
  // Tabs stay tabs in the marker line, so that the marker stands under its text at any tab width.
  const indent = line.slice(0, from).replace(/[^\t]/g, ' ');
  const margin = ' '.repeat(number.length);
  return [
    `  ${paint(DIM, `${number} |`)} ${line}`,
    `  ${paint(DIM, `${margin} |`)} ${indent}${paint(RED, '^'.repeat(Math.max(1, to - from)))}`,
  ];
}

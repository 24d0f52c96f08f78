/** What became of boards that were flashed, as text and as JSON. */
import { dfuSummary } from './dfu/dfu-command.ts';
import type { DfuReport } from './dfu/flash-dfu.ts';
import { type ErrorReport, errorReport, errorText } from './error-text.ts';
import type { FlashReport } from './smp/flash-board.ts';
import type { WindowFlashReport } from './window/flash-window.ts';

export type AnyFlashReport = FlashReport | WindowFlashReport | DfuReport;

export type FlashOutcome =
  | { readonly board: string; readonly ok: true; readonly report: AnyFlashReport }
  | { readonly board: string; readonly ok: false; readonly error: unknown };

export function flashSummary(board: string, report: AnyFlashReport): string {
  if ('proof' in report) return dfuSummary(board, report);
  const { steps, isDryRun } = report;
  if (!('version' in report)) {
    const cores = `${report.cores} ${report.cores === 1 ? 'core' : 'cores'}`;
    if (isDryRun) return `${board} would get ${report.lengthBytes} bytes on ${cores}: ${steps.join(', ')}`;
    return steps.includes('load') ? `${board} runs it on ${cores}, verified` : `${board} holds it on ${cores}`;
  }
  const { version, resumedFrom, way } = report;
  if (steps.length === 0) return `${board} runs ${version} from this package already`;
  const by = way === 'link' ? "Shoal's link" : 'SMP';
  if (isDryRun) return `${board} would get ${version} by ${by}: ${steps.join(', ')}`;
  const resumed = resumedFrom === 0 ? '' : `; ${resumedFrom} bytes were there already`;
  return `${board} runs ${version}, confirmed; sent by ${by}${resumed}`;
}

export function outcomeData(outcome: FlashOutcome): { board: string; ok: boolean; error?: ErrorReport } {
  const { board, ok } = outcome;
  return ok ? { board, ok, ...outcome.report } : { board, ok, error: errorReport(outcome.error) };
}

export function outcomeText(outcome: FlashOutcome): string {
  if (outcome.ok) return flashSummary(outcome.board, outcome.report);
  return `${outcome.board}: ${errorText(outcome.error, process.stdout).trimEnd()}`;
}

import type { LifetimeFault } from '../kernel-tree/record-lifetimes.ts';
import type { DiagnosticCode, DiagnosticSink } from './diagnostics.ts';

const CODES: Readonly<Record<LifetimeFault['kind'], DiagnosticCode>> = {
  module: 'SH3011',
  parameter: 'SH3012',
  loop: 'SH3013',
  recursion: 'SH3014',
};

/** A record or array that is used longer than it lives. */
export function reportLifetime(fault: LifetimeFault, sink: DiagnosticSink): void {
  sink.reportPosition(CODES[fault.kind], fault.position);
}

import type { DiagnosticSink } from './diagnostics.ts';
import type { KernelSources } from './typescript-program.ts';

/** Refuses syntax that is not in the language, then reports TypeScript's own errors outside of what was refused. */
export declare function checkSyntax(sources: KernelSources, sink: DiagnosticSink): void;

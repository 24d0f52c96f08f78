/** One numbered diagnostic. `{name}` in a text is filled from the arguments of the report. */
export interface DiagnosticRow {
  /** What is wrong, in one line without a full stop. */
  readonly message: string;
  /** Why it is refused. */
  readonly reason: string;
  /** What to write instead; null if there is nothing that would do. */
  readonly replacement: string | null;
}

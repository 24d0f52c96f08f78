/** Errors without stacks, of which fuzzing throws millions: a stack costs more than what is tested. */
export function withoutStacks(run: () => void): void {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    run();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

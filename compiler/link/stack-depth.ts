/** Static stack depth: the deepest path through the call graph. */
import { ShoalError } from '../../protocol/errors.ts';
import type { FrameReport } from '../back-ends/back-end.ts';

/**
 * Bytes of stack that a call of `root` needs, its own frame and its callees' included. `externals` gives the depth of
 * functions that `frames` does not know; others count as 0. Throws INTERNAL for recursion, which the front end refuses.
 */
export function stackBytesOf(
  root: string,
  frames: readonly FrameReport[],
  externals: ReadonlyMap<string, number> = new Map(),
): number {
  const reports = new Map(frames.map((report) => [report.symbol, report]));
  const known = new Map<string, number>();
  const path = new Set<string>();
  const depthOf = (symbol: string): number => {
    const done = known.get(symbol);
    if (done !== undefined) return done;
    const report = reports.get(symbol);
    if (report === undefined) return externals.get(symbol) ?? 0;
    if (path.has(symbol)) {
      throw new ShoalError('INTERNAL', `${[...path, symbol].join(' calls ')}: the stack depth is not known`);
    }
    path.add(symbol);
    const depth = report.frameBytes + Math.max(0, ...report.callees.map(depthOf));
    path.delete(symbol);
    known.set(symbol, depth);
    return depth;
  };
  return depthOf(root);
}

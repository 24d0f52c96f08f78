/** Static stack depth: the deepest path through the call graph. */
import { ShoalError } from '../../protocol/errors.ts';
import type { FrameReport } from '../back-ends/back-end.ts';
import { callCircles } from '../kernel-tree/call-circles.ts';

/** What is known besides the frames. */
export interface StackFacts {
  /** Depth of functions that are not among the frames; others count as 0. */
  readonly externals?: ReadonlyMap<string, number>;
  /** How many calls of the functions that call each other may be open at once, by each of their symbols. */
  readonly depths?: ReadonlyMap<string, number>;
}

/**
 * Bytes of stack that a call of `root` needs, its own frame and its callees' included. Functions that call each other
 * count as the largest of their frames, once more than their declared depth. Throws INTERNAL for recursion without a depth,
 * which the front end refuses.
 */
export function stackBytesOf(root: string, frames: readonly FrameReport[], facts: StackFacts = {}): number {
  const reports = new Map(frames.map((report) => [report.symbol, report]));
  const circleOf = callCircles(reports.keys(), (symbol) =>
    (reports.get(symbol)?.callees ?? []).filter((callee) => reports.has(callee)),
  );
  const known = new Map<readonly string[], number>();
  const depthOf = (symbol: string): number => {
    const circle = circleOf.get(symbol);
    if (circle === undefined) return facts.externals?.get(symbol) ?? 0;
    const done = known.get(circle);
    if (done !== undefined) return done;
    const members = circle.flatMap((member) => reports.get(member) ?? []);
    const callees = members.flatMap((member) => member.callees);
    const beyond = callees.filter((callee) => circleOf.get(callee) !== circle);
    const own = Math.max(...members.map((member) => member.frameBytes));
    const depth = turns(circle, callees, facts) * own + Math.max(0, ...beyond.map(depthOf));
    known.set(circle, depth);
    return depth;
  };
  return depthOf(root);
}

/** Frames of the circle that are on the stack at once. */
function turns(circle: readonly string[], callees: readonly string[], { depths }: StackFacts): number {
  if (!callees.some((callee) => circle.includes(callee))) return 1;
  const declared = circle.flatMap((symbol) => depths?.get(symbol) ?? []);
  // The call that is one too many has its frame when it finds that out.
  if (declared.length > 0) return Math.max(...declared) + 1;
  throw new ShoalError('INTERNAL', `${[...circle, circle[0]].join(' calls ')}: the stack depth is not known`);
}

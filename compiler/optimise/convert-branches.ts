/** Short branches that only choose between values become selects: `if (x > m) m = x` runs without a jump. */
import type { Block, Edge, GraphFunction, Instruction, Value } from '../flow-graph/graph.ts';
import { newValue } from '../flow-graph/operands.ts';
import { recordShape, type Shape } from '../flow-graph/shape.ts';

/** Instructions that run although the program would not run them; about what a taken branch costs. */
const MAXIMUM_INSTRUCTIONS = 2;
const MAXIMUM_SELECTS = 2;

export function convertBranches(graph: GraphFunction): boolean {
  let changed = false;
  for (;;) {
    const { shape } = recordShape(graph);
    if (!shape.order.some((block) => convert(graph, shape, block))) return changed;
    changed = true;
  }
}

function convert(graph: GraphFunction, shape: Shape, block: Block): boolean {
  const { terminator } = block;
  if (terminator.op !== 'branch') return false;
  const { condition, left, right, whenTrue, whenFalse, position } = terminator;
  const yes = armOf(shape, whenTrue);
  const no = armOf(shape, whenFalse);
  // Where both arms meet: behind both, or directly at one of the edges.
  const meet = [yes, no].flatMap((arm) => (arm === null ? [] : [arm.to.block]));
  const [join] = [whenFalse.block, whenTrue.block, ...meet].filter(
    (to) => reaches(whenTrue, yes, to) && reaches(whenFalse, no, to),
  );
  if (join === undefined) return false;
  const yesArm = whenTrue.block === join ? { constants: [], code: [], to: whenTrue } : yes;
  const noArm = whenFalse.block === join ? { constants: [], code: [], to: whenFalse } : no;
  if (yesArm === null || noArm === null) return false;
  const selects = join.parameters.filter((_, k) => yesArm.to.arguments[k] !== noArm.to.arguments[k]).length;
  if (yesArm.code.length + noArm.code.length > MAXIMUM_INSTRUCTIONS || selects > MAXIMUM_SELECTS) return false;
  block.instructions.push(...yesArm.constants, ...yesArm.code, ...noArm.constants, ...noArm.code);
  const chosen = join.parameters.map((parameter, k): Value => {
    const a = yesArm.to.arguments[k] as Value;
    const b = noArm.to.arguments[k] as Value;
    if (a === b) return a;
    const result = newValue(graph, parameter.type, parameter.name);
    block.instructions.push({ op: 'select', condition, result, left, right, whenTrue: a, whenFalse: b, position });
    return result;
  });
  block.terminator = { op: 'jump', to: { block: join, arguments: chosen }, position };
  return true;
}

interface Arm {
  readonly constants: readonly Instruction[];
  readonly code: readonly Instruction[];
  readonly to: Edge;
}

/** The block behind an edge, if it is reached by that edge only, computes a little and jumps on. */
function armOf(shape: Shape, { block }: Edge): Arm | null {
  const { terminator, instructions } = block;
  if (terminator.op !== 'jump' || shape.incoming.get(block)?.length !== 1 || block.parameters.length > 0) return null;
  if (!instructions.every(isCheap)) return null;
  const isFree = (code: Instruction): boolean => code.op === 'constant' || code.op === 'symbol';
  return {
    constants: instructions.filter(isFree),
    code: instructions.filter((code) => !isFree(code)),
    to: terminator.to,
  };
}

function reaches(edge: Edge, arm: Arm | null, to: Block): boolean {
  return edge.block === to || arm?.to.block === to;
}

function isCheap(code: Instruction): boolean {
  switch (code.op) {
    case 'constant':
    case 'symbol':
    case 'unary':
    case 'compare':
    case 'select':
    case 'fused':
      return true;
    case 'binary':
      return code.opcode !== 'mul';
    default:
      return false;
  }
}

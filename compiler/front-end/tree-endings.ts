import type { JumpTarget, Statement } from '../kernel-tree/tree.ts';

/** True if control may come to the end of the statements. */
export function mayEnd(body: readonly Statement[]): boolean {
  return body.every(mayGoOn);
}

function mayGoOn(s: Statement): boolean {
  switch (s.op) {
    case 'return':
    case 'throw':
    case 'break':
    case 'continue':
      return false;
    case 'block':
      return mayEnd(s.body) || (s.target !== null && breaksTo(s.body, s.target));
    case 'if':
      return mayEnd(s.whenTrue) || mayEnd(s.whenFalse);
    case 'loop':
      return s.condition !== null || breaksTo(s.body, s.target);
    default:
      return true;
  }
}

function breaksTo(body: readonly Statement[], target: JumpTarget): boolean {
  return body.some((s) => {
    switch (s.op) {
      case 'break':
        return s.target === target;
      case 'block':
      case 'loop':
        return breaksTo(s.body, target);
      case 'if':
        return breaksTo(s.whenTrue, target) || breaksTo(s.whenFalse, target);
      default:
        return false;
    }
  });
}

'use kernel';

export function wrong(x: Map<string, number>): number {
  return x.size;
}

'use kernel';
import type { NumberArray } from './number-array.ts';

/** `Math.max(first, ...a)`. */
export function largest<A extends NumberArray>(a: A, first: A[number]): A[number] {
  let found = first;
  for (let i = 0; i < a.length; i++) found = Math.max(found, a[i] as number);
  return found;
}

/** `Math.min(first, ...a)`. */
export function smallest<A extends NumberArray>(a: A, first: A[number]): A[number] {
  let found = first;
  for (let i = 0; i < a.length; i++) found = Math.min(found, a[i] as number);
  return found;
}

'use kernel';
import type { f32, i32, u32 } from 'shoal/kernel';

export const LIMIT = 5;

export function saxpy(a: f32, x: Float32Array, y: Float32Array): void {
  for (let i = 0; i < x.length; i++) y[i] = a * (x[i] as number) + (y[i] as number);
}

export function count(from: i32, to: u32, up: boolean): i32 {
  return up ? from : to | 0;
}

export function half(x: f32): f32 {
  return x / 2;
}

export function isEven(x: i32): boolean {
  return (x & 1) === 0;
}

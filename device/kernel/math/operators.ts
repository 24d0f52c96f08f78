'use kernel';
/** Functions of Math that are operators of the language, for where they are values: `const f = Math.sqrt`. */
import type { f32, i32 } from '../index.ts';

export function abs(x: f32): f32 {
  return Math.abs(x);
}

export function ceil(x: f32): f32 {
  return Math.ceil(x);
}

export function floor(x: f32): f32 {
  return Math.floor(x);
}

export function fround(x: f32): f32 {
  return Math.fround(x);
}

export function round(x: f32): f32 {
  return Math.round(x);
}

export function sign(x: f32): f32 {
  return Math.sign(x);
}

export function sqrt(x: f32): f32 {
  return Math.sqrt(x);
}

export function trunc(x: f32): f32 {
  return Math.trunc(x);
}

export function max(x: f32, y: f32): f32 {
  return Math.max(x, y);
}

export function min(x: f32, y: f32): f32 {
  return Math.min(x, y);
}

export function clz32(x: i32): i32 {
  return Math.clz32(x);
}

export function imul(x: i32, y: i32): i32 {
  return Math.imul(x, y);
}

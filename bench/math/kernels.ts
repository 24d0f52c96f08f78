'use kernel';
/** Each function of Math by itself. */
import type { f32 } from 'shoal/kernel';

export function sin(x: f32): f32 {
  return Math.sin(x);
}

export function cos(x: f32): f32 {
  return Math.cos(x);
}

export function tan(x: f32): f32 {
  return Math.tan(x);
}

export function asin(x: f32): f32 {
  return Math.asin(x);
}

export function acos(x: f32): f32 {
  return Math.acos(x);
}

export function atan(x: f32): f32 {
  return Math.atan(x);
}

export function sinh(x: f32): f32 {
  return Math.sinh(x);
}

export function cosh(x: f32): f32 {
  return Math.cosh(x);
}

export function tanh(x: f32): f32 {
  return Math.tanh(x);
}

export function asinh(x: f32): f32 {
  return Math.asinh(x);
}

export function acosh(x: f32): f32 {
  return Math.acosh(x);
}

export function atanh(x: f32): f32 {
  return Math.atanh(x);
}

export function exp(x: f32): f32 {
  return Math.exp(x);
}

export function expm1(x: f32): f32 {
  return Math.expm1(x);
}

export function log(x: f32): f32 {
  return Math.log(x);
}

export function log2(x: f32): f32 {
  return Math.log2(x);
}

export function log10(x: f32): f32 {
  return Math.log10(x);
}

export function log1p(x: f32): f32 {
  return Math.log1p(x);
}

export function cbrt(x: f32): f32 {
  return Math.cbrt(x);
}

export function atan2(y: f32, x: f32): f32 {
  return Math.atan2(y, x);
}

export function pow(x: f32, y: f32): f32 {
  return x ** y;
}

export function hypot(x: f32, y: f32): f32 {
  return Math.hypot(x, y);
}

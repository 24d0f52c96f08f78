'use kernel';
/** Kernels of the tests of the host: one for each thing that a call can do or suffer. */
import { coreCount, coreIndex, type f32, type i32, type u32 } from 'shoal/kernel';
import { idle, load32, store32, writeRegister } from 'shoal/kernel/machine';

export function saxpy(a: f32, x: Float32Array, y: Float32Array): void {
  for (let i = 0; i < x.length; i++) y[i] = a * x[i] + y[i];
}

export function add(a: i32, b: i32): i32 {
  return a + b;
}

export function echoSigned(x: i32): i32 {
  return x;
}

export function echoUnsigned(x: u32): u32 {
  return x;
}

export function echoFloat(x: f32): f32 {
  return x;
}

export function invert(x: boolean): boolean {
  return !x;
}

export function sum(x: Int32Array): i32 {
  let total: i32 = 0;
  for (let i = 0; i < x.length; i++) total = total + x[i];
  return total;
}

export function where(): i32 {
  return coreIndex() * 1000 + coreCount();
}

let calls: i32 = 0;

/** How often it was called on this core since load. */
export function count(): i32 {
  calls = calls + 1;
  return calls;
}

export function fill(value: i32, y: Int32Array): void {
  for (let i = 0; i < y.length; i++) y[i] = value;
}

export function copy8(x: Int8Array, y: Uint8Array): void {
  for (let i = 0; i < x.length; i++) y[i] = x[i];
}

export function copy16(x: Int16Array, y: Uint16Array): void {
  for (let i = 0; i < x.length; i++) y[i] = x[i];
}

export function copy32(x: Int32Array, y: Uint32Array): void {
  for (let i = 0; i < x.length; i++) y[i] = x[i];
}

export function copyFloats(x: Float32Array, y: Float32Array): void {
  for (let i = 0; i < x.length; i++) y[i] = x[i];
}

export function element(x: Int32Array, i: i32): i32 {
  return x[i];
}

export function remainder(a: i32, b: i32): i32 {
  return a % b;
}

/** Writes, then fails. */
export function writeThenThrow(y: Int32Array): void {
  y[0] = 1;
  throw new Error('on purpose');
}

export function spin(): void {
  while (true) {}
}

/** Sleeps and has nobody who would wake it. */
export function sleepForever(): void {
  while (true) idle();
}

export function loadWord(address: u32): i32 {
  return load32(address);
}

export function storeWord(address: u32, value: i32): void {
  store32(address, value);
}

/** One bit for each 4 KB page of the core's memory: 1 refuses writes. */
export function protectPages(mask: i32): void {
  writeRegister('memprotect', mask);
}

/** Something that takes its time: `rounds` steps of a linear congruence. */
export function work(rounds: i32): i32 {
  let x: i32 = 1;
  for (let i = 0; i < rounds; i++) x = x * 1664525 + 1013904223;
  return x;
}

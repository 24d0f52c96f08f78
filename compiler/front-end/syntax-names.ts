import type { DiagnosticCode } from './diagnostics.ts';

/** Global names of JavaScript that TypeScript would call unknown, and what is to be said of them in a kernel. */
export const REFUSED_GLOBALS: ReadonlyMap<string, DiagnosticCode> = new Map<string, DiagnosticCode>([
  ...['Map', 'Set', 'WeakMap', 'WeakSet', 'Promise', 'Atomics', 'SharedArrayBuffer'].map(
    (name) => [name, 'SH1020'] as const,
  ),
  ...['ArrayBuffer', 'DataView', 'Float64Array', 'Uint8ClampedArray', 'BigInt64Array', 'BigUint64Array'].map(
    (name) => [name, 'SH1020'] as const,
  ),
  ...['setTimeout', 'queueMicrotask', 'performance', 'Date', 'String', 'Number', 'Boolean', 'Array'].map(
    (name) => [name, 'SH1020'] as const,
  ),
  ['BigInt', 'SH1019'],
  ['Symbol', 'SH1120'],
  ['eval', 'SH1102'],
  ['Function', 'SH1102'],
  ['require', 'SH1113'],
  ['arguments', 'SH1110'],
  ['undefined', 'SH1116'],
  ['RegExp', 'SH1104'],
  ['Object', 'SH1109'],
  ['Reflect', 'SH1109'],
  ['Proxy', 'SH1109'],
]);

/** Functions of JavaScript's Math that kernels do not have: why, and what to write instead. */
export const ABSENT_MATH: ReadonlyMap<string, { readonly reason: string; readonly fix: string }> = new Map([
  [
    'random',
    {
      reason: 'a core has no source of chance, and a kernel gives the same bits wherever it runs',
      fix: 'keep a generator in a `let` of the module, `seed = (Math.imul(seed, 1664525) + 1013904223) | 0`, or pass numbers in',
    },
  ],
  ['f16round', { reason: 'a core has no half precision', fix: 'use f32' }],
  ['sumPrecise', { reason: 'a core has no sums of more than 24 bits', fix: 'add in a loop' }],
]);

/** Members of JavaScript's typed arrays that the kernel library does not have yet. */
export const LATER_ARRAY_MEMBERS: ReadonlySet<string> = new Set(
  (
    'buffer byteLength byteOffset concat entries every filter find findIndex findLast findLastIndex flat flatMap ' +
    'forEach join keys map reduce reduceRight some ' +
    'toLocaleString toReversed toSorted toString values with BYTES_PER_ELEMENT'
  ).split(' '),
);

/** Members of JavaScript's arrays that change their length. */
export const LENGTH_CHANGING_MEMBERS: ReadonlySet<string> = new Set(['push', 'pop', 'shift', 'unshift', 'splice']);

/** Ways to the prototype. */
export const PROTOTYPE_MEMBERS: ReadonlySet<string> = new Set(
  'prototype __proto__ constructor call apply bind hasOwnProperty'.split(' '),
);

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

/** Functions and constants of JavaScript's Math that the kernel library does not have yet. */
export const LATER_MATH: ReadonlySet<string> = new Set(
  (
    'acos acosh asin asinh atan atan2 atanh cbrt cos cosh exp expm1 f16round hypot log log10 log1p log2 pow random ' +
    'round sin sinh sumPrecise tan tanh'
  ).split(' '),
);

/** Members of JavaScript's typed arrays that the kernel library does not have yet. */
export const LATER_ARRAY_MEMBERS: ReadonlySet<string> = new Set(
  (
    'at buffer byteLength byteOffset copyWithin entries every fill filter find findIndex findLast findLastIndex ' +
    'forEach includes indexOf join keys lastIndexOf map reduce reduceRight reverse set slice some sort subarray ' +
    'toLocaleString toReversed toSorted toString values with BYTES_PER_ELEMENT'
  ).split(' '),
);

/** Ways to the prototype. */
export const PROTOTYPE_MEMBERS: ReadonlySet<string> = new Set(
  'prototype __proto__ constructor call apply bind hasOwnProperty'.split(' '),
);

/** A kernel module for `hostCores`: its text as JavaScript, its signatures, and the memory that cores see of each other. */
import { basename } from 'node:path';
import { compileFailed } from '../../compiler/compile-failed.ts';
import { kernelParameters } from '../../compiler/effects/kernel-parameters.ts';
import { programText } from '../../compiler/exact-node/evaluate-program.ts';
import { checkKernelProgram } from '../../compiler/front-end/check-kernel-program.ts';
import { betweenCores } from '../../compiler/kernel-tree/between-cores.ts';
import type { ElementKind, Global } from '../../compiler/kernel-tree/tree.ts';
import { signatureOf } from '../kernels/read-kernel-module.ts';
import type { Signature } from '../kernels/signature.ts';
import type { ModuleMemory } from './core-functions.ts';

export interface HostModule {
  readonly id: number;
  /** Base name of the file. */
  readonly name: string;
  readonly text: string;
  readonly memory: ModuleMemory;
  readonly signatures: readonly Signature[];
  /** True if its kernels may wait for other cores. */
  readonly waits: boolean;
}

const ELEMENT_BYTES: Readonly<Record<ElementKind, number>> = { i8: 1, u8: 1, i16: 2, u16: 2, i32: 4, u32: 4, f32: 4 };

/** Checks and prints a module. Throws COMPILE_FAILED with `details.diagnostics`. */
export function makeHostModule(file: string, id: number, cores: number): HostModule {
  const { checked, diagnostics } = checkKernelProgram(file);
  if (checked === null) throw compileFailed(file, diagnostics);
  const { program, signatures } = checked;
  const { viewed, locks, waits } = betweenCores(program);
  const parametersOf = kernelParameters(program);
  const buffers = (global: Global): SharedArrayBuffer[] =>
    Array.from({ length: cores }, () => new SharedArrayBuffer(bytesOf(global)));
  return {
    id,
    name: basename(file),
    text: programText(program, { arrays: viewed }),
    memory: {
      arrays: new Map([...viewed].map((global) => [global.symbol, buffers(global)])),
      locks: new Map(locks.map(({ symbol }, index) => [symbol, index])),
      lockWords: new SharedArrayBuffer(Math.max(1, locks.length) * 4),
    },
    signatures: signatures.map(({ name, symbol, result }) => {
      const kernel = program.functions.find((f) => f.symbol === symbol);
      return signatureOf({ name, result, parameters: kernel === undefined ? [] : parametersOf(kernel) });
    }),
    waits,
  };
}

function bytesOf({ name, type, initial }: Global): number {
  if (type.tag !== 'array' || type.element === 'reference' || typeof initial !== 'object' || !('length' in initial)) {
    throw new Error(`${name} is seen by other cores and is no typed array`);
  }
  return initial.length * ELEMENT_BYTES[type.element];
}

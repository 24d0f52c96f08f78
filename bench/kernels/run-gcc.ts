/** Runs what GCC made of the same kernels: test/conformance/data/gcc-kernels, see its README. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { findBoard, readElf } from 'shoal/boards';
import { loadProgram, Machine, startProgram } from 'shoal/emulator';

const folder = new URL('../../test/conformance/data/gcc-kernels/', import.meta.url);

export type Options = 'O3' | 'Os';

/** Instructions of the kernel: the core's timer counts them around its call; `empty` says what the counting costs. */
export function gccInstructions(name: string, options: Options): number {
  return clocks(name, options) - clocks('empty', options);
}

function clocks(name: string, options: Options): number {
  const elf = readElf(gunzipSync(readFileSync(new URL(`${options}/${name}.elf.gz`, folder))));
  const machine = new Machine(findBoard('parallella-16'));
  loadProgram(machine, 0, elf);
  startProgram(machine, 0, elf);
  machine.run({ maxInstructions: 10_000_000 });
  const status = machine.cores[0]?.exitStatus;
  if (status !== 0) throw new Error(`${options}/${name} ended with status ${status}\n${machine.report()}`);
  return Number(machine.output());
}

/** Bytes of GCC's functions of a kernel. The files are stripped: the figures were noted when they were built. */
export function gccBytes(name: string, options: Options): number {
  const rows = readFileSync(new URL(`res-${options}.tsv`, folder), 'utf8').split('\n');
  const row = rows.map((line) => line.split('\t')).find(([first]) => first === name);
  const bytes = Number(row?.[1]);
  if (!(bytes > 0)) throw new Error(`res-${options}.tsv does not tell the bytes of ${name}`);
  return bytes;
}

/** Finds the machine code of a kernel module: compiles a `.ts` file, or reads a `.shoal` file, which needs no compiler. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BoardDescription } from '../../boards/board.ts';
import {
  type CompiledKernel,
  type CompiledModule,
  type CompiledParameter,
  moduleBytes,
  positionAt,
} from '../../compiler/compiled-module.ts';
import type { ElementKind } from '../../compiler/kernel-tree/tree.ts';
import { placeModule } from '../../compiler/link/place-module.ts';
import { readContainer } from '../../compiler/module-container.ts';
import { RESERVED_KERNEL_NAMES } from '../../compiler/reserved-kernel-names.ts';
import { sizeReport, sizeText } from '../../compiler/size.ts';
import { ShoalError } from '../../protocol/errors.ts';
import type { TypedArrayName } from '../../protocol/values/typed-arrays.ts';
import { reportUsedFile } from '../run/used-files.ts';
import { compileOnce } from './compile-once.ts';
import { coordinationOf } from './coordination.ts';
import type { KernelSource } from './kernel-source.ts';
import type { LoadedModule } from './loaded-module.ts';
import type { Parameter, Signature } from './signature.ts';

const ARRAY_NAMES: Readonly<Record<ElementKind, TypedArrayName>> = {
  i8: 'Int8Array',
  u8: 'Uint8Array',
  i16: 'Int16Array',
  u16: 'Uint16Array',
  i32: 'Int32Array',
  u32: 'Uint32Array',
  f32: 'Float32Array',
};

/** A `.shoal` file inside a URL begins so. */
export const INLINE_MODULE = 'data:application/x-shoal;base64,';

/** Throws FILE_NOT_FOUND, COMPILE_FAILED, and PROTOCOL_INVALID or ELF_INVALID for a damaged `.shoal` file. */
export async function readKernelModule(url: URL | string, board: BoardDescription): Promise<KernelSource> {
  const inline = inlineBytes(url);
  if (inline !== null) return kernelSource(targetFor(board, inline, 'the compiled module'));
  const file = fileOf(url);
  reportUsedFile(file);
  const found = existsSync(file);
  if (found && file.endsWith('.ts')) return kernelSource(await compileOnce(file, board));
  if (found && file.endsWith('.shoal')) return kernelSource(targetFor(board, new Uint8Array(readFileSync(file)), file));
  throw new ShoalError('FILE_NOT_FOUND', found ? `${file} is not a kernel module` : `there is no file ${file}`, {
    hint: "Name a .ts file that begins with 'use kernel', or a .shoal file: new URL('./kernels.ts', import.meta.url).",
    details: { file },
  });
}

/** The bytes of a `data:` URL in base64, as the esbuild plugin makes them of compiled modules; null for other URLs. */
function inlineBytes(url: URL | string): Uint8Array | null {
  const text = url instanceof URL ? url.href : url;
  if (typeof text !== 'string' || !text.startsWith(INLINE_MODULE)) return null;
  return new Uint8Array(Buffer.from(text.slice(INLINE_MODULE.length), 'base64'));
}

/** The module of a `.shoal` file for this board. Throws FILE_NOT_FOUND if it is for others, PROTOCOL_INVALID, ELF_INVALID. */
function targetFor(board: BoardDescription, bytes: Uint8Array, file: string): CompiledModule {
  const targets = readContainer(bytes);
  const { isa, localMemoryBytes } = board;
  const target = targets.find((each) => each.module.isa === isa && each.localMemoryBytes <= localMemoryBytes);
  if (target !== undefined) return target.module;
  throw new ShoalError('FILE_NOT_FOUND', `${file} holds no code for ${board.name}`, {
    hint: `Compile it for this board: shoal compile kernels.ts --board ${board.name}`,
    details: { file, targets: targets.map((each) => [each.module.isa, each.localMemoryBytes]) },
  });
}

/** The path of a kernel module. Throws FILE_NOT_FOUND for what names no file. */
export function fileOf(url: URL | string): string {
  const text = url instanceof URL ? url.href : url;
  if (typeof text === 'string' && text.startsWith('file:')) return fileURLToPath(text);
  if (typeof url === 'string') return resolve(url);
  throw new ShoalError('FILE_NOT_FOUND', `a kernel module is named by a file URL or a path, not by ${String(url)}`);
}

/** A compiled module as what the host places. Throws COMPILE_FAILED for a kernel whose name the host needs itself. */
export function kernelSource(compiled: CompiledModule): KernelSource {
  const reserved = compiled.kernels.find((kernel) => RESERVED_KERNEL_NAMES.includes(kernel.name));
  if (reserved !== undefined) {
    throw new ShoalError('COMPILE_FAILED', `a kernel cannot be called '${reserved.name}'`, {
      hint: `The names ${RESERVED_KERNEL_NAMES.join(', ')} are taken: export it under another one.`,
      details: { diagnostics: [] },
    });
  }
  const { name, trapSites, logFormats } = compiled;
  const lengthBytes = moduleBytes(compiled);
  const stackBytes = Math.max(0, ...compiled.kernels.map((kernel) => kernel.stackBytes));
  const link = (address: number, runtime: ReadonlyMap<string, number>): LoadedModule => {
    const { segments, symbols } = placeModule(compiled.object, address, runtime);
    const text = segments.find((segment) => segment.name === '.text');
    return {
      name,
      trapSites,
      logFormats,
      address,
      lengthBytes,
      stackBytes,
      coordination: coordinationOf(compiled.data, symbols),
      segments,
      kernels: compiled.kernels.map((kernel) => ({
        signature: signatureOf(kernel),
        entry: symbols.get(kernel.entrySymbol) ?? 0,
      })),
      positionOf: (codeAddress) => {
        const offset = codeAddress - (text?.address ?? 0);
        if (offset < 0 || offset >= (text?.lengthBytes ?? 0)) return null;
        const position = positionAt(compiled.lines, offset);
        return position === null ? null : `${basename(position.file)}:${position.line}:${position.column}`;
      },
    };
  };
  const sizeOf: KernelSource['sizeOf'] = (limits) => {
    const report = sizeReport(compiled, limits);
    return { text: sizeText(report), details: { ...report } };
  };
  return { name, trapSites, lengthBytes, stackBytes, link, sizeOf };
}

/** The compiler refuses kernels that take or return objects. */
function wordOf<T extends string>(type: T): Exclude<T, 'reference'> {
  if (type === 'reference') throw new ShoalError('INTERNAL', 'a kernel takes or returns an object');
  return type as Exclude<T, 'reference'>;
}

/** What the host checks calls against. */
export function signatureOf({
  name,
  parameters,
  result,
}: Omit<CompiledKernel, 'entrySymbol' | 'stackBytes'>): Signature {
  return { name, parameters: parameters.map(parameterOf), result: wordOf(result) };
}

function parameterOf(parameter: CompiledParameter): Parameter {
  if ('scalar' in parameter) return { name: parameter.name, scalar: wordOf(parameter.scalar) };
  const { name, element, direction } = parameter;
  return {
    name,
    array: ARRAY_NAMES[element],
    read: direction === 'in' || direction === 'in-out',
    written: direction === 'out' || direction === 'in-out',
  };
}
